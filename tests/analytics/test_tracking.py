"""Delay, hysteresis and silence, on measured time only."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.tracking import IDLE, Event, Kind, Timing, Track, fresh, waiting

TIMING = Timing(
    delay_ms=15_000,
    clear_ms=10_000,
    hold_ms=600_000,
    hysteresis=2.0,
    severe_score=5.0,
    severe_delay_ms=15_000,
    severe_clear_ms=30_000,
)
HASTY = Timing(60_000, 0, 600_000, 2.0, 5.0, severe_delay_ms=5_000, severe_clear_ms=20_000)
"""What is severe calls long before what is not."""


Scores = dict[float, float]


def follow(scores: Scores, timing: Timing = TIMING) -> list[tuple[Kind, float]]:
    """Kinds and times (s) of what happens with these scores by second."""
    track = Track()
    times = [round(second * 1000) for second in scores]
    track.follow(-1, times, list(scores.values()), timing)
    return [(event.kind, event.at_ms / 1000) for event in track.events]


def test_a_short_excursion_ends_within_its_delay() -> None:
    assert follow({0: -5, 1: 1, 10: 1, 14: -1}) == [(Kind.BEGAN, 1), (Kind.ENDED, 14)]


def test_a_lasting_one_counts_from_its_beginning() -> None:
    assert follow({0: 1, 20: 1}) == [(Kind.BEGAN, 0), (Kind.LASTED, 15)]


def test_without_a_delay_the_first_reading_is_enough() -> None:
    assert follow({0: 0}, Timing(0, 0, 600_000, 1.0)) == [(Kind.BEGAN, 0), (Kind.LASTED, 0)]


def test_the_band_of_the_hysteresis_does_not_clear() -> None:
    flapping: Scores = {0: 1, 16: 1, 20: -1, 30: 0.5, 40: -1.9, 60: -1}
    assert follow(flapping)[-1] == (Kind.LASTED, 15)
    assert follow({**flapping, 70: -2, 79: -3})[-1] == (Kind.LASTED, 15)
    assert follow({**flapping, 70: -2, 80: -3})[-1] == (Kind.ENDED, 80)


def test_a_reading_beyond_the_limit_starts_the_clearing_anew() -> None:
    scores: Scores = {0: 1, 16: 1, 20: -5, 29: 1, 30: -5, 39: -5}
    assert follow(scores)[-1] == (Kind.LASTED, 15)
    assert follow({**scores, 40: -5})[-1] == (Kind.ENDED, 40)


def test_one_severe_reading_does_not_raise_the_priority_but_a_lasting_one_does() -> None:
    scores: Scores = {0: 1, 16: 1, 20: 9, 21: 1, 30: 6}
    assert follow(scores)[-1] == (Kind.LASTED, 15)
    assert follow({**scores, 44: 6})[-1] == (Kind.LASTED, 15)
    assert follow({**scores, 46: 6})[-1] == (Kind.WORSENED, 45)


def test_severe_from_the_first_reading_is_both_at_once() -> None:
    assert follow({0: 7, 20: 7}) == [(Kind.BEGAN, 0), (Kind.LASTED, 15), (Kind.WORSENED, 15)]


def test_severity_falls_when_it_has_been_over_for_its_own_delay() -> None:
    scores: Scores = {0: 7, 20: 2, 49: 2}
    assert follow(scores)[-1] == (Kind.WORSENED, 15)
    assert follow({**scores, 50: 2})[-1] == (Kind.EASED, 50)


def test_the_hysteresis_holds_severity_up() -> None:
    assert follow({0: 7, 20: 4, 90: 4})[-1] == (Kind.WORSENED, 15)
    # A moment beyond the severe limit starts the time to fall anew.
    assert follow({0: 7, 20: 3, 40: 6, 41: 3, 70: 3})[-1] == (Kind.WORSENED, 15)
    assert follow({0: 7, 20: 3, 40: 6, 41: 3, 71: 3})[-1] == (Kind.EASED, 71)


def test_severity_that_rose_and_fell_rises_again() -> None:
    assert follow({0: 7, 20: 2, 60: 7, 80: 7})[-2:] == [(Kind.EASED, 50), (Kind.WORSENED, 75)]


def test_an_end_before_the_severity_would_fall_is_only_an_end() -> None:
    assert follow({0: 7, 20: -5, 60: -5})[-1] == (Kind.ENDED, 30)


def test_a_severe_value_need_not_wait_for_the_delay_of_a_lesser_one() -> None:
    expected = [(Kind.BEGAN, 0), (Kind.LASTED, 15), (Kind.WORSENED, 15)]
    assert follow({0: 1, 10: 7, 15: 7}, HASTY) == expected
    assert follow({0: 1, 10: 7, 14: 1, 40: 1}, HASTY) == [(Kind.BEGAN, 0)]


def test_a_long_silence_ends_what_was_known() -> None:
    assert follow({0: 1, 700: 1}) == [
        (Kind.BEGAN, 0),
        (Kind.LASTED, 15),
        (Kind.EXPIRED, 600),
        (Kind.BEGAN, 700),
    ]


def test_the_clock_alone_lets_a_delay_pass_and_a_series_expire() -> None:
    track = Track()
    track.follow(-1, [0], [1.0], TIMING)
    track.wait(0, 14_999, TIMING)
    assert [event.kind for event in track.events] == [Kind.BEGAN]
    track.wait(0, 600_000, TIMING)
    track.wait(0, 600_001, TIMING)
    assert [event.kind for event in track.events[1:]] == [Kind.LASTED, Kind.EXPIRED]


def test_the_worst_is_the_worst_so_far() -> None:
    track = Track()
    track.follow(-1, [0, 10_000, 16_000, 17_000], [1.0, 3.0, 2.0, 9.0], TIMING)
    assert [event.score for event in track.events] == [1.0, 3.0]
    assert [event.worst_ms for event in track.events] == [0, 10_000]
    assert (track.worst, track.worst_ms) == (9.0, 17_000)


def test_of_equally_bad_readings_the_first_is_the_worst() -> None:
    track = Track()
    track.follow(-1, [0, 1_000, 2_000, 20_000], [0.0, 3.0, 3.0, 3.0], TIMING)
    track.follow(20_000, [21_000, 22_000, 40_000], [3.0, -5.0, -5.0], TIMING)
    ended = track.events[-1]
    assert (ended.kind, ended.score, ended.worst_ms) == (Kind.ENDED, 3.0, 1_000)
    track.follow(40_000, [41_000], [0.0], TIMING)
    assert (track.worst, track.worst_ms) == (0.0, 41_000)


steps = st.lists(
    st.tuples(st.integers(1, 700_000), st.sampled_from((-9.0, -2.0, -1.0, 0.0, 1.0, 5.0, 8.0))),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize("timing", [TIMING, HASTY, Timing(0, 0, 60_000, 0.5)])
@given(readings=steps, data=st.data())
def test_the_same_events_however_readings_are_batched(
    readings: list[tuple[int, float]], data: st.DataObject, timing: Timing
) -> None:
    times = list(accumulate(gap for gap, _ in readings))
    scores = [score for _, score in readings]
    whole = Track()
    whole.follow(-1, times, scores, timing)
    cuts = data.draw(st.lists(st.integers(0, len(readings)), max_size=5).map(sorted))
    events: list[Event] = []
    parts, last, saved = Track(), -1, Track().record()
    for a, b in zip([0, *cuts], [*cuts, len(readings)], strict=True):
        if a == b:
            continue
        parts = Track(*saved)
        parts.follow(last, times[a:b], scores[a:b], timing)
        events += parts.events
        last, saved = times[b - 1], parts.record()
    assert events == whole.events
    assert saved == whole.record()


@pytest.mark.parametrize("timing", [TIMING, HASTY])
@given(steps)
def test_the_clock_of_all_tracks_is_the_clock_of_each(
    timing: Timing, readings: list[tuple[int, float]]
) -> None:
    times = list(accumulate(gap for gap, _ in readings))
    track, records = Track(), fresh(1)
    track.follow(-1, times, [score for _, score in readings], timing)
    records[0] = track.record()
    names = ("hold_ms", "delay_ms", "clear_ms", "severe_delay_ms", "severe_clear_ms")
    columns = [np.array([getattr(timing, name)]) for name in names]
    [due] = waiting(records, np.array(times[-1:]), *columns)
    expires = times[-1] + timing.hold_ms + 1 if track.phase != IDLE else np.inf
    assert due == min(track.next_due_ms(timing)[0], expires)


@given(steps)
def test_events_alternate_and_times_never_go_back(readings: list[tuple[int, float]]) -> None:
    track = Track()
    times = list(accumulate(gap for gap, _ in readings))
    track.follow(-1, times, [score for _, score in readings], TIMING)
    present = IDLE
    severe = False
    before = 0
    for event in track.events:
        assert event.at_ms >= before
        before = event.at_ms
        assert (present == IDLE) == (event.kind is Kind.BEGAN)
        present = IDLE if event.kind in {Kind.ENDED, Kind.EXPIRED} else 1
        if event.kind in {Kind.WORSENED, Kind.EASED}:
            assert severe is (event.kind is Kind.EASED)
            severe = not severe
        if present == IDLE:
            severe = False
        if event.kind is Kind.LASTED:
            assert event.at_ms - event.started_ms >= TIMING.delay_ms
