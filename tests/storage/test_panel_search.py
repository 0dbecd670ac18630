"""What administrators type finds what they mean, and every question of the panel has its index."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import event

from storage.access import Record
from storage.audit import Known, append
from storage.engine import Database, ReadSession
from storage.panel.sheets import Sheet, Shown
from storage.panel.tables import SHEETS
from storage.queries import panel, panel_search
from storage.queries.panel import Question, Rule, Rules

Connection = psycopg.AsyncConnection[Any]
Statement = tuple[str, Any]
EACH = pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS.keys())
SMALL = {one.key for one in SHEETS.values() if one.few}
OPERATORS = {
    "id": ("eq", "is_null"),
    "text": ("eq",),
    "whole": ("eq", "gte", "lte"),
    "number": ("eq", "gte", "lte"),
    "bool": ("is_true", "is_false"),
    "time": ("gte", "lte", "between", "is_null"),
    "date": ("eq", "gte", "lte", "is_null"),
}
VALUES = {
    "id": str(uuid4()),
    "text": "xyz",
    "long": "xyz",
    "whole": "7",
    "number": "7",
    "bool": "true",
}
MOMENT = "2026-01-02"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=1)
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[ReadSession]:
    async with database.read() as session:
        yield session


async def _person(db: Connection, first: str, last: str, email: str | None = None) -> UUID:
    made = await db.execute(
        "INSERT INTO users (username, first_name, last_name, email) VALUES (%s, %s, %s, %s)"
        " RETURNING id",
        (uuid4().hex, first, last, email),
    )
    row = await made.fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


async def _device(db: Connection, owner: UUID, name: str) -> UUID:
    made = await db.execute(
        "INSERT INTO iot_devices (name, device_type, owner_id) VALUES (%s, 'MONITOR', %s)"
        " RETURNING device_id",
        (name, owner),
    )
    row = await made.fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


async def _keys(session: ReadSession, table: str, words: str) -> set[str]:
    question = Question(SHEETS[table], await panel.find(session, SHEETS[table], words))
    found = await panel.page(session, question, sorts=[], skip=0, limit=100)
    assert await panel.count(session, question) == len(found)
    return {one.pk for one in found}


async def test_people_are_found_by_any_part_of_their_names_and_addresses(
    session: ReadSession, db: Connection
) -> None:
    mark = uuid4().hex[:8]
    one = await _person(db, "Mary Jane", f"Adjei-{mark}%_'x", f"{mark}@ridge.example")
    other = await _person(db, "Bo", f"Li {mark}")
    for words in (
        f"jane {mark}",
        f"{mark.upper()} MARY",
        f"jei-{mark}",
        f"{mark}@ridge",
        f"{mark}%_'",
        f"  mary   {mark} ",
        str(one),
    ):
        assert await _keys(session, "users", words) == {str(one)}, words
    assert await _keys(session, "users", f"bo li {mark}") == {str(other)}, "short words begin one"
    assert await _keys(session, "users", mark) == {str(one), str(other)}
    for words in (f"{mark}_%", f"jane {mark}x", str(uuid4()), "\\", f"o {mark}"):
        found = await _keys(session, "users", words)
        assert found.isdisjoint({str(one)}), words


async def test_rows_are_found_by_the_names_of_what_they_belong_to(
    session: ReadSession, db: Connection
) -> None:
    mark = uuid4().hex[:8]
    owner = await _person(db, "Ama", f"Quaye{mark}", f"{mark}@ridge.example")
    device = await _device(db, owner, f"Bedside {mark}x")
    await db.execute(
        "INSERT INTO device_errors (device_id, code, message) VALUES (%s, 'E1', 'of it')",
        (device,),
    )
    for words in (f"quaye{mark}", f"{mark}@ridge", f"bedside {mark}", str(owner), str(device)):
        assert await _keys(session, "iot_devices", words) == {str(device)}, words
    for words in (f"ama quaye{mark}", f"bedside {mark}x", str(device)):
        assert len(await _keys(session, "device_errors", words)) == 1, words
    assert await _keys(session, "device_errors", f"nobody{mark}") == set()


async def test_the_log_is_found_by_whose_data_it_was_each_step_by_an_index(
    session: ReadSession, db: Connection
) -> None:
    mark = uuid4().hex[:8]
    patient, nurse = await _person(db, "Esi", f"Quist{mark}"), await _person(db, "Abu", "Nurse")
    record = Record(
        at=dt.datetime.now(dt.UTC),
        actor_id=nurse,
        actor_roles="clinician",
        action="GET",
        resource=f"/api/{mark}/",
        resource_id="",
        patient_ids=tuple(sorted((patient, nurse))),
        purpose="TREAT",
        reason="",
        address="10.0.0.1",
        request_id="",
        outcome="success",
        status=200,
    )
    async with db.transaction():
        await append(db, [record], Known())
    [seq] = await _keys(session, "audit_log", f"/api/{mark}/")
    with _asked(session) as statements:
        for words in (f"quist{mark}", f"esi quist{mark}", str(patient)):
            assert await _keys(session, "audit_log", words) == {seq}, words
        assert await _keys(session, "audit_log", f"quist{mark}x") == set()
    assert await _read_whole(db, statements) == set()


async def test_an_alarm_is_found_by_its_patient_its_title_and_its_notes_too(
    session: ReadSession, db: Connection
) -> None:
    mark = uuid4().hex[:8]
    patient = await _person(db, "Kofi", f"Boateng{mark}")
    made = await db.execute(
        "INSERT INTO alarms (patient_id, condition, category, priority, state, title, message,"
        " started_at, rule_version) VALUES (%s, 'heart_rate_high', 'physiological', 'high',"
        " 'latched', %s, '', now(), 1) RETURNING id",
        (patient, f"Heart rate high {mark}"),
    )
    row = await made.fetchone()
    assert row is not None
    alarm = str(row[0])
    await db.execute(
        "INSERT INTO alarm_notes (alarm_id, author_id, text) VALUES (%s, %s, 'seen')",
        (row[0], patient),
    )
    for words in (f"boateng{mark}", f"kofi boateng{mark}", f"heart rate {mark}", alarm):
        assert await _keys(session, "alarms", words) == {alarm}, words
    assert len(await _keys(session, "alarm_notes", f"boateng{mark}")) == 1


async def test_that_more_are_called_so_is_said(
    session: ReadSession, db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel_search, "MOST_RELATED", 2)
    mark = uuid4().hex[:8]
    for number in range(3):
        owner = await _person(db, "Yaa", f"Sarpong{mark}")
        await _device(db, owner, f"{number}")
        found = await panel.find(session, SHEETS["iot_devices"], f"sarpong{mark}")
        assert found.is_cut is (number > 1)
    assert len(await _keys(session, "iot_devices", f"sarpong{mark}")) == 2


async def test_readings_are_shown_of_whom_a_name_means_and_never_of_all(
    session: ReadSession,
) -> None:
    for table in ("series", "vitals", "score_history", "messages"):
        sheet = SHEETS[table]
        assert not Question(sheet).answerable
        assert Question(sheet, await panel.find(session, sheet, "somebody")).answerable
        assert not Question(sheet, await panel.find(session, sheet, str(uuid4()))).answerable
    assert await _keys(session, "vitals", "nobody is called so") == set()


@contextmanager
def _asked(session: ReadSession) -> Iterator[list[Statement]]:
    """Statements that are executed meanwhile, with their values."""
    statements: list[Statement] = []

    def note(
        _connection: object,
        _cursor: object,
        statement: str,
        values: object,
        _context: object,
        _many: object,
    ) -> None:
        statements.append((statement, values))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def _read_whole(db: Connection, statements: list[Statement]) -> set[str]:
    """Tables that the statements read from one end to the other, where an index could be used."""
    whole: set[str] = set()
    await db.execute("SET enable_seqscan = off")
    for statement, values in statements:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            cursor = psycopg.AsyncClientCursor(db)
            await cursor.execute(f"EXPLAIN {statement}".encode(), values)
            plan = "\n".join(line[0] for line in await cursor.fetchall())
            whole |= set(re.findall(r"Seq Scan on (\w+)", plan))
    await db.execute("RESET enable_seqscan")
    return whole - SMALL


def _rules(one: Shown) -> Iterator[Rule]:
    parts = ("startswith", "contains") if one.searched and one.kind in {"text", "long"} else ()
    for operator in (*OPERATORS.get(one.kind, ()), *parts):
        value = VALUES.get(one.kind, MOMENT)
        yield Rule(one.name, operator, value, value if operator == "between" else None)


@EACH
async def test_every_question_is_one_of_an_index(
    database: Database, db: Connection, sheet: Sheet
) -> None:
    """Pages by each column, filters by each that has an index, and what is looked for."""
    needed = Rules([Rule(sheet.asks_for[0], "eq", VALUES["id"])]) if sheet.asks_for else Rules()
    if sheet.asks_for and sheet.column(sheet.asks_for[0]).type.python_type is int:
        needed = Rules([Rule(sheet.asks_for[0], "eq", "7")])
    words = ("mensa", "ma mensa", "O'Neil%_\\\"", "x", "12")
    async with database.read() as session:
        with _asked(session) as statements:
            for typed in words:
                question = Question(sheet, await panel.find(session, sheet, typed))
                await panel.page(session, question, sorts=[], skip=0, limit=25)
                await panel.count(session, question)
            for one in sheet.shown:
                if one.indexed:
                    question = Question(sheet, rules=needed)
                    await panel.page(session, question, sorts=[(one.name, True)], skip=25, limit=25)
                for rule in _rules(one) if one.filtered else ():
                    question = Question(sheet, rules=Rules([*needed.parts, rule]))
                    await panel.page(session, question, sorts=[], skip=0, limit=25)
                    if one.indexed and rule.operator != "is_null":
                        await panel.count(session, question)
    assert len(statements) > len(words)
    assert await _read_whole(db, statements) == set()


async def test_a_row_is_called_by_what_it_names_and_a_page_asks_once_for_all(
    session: ReadSession, db: Connection
) -> None:
    mark = uuid4().hex[:8]
    asked = set()
    for number in range(3):
        owner = await _person(db, "Efua", f"Danso{mark}")
        await db.execute(
            "INSERT INTO series (patient_id, metric, source) VALUES (%s, 1, 'manual')", (owner,)
        )
        question = Question(SHEETS["series"], await panel.find(session, SHEETS["series"], mark))
        with _asked(session) as statements:
            found = await panel.page(session, question, sorts=[], skip=0, limit=10)
        asked.add(len(statements))
        assert len(found) == number + 1
        for one in found:
            assert one.names["patient_id"] == f"Efua Danso{mark}"
            assert one.called == f"heart rate Efua Danso{mark}"
    assert len(asked) == 1, "as many questions for three rows as for one"


def test_whatever_is_linked_to_has_a_name() -> None:
    linked = {str(one.links_to) for sheet in SHEETS.values() for one in sheet.shown}
    assert sorted(one for one in linked & SHEETS.keys() if not SHEETS[one].title) == []
