"""Listening to what other programs announce with NOTIFY."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from psycopg import sql

from storage.engine import connect


@dataclass(frozen=True, slots=True)
class Notification:
    """One NOTIFY."""

    channel: str
    payload: str
    pid: int
    """Process id of the server's session that announced it."""


async def listen(
    url: str,
    channels: Sequence[str],
    *,
    application_name: str,
    connected: Callable[[], None],
) -> AsyncGenerator[Notification, None]:
    """Yield notifications of these channels over a connection of its own, until it breaks.

    `connected` is called once nothing that is announced from then on can be missed.

    Raises:
        psycopg.OperationalError: when the database is away, or goes away.
    """
    async with await connect(url, application_name=application_name) as connection:
        for channel in channels:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        connected()
        async with aclosing(connection.notifies()) as notifications:
            async for one in notifications:
                yield Notification(one.channel, one.payload, one.pid)
