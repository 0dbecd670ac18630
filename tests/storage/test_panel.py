"""What the admin panel shows of the tables, and that it asks for nothing without an end."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from storage.engine import Database
from storage.models import Base
from storage.panel.sheets import Sheet, UnfitError, is_secret
from storage.panel.tables import LEFT_OUT, SHEETS
from storage.queries import panel
from storage.queries.panel import Question, Rule, Rules

EACH = pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS.keys())
LONG = pytest.mark.parametrize(
    "sheet", [one for one in SHEETS.values() if not one.few], ids=lambda one: one.table.name
)
ASKING = pytest.mark.parametrize(
    "sheet", [one for one in SHEETS.values() if one.asks_for], ids=lambda one: one.table.name
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=1)
    yield database
    await database.close()


def test_every_table_is_shown_or_left_out_with_a_reason() -> None:
    tables = Base.metadata.tables.keys()
    missing = sorted(tables - SHEETS.keys() - LEFT_OUT.keys())
    assert missing == [], "add a sheet in storage/panel/, or a reason in tables.py"
    assert sorted((SHEETS.keys() | LEFT_OUT.keys()) - tables) == [], "these are gone"
    assert SHEETS.keys().isdisjoint(LEFT_OUT)
    assert all(LEFT_OUT.values())


@EACH
def test_a_sheet_names_columns_that_there_are_and_shows_no_secret(sheet: Sheet) -> None:
    shown = {one.name for one in sheet.shown}
    assert shown
    assert set(sheet.columns) | set(sheet.title) | set(sheet.asks_for) <= shown
    assert {*sheet.search, *sheet.values, *sheet.starts} <= shown
    assert sheet.hidden <= set(sheet.table.columns.keys()) | _WORDS, "hides what is not there"
    assert not shown & sheet.hidden
    assert [one.name for one in sheet.table.columns if is_secret(one) and one.name in shown] == []
    assert sheet.newest is None or sheet.newest in sheet.table.columns


_WORDS = {
    "chief_complaint",
    "symptoms",
    "notes",
    "diagnosis",
    "treatment_plan",
    "prescribed_medications",
    "follow_up_instructions",
}
SECRETS = {
    "users": {"password_hash"},
    "device_keys": {"digest"},
    "webhook_endpoints": {"secret"},
    "hospital_systems": {"secret"},
    "subscribers": {"digest"},
    "push_subscriptions": {"endpoint", "p256dh", "auth"},
    "passkeys": {"credential_id", "public_key"},
    "messages": {"content", "request_digest"},
    "dead_letters": {"payload"},
    "notifications": {"payload"},
}


@pytest.mark.parametrize("table", SECRETS)
def test_these_secrets_are_shown_to_nobody(table: str) -> None:
    sheet = SHEETS[table]
    assert SECRETS[table] <= set(sheet.table.columns.keys())
    assert SECRETS[table].isdisjoint(one.name for one in sheet.shown)
    for name in SECRETS[table]:
        with pytest.raises(UnfitError):
            sheet.column(name)


@LONG
def test_the_order_of_a_long_list_is_that_of_an_index(sheet: Sheet) -> None:
    """Whatever is sorted by begins an index, so that a page is read without sorting the table."""
    whole = [
        index
        for index in sheet.table.indexes
        if index.columns and index.dialect_options["postgresql"]["where"] is None
    ]
    keys = [
        one
        for one in sheet.table.constraints
        if isinstance(one, (PrimaryKeyConstraint, UniqueConstraint))
    ]
    first = {next(iter(one.columns)).name for one in (*whole, *keys)}
    for one in sheet.shown:
        if one.indexed:
            assert one.name in first, one.name


@EACH
async def test_each_sheet_can_be_asked_for(database: Database, sheet: Sheet) -> None:
    async with database.read() as session:
        question = Question(sheet)
        found = await panel.page(session, question, sorts=[], skip=0, limit=10)
        assert len(found) <= 10
        assert await panel.count(session, question) >= len(found)
        for column in sheet.shown:
            if column.indexed and column.kind != "data":
                await panel.page(session, question, sorts=[(column.name, True)], skip=0, limit=1)


@ASKING
async def test_a_table_that_is_too_long_answers_only_when_asked_for_somebody(
    database: Database, sheet: Sheet
) -> None:
    assert not Question(sheet).answerable
    wanted = next(one for one in sheet.shown if one.name in sheet.asks_for)
    value: Any = uuid4() if wanted.kind == "id" else 2**31 - 1
    rules = Rules([Rule(wanted.name, "eq", str(value))])
    question = Question(sheet, rules=rules)
    assert question.answerable
    assert not Question(sheet, rules=Rules(rules.parts, any_of_them=True)).answerable
    async with database.read() as session:
        assert await panel.page(session, question, sorts=[], skip=0, limit=10) == []
        assert await panel.count(session, question) == 0


async def test_nobody_leafs_without_end_and_what_does_not_fit_is_said(database: Database) -> None:
    sheet = SHEETS["users"]
    async with database.read() as session:
        with pytest.raises(UnfitError, match="narrow"):
            await panel.page(session, Question(sheet), sorts=[], skip=panel.FURTHEST + 1, limit=10)
        for rule in (
            Rule("id", "eq", "no id"),
            Rule("password_hash", "eq", "x"),
            Rule("updated_at", "gte", "yesterday"),
            Rule("email", "like", "%"),
        ):
            with pytest.raises(UnfitError):
                await panel.count(session, Question(sheet, rules=Rules([rule])))
        many = Rules([Rule("is_active", "is_true")] * (panel.MOST_RULES + 1))
        with pytest.raises(UnfitError, match="at most"):
            await panel.count(session, Question(sheet, rules=many))


async def test_a_question_that_takes_too_long_is_given_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "PATIENCE_SECONDS", 0.0)
    async with database.read() as session:
        with pytest.raises(TimeoutError):
            await panel.page(session, Question(SHEETS["users"]), sorts=[], skip=0, limit=10)
