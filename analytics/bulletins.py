"""Writes technical alarms: of devices, of groups of them, of the platform itself.

One connection, one transaction. The row of an open alarm is locked before it changes, and the
partial unique index decides between two writers that open the same one. A technical alarm does not
latch: what is mended needs nobody's look (IEC 60601-1-8 leaves that to the maker).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from analytics import meters
from analytics.alarm_file import AlarmFile
from analytics.alarm_rows import alarm_of
from analytics.alarms import REOPEN_MS, Reason, Shelf, State, advance, returns
from analytics.rules import Category, Priority
from analytics.tracking import Event, Kind
from storage.queries import engine, technical
from storage.queries.alarms import ALARMS_CHANNEL
from telemetry.clock import from_ms

Connection = psycopg.AsyncConnection[Any]
VERSION = "technical:1"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A technical alarm to raise.

    Attributes:
        patient_id: Whose device it is about; None for a group or the platform.
        parent_id: The alarm that speaks for this one: nobody is told of it by itself.

    """

    patient_id: UUID | None
    condition: str
    priority: Priority
    title: str
    message: str
    started_ms: int
    device_id: UUID | None = None
    parent_id: UUID | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


class Bulletins:
    """The technical alarms of one transaction.

    Attributes:
        changed: Alarms that subscribers are told of.

    """

    def __init__(self, connection: Connection, reopen_ms: int = REOPEN_MS) -> None:
        """Write through `connection`, which is in a transaction."""
        self._connection = connection
        self._reopen_ms = reopen_ms
        self._cursor = connection.cursor(row_factory=dict_row)
        self._file = AlarmFile(connection)
        self.changed: dict[UUID, None] = {}

    async def post(self, bulletin: Bulletin, at_ms: int) -> UUID | None:
        """Raise an alarm and return its id: of the open one, where there is one.

        One that was closed a moment ago is opened again. None when the patient has been removed.
        """
        known = await self._open(bulletin.patient_id, bulletin.condition)
        if known is not None:
            return _id(known)
        shelf = await self._file.shelf(bulletin.patient_id, bulletin.condition)
        again = await self._reopen(bulletin, shelf, at_ms)
        if again is not None:
            return again
        until_ms = at_ms if shelf is None else shelf.until(bulletin.priority, Category.TECHNICAL)
        held = at_ms < until_ms
        raised = State.SUPPRESSED if held else State.ACTIVE_UNACKNOWLEDGED
        quiet = bulletin.parent_id is not None and not held
        await self._cursor.execute(
            technical.RAISE,
            {
                "state": raised,
                "patient_id": bulletin.patient_id,
                "device_id": bulletin.device_id,
                "condition": bulletin.condition,
                "priority": bulletin.priority,
                "title": bulletin.title,
                "message": bulletin.message,
                "rule_version": VERSION,
                "started_at": from_ms(bulletin.started_ms),
                "activated_at": from_ms(at_ms),
                "attention_at": None if quiet else from_ms(until_ms),
                "parent_id": bulletin.parent_id,
                "evidence": Jsonb(bulletin.evidence),
            },
        )
        made = await self._cursor.fetchone()
        if made is None:
            other = await self._open(bulletin.patient_id, bulletin.condition)
            return None if other is None else _id(other)
        new_id: UUID = made["id"]
        await self._step(new_id, at_ms, None, raised, Reason.LASTED, bulletin.priority)
        if not held:
            meters.RAISED.labels(bulletin.priority, Category.TECHNICAL).inc()
        if bulletin.parent_id is None:
            await self._tell(new_id)
        return new_id

    async def _reopen(self, bulletin: Bulletin, shelf: Shelf | None, at_ms: int) -> UUID | None:
        """Open the alarm again that the condition had lately; None where it had none."""
        row = await self._file.lock_closed(bulletin.patient_id, bulletin.condition)
        event = Event(at_ms, Kind.LASTED, bulletin.started_ms, score=0.0, lasted=True)
        if row is None or not returns(alarm_of(row), event, self._reopen_ms):
            return None
        alarm, steps = advance(alarm_of(row), event, bulletin.priority, Category.TECHNICAL, shelf)
        if alarm is None:
            return None
        calls = alarm.state is State.ACTIVE_UNACKNOWLEDGED
        quiet = calls and bulletin.parent_id is not None
        attention_ms = None if quiet else alarm.attention_ms
        alarm = replace(alarm, latching=False, attention_ms=attention_ms)
        try:
            async with self._connection.transaction():
                await self._file.update(row["id"], alarm, steps)
        except psycopg.errors.UniqueViolation:
            return None  # somebody else has just opened another one
        await self._cursor.execute(
            technical.RENEW,
            {
                "id": row["id"],
                "title": bulletin.title,
                "message": bulletin.message,
                "parent_id": bulletin.parent_id,
                "evidence": Jsonb(bulletin.evidence),
            },
        )
        if calls:
            meters.RAISED.labels(bulletin.priority, Category.TECHNICAL).inc()
        if bulletin.parent_id is None:
            self.changed[row["id"]] = None
        return _id(row)

    async def close(self, patient_id: UUID | None, condition: str, at_ms: int) -> None:
        """End an alarm, if it is open: what it was about is over."""
        row = await self._open(patient_id, condition)
        if row is None:
            return
        await self._cursor.execute(technical.OVER, {"id": row["id"], "at": from_ms(at_ms)})
        priority = Priority(row["priority"])
        cleared, closed = State.CLEARED, State.CLOSED
        await self._step(row["id"], at_ms, State(row["state"]), cleared, Reason.ENDED, priority)
        await self._step(row["id"], at_ms, cleared, closed, Reason.CLOSED, priority)
        if row["parent_id"] is None:
            await self._tell(row["id"])

    async def say(self, alarm_id: UUID, message: str, evidence: dict[str, Any]) -> None:
        """Change what an open alarm says; nobody is told when it says that already."""
        await self._cursor.execute(
            technical.SAY, {"id": alarm_id, "message": message, "evidence": Jsonb(evidence)}
        )
        if await self._cursor.fetchone() is not None:
            await self._tell(alarm_id)

    async def adopt(self, alarms: Sequence[UUID], parent_id: UUID | None) -> None:
        """Let another alarm speak for these, or (None) each for itself again."""
        if not alarms:
            return
        await self._cursor.execute(technical.ADOPT, {"parent_id": parent_id, "ids": list(alarms)})
        for alarm_id in alarms:
            await self._tell(alarm_id)

    async def _open(self, patient_id: UUID | None, condition: str) -> dict[str, Any] | None:
        if patient_id is None:
            await self._cursor.execute(technical.OPEN_OF_PLATFORM, (condition,))
        else:
            await self._cursor.execute(technical.OPEN_OF_PATIENT, (patient_id, condition))
        return await self._cursor.fetchone()

    async def _step(  # noqa: PLR0913, PLR0917 - the columns of a step
        self,
        alarm_id: UUID,
        at_ms: int,
        before: State | None,
        after: State,
        reason: Reason,
        priority: Priority,
    ) -> None:
        await self._cursor.execute(
            engine.INSERT_TRANSITION,
            (alarm_id, from_ms(at_ms), before, after, reason, priority),
        )

    async def _tell(self, alarm_id: UUID) -> None:
        self.changed[alarm_id] = None
        await self._cursor.execute(engine.NOTIFY, (ALARMS_CHANNEL, str(alarm_id)))


def _id(row: dict[str, Any]) -> UUID:
    found: UUID = row["id"]
    return found
