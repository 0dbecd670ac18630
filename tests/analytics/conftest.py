"""Fixtures of the engine's tests."""

from collections.abc import AsyncIterator

import pytest

from storage.engine import connect
from tests.support.beds import Bed, add_bed


@pytest.fixture
async def bed(fresh_database_url: str) -> AsyncIterator[Bed]:
    """A bed in a database of its own."""
    async with await connect(fresh_database_url, application_name="tests") as db:
        yield await add_bed(db)
