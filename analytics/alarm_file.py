"""Alarms as they are kept: read and locked, changed by a pure function, written with their steps.

The one way in which the life of an alarm is stored, whether the engine, a person or the clock moved
it. A row is locked before it is read, so nobody overtakes anybody; the partial unique index decides
between two writers that open the same alarm.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from analytics import answers
from analytics.alarm_rows import alarm_of, columns
from analytics.alarms import Alarm, Moved, Shelf, Step
from analytics.rules import Category
from storage.queries import alarm_life as sql
from storage.queries.alarms import ALARMS_CHANNEL
from telemetry.clock import from_ms, now_ms, to_ms

Connection = psycopg.AsyncConnection[Any]
Action = Callable[[Alarm, int], Moved]
"""Of the alarm and the time in milliseconds."""

_SHELVES_LOCK: Final = 0x5E1F
"""First half of the advisory lock of a patient's condition."""


class AlarmGoneError(LookupError):
    """There is no such alarm."""


class StaleError(ValueError):
    """The alarm has changed since the version that the caller has seen."""


class AlreadyShelvedError(ValueError):
    """A shelf stands for this patient and condition."""


class ShelfOverError(ValueError):
    """The shelf has ended already."""


class AlarmFile:
    """Alarms of one transaction of `connection`.

    Attributes:
        changed: Alarms that took a step.

    """

    def __init__(self, connection: Connection) -> None:
        """Write through `connection`, which is in a transaction."""
        self.connection = connection
        self.cursor = connection.cursor(row_factory=dict_row)
        self.changed: dict[UUID, None] = {}

    async def lock(self, alarm_id: UUID) -> DictRow:
        """One alarm's row.

        Raises:
            AlarmGoneError: There is none.

        """
        await self.cursor.execute(sql.LOCK_ALARM, (alarm_id,))
        row = await self.cursor.fetchone()
        if row is None:
            raise AlarmGoneError
        return row

    async def lock_open(self, patient_id: UUID | None, condition: str) -> DictRow | None:
        """Row of the open alarm of a patient (None: of the platform itself) and condition."""
        if patient_id is None:
            await self.cursor.execute(sql.LOCK_OPEN_OF_NOBODY, (condition,))
        else:
            await self.cursor.execute(sql.LOCK_OPEN, (patient_id, condition))
        return await self.cursor.fetchone()

    async def lock_closed(self, patient_id: UUID | None, condition: str) -> DictRow | None:
        """Row of the alarm of a patient (None: of the platform) that was closed last."""
        if patient_id is None:
            await self.cursor.execute(sql.LOCK_CLOSED_OF_NOBODY, (condition,))
        else:
            await self.cursor.execute(sql.LOCK_CLOSED, (patient_id, condition))
        return await self.cursor.fetchone()

    async def act(
        self,
        alarm_id: UUID,
        action: Action,
        *,
        versions: frozenset[int] | None = None,
        allowed: Callable[[DictRow], None] | None = None,
    ) -> bool:
        """Do something about one alarm; whether that changed anything.

        Args:
            alarm_id: Which.
            action: What.
            versions: The alarm must be at one of these, where they are given.
            allowed: Raises when the row, as it is now, must not be acted on.

        Raises:
            AlarmGoneError: There is none.
            StaleError: It is at another version.
            ConflictError: Its state does not allow it.

        """
        row = await self.lock(alarm_id)
        if versions is not None and row["version"] not in versions:
            raise StaleError
        if allowed is not None:
            allowed(row)
        before = alarm_of(row)
        alarm, steps = action(before, now_ms())
        if not steps and alarm == before:
            return False
        await self.update(alarm_id, alarm, steps)
        return True

    async def wake(self, alarm_id: UUID) -> DictRow:
        """Let the clock end the snooze or the shelf of one alarm; its row afterwards.

        Raises:
            AlarmGoneError: There is none.

        """
        await self.act(alarm_id, answers.wake)
        return await self.lock(alarm_id)

    async def insert(
        self, alarm: Alarm, steps: tuple[Step, ...], described: dict[str, Any]
    ) -> UUID | None:
        """Write a new alarm; None when another writer has just opened the same one."""
        await self.cursor.execute(sql.INSERT_ALARM, columns(alarm) | described)
        made = await self.cursor.fetchone()
        if made is None:
            return None
        alarm_id: UUID = made["id"]
        await self._record(alarm_id, steps)
        return alarm_id

    async def update(self, alarm_id: UUID, alarm: Alarm, steps: tuple[Step, ...]) -> None:
        """Write the next state of an alarm that is locked."""
        await self.cursor.execute(sql.UPDATE_LIFE, columns(alarm) | {"id": alarm_id})
        await self._record(alarm_id, steps)

    async def shelf(self, patient_id: UUID | None, condition: str) -> Shelf | None:
        """The shelf that stands, and stays as it is until the transaction ends."""
        row = await self._standing(patient_id, condition)
        return None if row is None else Shelf(to_ms(row["starts_at"]), to_ms(row["ends_at"]))

    async def put_shelf(  # noqa: PLR0913, PLR0917 (the columns of a shelf)
        self,
        patient_id: UUID | None,
        condition: str,
        category: Category,
        reason: str,
        until_ms: int,
        by: UUID,
    ) -> UUID:
        """Shelve a condition, and suppress its alarm if one is active.

        Raises:
            AlreadyShelvedError: One stands.
            SpanError: It would end in the past, or too late.

        """
        shelf = Shelf(now_ms(), until_ms)
        answers.check_shelf(shelf, category)
        await self._turn(patient_id, condition)
        await self.cursor.execute(sql.LAPSE_SHELVES, (patient_id, condition))
        await self.cursor.execute(
            sql.INSERT_SHELF,
            {
                "patient_id": patient_id,
                "condition": condition,
                "reason": reason,
                "starts_at": from_ms(shelf.starts_ms),
                "ends_at": from_ms(shelf.ends_ms),
                "by_id": by,
            },
        )
        made = await self.cursor.fetchone()
        if made is None:
            raise AlreadyShelvedError
        await self._act_on_open(
            patient_id, condition, lambda alarm, at_ms: answers.shelve(alarm, at_ms, by, shelf)
        )
        shelf_id: UUID = made["id"]
        return shelf_id

    async def end_shelf(self, shelf_id: UUID, by: UUID) -> None:
        """Take a shelf down; what it held back calls from now on.

        Raises:
            ShelfOverError: It has ended already.

        """
        await self.cursor.execute(sql.SHELF_OF, (shelf_id,))
        row = await self.cursor.fetchone()
        if row is None:
            raise ShelfOverError
        await self._turn(row["patient_id"], row["condition"])
        await self.cursor.execute(sql.END_SHELF, (by, shelf_id))
        if await self.cursor.fetchone() is None:
            raise ShelfOverError
        await self._act_on_open(
            row["patient_id"],
            row["condition"],
            lambda alarm, at_ms: answers.unshelve(alarm, at_ms, by),
        )

    async def _act_on_open(self, patient_id: UUID | None, condition: str, action: Action) -> None:
        row = await self.lock_open(patient_id, condition)
        if row is not None:
            alarm, steps = action(alarm_of(row), now_ms())
            if steps:
                await self.update(row["id"], alarm, steps)

    async def _standing(self, patient_id: UUID | None, condition: str) -> DictRow | None:
        async with self.connection.pipeline():
            await self._turn(patient_id, condition)
            # A statement of its own: it sees what was committed while the turn was waited for.
            if patient_id is None:
                await self.cursor.execute(sql.STANDING_SHELF_OF_NOBODY, (condition,))
            else:
                await self.cursor.execute(sql.STANDING_SHELF, (patient_id, condition))
        return await self.cursor.fetchone()

    async def _turn(self, patient_id: UUID | None, condition: str) -> None:
        await self.cursor.execute(sql.SHELF_TURN, (_SHELVES_LOCK, f"{patient_id}:{condition}"))

    async def _record(self, alarm_id: UUID, steps: tuple[Step, ...]) -> None:
        for step in steps:
            note_id = None
            if step.note is not None:
                values = (alarm_id, from_ms(step.at_ms), step.actor, step.note)
                await self.cursor.execute(sql.ADD_NOTE, values)
                made = await self.cursor.fetchone()
                note_id = None if made is None else made["id"]
            await self.cursor.execute(
                sql.RECORD_STEP,
                (
                    alarm_id,
                    from_ms(step.at_ms),
                    step.from_state,
                    step.to_state,
                    step.reason,
                    step.priority,
                    step.actor,
                    note_id,
                    Jsonb(dict(step.detail)),
                ),
            )
        if steps:
            self.changed[alarm_id] = None
            await self.cursor.execute(sql.TELL, (ALARMS_CHANNEL, str(alarm_id)))
