"""Goals of patients, and what their days are computed in."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import HealthGoal, Latest, Series, User


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal as it is stored; `metric` is an id."""

    metric: int
    target: float
    direction: str
    starts_on: dt.date
    due_on: dt.date | None
    start_value: float | None


@dataclass(frozen=True, slots=True)
class Person:
    """Whose days: a name for the page, and the zone that days are computed in."""

    name: str
    time_zone: str


async def person(session: ReadSession | WriteSession, user_id: UUID) -> Person | None:
    """Name and zone of a user."""
    statement = select(User.first_name, User.last_name, User.time_zone).where(User.id == user_id)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Person(f"{row[0]} {row[1]}".strip(), row[2])


async def of(session: ReadSession | WriteSession, patient_id: UUID) -> list[GoalRow]:
    """Goals of a patient, by metric; at most one for each."""
    statement = (
        select(
            HealthGoal.metric,
            HealthGoal.target,
            HealthGoal.direction,
            HealthGoal.starts_on,
            HealthGoal.due_on,
            HealthGoal.start_value,
        )
        .where(HealthGoal.patient_id == patient_id)
        .order_by(HealthGoal.metric)
    )
    return [GoalRow(*row) for row in await session.execute(statement)]


async def newest_values(
    session: WriteSession, patient_id: UUID, metrics: Sequence[int]
) -> dict[int, float]:
    """Newest reading of each metric by measured time: metric id -> value."""
    statement = (
        select(Series.metric, Latest.value)
        .join(Latest, Latest.series_id == Series.id)
        .where(Series.patient_id == patient_id, Series.metric.in_(metrics))
        .order_by(Latest.time)
    )
    # The newest comes last and stays.
    return {row[0]: row[1] for row in await session.execute(statement)}


async def replace(session: WriteSession, patient_id: UUID, goals: Sequence[GoalRow]) -> None:
    """Make these the goals of a patient, at most one per metric.

    A goal that is as it was keeps the value that it started from.
    """
    kept = [goal.metric for goal in goals]
    await session.execute(
        delete(HealthGoal).where(
            HealthGoal.patient_id == patient_id, HealthGoal.metric.not_in(kept)
        )
    )
    if not goals:
        return
    new = insert(HealthGoal).values(
        [
            {
                "patient_id": patient_id,
                "metric": goal.metric,
                "target": goal.target,
                "direction": goal.direction,
                "starts_on": goal.starts_on,
                "due_on": goal.due_on,
                "start_value": goal.start_value,
            }
            for goal in sorted(goals, key=lambda goal: goal.metric)
        ]
    )
    changed = or_(
        *(
            getattr(HealthGoal, name).is_distinct_from(new.excluded[name])
            for name in ("target", "direction", "starts_on")
        )
    )
    columns = {name: new.excluded[name] for name in ("target", "direction", "starts_on", "due_on")}
    start = case((changed, new.excluded["start_value"]), else_=HealthGoal.start_value)
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["patient_id", "metric"],
            set_=columns | {"start_value": start, "updated_at": func.now()},
        )
    )
