"""Milestones that were reached, and when to look for more."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import Milestone, MilestoneCheck, User

MARK_CHECKS: Final = """
    -- Patients of these series are to be looked at: soon for what milestones are made of, not more
    -- often than every five minutes; of others, only that they exist.
    INSERT INTO milestone_checks AS c (patient_id, next_at)
    SELECT s.patient_id, now() FROM series s
    WHERE s.id = ANY(%(series)s::int[])
    GROUP BY s.patient_id
    HAVING bool_or(s.metric = ANY(%(metrics)s::smallint[]))
        OR NOT EXISTS (SELECT FROM milestone_checks k WHERE k.patient_id = s.patient_id)
    ORDER BY s.patient_id
    ON CONFLICT (patient_id) DO UPDATE
    SET next_at = greatest(now(), c.checked_at + interval '5 minutes')
    WHERE c.next_at > greatest(now(), c.checked_at + interval '5 minutes')
"""


@dataclass(frozen=True, slots=True)
class Check:
    """A patient to look at now."""

    patient_id: UUID
    time_zone: str
    checked_until: dt.date | None


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone; `metric` is an id."""

    key: str
    kind: str
    metric: int | None
    value: float
    achieved_on: dt.date


async def due(session: WriteSession) -> Check | None:
    """The patient who has been due for the longest; nobody else takes them until the commit."""
    statement = (
        select(MilestoneCheck.patient_id, User.time_zone, MilestoneCheck.checked_until)
        .join(User, User.id == MilestoneCheck.patient_id)
        .where(MilestoneCheck.next_at <= func.now())
        .order_by(MilestoneCheck.next_at)
        .limit(1)
        .with_for_update(of=MilestoneCheck, skip_locked=True)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Check(*row)


async def looked_at(
    session: WriteSession, patient_id: UUID, *, until: dt.date, next_at: dt.datetime
) -> None:
    """Note that a patient was looked at, and when to do so again."""
    await session.execute(
        update(MilestoneCheck)
        .where(MilestoneCheck.patient_id == patient_id)
        .values(checked_at=func.now(), checked_until=until, next_at=next_at)
    )


async def postpone(session: WriteSession, patient_id: UUID) -> None:
    """Look at a patient in a minute: now it cannot be done, or their readings are not summed up."""
    await session.execute(
        update(MilestoneCheck)
        .where(MilestoneCheck.patient_id == patient_id)
        .values(next_at=func.now() + text("interval '1 minute'"))
    )


async def add(session: WriteSession, patient_id: UUID, reached: Sequence[MilestoneRow]) -> set[str]:
    """Store milestones; the keys of those that are new."""
    if not reached:
        return set()
    by_key = {one.key: one for one in reached}
    statement = (
        insert(Milestone)
        .values(
            [
                {
                    "patient_id": patient_id,
                    "key": one.key,
                    "kind": one.kind,
                    "metric": one.metric,
                    "value": one.value,
                    "achieved_on": one.achieved_on,
                }
                for one in by_key.values()
            ]
        )
        .on_conflict_do_nothing(index_elements=["patient_id", "key"])
        .returning(Milestone.key)
    )
    return set(await session.scalars(statement))


async def newest(session: ReadSession, patient_id: UUID, *, limit: int) -> list[MilestoneRow]:
    """Milestones of a patient, the newest first."""
    statement = (
        select(
            Milestone.key,
            Milestone.kind,
            Milestone.metric,
            Milestone.value,
            Milestone.achieved_on,
        )
        .where(Milestone.patient_id == patient_id)
        .order_by(Milestone.achieved_on.desc(), Milestone.key)
        .limit(limit)
    )
    return [MilestoneRow(*row) for row in await session.execute(statement)]


async def look_soon(session: WriteSession, patient_id: UUID) -> None:
    """Have a patient looked at as soon as somebody is free."""
    new = insert(MilestoneCheck).values(patient_id=patient_id, next_at=func.now())
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["patient_id"], set_={"next_at": func.now(), "checked_until": None}
        )
    )
