"""Alarms as people see and answer them. The engine's own statements are in `engine`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, not_, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from storage.engine import ReadSession, WriteSession
from storage.models import Alarm, AlarmTransition, Encounter, User

ALARMS_CHANNEL: Final = "jeg_alarms"
"""NOTIFY channel; the payload is the id of the alarm that changed."""

AlarmPosition = tuple[dt.datetime, UUID]
"""Beginning and id: the order of lists, newest first."""

StateFilter = Literal["open", "pending", "active", "acknowledged", "latched", "closed"]

_RANK: Final = {"low": 1, "medium": 2, "high": 3}
_CALLED = or_(Alarm.activated_at.is_not(None), Alarm.retrospective)
_OPEN = Alarm.state.in_(("active_unacknowledged", "active_acknowledged", "latched"))
_STATES: Final[dict[str, ColumnElement[bool]]] = {
    "open": _OPEN,
    "pending": Alarm.state == "pending",
    "active": Alarm.state == "active_unacknowledged",
    "acknowledged": Alarm.state == "active_acknowledged",
    "latched": Alarm.state == "latched",
    # What never lasted for its delay was never an alarm to anybody.
    "closed": and_(Alarm.state == "closed", _CALLED),
}
_UNSEEN = Alarm.state.in_(("active_unacknowledged", "latched"))
_Acknowledger = aliased(User)
_Actor = aliased(User)


class AlarmNotFoundError(LookupError):
    """There is no such alarm, or it is of a patient whom the asker may not see."""


class AlarmConflictError(ValueError):
    """The alarm is pending or closed: there is nothing to acknowledge."""

    def __init__(self, state: str) -> None:
        """Remember the state that stands against it."""
        super().__init__(f"the alarm is {state}")
        self.state = state


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm with the names that go with it. Times are aware UTC."""

    id: UUID
    patient_id: UUID
    patient_name: str
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
    message: str
    rule_version: str

    @property
    def position(self) -> AlarmPosition:
        """Place in the order of lists."""
        return (self.started_at, self.id)


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """One step of an alarm; `actor_id` is None where the engine took it."""

    at: dt.datetime
    from_state: str | None
    to_state: str
    reason: str
    priority: str
    actor_id: UUID | None
    actor_name: str | None


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
            Alarm.message,
            Alarm.rule_version,
        )
        .join(User, User.id == Alarm.patient_id)
        .outerjoin(Encounter, and_(Encounter.patient_id == User.id, Encounter.period_end.is_(None)))
        .outerjoin(_Acknowledger, _Acknowledger.id == Alarm.acknowledged_by_id)
        .where(where)
    )


async def page(  # noqa: PLR0913 (each filter is one of the list's)
    session: ReadSession,
    visible: ColumnElement[bool],
    *,
    limit: int,
    after: AlarmPosition | None = None,
    state: StateFilter | None = None,
    patient_id: UUID | None = None,
    priority: str | None = None,
) -> list[AlarmRow]:
    """Alarms, newest first, at most `limit`, from `after` on.

    Args:
        session: Where to ask.
        visible: Condition on `Alarm.patient_id` that holds where the asker may see the patient.
        limit: Most rows to return.
        after: Position of the last row of the page before.
        state: `open` is active or latched. Without a state: every alarm that was ever called,
            closed ones and retrospective findings among them.
        patient_id: Only this patient's.
        priority: Only high, medium or low ones.

    """
    statement = _alarms(visible).where(_CALLED if state is None else _STATES[state])
    if patient_id is not None:
        statement = statement.where(Alarm.patient_id == patient_id)
    if priority is not None:
        statement = statement.where(Alarm.priority == priority)
    if after is not None:
        statement = statement.where(tuple_(Alarm.started_at, Alarm.id) < tuple_(*after))
    order = (Alarm.started_at.desc(), Alarm.id.desc())
    return _rows((await session.execute(statement.order_by(*order).limit(limit))).all())


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


async def transitions(session: ReadSession, alarm_id: UUID) -> list[TransitionRow]:
    """Every step of an alarm, oldest first."""
    statement = (
        select(
            AlarmTransition.at,
            AlarmTransition.from_state,
            AlarmTransition.to_state,
            AlarmTransition.reason,
            AlarmTransition.priority,
            AlarmTransition.actor_id,
            _name(_Actor),
        )
        .outerjoin(_Actor, _Actor.id == AlarmTransition.actor_id)
        .where(AlarmTransition.alarm_id == alarm_id)
        .order_by(AlarmTransition.id)
    )
    return [TransitionRow(*row) for row in await session.execute(statement)]


async def acknowledge(
    session: WriteSession, alarm_id: UUID, actor_id: UUID, visible: ColumnElement[bool]
) -> AlarmRow:
    """Record that `actor_id` has seen an alarm; doing so again changes nothing.

    The same steps as `analytics.alarms.acknowledge`: an active alarm is acknowledged, a latched
    one is closed. The row stays locked until the caller commits.

    Raises:
        AlarmNotFoundError: There is none that the asker may see.
        AlarmConflictError: It is pending, or was closed without this actor's doing.

    """
    statement = select(Alarm).where(Alarm.id == alarm_id, visible).with_for_update()
    alarm = (await session.execute(statement)).scalar_one_or_none()
    if alarm is None:
        raise AlarmNotFoundError
    repeated = alarm.state == "closed" and alarm.acknowledged_by_id == actor_id
    if alarm.state != "active_acknowledged" and not repeated:
        await _acknowledge(session, alarm, actor_id)
    return await get(session, alarm_id)


async def _acknowledge(session: WriteSession, alarm: Alarm, actor_id: UUID) -> None:
    after = {"active_unacknowledged": "active_acknowledged", "latched": "closed"}.get(alarm.state)
    if after is None:
        raise AlarmConflictError(alarm.state)
    now = dt.datetime.now(dt.UTC)
    session.add(
        AlarmTransition(
            alarm_id=alarm.id,
            at=now,
            from_state=alarm.state,
            to_state=after,
            reason="acknowledged",
            priority=alarm.priority,
            actor_id=actor_id,
        )
    )
    alarm.state, alarm.acknowledged_at, alarm.acknowledged_by_id = after, now, actor_id
    alarm.closed_at = now if after == "closed" else None
    await session.flush()
    await session.execute(select(func.pg_notify(ALARMS_CHANNEL, str(alarm.id))))


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
        .where(Alarm.state != "closed", not_(_STATES["pending"]))
        .where(Alarm.patient_id.in_(patient_ids))
        .group_by(Alarm.patient_id)
    )
    counts = {patient_id: AlarmCounts() for patient_id in patient_ids}
    names = {value: name for name, value in _RANK.items()}
    for patient_id, total, unseen, highest, title in await session.execute(statement):
        counts[patient_id] = AlarmCounts(total, unseen, names[highest], title)  # type: ignore[arg-type]
    return counts


def _rows(found: Sequence[Row[*tuple[Any, ...]]]) -> list[AlarmRow]:
    return [AlarmRow(*row) for row in found]
