"""Alarms as people see and answer them. The engine's own statements are in `engine`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import Alarm, AlarmNote, AlarmTransition, Encounter, User
from storage.queries.alarm_filter import OPEN, STANDING, AlarmFilter
from storage.queries.changes import Order, newest

ALARMS_CHANNEL: Final = "jeg_alarms"
"""NOTIFY channel; the payload is the id of the alarm that changed."""

AlarmPosition = tuple[dt.datetime, UUID]
"""Beginning and id: the order of lists, newest first."""

_RANK: Final = {"low": 1, "medium": 2, "high": 3}
# What never lasted for its delay was never an alarm to anybody; what was closed and is pending
# again is none yet.
_UNSEEN = Alarm.state.in_(("active_unacknowledged", "latched"))
_Acknowledger = aliased(User)
_Assignee = aliased(User)
_Actor = aliased(User)


class AlarmNotFoundError(LookupError):
    """There is no such alarm, or it is of a patient whom the asker may not see."""


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm with the names that go with it. Times are aware UTC."""

    id: UUID
    patient_id: UUID | None
    """None: about the platform itself, a site or a gateway."""
    patient_name: str | None
    ward: str
    bed: str
    device_id: UUID | None
    condition: str
    title: str
    metric: str | None
    priority: str
    category: str
    state: str
    retrospective: bool
    started_at: dt.datetime
    activated_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    acknowledged_by_id: UUID | None
    acknowledged_by_name: str | None
    cleared_at: dt.datetime | None
    closed_at: dt.datetime | None
    value: float | None
    unit: str | None
    limit: float | None
    severe_limit: float | None
    worst_value: float | None
    worst_at: dt.datetime | None
    message: str
    rule_version: str
    assignee_id: UUID | None
    assignee_name: str | None
    snoozed_until: dt.datetime | None
    escalation_step: int
    parent_id: UUID | None
    reopened: int
    version: int
    updated_at: dt.datetime

    @property
    def position(self) -> AlarmPosition:
        """Place in the order of lists."""
        return (self.started_at, self.id)

    @property
    def change(self) -> AlarmPosition:
        """Place in a list by change: when it was last changed, and id."""
        return (self.updated_at, self.id)


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """One step of an alarm; `actor_id` is None where the engine or the clock took it."""

    id: int
    at: dt.datetime
    from_state: str | None
    to_state: str
    reason: str
    priority: str
    actor_id: UUID | None
    actor_name: str | None
    note: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """Open alarms of one patient; what is pending does not count yet."""

    open: int = 0
    unacknowledged: int = 0
    highest_priority: Literal["high", "medium", "low"] | None = None
    highest_title: str | None = None


def _name(user: Any) -> ColumnElement[str]:  # noqa: ANN401 (User or an alias of it)
    return func.trim(user.first_name + " " + user.last_name)


def _alarms(where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select the columns of `AlarmRow`, in its order."""
    return (
        select(
            Alarm.id,
            Alarm.patient_id,
            _name(User),
            func.coalesce(Encounter.ward, ""),
            func.coalesce(Encounter.bed, ""),
            Alarm.device_id,
            Alarm.condition,
            Alarm.title,
            Alarm.metric,
            Alarm.priority,
            Alarm.category,
            Alarm.state,
            Alarm.retrospective,
            Alarm.started_at,
            Alarm.activated_at,
            Alarm.acknowledged_at,
            Alarm.acknowledged_by_id,
            _name(_Acknowledger),
            Alarm.cleared_at,
            Alarm.closed_at,
            Alarm.value,
            Alarm.unit,
            Alarm.limit_value,
            Alarm.severe_limit,
            Alarm.worst_value,
            Alarm.worst_at,
            Alarm.message,
            Alarm.rule_version,
            Alarm.assignee_id,
            _name(_Assignee),
            Alarm.snoozed_until,
            Alarm.escalation_step,
            Alarm.parent_id,
            Alarm.reopened,
            Alarm.version,
            Alarm.updated_at,
        )
        .outerjoin(User, User.id == Alarm.patient_id)
        .outerjoin(Encounter, and_(Encounter.patient_id == User.id, Encounter.period_end.is_(None)))
        .outerjoin(_Acknowledger, _Acknowledger.id == Alarm.acknowledged_by_id)
        .outerjoin(_Assignee, _Assignee.id == Alarm.assignee_id)
        .where(where)
    )


async def page(
    session: ReadSession,
    visible: ColumnElement[bool],
    *,
    limit: int,
    after: AlarmPosition | None = None,
    wanted: AlarmFilter | None = None,
) -> list[AlarmRow]:
    """Alarms, newest first, at most `limit`, from `after` on.

    Args:
        session: Where to ask.
        visible: Condition on `Alarm.patient_id` that holds where the asker may see the patient.
        limit: Most rows to return.
        after: Position of the last row of the page before.
        wanted: Which ones.

    """
    order = (Alarm.started_at, Alarm.id)
    return await _page(session, visible, order, limit, after, wanted)


async def changes(
    session: ReadSession,
    visible: ColumnElement[bool],
    *,
    limit: int,
    after: AlarmPosition | None = None,
    wanted: AlarmFilter | None = None,
) -> list[AlarmRow]:
    """As `page`, but by what was changed last; `after` is the `change` of the last row."""
    order = (Alarm.updated_at, Alarm.id)
    return await _page(session, visible, order, limit, after, wanted)


async def _page(  # noqa: PLR0913, PLR0917 - what a list is made of
    session: ReadSession,
    visible: ColumnElement[bool],
    order: Order,
    limit: int,
    after: AlarmPosition | None,
    wanted: AlarmFilter | None,
) -> list[AlarmRow]:
    statement = _alarms(visible).where(*(wanted or AlarmFilter()).conditions())
    statement = newest(statement, order, after=after, limit=limit)
    return _rows((await session.execute(statement)).all())


async def get(
    session: ReadSession | WriteSession,
    alarm_id: UUID,
    visible: ColumnElement[bool] | None = None,
) -> AlarmRow:
    """One alarm.

    Raises:
        AlarmNotFoundError: There is none that the asker may see.

    """
    condition = and_(Alarm.id == alarm_id, true() if visible is None else visible)
    rows = _rows((await session.execute(_alarms(condition))).all())
    if not rows:
        raise AlarmNotFoundError
    return rows[0]


async def standing_of(session: ReadSession, patient_id: UUID, condition: str) -> Alarm | None:
    """The alarm of one condition of a patient that is active now, acknowledged or not."""
    saw(patient_id)
    statement = select(Alarm).where(
        Alarm.patient_id == patient_id,
        Alarm.condition == condition,
        STANDING,
        Alarm.state.in_(("active_unacknowledged", "active_acknowledged")),
    )
    found: Alarm | None = await session.scalar(statement)
    return found


async def transitions(
    session: ReadSession, alarm_id: UUID, *, limit: int, after: int = 0
) -> list[TransitionRow]:
    """Steps of an alarm, oldest first, at most `limit`, from the one with the id `after` on."""
    statement = (
        select(
            AlarmTransition.id,
            AlarmTransition.at,
            AlarmTransition.from_state,
            AlarmTransition.to_state,
            AlarmTransition.reason,
            AlarmTransition.priority,
            AlarmTransition.actor_id,
            _name(_Actor),
            AlarmNote.text,
            AlarmTransition.detail,
        )
        .outerjoin(_Actor, _Actor.id == AlarmTransition.actor_id)
        .outerjoin(AlarmNote, AlarmNote.id == AlarmTransition.note_id)
        .where(AlarmTransition.alarm_id == alarm_id, AlarmTransition.id > after)
        .order_by(AlarmTransition.id)
        .limit(limit)
    )
    return [TransitionRow(*row) for row in await session.execute(statement)]


async def seen_before(
    session: ReadSession | WriteSession, patient_id: UUID | None, condition: str
) -> bool:
    """Whether a patient (None: the platform itself) has ever had an alarm of this condition."""
    whose = Alarm.patient_id.is_(None) if patient_id is None else Alarm.patient_id == patient_id
    statement = select(exists().where(whose, Alarm.condition == condition))
    return bool(await session.scalar(statement))


async def summary(session: ReadSession, patient_ids: Sequence[UUID]) -> dict[UUID, AlarmCounts]:
    """Count the open alarms of each of these patients; one query for all."""
    rank = case(_RANK, value=Alarm.priority)
    # Of the highest priority, one that nobody has answered, and of those the newest.
    order = (rank.desc(), _UNSEEN.desc(), Alarm.started_at.desc())
    worst = aggregate_order_by(Alarm.title, *order)
    statement = (
        select(Alarm.patient_id, func.count(), func.count().filter(_UNSEEN))
        .add_columns(func.max(rank), func.array_agg(worst)[1])
        # The first condition is the one of the partial index.
        .where(STANDING, OPEN)
        .where(Alarm.patient_id.in_(patient_ids))
        .group_by(Alarm.patient_id)
    )
    counts = {patient_id: AlarmCounts() for patient_id in patient_ids}
    names = {value: name for name, value in _RANK.items()}
    for patient_id, total, unseen, highest, title in await session.execute(statement):
        counts[patient_id] = AlarmCounts(total, unseen, names[highest], title)  # type: ignore[arg-type]
    return counts


def _rows(found: Sequence[Row[*tuple[Any, ...]]]) -> list[AlarmRow]:
    rows = [AlarmRow(*row) for row in found]
    saw(*(row.patient_id for row in rows))
    return rows
