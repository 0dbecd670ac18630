"""The application on this worker's database, and people who are logged in."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.settings import Settings
from tests.support.http import People


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of one test: generous with attempts, nothing outside of its folder."""
    return Settings.model_validate(
        {
            "database_url": database_url,
            "broker_accounts_dir": tmp_path / "accounts",
            "api_static_dir": tmp_path / "static",
            "api_login_attempts": 1000,
            "api_pool_size": 3,
        }
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """A started application."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


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
