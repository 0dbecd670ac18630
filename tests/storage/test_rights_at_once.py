"""Two who ask for the same right at the same moment: each waits for what the other is told."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from storage.engine import Database, WriteSession
from storage.models import User
from storage.queries import erasures, exports, roles
from storage.queries.erasures import LastAdminError


@pytest.fixture
async def database(fresh_database_url: str) -> AsyncIterator[Database]:
    database = Database(fresh_database_url, pool_size=4)
    yield database
    await database.close()


async def person(session: WriteSession, *held: str) -> UUID:
    user = uuid4()
    session.add(User(id=user, username=str(user), first_name="Efua", last_name="Addo"))
    await session.flush()
    for name in held:
        role = await roles.role_id(session, name)
        assert role is not None
        await roles.assign(session, user, role, user)
    return user


async def test_one_export_is_made_of_two_that_were_asked_for(database: Database) -> None:
    async with database.write() as session:
        user = await person(session)

    async def ask() -> bool:
        async with database.write() as session:
            if await exports.in_hand(session, user):
                return False
            await exports.add(session, user, user)
            return True

    assert sorted(await asyncio.gather(ask(), ask(), ask())) == [False, False, True]


async def test_of_two_administrators_one_is_left(database: Database) -> None:
    async with database.write() as session:
        admins = [await person(session, "admin") for _ in range(2)]

    async def erase(user: UUID) -> bool:
        async with database.write() as session:
            await erasures.request(session, user, user, "own_request")
        return True

    outcomes = await asyncio.gather(*map(erase, admins), return_exceptions=True)
    assert [type(one) for one in outcomes].count(LastAdminError) == 1
    assert outcomes.count(True) == 1


async def test_an_erasure_asked_for_twice_is_one(database: Database) -> None:
    async with database.write() as session:
        user = await person(session, "patient")

    async def erase() -> UUID:
        async with database.write() as session:
            return (await erasures.request(session, user, user, "own_request")).id

    assert len(set(await asyncio.gather(erase(), erase()))) == 1
