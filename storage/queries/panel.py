"""Rows as the admin panel shows them, by sheet: a page, how many, one, and what they are called.

Nothing here is unbounded: a page ends after `MOST_ROWS`, nobody leafs beyond `FURTHEST`, nothing is
counted beyond it, and a question takes `PATIENCE_SECONDS` at most.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    true,
)

from storage.access import saw
from storage.engine import ReadSession
from storage.panel.sheets import PATIENCE_SECONDS, Sheet, UnfitError, fitted
from storage.queries import panel_names, panel_search
from storage.queries.panel_search import Found
from storage.queries.words import plain

MOST_ROWS: Final = 100
FURTHEST: Final = 10_000
MOST_RULES: Final = 20
SEPARATOR: Final = ","
"""Between the parts of a key."""
_SURE: Final = frozenset({"eq", "between"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on one column."""

    column: str
    operator: str
    value: Any = None
    until: Any = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Conditions all of which hold, or one of which does."""

    parts: Sequence["Rule | Rules"] = ()
    any_of_them: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows of a sheet."""

    sheet: Sheet
    found: Found | None = None
    """What was typed to look for."""
    rules: Rules = field(default_factory=Rules)

    @property
    def answerable(self) -> bool:
        """Whether what the sheet must be asked for was asked for."""
        if self.found is not None and not self.found.by_name.isdisjoint(self.sheet.asks_for):
            return True
        if not self.sheet.asks_for or self.rules.any_of_them:
            return not self.sheet.asks_for
        given = {
            one.column
            for one in self.rules.parts
            if isinstance(one, Rule) and one.operator in _SURE
        }
        return not given.isdisjoint(self.sheet.asks_for)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its key as text, its values, and what the rows that it names are called."""

    pk: str
    values: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    called: str = ""
    """What it is called itself; empty where it has no name."""


async def find(session: ReadSession, sheet: Sheet, words: str) -> Found:
    """Which rows somebody means by these words.

    Raises:
        TimeoutError: when that takes too long.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await panel_search.find(session, sheet, words)


async def page(
    session: ReadSession,
    question: Question,
    *,
    sorts: Sequence[tuple[str, bool]],
    skip: int,
    limit: int,
) -> list[Line]:
    """Rows in an order of (column, whether backwards); whose data they are is noted.

    Raises:
        UnfitError: when a value does not fit its column, or a place lies too far on.
        TimeoutError: when it takes too long; the database is told to stop.
    """
    if skip > FURTHEST:
        message = f"nobody leafs beyond {FURTHEST} rows: narrow it down"
        raise UnfitError(message)
    if not question.answerable:
        return []
    sheet = question.sheet
    statement = _rows(sheet).where(*_conditions(question)).order_by(*_order(sheet, sorts))
    return await _lines(session, sheet, statement.offset(skip).limit(min(limit, MOST_ROWS)))


async def count(session: ReadSession, question: Question) -> int:
    """How many rows there are, `FURTHEST` at most.

    Raises:
        UnfitError: when a value does not fit its column.
    """
    if not question.answerable:
        return 0
    found = (
        select(literal(1))
        .select_from(question.sheet.table)
        .where(*_conditions(question))
        .limit(FURTHEST)
        .subquery()
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        return int(await session.scalar(select(func.count()).select_from(found)) or 0)


async def one(session: ReadSession, sheet: Sheet, pk: str) -> Line | None:
    """A row by its key."""
    found = await many(session, sheet, [pk])
    return found[0] if found else None


async def many(session: ReadSession, sheet: Sheet, pks: Collection[str]) -> list[Line]:
    """Rows by their keys; those that do not exist are left out."""
    keys = [key for key in (_key(sheet, pk) for pk in list(pks)[:MOST_ROWS]) if key is not None]
    if not keys:
        return []
    wanted = or_(*(and_(*_equal(sheet.primary, key)) for key in keys))
    return await _lines(session, sheet, _rows(sheet).where(wanted, *_existing(sheet)))


async def _lines(
    session: ReadSession, sheet: Sheet, statement: Select[*tuple[Any, ...]]
) -> list[Line]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        rows = (await session.execute(statement)).mappings().all()
    if sheet.patient is not None:
        saw(*(row["_patient"] for row in rows))
    names = await panel_names.of(session, sheet.shown, rows)
    return [
        Line(
            _joined(sheet, row),
            {shown.name: row[shown.name] for shown in sheet.shown},
            {
                shown.name: names[shown.links_to, row[shown.name]]
                for shown in sheet.shown
                if shown.links_to is not None and (shown.links_to, row[shown.name]) in names
            },
            panel_names.called(sheet, row, names),
        )
        for row in rows
    ]


def _rows(sheet: Sheet) -> Select[*tuple[Any, ...]]:
    wanted = {one.name for one in sheet.shown} | {one.name for one in sheet.primary}
    columns: list[ColumnElement[Any]] = [one for one in sheet.table.columns if one.name in wanted]
    if sheet.patient is not None:
        columns.append(sheet.patient.label("_patient"))
    return select(*columns)


def _order(sheet: Sheet, sorts: Iterable[tuple[str, bool]]) -> list[ColumnElement[Any]]:
    sortable = {one.name for one in sheet.shown if one.indexed} | {sheet.newest}
    order = [
        sheet.table.columns[name].desc() if backwards else sheet.table.columns[name]
        for name, backwards in sorts
        if name in sortable
    ]
    if not order and sheet.newest is not None:
        order = [sheet.table.columns[sheet.newest].desc()]
    return [*order, *sheet.primary]


def _conditions(question: Question) -> list[ColumnElement[bool]]:
    found = [*_existing(question.sheet), _ruled(question.sheet, question.rules, [MOST_RULES])]
    if question.found is not None:
        found.append(question.found.condition)
    return found


def _existing(sheet: Sheet) -> list[ColumnElement[bool]]:
    return [] if sheet.only is None else [sheet.only()]


def _ruled(sheet: Sheet, rules: Rules, left: list[int]) -> ColumnElement[bool]:
    parts = []
    for part in rules.parts:
        left[0] -= 1
        if left[0] < 0:
            message = f"at most {MOST_RULES} conditions"
            raise UnfitError(message)
        parts.append(
            _ruled(sheet, part, left) if isinstance(part, Rules) else _condition(sheet, part)
        )
    if not parts:
        return true()
    return or_(*parts) if rules.any_of_them else and_(*parts)


def _condition(sheet: Sheet, rule: Rule) -> ColumnElement[bool]:
    column = sheet.column(rule.column)
    value, until = fitted(column, rule.value), fitted(column, rule.until)
    if rule.operator in {"startswith", "contains"}:
        anywhere = "%" if rule.operator == "contains" else ""
        return column.ilike(f"{anywhere}{plain(str(value))}%")
    conditions: dict[str, Callable[[], ColumnElement[bool]]] = {
        "is_null": lambda: column.is_(None),
        "is_not_null": lambda: column.is_not(None),
        "is_true": lambda: column.is_(True),
        "is_false": lambda: column.is_(False),
        "eq": lambda: column == value,
        "gte": lambda: column >= value,
        "lte": lambda: column <= value,
        "between": lambda: column.between(value, until),
    }
    if rule.operator not in conditions:
        message = f"there is no operator {rule.operator!r}"
        raise UnfitError(message)
    return conditions[rule.operator]()


def _joined(sheet: Sheet, row: Mapping[Any, Any]) -> str:
    parts = (row[column.name] for column in sheet.primary)
    return SEPARATOR.join(
        one.isoformat() if isinstance(one, (dt.datetime, dt.date)) else str(one) for one in parts
    )


def _key(sheet: Sheet, pk: str) -> list[Any] | None:
    parts = pk.split(SEPARATOR)
    if len(parts) != len(sheet.primary):
        return None
    try:
        return [fitted(column, part) for column, part in zip(sheet.primary, parts, strict=True)]
    except UnfitError:
        return None


def _equal(columns: Sequence[Column[Any]], key: Sequence[Any]) -> list[ColumnElement[bool]]:
    return [column == part for column, part in zip(columns, key, strict=True)]
