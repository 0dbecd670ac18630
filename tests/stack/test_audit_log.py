"""`jeg audit`: verifying and listing on the machine."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from stack.audit_log import listing, verdict
from stack.errors import StackError
from stack.folders import Folders
from storage.access import Access
from storage.audit import Known, append
from storage.engine import connect


@pytest.fixture
def folders(tmp_path: Path, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv("JEG_DATABASE_URL", fresh_database_url)
    return Folders(tmp_path)


async def add(url: str) -> str:
    patient = uuid4()
    access = Access(action="GET", address="192.0.2.7", patients={patient})
    async with await connect(url, application_name="tests") as db, db.transaction():
        await append(db, access.records("success", 200), Known())
    return str(patient)


async def run(url: str, statement: str) -> None:
    async with await connect(url, application_name="tests") as db:
        await db.execute("ALTER TABLE audit_log DISABLE TRIGGER ALL")
        await db.execute("GRANT ALL ON audit_log TO CURRENT_USER")
        await db.execute(statement.encode())


def test_it_says_whether_the_chain_holds(folders: Folders, fresh_database_url: str) -> None:
    patient = asyncio.run(add(fresh_database_url))
    text, holds = verdict(folders, anchor="", as_json=False)
    assert holds
    assert text.startswith("holds: 1 records\nanchor: 1:")
    anchor = text.rsplit(" ", 1)[1]
    assert verdict(folders, anchor=anchor, as_json=True)[1]
    (kept,) = json.loads(listing(folders, patient=patient, actor="", limit=5, as_json=True))
    assert (kept["patient_ids"], kept["address"]) == ([patient], "192.0.2.7")
    assert patient in listing(folders, patient=patient, actor="", limit=5, as_json=False)
    assert listing(folders, patient=str(uuid4()), actor="", limit=5, as_json=False) == "no records"
    asyncio.run(run(fresh_database_url, "UPDATE audit_log SET address = '192.0.2.8'"))
    text, holds = verdict(folders, anchor="", as_json=False)
    assert not holds
    assert text.startswith("broken: record 1 ")


@pytest.mark.parametrize("anchor", ["1", "1:xyz", "x:" + "0" * 64])
def test_a_malformed_anchor_is_refused(folders: Folders, anchor: str) -> None:
    with pytest.raises(StackError, match="NUMBER:HASH"):
        verdict(folders, anchor=anchor, as_json=False)
