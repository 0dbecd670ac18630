"""Connections: async SQLAlchemy engines, one to read and one to write, and their sessions.

A `ReadSession` reads over connections that cannot write, statement by statement, with no
transaction around them to begin and to end. A `WriteSession` commits once, at the edge:

    database = Database(url)
    async with database.write() as session:
        session.add(user)          # committed when the block ends, rolled back on error
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import AdaptedConnection, event, text
from sqlalchemy.exc import DataError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from storage.lookups import Lookups, ended

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
_ONE_PLAN = "-c plan_cache_mode=force_generic_plan"
"""For what looks up rows by their key: making the plan takes four times as long as following it."""
_READ_ONLY = "-c default_transaction_read_only=on"
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
    """A session that cannot write. Each statement sees what was committed when it began."""

    lookups: Lookups
    """For questions that are asked at every request."""


class WriteSession(AsyncSession):
    """A session whose transaction is committed by whoever opened it."""

    async def plain(self) -> psycopg.AsyncConnection:
        """This transaction's connection as psycopg has it, for statements shared with programs."""
        return await _driver(await self.connection())


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
            pool_size: Connections at most for reading, and as many for writing; each is made when
                it is first needed, and kept.
            before_commit: Takes part in every transaction of a `WriteSession`, as its last step.

        """
        self.url = url
        self._before_commit = before_commit
        self._writing = _engine(url, pool_size)
        self._reading = _engine(url, pool_size, reads=True)
        self.lookups = Lookups(
            url,
            options=_options(_ONE_PLAN, _READ_ONLY),
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            **KEEPALIVE,
        )

    @property
    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """The one that writes, and the one that reads."""
        return self._writing, self._reading

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """Open a session that reads."""
        async with ReadSession(self._reading, expire_on_commit=False) as session:
            session.lookups = self.lookups
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """Open a session; commit when the block ends, roll back when it raises."""
        async with (
            WriteSession(self._writing, expire_on_commit=False) as session,
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
        async with self._writing.connect() as pooled:
            await pooled.execution_options(isolation_level="AUTOCOMMIT")
            yield await _driver(pooled)

    async def ping(self) -> None:
        """Ask the database for an answer.

        Raises one of `UNAVAILABLE` when there is none.
        """
        async with self._writing.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self._writing.dispose()
        await self._reading.dispose()
        await self.lookups.close()


def _options(*more: str) -> str:
    return " ".join((f"-c statement_timeout={STATEMENT_TIMEOUT_MS}", OPTIONS, *more))


def _engine(url: str, pool_size: int, *, reads: bool = False) -> AsyncEngine:
    engine = create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        # One more would be made and thrown away at every request of a busy time.
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=10,
        # Errors would else quote health values and addresses into logs.
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "options": _options(_PLANS, _READ_ONLY) if reads else _options(_PLANS),
            **KEEPALIVE,
        },
        isolation_level="AUTOCOMMIT" if reads else "READ COMMITTED",
    )
    event.listen(engine.sync_engine, "checkout", _refuse_broken)
    return engine


def _refuse_broken(connection: AdaptedConnection, _record: object, _proxy: object) -> None:
    """Have the pool replace a connection that ended while it lay there."""
    if ended(connection.driver_connection.fileno()):
        raise DisconnectionError


async def _driver(connection: AsyncConnection) -> psycopg.AsyncConnection:
    """A pooled connection as psycopg has it."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError
    return driver


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
