"""Delay never looks like a fault of the clock, and faults of the clock do not look like delay."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clocks import BEHIND_MS, JUMP_MS, MAX_DRIFT, SETTLED, Clock, Limits, Model, State
from telemetry.errors import Reason

START = 1_750_000_000_000
HOUR = 3_600_000
SECOND = 1000


def hear(
    clock: Clock, sent: int, seq: int, received: int, queued: int = 0, *, backlog: bool = False
) -> Reason | None:
    """Feed one message the way the judge does."""
    if not backlog and clock.hear(sent, seq, received):
        return None
    return clock.judge(sent, seq, received, queued, backlog=backlog)


def play(clock: Clock, messages: Iterable[tuple[int, int]], seq: int = 0) -> list[Reason | None]:
    """Feed (sent, received) pairs, numbered on from `seq`."""
    return [hear(clock, sent, seq + i, received) for i, (sent, received) in enumerate(messages, 1)]


def minutes(
    count: int, lead: int = 0, delay: int = 40, start: int = START
) -> list[tuple[int, int]]:
    """Messages a second apart for `count` minutes, by a clock that is `lead` ms ahead."""
    return [(start + i * SECOND + lead, start + i * SECOND + delay) for i in range(count * 60)]


delays = st.lists(st.integers(0, 12 * HOUR), min_size=1, max_size=60)
gaps = st.lists(st.integers(1, 2 * HOUR), min_size=60, max_size=60)


@given(delays, gaps, st.integers(-BEHIND_MS + JUMP_MS, 300_000), st.integers(0, 2**32))
def test_no_delay_is_taken_for_a_fault(
    waits: list[int], between: list[int], lead: int, seed: int
) -> None:
    """Whatever waits however long: what comes in order, and not from the future, is believed.

    Waiting at the broker is known of; the waits of one queue end one after the other.
    """
    chance = random.Random(seed)
    clock, sent, received = Clock(1), START, START
    believed = []
    for seq, (wait, gap) in enumerate(zip(waits, between, strict=False), 1):
        sent += gap
        received = max(received, sent + chance.choice([0, 20, wait]))
        believed.append(hear(clock, sent + lead, seq, received, queued=received - sent))
    assert believed == [None] * len(believed) or lead > JUMP_MS
    assert Reason.CLOCK_BEHIND not in believed
    assert lead > JUMP_MS or clock.state is State.GOOD


def test_an_outage_of_hours_is_no_fault() -> None:
    clock = Clock(1)
    assert set(play(clock, minutes(10))) == {None}
    back = START + 4 * HOUR
    queue = [(sent, back + i) for i, (sent, _) in enumerate(minutes(200, start=START + 600_000))]
    assert set(play(clock, queue, seq=600)) == {None}
    live = minutes(5, start=back + 60_000)
    assert set(play(clock, live, seq=600 + len(queue))) == {None}
    assert clock.model is not None
    assert clock.model.offset_ms == pytest.approx(40, abs=5)


def test_a_boot_that_begins_in_a_queue_is_believed_while_the_queue_lasts() -> None:
    clock, worker_back = Clock(2), START + 3 * HOUR
    for i, (sent, _) in enumerate(minutes(60), 1):
        assert hear(clock, sent, i, worker_back + i, queued=14 * 24 * HOUR) is None
    assert hear(clock, START + HOUR, 3601, START + HOUR + 4 * HOUR) is Reason.CLOCK_BEHIND
    assert hear(clock, worker_back + HOUR, 3602, worker_back + HOUR + 50) is None


def test_a_clock_far_behind_from_the_start_is_not_trusted() -> None:
    clock = Clock(1)
    late = minutes(1, lead=-BEHIND_MS - SECOND)
    assert set(play(clock, late)) == {Reason.CLOCK_BEHIND}
    assert hear(clock, START, 61, START + 2 * BEHIND_MS, backlog=True) is None
    assert hear(clock, START + HOUR, 62, START + HOUR + 9) is None
    assert play(Clock(1, Limits(behind_ms=0)), late) == [None] * 60


@pytest.mark.parametrize("lead", [2 * JUMP_MS, 4 * JUMP_MS])
def test_a_jump_forward_is_noticed_and_its_end_too(lead: int) -> None:
    clock = Clock(1)
    play(clock, minutes(3))
    later = START + 180_000
    assert set(play(clock, minutes(2, lead, start=later), 180)) == {Reason.CLOCK_JUMPED}
    assert clock.model is not None
    assert (clock.model.state, clock.model.offset_ms) == (State.AHEAD, 40 - lead)
    waiting = later + 120_000
    assert hear(clock, waiting + lead, 301, waiting + lead, queued=lead) is Reason.CLOCK_JUMPED
    assert set(play(clock, minutes(2, start=waiting + lead), 301)) == {None}
    assert clock.model.state is State.GOOD


@pytest.mark.parametrize("jump", [JUMP_MS + 2 * SECOND, HOUR, 24 * HOUR, 400 * 24 * HOUR])
def test_a_jump_back_is_noticed_until_the_clock_is_right_again(jump: int) -> None:
    clock = Clock(1)
    play(clock, minutes(3))
    later = START + 180_000
    assert set(play(clock, minutes(5, -jump, start=later), 180)) == {Reason.CLOCK_JUMPED}
    assert hear(clock, later, 481, later + 2 * HOUR, backlog=True) is Reason.CLOCK_JUMPED
    assert set(play(clock, minutes(2, start=later + 2 * HOUR), 481)) == {None}


def test_a_clock_set_right_is_no_fault() -> None:
    clock = Clock(1)
    play(clock, minutes(3, lead=240_000))
    assert set(play(clock, minutes(3, start=START + 180_000), 180)) == {None}
    assert clock.model is not None
    assert clock.model.offset_ms == 40
    behind = Clock(1)
    play(behind, minutes(3, lead=-400_000))
    assert set(play(behind, minutes(3, start=START + 180_000), 180)) == {None}


def test_a_clock_ahead_beyond_the_skew_is_refused_but_not_remembered() -> None:
    clock = Clock(1)
    assert set(play(clock, minutes(1, lead=300_041))) == {Reason.CLOCK_AHEAD}
    assert set(play(clock, minutes(1, start=START + HOUR), 60)) == {None}


def test_what_is_sent_again_says_nothing_of_the_clock() -> None:
    clock = Clock(1)
    play(clock, minutes(5))
    for seq, (sent, _) in enumerate(minutes(3), 1):
        assert hear(clock, sent, seq, START + HOUR + seq) is None
    assert hear(clock, START + 2 * HOUR, 301, START + 2 * HOUR) is None


@given(st.floats(-150, 150), st.integers(-30_000, 30_000), st.integers(0, 2**32))
def test_offset_and_drift_are_found(ppm: float, lead: int, seed: int) -> None:
    chance = random.Random(seed)
    clock = Clock(1)
    for i in range(0, 1800, 2):
        true = START + i * SECOND
        sent = true + lead + round(ppm * 1e-6 * i * SECOND)
        delay = round(chance.expovariate(1 / 40))
        assert hear(clock, sent, i + 1, true + delay) is None
    model = clock._estimate()
    assert model.corrected_ms(sent) == pytest.approx(true, abs=100)
    assert model.drift_ppm == pytest.approx(-ppm, abs=40)
    assert 10 < model.uncertainty_ms < 200


def test_what_is_written_down_is_bounded() -> None:
    clock, written = Clock(1), 0
    chance = random.Random(5)
    for i in range(1, 24 * 360):
        hear(clock, START + i * 10 * SECOND, i, START + i * 10 * SECOND + chance.randrange(30_000))
        written += clock.restated
        clock.restated = False
    assert 1 <= written <= 24 * 6 + 1


@pytest.mark.parametrize("state", State)
def test_a_clock_goes_on_from_its_last_model(state: State) -> None:
    model = Model(3, 100, START, 40, 0.0, 5, state)
    clock = Clock(3, model=model)
    expected = None if state is State.GOOD else Reason.CLOCK_JUMPED
    assert hear(clock, START + HOUR, 101, START + HOUR + HOUR) is expected
    assert hear(clock, START - HOUR, 102, START + 2 * HOUR) is Reason.CLOCK_JUMPED


def test_the_least_offset_rises_no_faster_than_a_clock_can_drift() -> None:
    clock = Clock(1)
    play(clock, [(START, START + 40)] * SETTLED)
    day = 24 * HOUR
    hear(clock, START + day, 9, START + day + HOUR)
    assert clock._settled_ms <= 40 + (day + HOUR) * MAX_DRIFT * 1.01
