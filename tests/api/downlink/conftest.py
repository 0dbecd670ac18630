"""The API with a broker."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from api.settings import Settings
from stack.services.mosquitto import Mosquitto
from tests.support.downlink import Db, people_of, serving
from tests.support.http import People


@pytest.fixture
async def live(settings: Settings, broker: Mosquitto) -> AsyncIterator[FastAPI]:
    """The API with the broker of this test."""
    async with serving(settings, broker) as app:
        yield app


@pytest.fixture
async def crew(live: FastAPI, db: Db) -> AsyncIterator[People]:
    """People of the API with a broker."""
    async with people_of(live, db) as crew:
        yield crew
