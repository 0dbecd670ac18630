"""`jeg ledger` on a real database."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from stack.errors import StackError
from stack.folders import Folders
from stack.ledger import ledger
from tests.support.worlds import Device, add_device

Db = psycopg.AsyncConnection[Any]


@pytest.fixture
def folders(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """A clone that never ran, and the database of this worker."""
    monkeypatch.setenv("JEG_DATABASE_URL", database_url)
    return Folders(tmp_path)


async def account(folders: Folders, device: object, *, as_json: bool = False) -> str:
    return await asyncio.to_thread(ledger, folders, device=str(device), boots=20, as_json=as_json)


async def device_with_ledgers(db: Db) -> Device:
    device = await add_device(db)
    for row in (
        (2, "{[1,3),[5,6),[9,10)}", 10, 3, 0, 1, 0, '{"time_naive": 1}'),
        (-1, "{}", 0, 4, 1, 0, 0, "{}"),
    ):
        await db.execute(
            "INSERT INTO device_ledgers (device_id, boot, seen, max_seq, stored, duplicate,"
            " quarantined, rejected, readings_stored, readings_rejected)"
            " VALUES (%s, %s, %s::int8multirange, %s, %s, %s, %s, %s, 9, %s::jsonb)",
            (device.device_id, *row),
        )
    return device


async def test_every_message_is_accounted_for(folders: Folders, db: Db) -> None:
    device = await device_with_ledgers(db)
    heading, second, gaps, unnumbered, readings = (
        await account(folders, device.device_id)
    ).splitlines()
    assert heading.split()[1:] == [
        "published", "stored", "duplicate", "quarantined", "rejected", "missing",
    ]  # fmt: skip
    assert second.split() == ["2", "10", "3", "0", "1", "0", "6"]
    assert gaps.strip() == "missing  3-4, 6-8, 10"
    assert unnumbered.split() == ["no", "number", "5", "4", "1", "0", "0", "0"]
    assert readings == "readings: 18 stored, 0 duplicate, rejected: 1 time_naive"


async def test_as_json(folders: Folders, db: Db) -> None:
    device = await device_with_ledgers(db)
    found = json.loads(await account(folders, device.device_id, as_json=True))
    assert found["device_id"] == str(device.device_id)
    assert found["boots"][0]["missing_ranges"] == [[3, 4], [6, 8], [10, 10]]
    for boot in found["boots"]:
        messages = dict(boot["messages"])
        assert messages.pop("published") == sum(messages.values())
    assert found["readings"]["rejected"] == {"time_naive": 1}


async def test_a_device_that_sent_nothing_and_one_that_is_not(folders: Folders, db: Db) -> None:
    device = await add_device(db)
    assert "nothing was ever heard" in await account(folders, device.device_id)
    with pytest.raises(StackError, match="is registered"):
        await account(folders, uuid4())
    with pytest.raises(StackError, match="not a device id"):
        await account(folders, "bedside")
