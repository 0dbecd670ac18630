"""The life of an alarm."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.alarms import Alarm, NotAcknowledgeableError, Reason, State, acknowledge, advance
from analytics.rules import Priority
from analytics.tracking import Event, Kind

NURSE = uuid4()


def event(kind: Kind, at_ms: int = 0) -> Event:
    return Event(at_ms, kind, 0, 1.0, lasted=kind is not Kind.BEGAN)


def live(*kinds: Kind, priority: Priority = Priority.MEDIUM) -> Alarm | None:
    alarm: Alarm | None = None
    for at_ms, kind in enumerate(kinds):
        alarm, _ = advance(alarm, event(kind, at_ms), priority)
    return alarm


def test_pending_active_acknowledged_cleared_closed() -> None:
    alarm, steps = advance(None, event(Kind.BEGAN, 1), Priority.HIGH)
    assert alarm is not None
    assert alarm.state is State.PENDING
    alarm, more = advance(alarm, event(Kind.LASTED, 2), Priority.HIGH)
    steps += more
    assert alarm is not None
    alarm, more = acknowledge(alarm, 3, NURSE)
    steps += more
    ended, more = advance(alarm, event(Kind.ENDED, 4), Priority.HIGH)
    steps += more
    assert ended is not None
    assert [step.to_state for step in steps] == [
        State.PENDING,
        State.ACTIVE_UNACKNOWLEDGED,
        State.ACTIVE_ACKNOWLEDGED,
        State.CLEARED,
        State.CLOSED,
    ]
    assert (ended.activated_ms, ended.acknowledged_ms, ended.cleared_ms, ended.closed_ms) == (
        2, 3, 4, 4,
    )  # fmt: skip
    assert ended.acknowledged_by == NURSE


def test_high_priority_latches_until_somebody_has_seen_it() -> None:
    latched = live(Kind.BEGAN, Kind.LASTED, Kind.ENDED, priority=Priority.HIGH)
    assert latched is not None
    assert latched.state is State.LATCHED
    assert latched.cleared_ms == 2
    closed, steps = acknowledge(latched, 9, NURSE)
    assert (closed.state, closed.closed_ms) == (State.CLOSED, 9)
    assert [step.actor for step in steps] == [NURSE]


def test_a_latched_alarm_whose_condition_returns_is_the_same_alarm() -> None:
    latched = live(Kind.BEGAN, Kind.LASTED, Kind.ENDED, Kind.BEGAN, priority=Priority.HIGH)
    assert latched is not None
    assert latched.state is State.LATCHED
    back, steps = advance(latched, event(Kind.LASTED, 9), Priority.HIGH)
    assert back is not None
    assert (back.state, back.cleared_ms) == (State.ACTIVE_UNACKNOWLEDGED, None)
    assert steps[0].reason is Reason.RETURNED


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.LOW])
def test_lower_priorities_close_by_themselves(priority: Priority) -> None:
    closed = live(Kind.BEGAN, Kind.LASTED, Kind.ENDED, priority=priority)
    assert closed is not None
    assert closed.state is State.CLOSED


def test_what_did_not_last_is_closed_unseen() -> None:
    closed = live(Kind.BEGAN, Kind.ENDED, priority=Priority.HIGH)
    assert closed is not None
    assert (closed.state, closed.activated_ms) == (State.CLOSED, None)


def test_getting_worse_calls_again() -> None:
    active = live(Kind.BEGAN, Kind.LASTED)
    assert active is not None
    seen, _ = acknowledge(active, 5, NURSE)
    worse, steps = advance(seen, event(Kind.WORSENED, 6), Priority.MEDIUM)
    assert worse is not None
    assert (worse.state, worse.priority) == (State.ACTIVE_UNACKNOWLEDGED, Priority.HIGH)
    assert worse.acknowledged_by is None
    assert steps[0].reason is Reason.WORSENED


def test_losing_the_data_is_said_as_such() -> None:
    active = live(Kind.BEGAN, Kind.LASTED)
    _, steps = advance(active, event(Kind.EXPIRED), Priority.MEDIUM)
    assert steps[0].reason is Reason.EXPIRED


def test_pending_and_closed_cannot_be_acknowledged() -> None:
    for alarm in (live(Kind.BEGAN), live(Kind.BEGAN, Kind.ENDED)):
        assert alarm is not None
        with pytest.raises(NotAcknowledgeableError):
            acknowledge(alarm, 5, NURSE)


def test_acknowledging_twice_is_no_news() -> None:
    active = live(Kind.BEGAN, Kind.LASTED)
    assert active is not None
    seen, _ = acknowledge(active, 5, NURSE)
    assert acknowledge(seen, 6, uuid4()) == (seen, ())


@given(
    st.lists(st.sampled_from([*Kind, "acknowledge"]), max_size=30),
    st.sampled_from(list(Priority)),
)
def test_steps_link_up_whatever_happens(happenings: list[Kind | str], priority: Priority) -> None:
    alarm: Alarm | None = None
    for at_ms, happening in enumerate(happenings):
        before = alarm
        if isinstance(happening, Kind):
            alarm, steps = advance(alarm, event(happening, at_ms), priority)
        elif alarm is None or alarm.state is State.PENDING:
            continue
        else:
            alarm, steps = acknowledge(alarm, at_ms, NURSE)
        state = before.state if before else None
        for step in steps:
            assert step.from_state is state
            state = step.to_state
        assert alarm is None or alarm.state is state
        if alarm is not None and alarm.state is State.CLOSED:
            seen = alarm.acknowledged_by is not None
            assert seen or alarm.priority is not Priority.HIGH or alarm.activated_ms is None
            alarm = None
