"""Connections that look up a few rows by their key, with next to nothing around the query.

Who is calling, and may they see this patient: every request of the API asks that. SQLAlchemy's
session and pool, a transaction, and a plan made anew cost several times as much as the answer.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from select import POLLIN, poll
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

LOOKUPS_AT_ONCE: Final = 4
"""Each takes a fraction of a millisecond."""
WAIT_SECONDS: Final = 10.0


class Lookups:
    """A few connections, made when they are first needed, kept, and replaced when they end."""

    def __init__(self, url: str, **options: Any) -> None:  # noqa: ANN401 - what psycopg takes
        """Remember where and how to connect.

        Args:
            url: URL of the database.
            **options: Of each connection, see `psycopg.AsyncConnection.connect`.

        """
        self._url = url
        self._options = options
        self._idle: list[psycopg.AsyncConnection[Any]] = []
        self._free = asyncio.Semaphore(LOOKUPS_AT_ONCE)
        self._closed = False

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """Lend a connection in autocommit mode.

        Raises:
            psycopg.OperationalError: when the database is away.
            TimeoutError: when all are busy for too long.

        """
        async with asyncio.timeout(WAIT_SECONDS):
            await self._free.acquire()
        connection = None
        try:
            connection = self._kept() or await self._connect()
            yield connection
        finally:
            self._free.release()
            if connection is not None:
                await self._put_back(connection)

    async def close(self) -> None:
        """Close those that are idle; the others end when they are given back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()

    def _kept(self) -> psycopg.AsyncConnection[Any] | None:
        while self._idle:
            connection = self._idle.pop()
            if not ended(connection.fileno()):
                return connection
            connection.pgconn.finish()
        return None

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connect = psycopg.AsyncConnection.connect
        return await connect(self._url, autocommit=True, prepare_threshold=0, **self._options)

    async def _put_back(self, connection: psycopg.AsyncConnection[Any]) -> None:
        idle = connection.info.transaction_status is TransactionStatus.IDLE
        if idle and not self._closed:
            self._idle.append(connection)
        else:
            await connection.close()


def ended(descriptor: int) -> bool:
    """Whether a connection that nobody uses has ended; seen without a round trip.

    On one that is well there is nothing to read: a server that ends it, as when it is restarted,
    says so, or closes the socket.
    """
    waiting = poll()
    waiting.register(descriptor, POLLIN)
    return bool(waiting.poll(0))
