"""What people, and the clock, do about an alarm: pure functions, alarm in, alarm and steps out.

An action that changes nothing takes no step; one that the alarm's state does not allow raises
`ConflictError`. Who may act is decided elsewhere.
"""

from dataclasses import replace
from typing import Final
from uuid import UUID

from analytics.alarms import (
    ACTIVE,
    Alarm,
    Moved,
    Reason,
    Shelf,
    State,
    call,
    move,
    shut,
    suppress,
)
from analytics.rules import Category, Priority
from telemetry.clock import from_ms

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS

LONGEST_SNOOZE_MS: Final = {
    Priority.HIGH: 30 * _MINUTE_MS,
    Priority.MEDIUM: 4 * _HOUR_MS,
    Priority.LOW: 24 * _HOUR_MS,
}
LONGEST_SHELF_MS: Final = {
    Category.PHYSIOLOGICAL: 24 * _HOUR_MS,
    Category.TECHNICAL: 30 * 24 * _HOUR_MS,
}
REOPEN_BY_HAND_MS: Final = 24 * _HOUR_MS
"""So long after it was closed, an alarm is history and cannot be opened by hand."""


class ConflictError(ValueError):
    """The state of the alarm does not allow it."""


class SpanError(ValueError):
    """The end lies in the past, or further off than is allowed."""


def acknowledge(alarm: Alarm, at_ms: int, actor: UUID) -> Moved:
    """Record that somebody has seen it; again is no news. A latched alarm is closed by it.

    Raises:
        ConflictError: It is pending, suppressed or closed.

    """
    if alarm.state is State.ACTIVE_ACKNOWLEDGED:
        return alarm, ()
    if alarm.state not in {State.ACTIVE_UNACKNOWLEDGED, State.LATCHED}:
        message = f"the alarm is {alarm.state}: there is nothing to acknowledge"
        raise ConflictError(message)
    seen = replace(alarm, acknowledged_ms=at_ms, acknowledged_by=actor, latching=False)
    if alarm.state is State.LATCHED:
        return shut(seen, at_ms, Reason.ACKNOWLEDGED, actor)
    # What is snoozed comes back, seen or not.
    seen = replace(seen, attention_ms=alarm.snoozed_until_ms)
    return move(seen, at_ms, State.ACTIVE_ACKNOWLEDGED, Reason.ACKNOWLEDGED, actor=actor)


def assign(alarm: Alarm, at_ms: int, actor: UUID, assignee: UUID) -> Moved:
    """Give it to somebody.

    Raises:
        ConflictError: It is closed.

    """
    _must_be_open(alarm)
    if alarm.assignee == assignee:
        return alarm, ()
    taken, detail = replace(alarm, assignee=assignee), {"assignee_id": str(assignee)}
    return move(taken, at_ms, alarm.state, Reason.ASSIGNED, actor=actor, detail=detail)


def unassign(alarm: Alarm, at_ms: int, actor: UUID) -> Moved:
    """Give it back to everybody.

    Raises:
        ConflictError: It is closed.

    """
    _must_be_open(alarm)
    if alarm.assignee is None:
        return alarm, ()
    detail = {"assignee_id": str(alarm.assignee)}
    free = replace(alarm, assignee=None)
    return move(free, at_ms, alarm.state, Reason.UNASSIGNED, actor=actor, detail=detail)


def snooze(alarm: Alarm, at_ms: int, actor: UUID, until_ms: int) -> Moved:
    """Let it call nobody until then; afterwards it calls again, acknowledged or not.

    Raises:
        ConflictError: It is pending, suppressed or closed.
        SpanError: The end is past, or too far off for the alarm's priority.

    """
    if alarm.state not in ACTIVE | {State.LATCHED}:
        message = f"the alarm is {alarm.state}: it calls nobody"
        raise ConflictError(message)
    _check_span(at_ms, until_ms, LONGEST_SNOOZE_MS[alarm.priority])
    if alarm.snoozed_until_ms == until_ms:
        return alarm, ()
    quiet = replace(alarm, snoozed_until_ms=until_ms, snoozed_by=actor, attention_ms=until_ms)
    detail = {"until": from_ms(until_ms).isoformat()}
    return move(quiet, at_ms, alarm.state, Reason.SNOOZED, actor=actor, detail=detail)


def unsnooze(alarm: Alarm, at_ms: int, actor: UUID) -> Moved:
    """End its snooze; unless it is acknowledged it calls again.

    Raises:
        ConflictError: It is closed.

    """
    _must_be_open(alarm)
    if alarm.snoozed_until_ms is None:
        return alarm, ()
    calls = alarm.state in {State.ACTIVE_UNACKNOWLEDGED, State.LATCHED}
    kept = alarm.attention_ms if alarm.state is State.SUPPRESSED else None
    awake = replace(
        alarm, snoozed_until_ms=None, snoozed_by=None, attention_ms=at_ms if calls else kept
    )
    return move(awake, at_ms, alarm.state, Reason.UNSNOOZED, actor=actor)


def add_note(alarm: Alarm, at_ms: int, actor: UUID, text: str) -> Moved:
    """Write something about it, whatever its state."""
    return move(alarm, at_ms, alarm.state, Reason.NOTED, actor=actor, note=text)


def shelve(alarm: Alarm, at_ms: int, actor: UUID, shelf: Shelf) -> Moved:
    """Take it off the board, its condition having been shelved.

    A pending alarm is suppressed when its delay is over; a latched one must be seen all the same.
    """
    until_ms = shelf.until(alarm.priority, alarm.category)
    if alarm.state not in ACTIVE or until_ms <= at_ms:
        return alarm, ()
    return suppress(alarm, at_ms, until_ms, Reason.SHELVED, actor)


def check_shelf(shelf: Shelf, category: Category) -> None:
    """Hold a new shelf to the longest time that one may stand.

    Raises:
        SpanError: It ends before it begins, or too late.

    """
    _check_span(shelf.starts_ms, shelf.ends_ms, LONGEST_SHELF_MS[category])


def unshelve(alarm: Alarm, at_ms: int, actor: UUID) -> Moved:
    """Let it call, its shelf having been ended by somebody."""
    if alarm.state is not State.SUPPRESSED:
        return alarm, ()
    return call(alarm, at_ms, Reason.UNSHELVED, actor)


def close(alarm: Alarm, at_ms: int, actor: UUID) -> Moved:
    """Close it by hand: a latched alarm, or a technical one of equipment that was taken away.

    Raises:
        ConflictError: The patient's condition still lasts (IEC 60601-1-8 lets nobody end it), or
            it is pending or closed.

    """
    if alarm.state is State.CLOSED:
        message = "the alarm is closed already"
        raise ConflictError(message)
    if alarm.state is State.PENDING:
        message = "the alarm is pending: nobody was called"
        raise ConflictError(message)
    if alarm.state is not State.LATCHED and alarm.category is Category.PHYSIOLOGICAL:
        message = "the condition lasts: acknowledge, snooze or shelve it"
        raise ConflictError(message)
    done = replace(alarm, snoozed_until_ms=None, snoozed_by=None)
    return shut(done, at_ms, Reason.CLOSED_BY_HAND, actor)


def reopen(alarm: Alarm, at_ms: int, actor: UUID) -> Moved:
    """Open it again: active where its condition was never over, else latched.

    Raises:
        ConflictError: It is open, is a retrospective finding, never called, or is too old.

    """
    if alarm.state is not State.CLOSED or alarm.closed_ms is None:
        message = "the alarm is open already"
        raise ConflictError(message)
    if alarm.retrospective or alarm.activated_ms is None:
        message = "the alarm never called anybody"
        raise ConflictError(message)
    if at_ms - alarm.closed_ms > REOPEN_BY_HAND_MS:
        message = "the alarm was closed more than a day ago"
        raise ConflictError(message)
    again = replace(alarm, reopened=alarm.reopened + 1)
    if alarm.cleared_ms is None:
        return call(again, at_ms, Reason.REOPENED, actor)
    open_ = replace(
        again, acknowledged_ms=None, acknowledged_by=None, closed_ms=None, attention_ms=at_ms,
        snoozed_until_ms=None, snoozed_by=None,
    )  # fmt: skip
    return move(open_, at_ms, State.LATCHED, Reason.REOPENED, actor=actor)


def wake(alarm: Alarm, at_ms: int) -> Moved:
    """Let the clock end what is over: a shelf that held it back, a snooze."""
    if alarm.state is State.SUPPRESSED:
        if alarm.attention_ms is None or at_ms < alarm.attention_ms:
            return alarm, ()
        return call(alarm, at_ms, Reason.SHELF_ENDED)
    if alarm.snoozed_until_ms is None or alarm.is_snoozed(at_ms):
        return alarm, ()
    if alarm.state in ACTIVE:
        return call(alarm, at_ms, Reason.SNOOZE_ENDED)
    awake = replace(alarm, snoozed_until_ms=None, snoozed_by=None)
    if alarm.state is State.LATCHED:
        return move(replace(awake, attention_ms=at_ms), at_ms, State.LATCHED, Reason.SNOOZE_ENDED)
    return awake, ()


def _must_be_open(alarm: Alarm) -> None:
    if alarm.state is State.CLOSED:
        message = "the alarm is closed"
        raise ConflictError(message)


def _check_span(from_ms_: int, until_ms: int, longest_ms: int) -> None:
    if until_ms <= from_ms_:
        message = "the end must lie in the future"
        raise SpanError(message)
    if until_ms - from_ms_ > longest_ms:
        message = f"the end may lie at most {longest_ms // _MINUTE_MS} minutes ahead"
        raise SpanError(message)
