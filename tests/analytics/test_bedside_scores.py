"""qSOFA, shock index, records of oxygen, and hours of them: edges and what is unknown."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.hours import DAY_HOURS, MOST_HOURS, Known, Tracks, plan
from analytics.rules import BUILTIN, DETERIORATION
from analytics.scores.hourly import HOUR_MS, MINUTE_MS, Hours, Row, rows
from analytics.scores.news2 import INPUTS, STALE_AFTER_S, news2
from analytics.scores.qsofa import qsofa
from analytics.scores.recorded import inputs
from analytics.scores.shock_index import BANDS, band, shock_index
from analytics.tracking import Kind
from analytics.weights import deterioration

START = 1_760_000_400_000 // HOUR_MS * HOUR_MS
PATIENT = UUID(int=7)


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("respiratory_rate", 21.49, 0),
        ("respiratory_rate", 21.5, 1),
        ("respiratory_rate", 22, 1),
        ("blood_pressure_systolic", 100, 1),
        ("blood_pressure_systolic", 100.49, 1),
        ("blood_pressure_systolic", 100.5, 0),
        ("consciousness", 0, 0),
        ("consciousness", 1, 1),
        ("consciousness", 4, 1),
    ],
)
def test_qsofa_at_its_edges(name: str, value: float, points: int) -> None:
    normal = {"respiratory_rate": 15.0, "blood_pressure_systolic": 120.0, "consciousness": 0.0}
    score = qsofa({k: [v] for k, v in (normal | {name: value}).items()})
    assert (score.minimum[0], score.maximum[0]) == (points, points)


def test_qsofa_says_how_much_is_unknown() -> None:
    old = {"consciousness": [STALE_AFTER_S["consciousness"] + 1]}
    score = qsofa({"respiratory_rate": [30.0], "consciousness": [1.0]}, old)
    assert (score.minimum[0], score.maximum[0]) == (1, 3)
    assert score.unknown[0].tolist() == [False, True, True]
    assert len(qsofa({}).minimum) == 0


@pytest.mark.parametrize(
    ("index", "name"),
    [(0.69, "normal"), (0.7, "borderline"), (0.9, "raised"), (1.0, "high"), (2.0, "high")],
)
def test_shock_index_at_its_edges(index: float, name: str) -> None:
    assert BANDS[int(band(np.array([index]))[0])] == name


def test_shock_index_takes_a_pulse_and_nothing_stale() -> None:
    found = shock_index(
        {
            "heart_rate": [90.0, np.nan, 90.0, 90.0],
            "pulse_rate": [60.0, 60.0, 60.0, 60.0],
            "blood_pressure_systolic": [100.0, 100.0, 100.0, 0.0],
        },
        {"heart_rate": [0.0, 0.0, 3_601.0, 0.0]},
    )
    assert found[:3].tolist() == [0.9, 0.6, 0.6]
    assert np.isnan(found[3])


def test_of_two_records_of_oxygen_at_one_time_oxygen_counts() -> None:
    at = {"oxygen_flow_rate": np.array([5.0]), "inspired_oxygen": np.array([5.0])}
    values = {"oxygen_flow_rate": np.array([0.0]), "inspired_oxygen": np.array([40.0])}
    chosen, ages = inputs(values, at)
    assert (chosen["supplemental_oxygen"][0], ages["supplemental_oxygen"][0]) == (1.0, 5.0)


def hours_with(metric: str, minutes: list[int], values: list[float], *, scale: int = 1) -> Hours:
    hours = Hours.empty(np.array([START]), np.array([scale]))
    times = START + MINUTE_MS * np.array(minutes, np.int64)
    hours.put(0, metric, times, np.array(values))
    return hours


def test_an_hour_ends_before_the_next_and_looks_back() -> None:
    hours = hours_with("heart_rate", [-30, 10, 59], [140.0, 45.0, 100.0])
    (news2_row,) = [row for row in rows(hours) if row.kind == "news2"]
    assert news2_row.parts["points"]["heart_rate"] == [1, 1]
    assert news2_row.worst == 3
    assert news2_row.parts["worst_ms"] == START + MINUTE_MS
    assert not Hours.empty(np.array([START]), np.array([1])).measured().any()
    assert not hours_with("heart_rate", [-30], [140.0]).measured().any()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*INPUTS, "pulse_rate", "inspired_oxygen"]),
            st.integers(-700, 59),
            st.sampled_from((0.0, 1.0, 22.0, 38.5, 90.0, 140.0)),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from((1, 2)),
)
def test_an_hour_says_what_its_minutes_say(
    readings: list[tuple[str, int, float]], scale: int
) -> None:
    """The same as looking at every minute for itself, one reading after the other."""
    hours = Hours.empty(np.array([START]), np.array([scale]))
    newest: dict[str, dict[int, float]] = {}
    for metric, minute, value in readings:
        newest.setdefault(metric, {})[minute] = value
    for metric, found in newest.items():
        times = START + MINUTE_MS * np.array(list(found), np.int64)
        hours.put(0, metric, times, np.array(list(found.values())))
    minima, maximum = [], 0
    for end in range(1, 61):
        past = {
            metric: max((minute, value) for minute, value in found.items() if minute < end)
            for metric, found in newest.items()
            if min(found) < end
        }
        values = {metric: np.array([value]) for metric, (_, value) in past.items()}
        ages = {metric: np.array([(end - minute) * 60.0]) for metric, (minute, _) in past.items()}
        chosen, ages_s = inputs(values, ages)
        score = news2(chosen or {"heart_rate": [np.nan]}, ages_s, scale=scale)
        minima.append(int(score.minimum[0]))
        maximum = int(score.maximum[0])
    found_rows = [row for row in rows(hours) if row.kind == "news2"]
    if all(minute < 0 for found in newest.values() for minute in found):
        assert not found_rows
        return
    (row,) = found_rows
    assert (row.minimum, row.maximum, row.worst) == (minima[-1], maximum, max(minima))


@given(
    st.sets(st.integers(0, 2000), min_size=1, max_size=20),
    st.one_of(st.none(), st.integers(0, 2000)),
)
def test_a_plan_covers_every_mark_in_time(marked: set[int], newest: int | None) -> None:
    before = [hour for hour in [newest] if hour is not None and hour < min(marked)]
    known = Known(hour=before[0] if before else None, newest=newest)
    made = plan(PATIENT, sorted(marked), known)
    assert made.first <= made.since == min(marked) <= made.last
    assert made.since - made.first < DAY_HOURS
    assert len(made.hours) <= MOST_HOURS + 2 * DAY_HOURS
    assert made.more == (made.last < max(*marked, newest or 0))
    assert not made.more or (made.last + 1) % DAY_HOURS == 0


def test_the_limit_of_the_condition_is_that_of_the_card() -> None:
    assert BUILTIN[DETERIORATION].limit == deterioration().thresholds["0.5"]


def score(value: float) -> Row:
    return Row(0, DETERIORATION, value, value, value, {"signals": {"heart_rate": 0.4}}, "x")


def test_the_condition_ends_by_its_hysteresis_or_when_nothing_comes() -> None:
    rule = BUILTIN[DETERIORATION]
    tracks = Tracks()
    seen: list[Kind] = []
    for hour, value in enumerate((-2.0, -1.0, -1.4, -2.0, -2.0, -2.0, -1.0)):
        at_ms = START + hour * HOUR_MS
        record, changes = tracks.observe(PATIENT, at_ms, score(value), rule)
        tracks.open = {} if record is None else {PATIENT: record}
        seen += [change.event.kind for change in changes]
        again, none = tracks.observe(PATIENT, at_ms, score(value), rule)
        assert not none or record is None
        assert (again is None) == (record is None)
    assert seen == [Kind.BEGAN, Kind.LASTED, Kind.ENDED, Kind.BEGAN, Kind.LASTED]
    record, changes = tracks.expire(PATIENT, START + 20 * HOUR_MS, rule)
    assert record is None
    assert [change.event.kind for change in changes] == [Kind.EXPIRED]
    assert changes[0].event.at_ms == START + 9 * HOUR_MS
