"""Writes what the engine found: alarms, their steps, findings. One connection, one transaction.

The row of an open alarm is locked before it changes, so an acknowledgement and the engine never
overtake each other; the partial unique index decides between two writers that open the same one.
"""

import datetime as dt
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID, uuid5

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from analytics import meters
from analytics.alarms import Alarm, Reason, State, Step, advance
from analytics.book import Book
from analytics.evidence import gather
from analytics.outcome import Change, Finding
from analytics.rules import NO_DATA, Category, Priority, Rule
from analytics.tracking import Kind
from analytics.wording import SILENT_TITLE, limit_message, silent_message
from storage.queries import engine as sql
from storage.queries.alarms import ALARMS_CHANNEL
from telemetry.clock import from_ms, to_ms

Connection = psycopg.AsyncConnection[Any]

_FINDINGS: Final = UUID("6f1d6b8e-7a0b-5c56-9a0a-2f2a9b1f6f0e")
"""Namespace of the ids of findings."""
_SILENCE_VERSION: Final = f"{NO_DATA}:1"


def _time(instant_ms: int | None) -> dt.datetime | None:
    return None if instant_ms is None else from_ms(instant_ms)


def _ms(instant: dt.datetime | None) -> int | None:
    return None if instant is None else to_ms(instant)


class Ledger:
    """The alarms of one transaction.

    Attributes:
        changed: Alarms that took a step.

    """

    def __init__(self, connection: Connection, book: Book) -> None:
        """Write through `connection`, which is in a transaction."""
        self._connection = connection
        self._cursor = connection.cursor(row_factory=dict_row)
        self._book = book
        self.changed: dict[UUID, None] = {}

    async def apply(self, changes: list[Change]) -> None:
        """Let every change take its alarm where it leads."""
        silent = {c.device_id for c in changes if c.rule is None and c.event.kind is Kind.LASTED}
        in_use = await self._in_use(silent)
        for change in changes:
            if change.device_id in silent - in_use and change.event.kind is Kind.LASTED:
                continue
            # A second time only when another writer opened the alarm in between.
            while not await self._apply(change):
                continue

    async def _in_use(self, devices: set[UUID | None]) -> set[UUID | None]:
        if not devices:
            return set()
        await self._cursor.execute(sql.DEVICES_IN_USE, (list(devices),))
        return {row["device_id"] for row in await self._cursor.fetchall()}

    async def _apply(self, change: Change) -> bool:
        """Take one change in; False when somebody else has just opened its alarm."""
        await self._cursor.execute(sql.OPEN_ALARM, (change.patient_id, change.condition))
        row = await self._cursor.fetchone()
        priority = Priority.MEDIUM if change.rule is None else change.rule.priority
        alarm, steps = advance(None if row is None else _alarm(row), change.event, priority)
        if alarm is None or not steps:
            return True
        calls = any(step.to_state is State.ACTIVE_UNACKNOWLEDGED for step in steps)
        evidence = await gather(self._cursor, self._book, change) if calls else {}
        before = None if row is None else row["worst_value"]
        worst = None if change.rule is None else change.rule.worse(before, change.value)
        fields = _fields(alarm) | {
            "message": await self._message(change, alarm, worst),
            "value": change.value,
            "worst_value": worst,
            "evidence": Jsonb(evidence),
        }
        if row is None:
            await self._cursor.execute(sql.INSERT_ALARM, fields | _identity(change))
            made = await self._cursor.fetchone()
            if made is None:
                return False
            alarm_id: UUID = made["id"]
        else:
            alarm_id = row["id"]
            await self._cursor.execute(sql.UPDATE_ALARM, fields | {"id": alarm_id})
        await self._record(alarm_id, steps, _identity(change)["category"])
        return True

    async def _message(self, change: Change, alarm: Alarm, worst: float | None) -> str:
        rule, value = change.rule, change.value
        if rule is not None and value is not None:
            metric = change.channel.metric
            return limit_message(rule, metric, value, alarm.priority, worst=worst, note=change.note)
        await self._cursor.execute(sql.DEVICE_NAME, (change.device_id,))
        row = await self._cursor.fetchone()
        name = "a removed device" if row is None else row["name"]
        return silent_message(f"{name} ({str(change.device_id)[:8]})", alarm.started_ms)

    async def _record(self, alarm_id: UUID, steps: tuple[Step, ...], category: str) -> None:
        await self._cursor.executemany(
            sql.INSERT_TRANSITION,
            [
                (alarm_id, from_ms(s.at_ms), s.from_state, s.to_state, s.reason, s.priority)
                for s in steps
            ],
        )
        for step in steps:
            if step.to_state is State.ACTIVE_UNACKNOWLEDGED:
                meters.RAISED.labels(step.priority, category).inc()
        await self._notify(alarm_id)

    async def _notify(self, alarm_id: UUID) -> None:
        self.changed[alarm_id] = None
        await self._cursor.execute(sql.NOTIFY, (ALARMS_CHANNEL, str(alarm_id)))

    async def find(self, findings: list[Finding]) -> None:
        """Keep what late readings show, as alarms that are over."""
        for finding in findings:
            fields = _finding(finding)
            if finding.activated_ms is None:
                await self._cursor.execute(sql.UPDATE_FINDING, fields)
                continue
            await self._cursor.execute(sql.INSERT_FINDING, fields)
            if await self._cursor.fetchone() is not None:
                await self._cursor.execute(sql.INSERT_TRANSITION, _finding_step(finding, fields))
                await self._notify(fields["id"])
                meters.FINDINGS.inc()


def _alarm(row: DictRow) -> Alarm:
    return Alarm(
        state=State(row["state"]),
        priority=Priority(row["priority"]),
        started_ms=to_ms(row["started_at"]),
        activated_ms=_ms(row["activated_at"]),
        acknowledged_ms=_ms(row["acknowledged_at"]),
        acknowledged_by=row["acknowledged_by_id"],
        cleared_ms=_ms(row["cleared_at"]),
        closed_ms=_ms(row["closed_at"]),
    )


def _fields(alarm: Alarm) -> dict[str, Any]:
    return {
        "state": alarm.state,
        "priority": alarm.priority,
        "started_at": from_ms(alarm.started_ms),
        "activated_at": _time(alarm.activated_ms),
        "acknowledged": alarm.acknowledged_ms is not None,
        "cleared_at": _time(alarm.cleared_ms),
        "closed_at": _time(alarm.closed_ms),
    }


def _identity(change: Change) -> dict[str, Any]:
    """What of an alarm never changes."""
    fields = {
        "patient_id": change.patient_id,
        "device_id": change.device_id,
        "condition": change.condition,
    }
    if change.rule is None:
        return fields | {
            "category": Category.TECHNICAL,
            "title": SILENT_TITLE,
            "metric": None,
            "unit": None,
            "limit_value": None,
            "severe_limit": None,
            "rule_version": _SILENCE_VERSION,
        }
    return fields | _rule_fields(change.rule, change.channel.metric)


def _rule_fields(rule: Rule, metric: str) -> dict[str, Any]:
    return {
        "category": rule.category,
        "title": rule.title,
        "metric": metric,
        "unit": rule.unit,
        "limit_value": rule.limit,
        "severe_limit": rule.severe_limit,
        "rule_version": rule.version,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Columns of a finding; its id says which series showed what from when on."""
    channel, rule = finding.channel, finding.rule
    name = f"{channel.number}:{rule.condition}:{finding.started_ms}"
    value = rule.score_to_value(finding.score)
    evidence = {
        "rule": asdict(rule),
        "score": finding.score,
        "started_ms": finding.started_ms,
        "series": [{"series_id": channel.number, "metric": channel.metric}],
    }
    return _rule_fields(rule, channel.metric) | {
        "id": uuid5(_FINDINGS, name),
        "patient_id": channel.patient_id,
        "condition": rule.condition,
        "priority": finding.priority,
        "message": limit_message(rule, channel.metric, value, finding.priority),
        "value": value,
        "started_at": from_ms(finding.started_ms),
        "activated_at": _time(finding.activated_ms),
        "cleared_at": _time(finding.ended_ms),
        "evidence": Jsonb(evidence),
    }


def _finding_step(finding: Finding, fields: dict[str, Any]) -> tuple[Any, ...]:
    at, reason = fields["activated_at"], Reason.RETROSPECTIVE
    return (fields["id"], at, None, State.CLOSED, reason, finding.priority)
