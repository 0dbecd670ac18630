"""How one table is shown to administrators: its columns, and by which of them it may be asked.

Sorting and filtering follow the indexes: a column is offered when an index begins with it, or when
the table is so small that it does not matter. Secrets are left out by their names and types, and
what else is not to be seen is named.
"""

import datetime as dt
import decimal
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import Base

PATIENCE_SECONDS: Final = 5.0
"""How long one question of the panel may take the database."""
Kind = Literal["id", "text", "long", "whole", "number", "bool", "time", "date", "clock", "data"]
SECRET: Final = re.compile(
    r"password|secret|digest|hash|token(?!s)|(^|_)keys?$|^auth$|p256dh|payload|endpoint|credential|"
    r"public_key|transports|embedding"
)
"""Names of columns that are shown to nobody."""
SORTING_OUT: Final = frozenset(
    {
        "action",
        "channel",
        "is_active",
        "is_online",
        "is_verified",
        "kind",
        "licence_state",
        "outcome",
        "payment_status",
        "priority",
        "replayable",
        "severity",
        "state",
        "status",
        "urgent",
    }
)
"""Columns of few values, filtered by without an index: for `PATIENCE_SECONDS` at most."""
_KINDS: Final[tuple[tuple[type, Kind], ...]] = (
    (Uuid, "id"),
    (Boolean, "bool"),
    (DateTime, "time"),
    (Date, "date"),
    (Time, "clock"),
    (Float, "number"),
    (Integer, "whole"),
    (Numeric, "number"),
    (Text, "long"),
    (String, "text"),
)


Whose = ColumnElement[Any] | InstrumentedAttribute[Any]
"""Column that says whose data a row is."""


def through(key: Whose, patient: Whose) -> Callable[[Whose], Whose]:
    """Whose data a row is that names another one: that of the row whose key it names."""
    return lambda named: select(patient).where(key == named).scalar_subquery()


class UnfitError(ValueError):
    """What was typed does not fit its column."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One column as it is shown."""

    name: str
    kind: Kind
    links_to: str | None
    """Table whose row it names."""
    indexed: bool
    """Whether it may be sorted by."""
    filtered: bool
    """Whether it may be filtered by."""
    searched: bool
    """Whether by a part of it, too."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table as it is shown."""

    model: type[Base]
    group: str
    label: str
    title: tuple[str, ...] = ()
    """Columns that name a row to people."""
    beside: tuple[str, ...] = ()
    """Columns by which those of the same name are told apart."""
    columns: tuple[str, ...] = ()
    """Those of the list; all others are on the page of a row. None: all."""
    hidden: frozenset[str] = frozenset()
    search: tuple[str, ...] = ()
    """Columns in which typed words are looked for, by an index of trigrams unless rows are few."""
    values: tuple[str, ...] = ()
    """Columns of few values, among which typed words are looked for; each begins an index."""
    starts: tuple[str, ...] = ()
    """Columns of which a typed word may be the beginning, by an index of patterns."""
    text: ColumnElement[Any] | None = None
    """Expression of an index of full text, in which typed words are looked for."""
    newest: str | None = None
    """Column by which the list begins with the newest; None: by the key."""
    few: bool = False
    """So few rows that they may be asked for by any column."""
    patient: Whose | None = None
    """Whose data a row is."""
    people: Callable[[Sequence[UUID]], ColumnElement[bool]] | None = None
    """Condition on rows that have to do with one of these people, whom no column names."""
    asks_for: tuple[str, ...] = ()
    """One of these columns must be asked for: the table is too long to be looked through."""
    only: Callable[[], ColumnElement[bool]] | None = None
    """Rows that exist, as far as people are concerned."""
    links: tuple[tuple[str, str], ...] = ()
    """Columns that name rows of a table without a foreign key."""
    by: str | None = None
    """Unique column by which other tables name a row; None: the key."""

    @property
    def key(self) -> str:
        """Name in addresses: the table's."""
        return self.table.name

    @cached_property
    def table(self) -> Table:
        """The table."""
        table = self.model.__table__
        if not isinstance(table, Table):
            raise TypeError
        return table

    @cached_property
    def primary(self) -> tuple[Column[Any], ...]:
        """Columns that name a row."""
        if self.by is not None:
            return (self.table.columns[self.by],)
        return tuple(self.table.primary_key.columns)

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """Every column that is shown, in the table's order, those of the list first."""
        found = {one.name: one for one in self._columns()}
        first = [found[name] for name in self.columns]
        return (*first, *(one for name, one in found.items() if name not in self.columns))

    @cached_property
    def titled(self) -> tuple[Shown, ...]:
        """The columns that name a row, which may be named by the rows that those name."""
        found = {one.name: one for one in self.shown}
        return tuple(found[name] for name in self.title)

    def _columns(self) -> Iterator[Shown]:
        indexed, extra = self._indexed(), dict(self.links)
        for column in self.table.columns:
            if column.name in self.hidden or is_secret(column):
                continue
            offered = self.few or column.name in indexed
            searched = column.name in self.search
            yield Shown(
                column.name,
                kind_of(column),
                extra.get(column.name, _target(column)),
                indexed=offered,
                filtered=offered or searched or column.name in SORTING_OUT,
                searched=searched or self.few,
            )

    def _indexed(self) -> set[str]:
        """Columns with which an index begins that holds every row, in its order."""
        found = {self.primary[0].name}
        for index in self.table.indexes:
            options = index.dialect_options["postgresql"]
            first = next(iter(index.columns), None)
            in_order = not any(options[one] for one in ("using", "ops"))
            if first is not None and in_order and options["where"] is None:
                found.add(first.name)
        unique = (one for one in self.table.constraints if isinstance(one, UniqueConstraint))
        return found | {next(iter(one.columns)).name for one in unique}

    @property
    def has_words(self) -> bool:
        """Whether its rows have words of their own that they are found by."""
        return bool(self.search or self.values or self.starts) or self.text is not None

    def column(self, name: str) -> Column[Any]:
        """A shown column by its name.

        Raises:
            UnfitError: when it is not shown.
        """
        if all(one.name != name for one in self.shown):
            message = f"there is no column {name!r}"
            raise UnfitError(message)
        return self.table.columns[name]


def _target(column: Column[Any]) -> str | None:
    """Table whose row the values of a column name, where that takes one column."""
    for key in column.foreign_keys:
        if key.constraint is not None and len(key.constraint.columns) == 1:
            return key.column.table.name
    return None


def kind_of(column: Column[Any]) -> Kind:
    """How the values of a column look."""
    return next((kind for type_, kind in _KINDS if isinstance(column.type, type_)), "data")


def is_secret(column: Column[Any]) -> bool:
    """Whether a column is one that nobody is shown, whatever a sheet says."""
    return isinstance(column.type, LargeBinary) or bool(SECRET.search(column.name))


def fitted(column: Column[Any], value: object) -> object:
    """A value as its column has it.

    Raises:
        UnfitError: when it cannot be one of that column.
    """
    if value is None or isinstance(column.type, (ARRAY, JSONB)):
        return value
    try:
        if isinstance(value, list) or "\0" in str(value):
            raise ValueError  # noqa: TRY301 - as of any other value that no column can hold
        wanted = column.type.python_type
        if wanted is UUID and not isinstance(value, UUID):
            return UUID(str(value))
        if wanted is dt.datetime:
            at = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
            return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
        if wanted is dt.date and not isinstance(value, dt.date):
            return dt.date.fromisoformat(str(value))
        if wanted in {int, float, decimal.Decimal}:
            return wanted(str(value))
        if wanted is bool and not isinstance(value, bool):
            return {"true": True, "false": False}[str(value).lower()]
    # SQLAlchemy raises the last for a type that stands for none of Python's.
    except (ValueError, KeyError, ArithmeticError, NotImplementedError) as error:
        message = f"the value does not fit {column.name!r}"
        raise UnfitError(message) from error
    return value
