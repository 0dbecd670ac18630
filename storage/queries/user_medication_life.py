"""What becomes of a patient's medicine: changes, statuses, and the history of both."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import MedicationEvent, User, UserMedication
from storage.queries import medication_plans, prescription_news

MOVES: Final[Mapping[str, frozenset[str]]] = {
    "active": frozenset({"paused", "completed", "stopped"}),
    "paused": frozenset({"active", "completed", "stopped"}),
    "completed": frozenset({"active"}),
    "stopped": frozenset({"active"}),
}
"""Status -> those that it may become."""


EventPosition = tuple[dt.datetime, UUID]
"""When it happened, and its id: the newest first."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened to a medicine, and who did it."""

    event: MedicationEvent
    actor: str

    @property
    def position(self) -> EventPosition:
        """Place in the list."""
        return (self.event.at, self.event.id)


async def history(
    session: ReadSession, mine_id: UUID, *, after: EventPosition | None, limit: int
) -> list[EventRow]:
    """What happened to a medicine, the newest first, at most `limit`."""
    order = (MedicationEvent.at, MedicationEvent.id)
    actor = func.trim(User.first_name + " " + User.last_name)
    statement = (
        select(MedicationEvent, func.coalesce(actor, ""))
        .outerjoin(User, User.id == MedicationEvent.actor_id)
        .where(MedicationEvent.user_medication_id == mine_id)
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    return [EventRow(row[0], row[1]) for row in await session.execute(statement)]


async def time_zone(session: ReadSession | WriteSession, patient_id: UUID) -> str:
    """IANA name of a patient's zone."""
    found = await session.scalar(select(User.time_zone).where(User.id == patient_id))
    return found or "UTC"


async def change(
    session: WriteSession, mine: UserMedication, values: Mapping[str, Any], actor_id: UUID
) -> None:
    """Set these fields, keep what they were, and plan anew where the schedule changed."""
    before = {name: getattr(mine, name) for name in values}
    changes = {name: [before[name], one] for name, one in values.items() if before[name] != one}
    if not changes:
        return
    new = update(UserMedication).where(UserMedication.id == mine.id)
    await session.execute(new.values(**values, updated_at=func.now()))
    await note(session, mine.id, actor_id, "changed", changes=_plain(changes))
    if mine.status == "active" and changes.keys() & {"schedule", "start_date", "end_date"}:
        await _replan(session, {**_plan_fields(mine), **values}, mine)


def _plan_fields(mine: UserMedication) -> dict[str, Any]:
    return {name: getattr(mine, name) for name in ("schedule", "start_date", "end_date")}


async def _replan(session: WriteSession, fields: Mapping[str, Any], mine: UserMedication) -> None:
    now = dt.datetime.now(dt.UTC)
    await medication_plans.close_plan(session, mine.id, now)
    await medication_plans.open_plan(
        session,
        mine.id,
        schedule=fields["schedule"],
        time_zone=await time_zone(session, mine.user_id),
        start=fields["start_date"],
        end=fields["end_date"],
        at=now,
    )


def _plain(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {
        name: [one.isoformat() if isinstance(one, dt.date) else one for one in pair]
        for name, pair in changes.items()
    }


async def move(
    session: WriteSession,
    mine: UserMedication,
    status: str,
    *,
    actor_id: UUID | None,
    reason: str = "",
) -> None:
    """Give it another status, which `MOVES` allows; its plan begins or ends with it.

    The prescriber is told when the patient stops or pauses it.
    """
    # The session sets the new one on the row itself.
    before = mine.status
    await session.execute(
        update(UserMedication)
        .where(UserMedication.id == mine.id)
        .values(status=status, updated_at=func.now())
    )
    await note(
        session,
        mine.id,
        actor_id,
        "status",
        from_status=before,
        to_status=status,
        reason=reason,
    )
    if status == "active":
        await _replan(session, _plan_fields(mine), mine)
    else:
        await medication_plans.close_plan(session, mine.id, dt.datetime.now(dt.UTC))
    await prescription_news.tell(session, mine, status, actor_id)


async def note(  # noqa: PLR0913 - what an event is made of
    session: WriteSession,
    mine_id: UUID,
    actor_id: UUID | None,
    kind: str,
    *,
    from_status: str = "",
    to_status: str = "",
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Add to the history of a medicine."""
    await session.execute(
        insert(MedicationEvent).values(
            id=uuid4(),
            user_medication_id=mine_id,
            actor_id=actor_id,
            kind=kind,
            from_status=from_status,
            to_status=to_status,
            reason=reason,
            changes=dict(changes or {}),
        )
    )


async def ending(
    session: ReadSession, before: dt.date, *, limit: int
) -> list[tuple[UUID, dt.date, str]]:
    """Active medicines whose last day is before this one: (id, last day, the patient's zone)."""
    statement = (
        select(UserMedication.id, UserMedication.end_date, User.time_zone)
        .join(User, User.id == UserMedication.user_id)
        .where(UserMedication.status == "active", UserMedication.end_date < before)
        .order_by(UserMedication.end_date)
        .limit(limit)
    )
    found = await session.execute(statement)
    return [(key, last_day, zone) for key, last_day, zone in found if last_day is not None]


async def complete(session: WriteSession, mine_id: UUID, last_day: dt.date) -> bool:
    """End a medicine whose last day is over, unless it was changed, or another worker is at it."""
    mine = await session.scalar(
        select(UserMedication)
        .where(
            UserMedication.id == mine_id,
            UserMedication.status == "active",
            UserMedication.end_date == last_day,
        )
        .with_for_update(skip_locked=True)
    )
    if mine is None:
        return False
    await move(session, mine, "completed", actor_id=None, reason="Last day over")
    return True
