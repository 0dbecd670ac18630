"""Looks through every table of the schema for whatever leads to a person: the proof of an erasure.

It goes by what the database has, not by what the models say, so that a table of a library, or one
that somebody forgot, is looked through as well. Chunks and compressed data are looked through by
their hypertable.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql

from storage.person_tables import KEPT

Connection = psycopg.AsyncConnection[Any]

_COLUMNS: Final = """
    -- Columns of every table, and of every view that keeps rows of its own.
    SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v')
        AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""
_TEXTS: Final = frozenset(
    {"text", "character varying", "json", "jsonb", "text[]", "character varying[]"}
)
_SERIES: Final = "series_id"
_BY_TYPE: Final = {
    "uuid": "{} = ANY(%(ids)s)",
    "uuid[]": "{} && %(ids)s",
    "bytea": "(encode({0}, 'escape') ~* %(words)s OR encode({0}, 'hex') ~ %(bytes)s)",
    **dict.fromkeys(_TEXTS, "{}::text ~* %(words)s"),
}
MIN_WORD: Final = 6
"""A shorter telephone number or name would be found in what is not about the person."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What leads to a person.

    Attributes:
        person: Number of the account.
        devices: Numbers of their devices.
        series: Numbers of their series of readings.
        words: E-mail address, telephone, user name; gone with the account, so only whoever knows
            them can look for them later.

    """

    person: UUID
    devices: Sequence[UUID] = ()
    series: Sequence[int] = ()
    words: Sequence[str] = field(default=(), repr=False)

    @property
    def parameters(self) -> dict[str, Any]:
        """Values of the statements here and of `storage.person_tables`."""
        ids = [self.person, *self.devices]
        texts = [form for one in ids for form in (str(one), one.hex)]
        texts += [word for word in self.words if len(word) >= MIN_WORD]
        return {
            "person": self.person,
            "devices": list(self.devices),
            "series": list(self.series),
            "ids": ids,
            "words": "|".join(map(re.escape, texts)),
            "bytes": "|".join(one.hex for one in ids),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """How many rows of a table a trace was found in, by column."""

    table: str
    columns: dict[str, int]
    """Every column that was looked through."""

    @property
    def left(self) -> dict[str, int]:
        """Columns with a trace that nobody decided to keep."""
        return {
            name: rows
            for name, rows in self.columns.items()
            if rows and (self.table, name) not in KEPT
        }

    @property
    def kept(self) -> dict[str, int]:
        """Columns with a trace that is kept for a reason."""
        return {name: rows for name, rows in self.columns.items() if (self.table, name) in KEPT}


async def scan(connection: Connection, traces: Traces) -> list[Finding]:
    """Look through every table; one finding for each that can hold a trace."""
    parameters = traces.parameters
    findings = []
    for table, columns in _candidates(await _columns(connection)):
        statement = _statement(table, columns)
        row = await (await connection.execute(statement, parameters, prepare=False)).fetchone()
        names = [name for name, _ in columns]
        findings.append(Finding(table, dict(zip(names, row or (), strict=True))))
    return findings


async def _columns(connection: Connection) -> list[tuple[str, str, str]]:
    return await (await connection.execute(_COLUMNS)).fetchall()


def _candidates(
    columns: Sequence[tuple[str, str, str]],
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Tables with the columns that can hold a trace, and how each is asked."""
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in columns:
        asked = "{} = ANY(%(series)s)" if column == _SERIES else _BY_TYPE.get(kind)
        if asked is not None:
            tables.setdefault(table, []).append((column, asked))
    yield from tables.items()


def _statement(table: str, columns: Sequence[tuple[str, str]]) -> sql.Composed:
    conditions = [sql.SQL(asked).format(sql.Identifier(name)) for name, asked in columns]
    counts = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE {})").format(one) for one in conditions
    )
    statement = sql.SQL("SELECT {} FROM {}").format(counts, sql.Identifier(table))
    if [name for name, _ in columns] == [_SERIES]:
        # Readings and rollups: by their index, they are far too many to be looked through.
        return statement + sql.SQL(" WHERE {}").format(conditions[0])
    return statement


def fingerprint(document: dict[str, Any]) -> bytes:
    """SHA-256 of a document in one form: as JSON with sorted keys and nothing between them."""
    return sha256(msgspec.json.encode(document, order="sorted")).digest()
