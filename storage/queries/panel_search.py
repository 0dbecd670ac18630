"""What somebody types into the panel's search: which rows of a sheet it means.

A row is meant by an id of it, by its own words, or because it names somebody or something that is
meant: an alarm by its patient's name, a device's error by the device's or its owner's. Whom a name
means is asked first, `MOST_RELATED` at most, and the rows then by their ids, so that every step is
one of an index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select

from storage.engine import ReadSession
from storage.panel.sheets import Sheet, Shown, kind_of
from storage.panel.tables import SHEETS
from storage.queries.words import plain
from storage.queries.words import query as full_text

MOST_WORDS: Final = 5
MOST_RELATED: Final = 200
MOST_VALUES: Final = 500
"""Different values of a column of few; what there is more of is not found by its words."""
SHORT: Final = 3
"""Shorter words begin one of the column's: they have too few letters to be looked for within."""
HOPS: Final = 2
"""From a note to its alarm to the alarm's patient."""
_LARGEST: Final = 2**63
_MOST_DIGITS: Final = 19

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What was typed, understood."""

    words: str
    condition: Condition
    by_name: frozenset[str] = frozenset()
    """Columns by which rows were looked for, as the rows that they name are called so."""
    is_cut: bool = False
    """Whether more than `MOST_RELATED` are called so, of whom only those count."""


@dataclass(slots=True)
class _Search:
    session: ReadSession
    words: str
    keys: dict[tuple[str, int], list[Any]] = field(default_factory=dict)
    values: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def each(self) -> list[str]:
        return self.words.split()[:MOST_WORDS]


def names(sheet: Sheet, hops: int = HOPS) -> list[Shown]:
    """Columns by which a sheet's rows are found by what the rows that they name are called."""
    if not hops:
        return []
    return [
        one
        for one in sheet.shown
        if one.indexed
        and one.links_to in SHEETS
        and (own := SHEETS[str(one.links_to)]) is not sheet
        and (own.has_words or names(own, hops - 1))
    ]


async def find(session: ReadSession, sheet: Sheet, words: str) -> Found:
    """Which rows of a sheet are meant."""
    words = " ".join(words.replace("\0", " ").split())
    try:
        return Found(words, _identified(sheet, UUID(words)))
    except ValueError:
        search = _Search(session, words)
        condition = await _meant(search, sheet, HOPS)
        by_name = frozenset(one.name for one in names(sheet))
        return Found(words, condition, by_name, search.is_cut)


def _identified(sheet: Sheet, wanted: UUID) -> Condition:
    """An id is one of the row's ids, or of somebody whom it has to do with."""
    ids = [one.name for one in sheet.shown if one.kind == "id" and one.indexed]
    about = () if sheet.people is None else (sheet.people([wanted]),)
    return or_(false(), *(sheet.table.columns[name] == wanted for name in ids), *about)


async def _meant(search: _Search, sheet: Sheet, hops: int) -> Condition:
    conditions = [await _own(search, sheet), *_numbered(sheet, search.words)]
    for one in names(sheet, hops):
        keys = await _keys(search, SHEETS[str(one.links_to)], hops - 1)
        if keys:
            conditions.append(sheet.table.columns[one.name].in_(keys))
    if sheet.people is not None and (keys := await _keys(search, SHEETS["users"], hops - 1)):
        conditions.append(sheet.people(keys))
    return or_(false(), *conditions)


async def _own(search: _Search, sheet: Sheet) -> Condition:
    """Every word is in one of the row's own columns, or in its text."""
    if sheet.text is not None:
        wanted = full_text(search.words)
        return false() if wanted is None else sheet.text.op("@@")(wanted)
    columns = sheet.table.columns
    conditions = []
    for word in search.each:
        of_few = [
            columns[name].in_(meant)
            for name in sheet.values
            if (meant := _containing(await _values(search, sheet, name), word))
        ]
        within = (_contains(columns[name], word) for name in sheet.search)
        begun = (columns[name].like(f"{plain(word)}%") for name in sheet.starts)
        conditions.append(or_(false(), *within, *begun, *of_few))
    return and_(*conditions) if conditions else false()


def is_numbered(sheet: Sheet) -> bool:
    """Whether a number names a row."""
    return len(sheet.primary) == 1 and kind_of(sheet.primary[0]) == "whole"


def _numbered(sheet: Sheet, words: str) -> Iterable[Condition]:
    is_number = words.isascii() and words.isdigit() and len(words) <= _MOST_DIGITS
    if is_number and int(words) < _LARGEST and is_numbered(sheet):
        yield sheet.primary[0] == literal(int(words), sheet.primary[0].type)


def _contains(named: ColumnElement[Any], word: str) -> Condition:
    """Whether a word is in the column, whatever the case; by an index of trigrams."""
    typed = plain(word)
    if len(word) >= SHORT:
        return named.ilike(f"%{typed}%")
    return or_(named.ilike(f"{typed}%"), named.ilike(f"% {typed}%"))


def _containing(values: Iterable[str], word: str) -> list[str]:
    return [one for one in values if word.lower() in one.lower()]


async def _keys(search: _Search, sheet: Sheet, hops: int) -> list[Any]:
    """Keys of the rows that are meant, `MOST_RELATED` at most."""
    known = search.keys.get((sheet.key, hops))
    if known is not None:
        return known
    meant = await _meant(search, sheet, hops)
    only = [] if sheet.only is None else [sheet.only()]
    statement = select(sheet.primary[0]).where(meant, *only).limit(MOST_RELATED + 1)
    found: Sequence[Any] = (await search.session.scalars(statement)).all()
    search.is_cut |= len(found) > MOST_RELATED
    search.keys[sheet.key, hops] = list(found[:MOST_RELATED])
    return search.keys[sheet.key, hops]


async def _values(search: _Search, sheet: Sheet, name: str) -> list[str]:
    """The different values of a column: each is the next one in its index, so none is read twice.

    https://wiki.postgresql.org/wiki/Loose_indexscan
    """
    known = search.values.get((sheet.key, name))
    if known is not None:
        return known
    named = sheet.table.columns[name]
    steps = select(func.min(named).label("value")).cte("steps", recursive=True)
    following = select(func.min(named)).where(named > steps.c.value).scalar_subquery()
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    statement = select(steps.c.value).where(steps.c.value.is_not(None)).limit(MOST_VALUES)
    search.values[sheet.key, name] = list((await search.session.scalars(statement)).all())
    return search.values[sheet.key, name]
