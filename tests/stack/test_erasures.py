"""`jeg erasure`: who was erased, and whether anything of them is left."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import pytest

from jobs.progress import perform
from jobs.settings import Settings
from stack.erasures import listing, verdict
from stack.errors import StackError
from stack.folders import Folders
from storage.engine import Database, connect
from storage.queries import erasures
from tests.support.beds import add_bed


async def erased(url: str, files: str) -> UUID:
    """Somebody with a device, erased."""
    settings = Settings.model_validate({"database_url": url, "files": files})
    async with await connect(url, application_name="tests") as db:
        bed = await add_bed(db)
        database = Database(url)
        async with database.write() as session:
            await erasures.request(session, bed.patient, bed.patient, "own_request")
        await database.close()
        row = await (await db.execute("SELECT job_id FROM erasures")).fetchone()
        assert row is not None
        await perform(db, settings, row[0])
    return bed.patient


@pytest.fixture
def folders(tmp_path: Path, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv("JEG_DATABASE_URL", fresh_database_url)
    return Folders(tmp_path)


async def run(url: str, statement: str) -> None:
    async with await connect(url, application_name="tests") as db:
        await db.execute(statement.encode())


def test_an_erasure_is_looked_at_again(folders: Folders, fresh_database_url: str) -> None:
    person = asyncio.run(erased(fresh_database_url, str(folders.root / "files")))
    text, holds = verdict(folders, str(person), ["ama@clinic.example"], as_json=False)
    assert holds, text
    [listed] = json.loads(listing(folders, limit=5, as_json=True))
    assert listed["person_id"] == str(person)
    assert verdict(folders, listed["id"], [], as_json=False)[1]
    asyncio.run(
        run(
            fresh_database_url,
            "INSERT INTO dead_letters (reason, topic, payload)"
            " VALUES ('malformed', 'x', 'of ama@clinic.example')",
        )
    )
    text, holds = verdict(folders, str(person), ["ama@clinic.example"], as_json=True)
    assert not holds
    assert json.loads(text)["left"] == {"dead_letters.payload": 1}


def test_a_proof_that_was_changed_shows(folders: Folders, fresh_database_url: str) -> None:
    person = asyncio.run(erased(fresh_database_url, str(folders.root / "files")))
    changed = "UPDATE erasures SET document = document || '{\"found\": 1}'"
    asyncio.run(run(fresh_database_url, changed))
    text, holds = verdict(folders, str(person), [], as_json=False)
    assert not holds
    assert "the stored proof" in text


@pytest.mark.parametrize("which", ["ama", "00000000-0000-4000-8000-000000000000"])
def test_nobody_of_that_number(folders: Folders, which: str) -> None:
    with pytest.raises(StackError, match="number"):
        verdict(folders, which, [], as_json=False)
