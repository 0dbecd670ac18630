"""One thing after the other, of which one that fails keeps no other waiting."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from storage.engine import UNAVAILABLE, Database, WriteSession
from telemetry.logs import logger

log = logger()
Due = TypeVar("Due")


@contextmanager
def apart(event: str, one: UUID) -> Iterator[None]:
    """Log what fails with this one; the next run tries it again.

    Raises:
        UNAVAILABLE: The database is away, from all of them.

    """
    try:
        yield
    except (*UNAVAILABLE, OSError):
        raise
    except Exception:
        log.exception(event, id=str(one))


async def next_due(
    database: Database,
    event: str,
    take: Callable[[WriteSession], Awaitable[Due | None]],
    do: Callable[[WriteSession, Due], Awaitable[int]],
    put_off: tuple[Callable[[Due], UUID], Callable[[WriteSession, UUID], Awaitable[None]]],
) -> int | None:
    """Do what is due next, in one transaction: what `do` counts, None where nothing is due.

    What fails is logged under its id and put off, in another transaction; it counts nothing.

    Raises:
        UNAVAILABLE: The database is away.

    """
    due: Due | None = None
    try:
        async with database.write() as session:
            due = await take(session)
            return None if due is None else await do(session, due)
    except (*UNAVAILABLE, OSError):
        raise
    except Exception:
        if due is None:
            raise
        id_of, later = put_off
        log.exception(event, id=str(id_of(due)))
        async with database.write() as session:
            await later(session, id_of(due))
        return 0
