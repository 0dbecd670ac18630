"""The application on this worker's database, and people who are logged in."""

import datetime as dt
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api import credentials
from api.app import create_app
from api.settings import Settings
from tests.support.clinic import Clinic
from tests.support.http import People
from tests.support.members import Member, registered
from tests.support.panel import Browser, at_the_panel


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of this worker: generous with attempts, nothing outside of its folder."""
    folder = tmp_path_factory.mktemp("api")
    return Settings.model_validate(
        {
            "database_url": database_url,
            "broker_accounts_dir": folder / "accounts",
            "api_static_dir": folder / "static",
            "api_login_attempts": 1000,
            "api_address_requests": 0,
            "address_failures": 1000,
            "files": str(folder / "files"),
            "api_pool_size": 3,
        }
    )


@pytest.fixture(scope="session")
def real_argon2() -> Iterator[PasswordHash]:
    """The product's, while the tests use a quick one: they log in thousands of times."""
    with pytest.MonkeyPatch.context() as patch:
        real = credentials.ARGON2
        patch.setattr(
            credentials, "ARGON2", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64),))
        )
        yield real


@pytest.fixture(scope="session")
def built(settings: Settings, real_argon2: PasswordHash) -> FastAPI:
    """The application, built once since that takes its time."""
    assert real_argon2 is not credentials.ARGON2
    return create_app(settings)


@pytest.fixture
async def app(built: FastAPI) -> AsyncIterator[FastAPI]:
    """The application, started for one test."""
    async with built.router.lifespan_context(built):
        yield built


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that is not logged in."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://jeg.test") as client:
        yield client


@pytest.fixture
async def people(app: FastAPI, client: AsyncClient, db: psycopg.AsyncConnection) -> People:
    """Makes accounts, care relationships, readings and alarms."""
    return People(app.state.services, client, db)


@pytest.fixture
async def member(people: People) -> Member:
    """Somebody who has just registered."""
    return await registered(people)


@pytest.fixture
async def browser(app: FastAPI, people: People) -> AsyncIterator[Browser]:
    """An administrator's, at the admin panel."""
    browser, _ = await at_the_panel(app, people)
    async with browser:
        yield browser


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[Browser]:
    """Somebody's at the admin panel who has yet to log in."""
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
def clinic(db: psycopg.AsyncConnection) -> Clinic:
    """Makes hospitals, providers and appointments."""
    return Clinic(db)


@pytest.fixture
def monday() -> dt.date:
    """A Monday some days ahead."""
    today = dt.datetime.now(dt.UTC).date()
    return today + dt.timedelta(days=14 - today.weekday())
