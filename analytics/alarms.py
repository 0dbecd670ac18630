"""The life of an alarm, as a pure function of what happens to it.

    pending -> active_unacknowledged -> active_acknowledged -> cleared -> closed
                        |                                         ^
                        +-> latched (over, high priority, not yet seen) -> closed

A condition that lasts for its delay activates its alarm. An alarm whose condition is over is
cleared and closed, but one of high priority that nobody has acknowledged is latched: it stays
until somebody has seen it. If the condition returns meanwhile, the same alarm is active again.
A rise in priority asks for attention anew, even when the alarm was acknowledged; a fall does not
lower the priority of an alarm that is open.

Source of the words: IEC 60601-1-8:2006, 3.1 to 3.36 (latching, acknowledged, priority).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from analytics.rules import Priority
from analytics.tracking import Event, Kind


class State(StrEnum):
    """Where an alarm is in its life. `CLEARED` is passed through, never rested in."""

    PENDING = "pending"
    ACTIVE_UNACKNOWLEDGED = "active_unacknowledged"
    ACTIVE_ACKNOWLEDGED = "active_acknowledged"
    LATCHED = "latched"
    CLEARED = "cleared"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why a step was taken. Values are stored and shown: never rename one."""

    BEGAN = "condition_began"
    LASTED = "delay_passed"
    NOT_SUSTAINED = "not_sustained"
    ENDED = "condition_ended"
    EXPIRED = "no_data"
    RETURNED = "condition_returned"
    WORSENED = "priority_raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    RETROSPECTIVE = "found_in_late_data"


class NotAcknowledgeableError(ValueError):
    """An alarm that is pending or closed cannot be acknowledged."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the life of an alarm depends on. Times are milliseconds since 1970."""

    state: State
    priority: Priority
    started_ms: int
    activated_ms: int | None = None
    acknowledged_ms: int | None = None
    acknowledged_by: UUID | None = None
    cleared_ms: int | None = None
    closed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One transition."""

    at_ms: int
    from_state: State | None
    to_state: State
    reason: Reason
    priority: Priority
    actor: UUID | None = None


Outcome = tuple[Alarm | None, tuple[Step, ...]]


def advance(alarm: Alarm | None, event: Event, priority: Priority) -> Outcome:
    """Take an event of the condition into account.

    Args:
        alarm: The open alarm of this patient and condition, or None.
        event: What happened.
        priority: Of the rule; a `WORSENED` event makes it high.

    Returns:
        The alarm as it is now (None when there is none) and the steps, oldest first.

    """
    if event.kind is Kind.BEGAN:
        return _began(alarm, event, priority)
    if event.kind is Kind.LASTED:
        return _lasted(alarm, event, priority)
    if alarm is None:
        return None, ()
    if event.kind is Kind.WORSENED:
        return _worsened(alarm, event)
    return _ended(alarm, event)


def acknowledge(alarm: Alarm, at_ms: int, actor: UUID) -> tuple[Alarm, tuple[Step, ...]]:
    """Record that somebody has seen it; again is no news.

    Raises:
        NotAcknowledgeableError: It is pending or closed.

    """
    if alarm.state in {State.PENDING, State.CLOSED}:
        raise NotAcknowledgeableError
    if alarm.state is State.ACTIVE_ACKNOWLEDGED:
        return alarm, ()
    seen = replace(alarm, acknowledged_ms=at_ms, acknowledged_by=actor)
    if alarm.state is State.ACTIVE_UNACKNOWLEDGED:
        return _move(seen, at_ms, State.ACTIVE_ACKNOWLEDGED, Reason.ACKNOWLEDGED, actor)
    closed = replace(seen, closed_ms=at_ms)
    return _move(closed, at_ms, State.CLOSED, Reason.ACKNOWLEDGED, actor)


def _move(
    alarm: Alarm, at_ms: int, state: State, reason: Reason, actor: UUID | None = None
) -> tuple[Alarm, tuple[Step, ...]]:
    step = Step(at_ms, alarm.state, state, reason, alarm.priority, actor)
    return replace(alarm, state=state), (step,)


def _began(alarm: Alarm | None, event: Event, priority: Priority) -> Outcome:
    if alarm is not None:
        return alarm, ()
    begun = Alarm(State.PENDING, priority, event.started_ms)
    step = Step(event.at_ms, None, State.PENDING, Reason.BEGAN, priority)
    return begun, (step,)


def _lasted(alarm: Alarm | None, event: Event, priority: Priority) -> Outcome:
    if alarm is None:
        raised = Alarm(
            State.ACTIVE_UNACKNOWLEDGED, priority, event.started_ms, activated_ms=event.at_ms
        )
        step = Step(event.at_ms, None, raised.state, Reason.LASTED, priority)
        return raised, (step,)
    if alarm.state is State.PENDING:
        activated = replace(alarm, activated_ms=event.at_ms)
        return _move(activated, event.at_ms, State.ACTIVE_UNACKNOWLEDGED, Reason.LASTED)
    if alarm.state is State.LATCHED:
        back = replace(alarm, cleared_ms=None)
        return _move(back, event.at_ms, State.ACTIVE_UNACKNOWLEDGED, Reason.RETURNED)
    return alarm, ()


def _worsened(alarm: Alarm, event: Event) -> Outcome:
    if alarm.priority is Priority.HIGH or alarm.state is State.PENDING:
        return alarm, ()
    raised = replace(alarm, priority=Priority.HIGH, acknowledged_ms=None, acknowledged_by=None)
    return _move(raised, event.at_ms, State.ACTIVE_UNACKNOWLEDGED, Reason.WORSENED)


def _ended(alarm: Alarm, event: Event) -> Outcome:
    at_ms = event.at_ms
    if alarm.state is State.LATCHED:
        return alarm, ()
    if alarm.state is State.PENDING:
        closed = replace(alarm, closed_ms=at_ms)
        return _move(closed, at_ms, State.CLOSED, Reason.NOT_SUSTAINED)
    reason = Reason.EXPIRED if event.kind is Kind.EXPIRED else Reason.ENDED
    over = replace(alarm, cleared_ms=at_ms)
    unseen = alarm.state is State.ACTIVE_UNACKNOWLEDGED
    if unseen and alarm.priority is Priority.HIGH:
        return _move(over, at_ms, State.LATCHED, reason)
    cleared, first = _move(over, at_ms, State.CLEARED, reason)
    closed, second = _move(replace(cleared, closed_ms=at_ms), at_ms, State.CLOSED, Reason.CLOSED)
    return closed, first + second
