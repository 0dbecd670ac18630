"""Writes what the engine found: alarms, their steps, findings. One connection, one transaction.

The row of an open alarm is locked before it changes, so an acknowledgement and the engine never
overtake each other; the partial unique index decides between two writers that open the same one.
"""

import datetime as dt
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID, uuid5

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from analytics import meters
from analytics import proof as proofs
from analytics.alarm_file import AlarmFile
from analytics.alarm_rows import alarm_of
from analytics.alarms import CALLS, REOPEN_MS, Alarm, Reason, State, Step, advance, returns
from analytics.book import Book
from analytics.evidence import gather
from analytics.outcome import Change, Finding
from analytics.proof import Run
from analytics.rules import SIGN, Category, Rule
from analytics.tracking import NEVER, Kind
from analytics.wording import Worst, limit_message
from storage.queries import alarm_life as life
from storage.queries import engine as sql
from storage.queries.alarms import ALARMS_CHANNEL
from telemetry.clock import from_ms, to_ms

Connection = psycopg.AsyncConnection[Any]

_FINDINGS: Final = UUID("6f1d6b8e-7a0b-5c56-9a0a-2f2a9b1f6f0e")
"""Namespace of the ids of findings."""
_SHELVED_KINDS: Final = frozenset({Kind.LASTED, Kind.WORSENED, Kind.EASED})
"""Events of which a shelf changes what comes."""


def _time(instant_ms: int | None) -> dt.datetime | None:
    return None if instant_ms in {None, NEVER} else from_ms(instant_ms)


def _worst_of(finding: Finding) -> Worst:
    return Worst(finding.rule.score_to_value(finding.score), _time(finding.worst_ms))


def _worse(rule: Rule, known: DictRow | None, now: Worst) -> Worst:
    """The worse of what an alarm knows already and of what is found now; the first of equals."""
    if known is None or rule.worse(known["worst_value"], now.value) != known["worst_value"]:
        return now
    return Worst(known["worst_value"], known["worst_at"])


class Ledger:
    """The alarms of one transaction."""

    def __init__(
        self,
        connection: Connection,
        book: Book,
        reopen_ms: int = REOPEN_MS,
        run: Run | None = None,
    ) -> None:
        """Write through `connection`, which is in a transaction, what this run came to."""
        self._run = run
        self._connection = connection
        self._cursor = connection.cursor(row_factory=dict_row)
        self._book = book
        self._reopen_ms = reopen_ms
        self._file = AlarmFile(connection)

    @property
    def changed(self) -> dict[UUID, None]:
        """Alarms that took a step."""
        return self._file.changed

    async def apply(self, changes: list[Change]) -> None:
        """Let every change take its alarm where it leads.

        The silence of a device has no rule: `analytics.equipment` makes an alarm of it.
        """
        for change in changes:
            # A second time only when another writer opened the alarm in between.
            while change.rule is not None and not await self._apply(change, change.rule):
                continue

    async def _apply(self, change: Change, rule: Rule) -> bool:
        """Take one change in; False when somebody else has just opened its alarm."""
        row = await self._row(change)
        event = change.event
        shelf = None
        if event.kind in _SHELVED_KINDS:
            shelf = await self._file.shelf(change.patient_id, change.condition)
        alarm, steps = advance(
            None if row is None else alarm_of(row),
            event,
            rule.priority,
            rule.category,
            shelf,
        )
        if alarm is None or not steps:
            return True
        described = await self._described(change, rule, alarm, steps, row)
        described |= _identity(change) | _rule_fields(rule, change.channel.metric)
        if row is None:
            if await self._file.insert(alarm, steps, described) is None:
                return False
        elif not await self._update(row, alarm, steps, described):
            return False
        _count(steps, alarm.category)
        return True

    async def _row(self, change: Change) -> DictRow | None:
        """The alarm that a change is about: the open one, or one closed so lately that it is."""
        row = await self._file.lock_open(change.patient_id, change.condition)
        if row is not None or change.event.kind not in {Kind.BEGAN, Kind.LASTED}:
            return row
        row = await self._file.lock_closed(change.patient_id, change.condition)
        if row is None or not returns(alarm_of(row), change.event, self._reopen_ms):
            return None
        return row

    async def _update(
        self, row: DictRow, alarm: Alarm, steps: tuple[Step, ...], described: dict[str, Any]
    ) -> bool:
        """Write the next state; False when the alarm was to be reopened and another one is open."""
        calls = bool(described["evidence"].obj)
        described = described | {"id": row["id"], "calls": calls}
        if row["state"] != State.CLOSED:
            # It stays the open one, so nobody else can have opened it: both go out together.
            async with self._connection.pipeline():
                await self._file.update(row["id"], alarm, steps)
                await self._cursor.execute(life.DESCRIBE, described)
            return True
        try:
            async with self._connection.transaction():
                await self._file.update(row["id"], alarm, steps)
        except psycopg.errors.UniqueViolation:
            return False
        await self._cursor.execute(life.DESCRIBE, described)
        return True

    async def _described(
        self,
        change: Change,
        rule: Rule,
        alarm: Alarm,
        steps: tuple[Step, ...],
        row: DictRow | None,
    ) -> dict[str, Any]:
        calls = any(step.reason in CALLS for step in steps)
        evidence = await gather(self._cursor, self._book, change, rule, self._run) if calls else {}
        episode = Worst(rule.score_to_value(change.event.score), _time(change.event.worst_ms))
        if row is not None and change.event.kind is Kind.CORRECTED:
            # Nothing was measured: the alarm keeps what called.
            episode = Worst(row["value"], row["worst_at"])
        worst = _worse(rule, row, episode)
        message = limit_message(
            rule,
            change.channel.metric,
            episode,
            alarm.priority,
            event=change.event,
            worst=worst,
            note=change.note,
        )
        return {
            "message": message,
            "value": episode.value,
            "worst_value": worst.value,
            "worst_at": worst.at,
            "evidence": Jsonb(evidence),
        }

    def _proof(self, finding: Finding) -> dict[str, Any]:
        if finding.proof is not None:
            return {"proof": finding.proof}
        if self._run is None:
            return {}
        return {"proof": proofs.make(self._book, self._run, finding.channel.patient_id)}

    async def find_hours(self, findings: list[Finding]) -> None:
        """Keep what hours that were filled in late show, unless there is an alarm of it already."""
        for finding in findings:
            ended_ms = finding.ended_ms or finding.started_ms
            reach_ms = round(finding.rule.hold_s * 1000)
            bounds = (from_ms(ended_ms + reach_ms), from_ms(finding.started_ms - reach_ms))
            await self._cursor.execute(
                sql.KNOWN_EPISODE, (finding.channel.patient_id, finding.rule.condition, *bounds)
            )
            known = await self._cursor.fetchone()
            if known is None:
                await self.find([finding, replace(finding, activated_ms=None)])
            elif known["retrospective"]:
                await self._lengthen(known, finding)

    async def _lengthen(self, known: DictRow, finding: Finding) -> None:
        rule = finding.rule
        worst = _worse(rule, known, _worst_of(finding))
        score = (worst.value - rule.limit) * SIGN[rule.side]
        finding = replace(
            finding, score=score, worst_ms=NEVER if worst.at is None else to_ms(worst.at)
        )
        fields = _finding(finding, {}) | {"known": known["id"]}
        await self._cursor.execute(sql.LENGTHEN_FINDING, fields)

    async def find(self, findings: list[Finding]) -> None:
        """Keep what late readings show, as alarms that are over."""
        for finding in findings:
            fields = _finding(finding, self._proof(finding))
            if finding.activated_ms is None:
                await self._cursor.execute(sql.UPDATE_FINDING, fields)
                continue
            await self._cursor.execute(sql.INSERT_FINDING, fields)
            if await self._cursor.fetchone() is not None:
                await self._cursor.execute(sql.INSERT_TRANSITION, _finding_step(finding, fields))
                self.changed[fields["id"]] = None
                await self._cursor.execute(sql.NOTIFY, (ALARMS_CHANNEL, str(fields["id"])))
                meters.FINDINGS.inc()


def _count(steps: tuple[Step, ...], category: Category) -> None:
    for step in steps:
        if step.to_state is State.ACTIVE_UNACKNOWLEDGED and step.reason in CALLS:
            meters.RAISED.labels(step.priority, category).inc()


def _identity(change: Change) -> dict[str, Any]:
    """What of an alarm never changes."""
    return {
        "patient_id": change.patient_id,
        "device_id": change.device_id,
        "condition": change.condition,
    }


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


def _finding(finding: Finding, proof: dict[str, Any]) -> dict[str, Any]:
    """Columns of a finding; its id says which series showed what from when on."""
    channel, rule = finding.channel, finding.rule
    # A score is of no series: its number is the same for everybody.
    of = channel.number if channel.number >= 0 else channel.patient_id
    name = f"{of}:{rule.condition}:{finding.started_ms}"
    worst = _worst_of(finding)
    evidence = {
        "rule": asdict(rule),
        "score": finding.score,
        "started_ms": finding.started_ms,
        "series": (
            [{"series_id": channel.number, "metric": channel.metric}] if channel.number >= 0 else []
        ),
        "result": proofs.found(finding),
        **proof,
    }
    return _rule_fields(rule, channel.metric) | {
        "id": uuid5(_FINDINGS, name),
        "patient_id": channel.patient_id,
        "condition": rule.condition,
        "priority": finding.priority,
        "message": limit_message(rule, channel.metric, worst, finding.priority),
        "value": worst.value,
        "worst_at": worst.at,
        "started_at": from_ms(finding.started_ms),
        "activated_at": _time(finding.activated_ms),
        "cleared_at": _time(finding.ended_ms),
        "evidence": Jsonb(evidence),
    }


def _finding_step(finding: Finding, fields: dict[str, Any]) -> tuple[Any, ...]:
    at, reason = fields["activated_at"], Reason.RETROSPECTIVE
    return (fields["id"], at, None, State.CLOSED, reason, finding.priority)
