"""`jeg doctor device` on a real database."""

import asyncio
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stack.errors import StackError
from stack.firmware import EXITS, as_document, as_text, report
from stack.folders import Folders
from tests.support.shell import jeg
from tests.support.worlds import Device, add_device

Db = psycopg.AsyncConnection[Any]


@pytest.fixture
def folders(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """A clone that never ran, and the database of this worker."""
    monkeypatch.setenv("JEG_DATABASE_URL", database_url)
    return Folders(tmp_path)


async def lossy(db: Db) -> Device:
    device = await add_device(db)
    await db.execute(
        "INSERT INTO device_ledgers (device_id, boot, seen, max_seq, stored)"
        " VALUES (%s, 3, '{[1,11),[13,31)}', 30, 28)",
        (device.device_id,),
    )
    return device


async def test_what_must_be_mended_comes_with_what_to_do(folders: Folders, db: Db) -> None:
    device = await lossy(db)
    found = await asyncio.to_thread(report, folders, device=str(device.device_id), boots=1)
    assert EXITS[found.examination.result] == 1
    text = as_text(found)
    assert "boot 3" in text
    assert "FAIL  receipts      2 messages never came." in text
    assert "-> Keep each message" in text
    assert text.endswith("something must be mended")
    told = json.loads(as_document(found))
    assert (told["result"], told["boot"]) == ("fail", 3)
    assert {check["name"] for check in told["checks"]} >= {"will", "clock", "receipts"}


@pytest.mark.parametrize("device", ["watch", "00000000-0000-4000-8000-00000000dead"])
async def test_an_unknown_device_is_an_error(folders: Folders, device: str) -> None:
    with pytest.raises(StackError):
        await asyncio.to_thread(report, folders, device=device, boots=1)


async def test_the_command_ends_with_its_verdict(
    folders: Folders, db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEG_HOME", str(folders.root))
    for device, code in ((await lossy(db), 1), (await add_device(db), 2)):
        answer = await jeg("doctor", "device", str(device.device_id), "--json")
        assert answer.exit_code == code, answer.stderr
        assert json.loads(answer.stdout)["device_id"] == str(device.device_id)
