"""One alarm that calls: who is told now, who is reminded, and when to look again."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from analytics.alarms import CALLS, State
from analytics.escalation import (
    BUILTIN,
    BUILTIN_VERSION,
    Calling,
    Step,
    due,
    early,
    next_at,
    reminder_due,
    repeat_of,
    step_of,
)
from analytics.rules import Priority
from jobs import meters
from jobs.audience import Person, people_of
from jobs.rows import one_row
from storage.queries import attention as sql
from storage.queries.alarms import ALARMS_CHANNEL
from storage.queries.announce import News, announce
from storage.queries.engine import NOTIFY

Connection = psycopg.AsyncConnection[Any]

NOTIFIED: Final = "notified"
ESCALATED: Final = "escalated"
REMINDED: Final = "reminded"


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told something, over which channels."""

    person: Person
    channels: tuple[str, ...]


class Call:
    """One alarm that calls, in one transaction that holds its row."""

    def __init__(self, connection: Connection, alarm: DictRow) -> None:
        """Work on `alarm`, a row of `TAKE_DUE`."""
        self._connection = connection
        self._alarm = alarm
        self._place: DictRow = {}
        self._round = 0
        self._policy = BUILTIN_VERSION
        self._reminders = 0
        self._now = dt.datetime.now(dt.UTC)

    async def go_on(self) -> None:
        """Take the steps that are due, remind who was told, and say when to look again."""
        calling = await self._calling()
        over = self._alarm["state"] == State.LATCHED
        now = self._now.timestamp()
        steps = due(calling, now, over=over)
        if steps:
            calling = await self._take(calling, steps)
            while not over and (ahead := early(calling)) is not None:
                calling = await self._take(calling, [ahead])
        elif reminder_due(calling, now):
            calling = await self._remind(calling)
        await self._save(calling, next_at(calling, over=over))

    async def _calling(self) -> Calling:
        """How far the call has come, or its beginning."""
        values = {
            "id": self._alarm["id"],
            "calls": [str(reason) for reason in CALLS],
            "steps": [NOTIFIED, ESCALATED],
        }
        place = await one_row(self._connection, sql.CALLING, values)
        if place is None or place["calls_since"] is None:
            message = "an alarm that calls has no transition that made it"
            raise LookupError(message)
        self._place, self._now, self._round = place, place["now"], place["calls_since"]
        if place["round"] != self._round:
            return await self._begin()
        self._reminders, self._policy = place["reminders"], place["policy"]
        told_at, called_at = place["told_at"], place["called_at"]
        return Calling(
            steps=tuple(step_of(one) for one in place["steps"]),
            repeat_seconds=place["repeat_seconds"],
            began_at=place["began_at"].timestamp(),
            taken=place["taken"],
            told_at=None if told_at is None else told_at.timestamp(),
            called_at=None if called_at is None else called_at.timestamp(),
        )

    async def _begin(self) -> Calling:
        """Choose the policy, which holds for this round whatever becomes of it meanwhile.

        The round begins now, not when the alarm did: after an outage nobody is passed over.
        """
        alarm, place = self._alarm, self._place
        chosen = await one_row(
            self._connection,
            sql.POLICY,
            {
                "priority": alarm["priority"],
                "hospital_id": place["hospital_id"],
                "ward": place["ward"],
            },
        )
        steps, repeat = BUILTIN[Priority(alarm["priority"])], None
        if chosen is not None:
            steps = tuple(step_of(one) for one in chosen["steps"])
            self._policy = f"{'default' if chosen['ward'] is None else 'ward'}:{chosen['version']}"
            repeat = chosen["repeat_seconds"]
        rule_repeat = alarm["rule_repeat"]
        repeat = repeat_of(
            repeat, None if rule_repeat is None else float(rule_repeat), alarm["priority"]
        )
        await self._connection.execute(
            sql.BEGIN_ROUND,
            {
                "id": alarm["id"],
                "round": self._round,
                "policy": self._policy,
                "steps": Jsonb([step.document() for step in steps]),
                "repeat_seconds": repeat,
                "began_at": self._now,
            },
        )
        return Calling(steps, repeat, self._now.timestamp())

    async def _take(self, calling: Calling, steps: list[int]) -> Calling:
        """Take some steps as one: who is in several of them is told once."""
        last = steps[-1]
        told = await self._audience([calling.steps[i] for i in steps])
        reason = NOTIFIED if calling.taken == 0 else ESCALATED
        await self._tell(told, f"{self._round}:{last}", reason, step=last + 1)
        if not told:
            return replace(calling, taken=last + 1)
        now = self._now.timestamp()
        return replace(calling, taken=last + 1, told_at=now, called_at=now)

    async def _remind(self, calling: Calling) -> Calling:
        """Tell again those of the newest step that reaches anybody; nobody outside, ever."""
        inside = [step for step in calling.steps[: calling.taken] if not step.outside]
        told: list[Told] = []
        for after in sorted({step.after_seconds for step in inside}, reverse=True):
            told = await self._audience([one for one in inside if one.after_seconds == after])
            if told:
                break
        self._reminders += 1
        await self._tell(told, f"{self._round}:r{self._reminders}", REMINDED, step=calling.taken)
        return replace(calling, told_at=self._now.timestamp())

    async def _audience(self, steps: list[Step]) -> list[Told]:
        found: dict[str, Told] = {}
        for step in steps:
            for person in await people_of(self._connection, step, self._alarm, self._place):
                before = found[person.key].channels if person.key in found else ()
                found[person.key] = Told(person, tuple(sorted({*before, *step.channels})))
        return list(found.values())

    async def _tell(self, told: list[Told], event: str, reason: str, *, step: int) -> None:
        alarm = self._alarm
        payload = {
            "alarm_id": str(alarm["id"]),
            "patient_id": None if alarm["patient_id"] is None else str(alarm["patient_id"]),
            "condition": alarm["condition"],
            "title": alarm["title"],
            "priority": alarm["priority"],
            "category": alarm["category"],
            "ward": self._place["ward"],
            "bed": self._place["bed"],
            "started_at": alarm["started_at"].isoformat(),
            "reason": reason,
            "step": step,
        }
        news = [self._news(one, event, payload) for one in told]
        await announce(self._connection, news + await self._to_hospital(event, payload))
        detail = {
            "step": step,
            "policy": self._policy,
            "told": [one.person.document() | {"channels": list(one.channels)} for one in told],
        }
        await _record(self._connection, alarm, reason, detail)

    def _news(self, one: Told, event: str, payload: dict[str, Any]) -> News:
        alarm_id, urgent = self._alarm["id"], self._alarm["priority"] == Priority.HIGH
        common = {"event_key": f"alarm:{alarm_id}:{event}", "urgent": urgent}
        if one.person.user_id is None:
            named = {name: payload[name] for name in ("alarm_id", "patient_id", "started_at")}
            contact = self._alarm["patient_id"]
            return News(
                "alarm_contact", payload=named, contact_of=contact, channels=("sms",), **common
            )
        return News(
            "alarm",
            payload=payload,
            user_id=one.person.user_id,
            subject=f"alarm:{alarm_id}",
            channels=one.channels,
            **common,
        )

    async def _to_hospital(self, event: str, payload: dict[str, Any]) -> list[News]:
        hospital_id = self._place["hospital_id"]
        if hospital_id is None:
            return []
        if await one_row(self._connection, sql.HAS_ENDPOINT, {"hospital_id": hospital_id}) is None:
            return []
        key = f"alarm:{self._alarm['id']}:{event}"
        return [News("alarm", key, payload, hospital_id=hospital_id)]

    async def _save(self, calling: Calling, again: float | None) -> None:
        told_at = calling.told_at
        values = {
            "id": self._alarm["id"],
            "taken": calling.taken,
            "attention_at": None if again is None else dt.datetime.fromtimestamp(again, dt.UTC),
            "told_at": None if told_at is None else dt.datetime.fromtimestamp(told_at, dt.UTC),
            "reminders": self._reminders,
        }
        await self._connection.execute(sql.TOLD, values)
        await self._connection.execute(sql.SET_ATTENTION, values)


async def _record(
    connection: Connection, alarm: DictRow, reason: str, detail: dict[str, Any]
) -> None:
    """Write that somebody was told, and let whoever looks at the alarm see it."""
    values = {
        "id": alarm["id"],
        "state": alarm["state"],
        "reason": reason,
        "priority": alarm["priority"],
        "detail": Jsonb(detail),
    }
    await connection.execute(sql.RECORD, values)
    await connection.execute(NOTIFY, (ALARMS_CHANNEL, str(alarm["id"])))
    meters.ATTENDED.labels(reason).inc()
