"""Fixtures of the jobs' tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.engine import connect
from tests.support.beds import Bed, add_bed
from tests.support.mailroom import Mailroom
from tests.support.wards import Ward


@pytest.fixture
async def bed(fresh_database_url: str) -> AsyncIterator[Bed]:
    """A bed in a database of its own."""
    async with await connect(fresh_database_url, application_name="tests") as db:
        yield await add_bed(db)


@pytest.fixture
async def mailroom(fresh_database_url: str, tmp_path: Path) -> AsyncIterator[Mailroom]:
    """People who are written to, in a database of its own."""
    async with await connect(fresh_database_url, application_name="tests") as db:
        yield Mailroom(db, fresh_database_url, tmp_path / "mail")


@pytest.fixture
async def ward(fresh_database_url: str) -> AsyncIterator[Ward]:
    """A patient with a carer, a colleague on the same ward, and an alarm of high priority."""
    async with await connect(fresh_database_url, application_name="tests") as db:
        ward = Ward(db)
        ward.patient = await ward.person("patient")
        ward.carer = await ward.person("clinician")
        ward.colleague = await ward.person("clinician")
        neighbour = await ward.person("patient")
        for patient in (ward.patient, neighbour):
            await ward.admit(patient)
        await ward.care(ward.carer, ward.patient)
        await ward.care(ward.colleague, neighbour)
        # Somebody of another ward, who must never be told.
        await ward.person("clinician")
        ward.alarm = await ward.raise_alarm()
        yield ward
