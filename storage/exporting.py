"""Everything of a person as CSV, straight out of the database in the order of its indexes.

One dataset for each table with rows of theirs (`storage.person_tables`), one for each metric, and
those that are joined here because they are read by people. Secrets, and what programs remember of
a calculation, are left out.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.engine import (
    CONNECT_TIMEOUT_SECONDS,
    KEEPALIVE,
    OPTIONS,
    ReadSession,
    sqlalchemy_url,
)
from storage.models import Base
from storage.person_tables import condition, owned, trusted
from telemetry.metrics import METRICS_BY_ID

LEFT_OUT: Final = {
    "device_facts": "on its way to alarms; what comes of it is in them",
    "engine_states": "what the engine remembers for its next calculation",
    "import_parts": "the files were brought by the person; their readings are exported",
    "kept_answers": "answers of one day, sealed",
    "latest": "the newest of the readings, which are exported",
    "reading_hours": "when readings were stored; each Observation says it",
    "recovery_codes": "secrets",
    "refresh_tokens": "of sessions, which are exported",
    "rollup_day": "made of the readings, which are exported",
    "rollup_dirty": "a mark for a calculation",
    "rollup_hour": "made of the readings, which are exported",
    "rollup_minute": "made of the readings, which are exported",
    "rollup_work": "a mark for a calculation",
    "score_dirty": "a mark for a calculation",
    "score_states": "what a score remembers for its next calculation",
    "totp_credentials": "a secret",
    "vitals": "exported by metric",
}
"""Tables with rows of a person that are not exported as they are, and why."""
SECRETS: Final = frozenset(
    {
        ("device_keys", "digest"),
        ("messages", "request_digest"),
        ("passkeys", "public_key"),
        ("push_subscriptions", "auth"),
        ("push_subscriptions", "p256dh"),
        ("subscribers", "digest"),
        ("users", "password_hash"),
        ("webhook_endpoints", "secret"),
    }
)
"""Columns that prove who somebody is."""
_READINGS: Final = """
    SELECT v.time, v.value, %(unit)s AS unit, v.quality, s.device_id, s.source,
           CASE WHEN s.device_id IS NOT NULL THEN 'device' WHEN s.source = '' THEN 'manual'
               ELSE 'import' END AS origin
    FROM series s JOIN vitals v ON v.series_id = s.id
    WHERE s.id = ANY(%(metric_series)s) ORDER BY v.series_id, v.time
"""
_AUDIT: Final = """
    SELECT seq, at, actor_id, trim(u.first_name || ' ' || u.last_name) AS actor_name, actor_roles,
           action, resource, purpose, reason, outcome
    FROM audit_log LEFT JOIN users u ON u.id = actor_id
    WHERE patients IN (SELECT digest FROM audit_patients WHERE patient_ids @> ARRAY[%(person)s])
       OR actor_id = %(person)s
    ORDER BY seq
"""
_PAYMENTS: Final = "SELECT * FROM payments WHERE patient_id = %(person)s ORDER BY created_at"
_SERIES: Final = "SELECT metric, id FROM series WHERE patient_id = %s ORDER BY metric, id"
_COUNT: Final = "SELECT count(*) FROM vitals WHERE series_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file of an export: its name without an ending, and the rows in it."""

    name: str
    select: str
    more: dict[str, Any]


class Snapshot:
    """A look at everything of a person at one moment."""

    def __init__(self, session: ReadSession, connection: Any, person: UUID) -> None:  # noqa: ANN401 - psycopg's
        """Read over `connection`, which is the session's own."""
        self.session = session
        self._connection: psycopg.AsyncConnection[Any] = connection
        self.person = person
        self._parameters: dict[str, Any] = {"person": person}
        self._metrics: dict[int, list[int]] = {}
        self.readings = 0

    async def open(self) -> None:
        """Find what leads to the person."""
        cursor = await self._connection.execute(_SERIES, (self.person,))
        for metric, series in await cursor.fetchall():
            self._metrics.setdefault(metric, []).append(series)
        series = [one for group in self._metrics.values() for one in group]
        cursor = await self._connection.execute(
            "SELECT device_id FROM iot_devices WHERE owner_id = %s", (self.person,)
        )
        devices = [row[0] for row in await cursor.fetchall()]
        self._parameters |= {"series": series, "devices": devices}
        row = await (await self._connection.execute(_COUNT, (series,), prepare=False)).fetchone()
        self.readings = row[0] if row else 0

    def datasets(self) -> Iterator[Dataset]:
        """Every file, in the order in which it is written."""
        for table in sorted(owned()):
            if table not in LEFT_OUT:
                yield Dataset(table, _select(table), {})
        yield Dataset("audit", _AUDIT, {})
        yield Dataset("payments", _PAYMENTS, {})
        for metric, series in self._metrics.items():
            known = METRICS_BY_ID[metric]
            more = {"unit": known.unit, "metric_series": series}
            yield Dataset(f"readings/{known.code}", _READINGS, more)

    async def csv(self, dataset: Dataset) -> AsyncIterator[bytes]:
        """Rows of a dataset as CSV: one piece with the names of its columns, then one a row."""
        copy = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(
            sql.SQL(trusted(dataset.select))
        )
        async with (
            self._connection.cursor() as cursor,
            cursor.copy(copy, self._parameters | dataset.more) as rows,
        ):
            async for row in rows:
                yield bytes(row)


def _select(table: str) -> str:
    columns = [
        column.name
        for column in Base.metadata.tables[table].columns
        if (table, column.name) not in SECRETS
    ]
    keys = [column.name for column in Base.metadata.tables[table].primary_key]
    return (
        f"SELECT {', '.join(columns)} FROM {table} WHERE {condition(table)}"  # noqa: S608 - names of the schema
        f" ORDER BY {', '.join(keys)}"
    )


@asynccontextmanager
async def snapshot(url: str, person: UUID) -> AsyncIterator[Snapshot]:
    """Open a look at a person's data, over one connection that changes nothing."""
    engine = create_async_engine(
        sqlalchemy_url(url),
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "options": f"-c default_transaction_read_only=on {OPTIONS}",
            **KEEPALIVE,
        },
    )
    try:
        async with ReadSession(engine, expire_on_commit=False) as session:
            raw = await (await session.connection()).get_raw_connection()
            found = Snapshot(session, raw.driver_connection, person)
            await found.open()
            yield found
    finally:
        await engine.dispose()
