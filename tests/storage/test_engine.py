"""Sessions: what they may do, and what becomes of connections that ended while nobody used them."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import InternalError

from storage.engine import Database
from storage.models import Role

POOL = 3


@pytest.fixture
async def database(fresh_database_url: str) -> AsyncIterator[Database]:
    made = Database(fresh_database_url, pool_size=POOL)
    yield made
    await made.close()


async def _backend(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(select(func.pg_backend_pid())) or 0)


async def test_connections_that_the_server_ended_are_replaced(
    database: Database, fresh_database_url: str
) -> None:
    before = await _backend(database)
    async with database.write() as session:
        await session.execute(text("SELECT 1"))
    with psycopg.connect(fresh_database_url, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user"
        )
    assert await _backend(database) != before
    async with database.write() as session:
        assert await session.scalar(select(func.count()).select_from(Role))


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(InternalError, match="read-only"):
        async with database.read() as session:
            await session.execute(text("DELETE FROM roles"))
    async with database.lookups.connection() as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await connection.execute("DELETE FROM roles")


async def test_connections_are_bounded_and_kept(database: Database) -> None:
    async def work() -> int:
        async with database.read() as session:
            await session.execute(select(func.pg_sleep(0.01)))
            return int(await session.scalar(select(func.pg_backend_pid())) or 0)

    first = set(await asyncio.gather(*(work() for _ in range(4 * POOL))))
    second = set(await asyncio.gather(*(work() for _ in range(4 * POOL))))
    assert len(first) == POOL
    assert second == first


async def test_what_fails_is_undone(database: Database) -> None:
    name = uuid4().hex

    async def fail() -> None:
        async with database.write() as session:
            session.add(Role(name=name))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.read() as session:
        assert await session.scalar(select(Role).where(Role.name == name)) is None
