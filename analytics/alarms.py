"""The life of an alarm, as a pure function of what happens to its condition.

    pending -> active_unacknowledged -> active_acknowledged -> cleared -> closed
                  |   |         ^                                 ^
                  |   +-> latched (over, not yet seen) -----------+
                  +-> suppressed (shelved) -----------------------+

A condition that lasts for its delay activates its alarm. An alarm whose condition is over is
cleared and closed, but one that was of high priority and that nobody has acknowledged since is
latched: it stays until somebody has seen it. If the condition returns meanwhile, or within a
window after the alarm was closed, the same alarm is active again. A rise in priority asks for
attention anew, even when the alarm was acknowledged, snoozed or shelved; a fall asks for nothing.

What people do is in `analytics.answers`. `attention_ms` is when the clock has to look at the alarm
next: at once when it begins to call, when a snooze or a shelf ends.

Source of the words: IEC 60601-1-8:2006, 3.1 to 3.36 (latching, acknowledged, priority);
shelving: ANSI/ISA-18.2-2016, clause 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from analytics.rules import Category, Priority
from analytics.tracking import Event, Kind

HIGH_SHELF_MS: Final = 30 * 60_000
"""A shelf holds a high-priority physiological alarm back for this long at most."""
REOPEN_MS: Final = 300_000
"""A condition that returns so soon after its alarm was closed opens the same one again."""


class State(StrEnum):
    """Where an alarm is in its life. `CLEARED` is passed through, never rested in."""

    PENDING = "pending"
    SUPPRESSED = "suppressed"
    ACTIVE_UNACKNOWLEDGED = "active_unacknowledged"
    ACTIVE_ACKNOWLEDGED = "active_acknowledged"
    LATCHED = "latched"
    CLEARED = "cleared"
    CLOSED = "closed"


ACTIVE: Final = frozenset({State.ACTIVE_UNACKNOWLEDGED, State.ACTIVE_ACKNOWLEDGED})


class Reason(StrEnum):
    """Why a step was taken. Values are stored and shown: never rename one."""

    BEGAN = "condition_began"
    LASTED = "delay_passed"
    NOT_SUSTAINED = "not_sustained"
    ENDED = "condition_ended"
    EXPIRED = "no_data"
    RETURNED = "condition_returned"
    WORSENED = "priority_raised"
    EASED = "priority_lowered"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    SNOOZED = "snoozed"
    UNSNOOZED = "unsnoozed"
    SNOOZE_ENDED = "snooze_ended"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    SHELF_ENDED = "shelf_ended"
    NOTED = "noted"
    CLOSED = "closed"
    CLOSED_BY_HAND = "closed_by_hand"
    REOPENED = "reopened"
    CORRECTED = "reading_corrected"
    RETROSPECTIVE = "found_in_late_data"


CALLS: Final = frozenset(
    {
        Reason.LASTED,
        Reason.RETURNED,
        Reason.WORSENED,
        Reason.SNOOZE_ENDED,
        Reason.SHELF_ENDED,
        Reason.UNSHELVED,
        Reason.REOPENED,
    }
)
"""Steps that ask for attention anew, unless they lead into `SUPPRESSED`."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the life of an alarm depends on. Times are milliseconds since 1970."""

    state: State
    priority: Priority
    started_ms: int
    category: Category = Category.PHYSIOLOGICAL
    activated_ms: int | None = None
    acknowledged_ms: int | None = None
    acknowledged_by: UUID | None = None
    cleared_ms: int | None = None
    closed_ms: int | None = None
    latching: bool = False
    """It has called with high priority, and nobody has seen it since."""
    assignee: UUID | None = None
    snoozed_until_ms: int | None = None
    snoozed_by: UUID | None = None
    attention_ms: int | None = None
    reopened: int = 0
    retrospective: bool = False

    def is_snoozed(self, at_ms: int) -> bool:
        """Whether it is to call nobody yet."""
        return self.snoozed_until_ms is not None and at_ms < self.snoozed_until_ms


@dataclass(frozen=True, slots=True)
class Shelf:
    """A condition that is to call nobody for a while."""

    starts_ms: int
    ends_ms: int

    def until(self, priority: Priority, category: Category) -> int:
        """When it stops to hold an alarm of this kind back."""
        if priority is Priority.HIGH and category is Category.PHYSIOLOGICAL:
            return min(self.ends_ms, self.starts_ms + HIGH_SHELF_MS)
        return self.ends_ms


@dataclass(frozen=True, slots=True)
class Step:
    """One transition; the states are the same where only something about the alarm changed."""

    at_ms: int
    from_state: State | None
    to_state: State
    reason: Reason
    priority: Priority
    actor: UUID | None = None
    note: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


Outcome = tuple[Alarm | None, tuple[Step, ...]]
Moved = tuple[Alarm, tuple[Step, ...]]


def returns(closed: Alarm, event: Event, window_ms: int) -> bool:
    """Whether an event is the return of what a closed alarm was about.

    It is within `window_ms` of its closing, or while it was snoozed: then it is the same alarm,
    and what people did about it still stands.
    """
    if event.kind not in {Kind.BEGAN, Kind.LASTED} or closed.state is not State.CLOSED:
        return False
    if closed.retrospective or closed.activated_ms is None or closed.closed_ms is None:
        return False
    return event.started_ms - closed.closed_ms <= window_ms or closed.is_snoozed(event.at_ms)


def advance(
    alarm: Alarm | None,
    event: Event,
    priority: Priority,
    category: Category = Category.PHYSIOLOGICAL,
    shelf: Shelf | None = None,
) -> Outcome:
    """Take an event of the condition into account.

    Args:
        alarm: The open alarm of this patient and condition, or the closed one that `returns`, or
            None.
        event: What happened.
        priority: Of the rule; a `WORSENED` event makes it high until an `EASED` one.
        category: Of the rule.
        shelf: That stands for this patient and condition.

    Returns:
        The alarm as it is now (None when there is none) and the steps, oldest first.

    """
    match event.kind:
        case Kind.BEGAN:
            return _began(alarm, event, priority, category)
        case Kind.LASTED:
            return _lasted(alarm, event, priority, category, shelf)
    if alarm is None or alarm.state is State.CLOSED:
        return alarm, ()
    match event.kind:
        case Kind.WORSENED:
            return _worsened(alarm, event.at_ms, shelf)
        case Kind.EASED:
            return _eased(alarm, event.at_ms, priority, shelf)
    return _ended(alarm, event)


def move(  # noqa: PLR0913 (what a step tells)
    alarm: Alarm,
    at_ms: int,
    state: State,
    reason: Reason,
    *,
    actor: UUID | None = None,
    note: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> Moved:
    """Take one step."""
    step = Step(at_ms, alarm.state, state, reason, alarm.priority, actor, note, detail or {})
    return replace(alarm, state=state), (step,)


def call(alarm: Alarm, at_ms: int, reason: Reason, actor: UUID | None = None) -> Moved:
    """Ask for attention: from now on, or from the end of its snooze on."""
    snoozed = alarm.is_snoozed(at_ms)
    calling = replace(
        alarm,
        acknowledged_ms=None,
        acknowledged_by=None,
        cleared_ms=None,
        closed_ms=None,
        latching=alarm.latching or alarm.priority is Priority.HIGH,
        snoozed_until_ms=alarm.snoozed_until_ms if snoozed else None,
        snoozed_by=alarm.snoozed_by if snoozed else None,
        attention_ms=alarm.snoozed_until_ms if snoozed else at_ms,
    )
    return move(calling, at_ms, State.ACTIVE_UNACKNOWLEDGED, reason, actor=actor)


def suppress(
    alarm: Alarm, at_ms: int, until_ms: int, reason: Reason, actor: UUID | None = None
) -> Moved:
    """Call nobody until the shelf ends."""
    held = replace(
        alarm,
        acknowledged_ms=None,
        acknowledged_by=None,
        cleared_ms=None,
        closed_ms=None,
        latching=False,
        attention_ms=until_ms,
    )
    return move(held, at_ms, State.SUPPRESSED, reason, actor=actor)


def shut(alarm: Alarm, at_ms: int, reason: Reason, actor: UUID | None = None) -> Moved:
    """Be done with it. What was snoozed stays so, should the condition return."""
    over = replace(alarm, closed_ms=at_ms, attention_ms=None, latching=False)
    return move(over, at_ms, State.CLOSED, reason, actor=actor)


def _began(alarm: Alarm | None, event: Event, priority: Priority, category: Category) -> Outcome:
    if alarm is None:
        begun = Alarm(State.PENDING, priority, event.started_ms, category)
        return begun, (Step(event.at_ms, None, State.PENDING, Reason.BEGAN, priority),)
    if alarm.state is not State.CLOSED:
        return alarm, ()
    again = replace(alarm, priority=priority, closed_ms=None)
    return move(again, event.at_ms, State.PENDING, Reason.BEGAN)


def _lasted(
    alarm: Alarm | None,
    event: Event,
    priority: Priority,
    category: Category,
    shelf: Shelf | None,
) -> Outcome:
    at_ms, reason, before = event.at_ms, Reason.LASTED, None if alarm is None else alarm.state
    if alarm is None:
        alarm = Alarm(State.PENDING, priority, event.started_ms, category, activated_ms=at_ms)
    elif before is State.PENDING and alarm.activated_ms is None:
        alarm = replace(alarm, activated_ms=at_ms)
    elif before in {State.PENDING, State.CLOSED}:
        # It was closed not long ago: the same again.
        reason = Reason.RETURNED
        alarm = replace(alarm, priority=priority, reopened=alarm.reopened + 1)
    elif before is State.LATCHED:
        reason = Reason.RETURNED
    else:
        return alarm, ()
    until_ms = at_ms if shelf is None else shelf.until(alarm.priority, alarm.category)
    held = at_ms < until_ms
    now, (step,) = suppress(alarm, at_ms, until_ms, reason) if held else call(alarm, at_ms, reason)
    return now, (replace(step, from_state=before),)


def _worsened(alarm: Alarm, at_ms: int, shelf: Shelf | None) -> Outcome:
    if alarm.priority is Priority.HIGH or alarm.state is State.PENDING:
        return alarm, ()
    raised = replace(alarm, priority=Priority.HIGH, snoozed_until_ms=None, snoozed_by=None)
    until_ms = at_ms if shelf is None else shelf.until(Priority.HIGH, alarm.category)
    if alarm.state is State.SUPPRESSED and at_ms < until_ms:
        return suppress(raised, at_ms, until_ms, Reason.WORSENED)
    return call(raised, at_ms, Reason.WORSENED)


def _eased(alarm: Alarm, at_ms: int, priority: Priority, shelf: Shelf | None) -> Outcome:
    falls = alarm.priority is Priority.HIGH and priority is not Priority.HIGH
    if not falls or alarm.state in {State.PENDING, State.LATCHED}:
        return alarm, ()
    eased = replace(alarm, priority=priority)
    if alarm.state is State.SUPPRESSED and shelf is not None:
        eased = replace(eased, attention_ms=shelf.until(priority, alarm.category))
    return move(eased, at_ms, alarm.state, Reason.EASED)


_END_REASONS: Final = {Kind.EXPIRED: Reason.EXPIRED, Kind.CORRECTED: Reason.CORRECTED}


def _never_was(alarm: Alarm, at_ms: int) -> Moved:
    """Close what rested on a reading that was wrong: there is nothing left that one must see."""
    if alarm.state is State.PENDING:
        return shut(alarm, at_ms, Reason.CORRECTED)
    over = replace(alarm, cleared_ms=alarm.cleared_ms or at_ms, snoozed_until_ms=None)
    cleared, first = move(over, at_ms, State.CLEARED, Reason.CORRECTED)
    closed, second = shut(replace(cleared, snoozed_by=None), at_ms, Reason.CLOSED)
    return closed, first + second


def _ended(alarm: Alarm, event: Event) -> Outcome:
    at_ms = event.at_ms
    if event.kind is Kind.CORRECTED and not event.lasted:
        return _never_was(alarm, at_ms)
    if alarm.state is State.LATCHED:
        return alarm, ()
    if alarm.state is State.PENDING:
        return shut(alarm, at_ms, Reason.NOT_SUSTAINED)
    reason = _END_REASONS.get(event.kind, Reason.ENDED)
    over = replace(alarm, cleared_ms=at_ms)
    if alarm.state is State.ACTIVE_UNACKNOWLEDGED and alarm.latching:
        return move(over, at_ms, State.LATCHED, reason)
    cleared, first = move(over, at_ms, State.CLEARED, reason)
    closed, second = shut(cleared, at_ms, Reason.CLOSED)
    return closed, first + second
