"""The life of an alarm."""

# ruff: noqa: D102 - the rules of the state machine are named for what they do

from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from analytics import answers
from analytics.alarms import (
    ACTIVE,
    CALLS,
    HIGH_SHELF_MS,
    Alarm,
    Reason,
    Shelf,
    State,
    Step,
    advance,
    returns,
)
from analytics.answers import ConflictError, SpanError, acknowledge
from analytics.rules import Category, Priority
from analytics.tracking import Event, Kind

NURSE, DOCTOR = uuid4(), uuid4()
MINUTE = 60_000
WINDOW = 5 * MINUTE


def event(kind: Kind, at_ms: int = 0, started_ms: int = 0) -> Event:
    return Event(at_ms, kind, started_ms, 1.0, lasted=kind is not Kind.BEGAN)


def live(*kinds: Kind, priority: Priority = Priority.MEDIUM) -> Alarm:
    alarm: Alarm | None = None
    for at_ms, kind in enumerate(kinds):
        alarm, _ = advance(alarm, event(kind, at_ms), priority)
    assert alarm is not None
    return alarm


def calling(priority: Priority = Priority.MEDIUM) -> Alarm:
    return live(Kind.BEGAN, Kind.LASTED, priority=priority)


def after(alarm: Alarm, *kinds: Kind, shelf: Shelf | None = None, at_ms: int = 10) -> Alarm:
    """The alarm after events of a rule of medium priority."""
    for kind in kinds:
        now, _ = advance(alarm, event(kind, at_ms), Priority.MEDIUM, shelf=shelf)
        assert now is not None
        alarm = now
    return alarm


def test_pending_active_acknowledged_cleared_closed() -> None:
    alarm, steps = advance(None, event(Kind.BEGAN, 1), Priority.HIGH)
    assert alarm is not None
    assert alarm.state is State.PENDING
    alarm, more = advance(alarm, event(Kind.LASTED, 2), Priority.HIGH)
    steps += more
    assert alarm is not None
    assert alarm.attention_ms == 2
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
    assert (ended.acknowledged_by, ended.attention_ms) == (NURSE, None)


def test_high_priority_latches_until_somebody_has_seen_it() -> None:
    latched = live(Kind.BEGAN, Kind.LASTED, Kind.ENDED, priority=Priority.HIGH)
    assert latched.state is State.LATCHED
    assert latched.cleared_ms == 2
    closed, steps = acknowledge(latched, 9, NURSE)
    assert (closed.state, closed.closed_ms) == (State.CLOSED, 9)
    assert [step.actor for step in steps] == [NURSE]


def test_a_latched_alarm_whose_condition_returns_is_the_same_alarm() -> None:
    latched = live(Kind.BEGAN, Kind.LASTED, Kind.ENDED, Kind.BEGAN, priority=Priority.HIGH)
    assert latched.state is State.LATCHED
    back, steps = advance(latched, event(Kind.LASTED, 9), Priority.HIGH)
    assert back is not None
    assert (back.state, back.cleared_ms) == (State.ACTIVE_UNACKNOWLEDGED, None)
    assert steps[0].reason is Reason.RETURNED


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.LOW])
def test_lower_priorities_close_by_themselves(priority: Priority) -> None:
    closed = live(Kind.BEGAN, Kind.LASTED, Kind.ENDED, priority=priority)
    assert closed.state is State.CLOSED


def test_what_did_not_last_is_closed_unseen() -> None:
    closed = live(Kind.BEGAN, Kind.ENDED, priority=Priority.HIGH)
    assert closed.state is State.CLOSED
    assert closed.activated_ms is None


def test_a_worse_priority_asks_anew_and_breaks_the_snooze() -> None:
    seen, _ = acknowledge(calling(), 3, NURSE)
    quiet, _ = answers.snooze(seen, 4, NURSE, MINUTE)
    worse = after(quiet, Kind.WORSENED)
    assert (worse.state, worse.priority) == (State.ACTIVE_UNACKNOWLEDGED, Priority.HIGH)
    assert worse.acknowledged_by is None
    assert (worse.snoozed_until_ms, worse.attention_ms) == (None, 10)


def test_priority_falls_again_but_what_nobody_saw_latches_all_the_same() -> None:
    eased = after(calling(), Kind.WORSENED, Kind.EASED)
    assert (eased.state, eased.priority) == (State.ACTIVE_UNACKNOWLEDGED, Priority.MEDIUM)
    assert after(eased, Kind.ENDED).state is State.LATCHED
    seen, _ = acknowledge(after(calling(), Kind.WORSENED), 12, NURSE)
    still = after(seen, Kind.EASED)
    assert (still.state, still.priority) == (State.ACTIVE_ACKNOWLEDGED, Priority.MEDIUM)
    assert after(still, Kind.ENDED).state is State.CLOSED


def test_a_snooze_ends_by_itself_and_calls_again() -> None:
    seen, _ = acknowledge(calling(), 3, NURSE)
    quiet, _ = answers.snooze(seen, 4, NURSE, 4 + MINUTE)
    assert quiet.attention_ms == 4 + MINUTE
    assert answers.wake(quiet, 3 + MINUTE) == (quiet, ())
    awake, (step,) = answers.wake(quiet, 4 + MINUTE)
    assert (awake.state, awake.snoozed_until_ms) == (State.ACTIVE_UNACKNOWLEDGED, None)
    assert (step.reason, step.actor) == (Reason.SNOOZE_ENDED, None)


def test_a_snooze_outlives_the_end_of_the_condition() -> None:
    quiet, _ = answers.snooze(calling(), 2, NURSE, 4 * 60 * MINUTE)
    closed = after(quiet, Kind.ENDED)
    assert closed.state is State.CLOSED
    late = event(Kind.BEGAN, 60 * MINUTE, 60 * MINUTE)
    assert returns(closed, late, WINDOW)
    back = after(closed, Kind.BEGAN, Kind.LASTED, at_ms=61 * MINUTE)
    # It does not call before the snooze is over.
    assert back.attention_ms == quiet.snoozed_until_ms
    assert back.snoozed_by == NURSE


@pytest.mark.parametrize("priority", Priority)
def test_a_snooze_has_a_longest_time(priority: Priority) -> None:
    longest = answers.LONGEST_SNOOZE_MS[priority]
    quiet, _ = answers.snooze(calling(priority), 5, NURSE, 5 + longest)
    assert quiet.is_snoozed(4 + longest)
    for until in (5, 6 + longest):
        with pytest.raises(SpanError):
            answers.snooze(calling(priority), 5, NURSE, until)


def test_a_condition_that_returns_soon_opens_the_same_alarm() -> None:
    closed = after(calling(), Kind.ENDED)
    assert closed.closed_ms == 10
    assert returns(closed, event(Kind.BEGAN, 0, 10 + WINDOW), WINDOW)
    assert not returns(closed, event(Kind.BEGAN, 0, 11 + WINDOW), WINDOW)
    pending = after(closed, Kind.BEGAN, at_ms=MINUTE)
    assert (pending.state, pending.reopened) == (State.PENDING, 0)
    back, (step,) = advance(pending, event(Kind.LASTED, 2 * MINUTE), Priority.MEDIUM)
    assert back is not None
    assert (back.state, back.reopened, step.reason) == (
        State.ACTIVE_UNACKNOWLEDGED, 1, Reason.RETURNED,
    )  # fmt: skip
    assert (back.started_ms, back.activated_ms) == (closed.started_ms, closed.activated_ms)
    # It did not last this time: closed as before.
    assert after(pending, Kind.ENDED).state is State.CLOSED


def test_what_never_called_is_not_opened_again() -> None:
    closed = live(Kind.BEGAN, Kind.ENDED)
    assert not returns(closed, event(Kind.BEGAN), WINDOW)


def test_a_shelved_condition_calls_nobody_and_is_kept() -> None:
    shelf = Shelf(0, 60 * MINUTE)
    held, (step,) = advance(live(Kind.BEGAN), event(Kind.LASTED, 9), Priority.MEDIUM, shelf=shelf)
    assert held is not None
    assert (held.state, held.attention_ms) == (State.SUPPRESSED, 60 * MINUTE)
    assert step.reason is Reason.LASTED
    assert answers.wake(held, 60 * MINUTE - 1) == (held, ())
    awake, (woken,) = answers.wake(held, 60 * MINUTE)
    assert (awake.state, woken.reason) == (State.ACTIVE_UNACKNOWLEDGED, Reason.SHELF_ENDED)
    assert after(held, Kind.ENDED).state is State.CLOSED


def test_a_shelf_holds_high_priority_back_for_a_short_time_only() -> None:
    shelf = Shelf(0, 8 * 60 * MINUTE)
    held, _ = answers.shelve(calling(), 3, NURSE, shelf)
    assert held.attention_ms == shelf.ends_ms
    soon = after(held, Kind.WORSENED, shelf=shelf)
    assert (soon.state, soon.attention_ms) == (State.SUPPRESSED, HIGH_SHELF_MS)
    assert after(soon, Kind.EASED, shelf=shelf).attention_ms == shelf.ends_ms
    late = after(held, Kind.WORSENED, shelf=shelf, at_ms=HIGH_SHELF_MS)
    assert (late.state, late.attention_ms) == (State.ACTIVE_UNACKNOWLEDGED, HIGH_SHELF_MS)


def test_what_lasts_cannot_be_closed_unless_it_is_technical() -> None:
    with pytest.raises(ConflictError):
        answers.close(calling(), 3, NURSE)
    raised, _ = advance(None, event(Kind.LASTED), Priority.MEDIUM, Category.TECHNICAL)
    assert raised is not None
    closed, (step,) = answers.close(raised, 3, NURSE)
    assert (closed.state, step.reason) == (State.CLOSED, Reason.CLOSED_BY_HAND)
    back, _ = answers.reopen(closed, 4, DOCTOR)
    assert (back.state, back.reopened) == (State.ACTIVE_UNACKNOWLEDGED, 1)


def test_a_reopened_alarm_whose_condition_is_over_waits_to_be_seen() -> None:
    closed = after(calling(), Kind.ENDED)
    back, _ = answers.reopen(closed, 4, NURSE)
    assert (back.state, back.cleared_ms) == (State.LATCHED, closed.cleared_ms)
    with pytest.raises(ConflictError):
        answers.reopen(closed, closed.cleared_ms + answers.REOPEN_BY_HAND_MS + 1, NURSE)  # type: ignore[operator]


@pytest.mark.parametrize("alarm", [live(Kind.BEGAN), live(Kind.BEGAN, Kind.ENDED)])
def test_nothing_to_acknowledge(alarm: Alarm) -> None:
    with pytest.raises(ConflictError):
        acknowledge(alarm, 9, NURSE)


def test_events_without_an_alarm_change_nothing() -> None:
    for kind in (Kind.WORSENED, Kind.EASED, Kind.ENDED, Kind.EXPIRED):
        assert advance(None, event(kind), Priority.HIGH) == (None, ())


class Life(RuleBasedStateMachine):
    """Whatever happens to one condition, in whatever order, and whatever people do about it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.alarm: Alarm | None = None
        self.shelf: Shelf | None = None
        self.history: list[Step] = []

    def take(self, alarm: Alarm | None, steps: tuple[Step, ...]) -> None:
        for step in steps:
            before = None if not self.history else self.history[-1].to_state
            assert step.from_state == before
            self.history.append(step)
        if not steps and alarm is not None and self.alarm is not None:
            assert alarm.state is self.alarm.state
        self.alarm = alarm

    @rule(minutes=st.integers(1, 40))
    def pass_time(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(
        kind=st.sampled_from(Kind),
        priority=st.sampled_from(Priority),
        category=st.sampled_from(Category),
    )
    def happen(self, kind: Kind, priority: Priority, category: Category) -> None:
        what = event(kind, self.now, self.now)
        known = self.alarm
        if known is not None and known.state is State.CLOSED and not returns(known, what, WINDOW):
            # What comes next is another alarm.
            known, self.history = None, []
        self.alarm = known
        self.take(*advance(known, what, priority, category, self.shelf))

    @rule(
        action=st.sampled_from(
            (
                answers.acknowledge,
                answers.unassign,
                answers.unsnooze,
                answers.close,
                answers.reopen,
                answers.unshelve,
            )
        ),
        actor=st.sampled_from((NURSE, DOCTOR)),
    )
    def act(self, action: object, actor: object) -> None:
        if self.alarm is None or (self.shelf is not None and action is answers.unshelve):
            return
        try:
            alarm, steps = action(self.alarm, self.now, actor)  # type: ignore[operator]
        except ConflictError:
            return
        assert all(step.actor == actor for step in steps)
        self.take(alarm, steps)

    @rule(minutes=st.integers(-1, 2_000))
    def snooze(self, minutes: int) -> None:
        if self.alarm is None:
            return
        try:
            until = self.now + minutes * MINUTE
            self.take(*answers.snooze(self.alarm, self.now, NURSE, until))
        except (ConflictError, SpanError):
            return

    @rule(minutes=st.integers(1, 600))
    def shelve(self, minutes: int) -> None:
        self.shelf = Shelf(self.now, self.now + minutes * MINUTE)
        if self.alarm is not None:
            self.take(*answers.shelve(self.alarm, self.now, NURSE, self.shelf))

    @rule()
    def end_shelf(self) -> None:
        self.shelf = None
        if self.alarm is not None:
            self.take(*answers.unshelve(self.alarm, self.now, NURSE))

    @rule()
    def assign(self) -> None:
        if self.alarm is not None and self.alarm.state is not State.CLOSED:
            self.take(*answers.assign(self.alarm, self.now, NURSE, DOCTOR))
            assert self.alarm.assignee == DOCTOR

    @rule()
    def note(self) -> None:
        if self.alarm is not None:
            self.take(*answers.add_note(self.alarm, self.now, NURSE, "seen at the bed"))

    @rule()
    def wake(self) -> None:
        if self.alarm is not None:
            self.take(*answers.wake(self.alarm, self.now))

    @invariant()
    def is_legal(self) -> None:
        alarm = self.alarm
        if alarm is None:
            return
        assert alarm.state is not State.CLEARED
        assert (alarm.state is State.CLOSED) == (alarm.closed_ms is not None)
        assert (alarm.acknowledged_ms is None) == (alarm.acknowledged_by is None)
        assert (alarm.snoozed_until_ms is None) == (alarm.snoozed_by is None)
        if alarm.state in ACTIVE | {State.SUPPRESSED}:
            assert alarm.activated_ms is not None
            assert alarm.cleared_ms is None
        if alarm.state is State.ACTIVE_ACKNOWLEDGED:
            assert alarm.acknowledged_by is not None
        if alarm.state in {State.ACTIVE_UNACKNOWLEDGED, State.LATCHED, State.SUPPRESSED}:
            # The clock looks after everything that nobody has seen.
            assert alarm.attention_ms is not None
        if alarm.state in {State.PENDING, State.CLOSED}:
            assert alarm.attention_ms is None
        if alarm.state is State.ACTIVE_UNACKNOWLEDGED and alarm.priority is Priority.HIGH:
            assert alarm.latching

    @invariant()
    def history_explains_the_alarm(self) -> None:
        if self.alarm is None:
            assert not self.history
            return
        last = self.history[-1]
        assert (last.to_state, last.priority) == (self.alarm.state, self.alarm.priority)
        opened = [step for step in self.history if step.from_state is State.CLOSED]
        returned = [
            step
            for step in self.history
            if step.reason is Reason.REOPENED
            or (step.reason is Reason.RETURNED and step.from_state is not State.LATCHED)
        ]
        assert self.alarm.reopened == len(returned)
        assert len(returned) <= len(opened)
        calls = [
            step
            for step in self.history
            if step.reason in CALLS and step.to_state is not State.SUPPRESSED
        ]
        if self.alarm.state in ACTIVE:
            assert calls


Life.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
