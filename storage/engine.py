"""Connections: one async SQLAlchemy engine per program, and sessions that read or write.

A `ReadSession` runs in a read-only transaction, a `WriteSession` commits once, at the edge:

    database = Database(url)
    async with database.write() as session:
        session.add(user)          # committed when the block ends, rolled back on error
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import text
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

STATEMENT_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_SECONDS = 5
_SILENCE = {"idle": 10, "interval": 5, "count": 3}
"""A peer that does not answer is given up after some 25 s, and not after the system's two hours."""
KEEPALIVE = {f"keepalives_{name}": value for name, value in _SILENCE.items()}
"""For this end of a connection."""
_SERVER_KEEPALIVE = "".join(
    f" -c tcp_keepalives_{name}={value}" for name, value in _SILENCE.items()
)
OPTIONS = f"-c timezone=UTC{_SERVER_KEEPALIVE}"
"""For the server's end, where a session that fell silent would keep its locks."""
_PLANS = "-c plan_cache_mode=force_custom_plan"
"""A plan without the times that are asked for has every chunk that ever was: seconds to make."""
UNAVAILABLE = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""What is raised while the database is away, or too slow to answer."""
UNSTORABLE = (DataError, psycopg.DataError)
"""What is raised for a value that no column can hold."""


COMMITTED = "committed"
"""Key of `session.info`: a list of functions that are called once the session is committed."""


class ReadSession(AsyncSession):
    """A session whose transaction is read-only."""


class WriteSession(AsyncSession):
    """A session whose transaction is committed by whoever opened it."""

    async def plain(self) -> psycopg.AsyncConnection:
        """This transaction's connection as psycopg has it, for statements shared with programs."""
        raw = await (await self.connection()).get_raw_connection()
        connection = raw.driver_connection
        if not isinstance(connection, psycopg.AsyncConnection):
            raise TypeError
        return connection


def sqlalchemy_url(url: str) -> str:
    """The URL of a database as SQLAlchemy names its psycopg 3 driver."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


class Database:
    """An engine and its sessions. Nothing is connected until the first session is used."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        before_commit: Callable[[WriteSession], Awaitable[None]] | None = None,
    ) -> None:
        """Prepare the engine.

        Args:
            url: URL of the database.
            pool_size: Connections that are kept; as many again are made when all are busy.
            before_commit: Takes part in every transaction of a `WriteSession`, as its last step.

        """
        self.url = url
        self._before_commit = before_commit
        self.engine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            pool_timeout=10,
            # Errors would else quote health values and addresses into logs.
            hide_parameters=True,
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_SECONDS,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} {_PLANS} {OPTIONS}",
                **KEEPALIVE,
            },
        )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """Open a session in a read-only transaction."""
        async with ReadSession(self.engine, expire_on_commit=False) as session:
            await session.execute(text("SET TRANSACTION READ ONLY"))
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """Open a session; commit when the block ends, roll back when it raises."""
        async with (
            WriteSession(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
            if self._before_commit is not None:
                await self._before_commit(session)
        # Committed.
        for done in session.info.pop(COMMITTED, ()):
            done()

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """Lend a pooled connection as psycopg has it, in autocommit mode, for COPY and locks."""
        async with self.engine.connect() as pooled:
            await pooled.execution_options(isolation_level="AUTOCOMMIT")
            raw = await pooled.get_raw_connection()
            connection = raw.driver_connection
            if not isinstance(connection, psycopg.AsyncConnection):
                raise TypeError
            yield connection

    async def ping(self) -> None:
        """Ask the database for an answer.

        Raises one of `UNAVAILABLE` when there is none.
        """
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


async def connect(url: str, *, application_name: str) -> psycopg.AsyncConnection:
    """Open a plain psycopg connection in autocommit mode, for COPY and LISTEN.

    Raises `psycopg.OperationalError` when the database is away.
    """
    return await psycopg.AsyncConnection.connect(
        make_conninfo(url, **KEEPALIVE),
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        application_name=application_name,
        options=OPTIONS,
    )
