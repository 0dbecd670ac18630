"""Trends by their promises: days tile time, slopes are found, plots lose nothing."""

import datetime as dt
import doctest
import importlib
import math
import pkgutil
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import theilslopes  # type: ignore[import-untyped]

from analytics import trends
from analytics.trends.circadian import circadian
from analytics.trends.days import days_until, first_instant, local_date
from analytics.trends.downsample import chosen, gaps
from analytics.trends.goals import Goal
from analytics.trends.insights import Scene, recommendations
from analytics.trends.milestones import reached
from analytics.trends.rules import insights
from analytics.trends.slope import slope
from analytics.trends.summary import Span, Summary, summarise
from analytics.trends.targets import TARGETS, Tally, time_in_range
from telemetry.metrics import METRICS
from telemetry.zones import zone_of

ZONES = sorted(available_timezones())
SECOND = dt.timedelta(seconds=1)
HOUR = dt.timedelta(hours=1)
DATES = st.dates(dt.date(1975, 1, 1), dt.date(2036, 1, 1))


@pytest.mark.parametrize("name", [one.name for one in pkgutil.iter_modules(trends.__path__)])
def test_examples_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"analytics.trends.{name}")).failed == 0


@given(st.sampled_from(ZONES), DATES)
def test_a_day_is_its_calendar_day_from_its_first_instant_on(name: str, date: dt.date) -> None:
    zone = zone_of(name)
    start = first_instant(date, zone)
    assert local_date(start, zone) >= date
    assert local_date(start - SECOND, zone) < date


@settings(max_examples=50)
@given(st.sampled_from(ZONES), DATES, st.integers(1, 40))
def test_days_tile_time(name: str, last: dt.date, count: int) -> None:
    days = days_until(last, count, zone_of(name))
    assert len(days.edges) == count + 1
    assert list(days.edges) == sorted(days.edges)
    for date, start, end in zip(days.dates, days.edges, days.edges[1:], strict=False):
        if start < end:
            middle = start + (end - start) / 2
            assert local_date(middle, days.zone) == date
    assert math.isclose(days.hours, 24 * count, abs_tol=26)


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Havana", "2025-03-09", 23),
        ("Asia/Beirut", "2022-03-27", 23),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("Pacific/Apia", "2011-12-30", 0),
        ("Asia/Kathmandu", "2026-03-29", 24),
    ],
)
def test_lengths_of_known_days(zone: str, date: str, hours: float) -> None:
    assert days_until(dt.date.fromisoformat(date), 1, ZoneInfo(zone)).hours == hours


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("Mars/Olympus").key == zone_of("../etc/passwd").key == "UTC"


@given(st.integers(7, 60), st.floats(-5, 5), st.integers(0, 2**32 - 1))
def test_a_straight_line_is_found_with_gaps(n: int, true: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = np.sort(rng.choice(90, n, replace=False)).astype(np.float64)
    found = slope(days, 100 + true * days)
    assert found is not None
    assert found.per_day == pytest.approx(true, abs=1e-9)
    assert found.low <= found.per_day <= found.high


@given(st.integers(7, 60), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_slope_and_interval_are_those_of_scipy(n: int, levels: int, seed: int) -> None:
    """With ties as well; days that follow each other are not taken as alike here."""
    rng = np.random.default_rng(seed)
    # No day follows another, so that the interval is the plain one.
    days = 2.0 * np.sort(rng.choice(90, n, replace=False)).astype(np.float64)
    values = rng.integers(0, levels + 1, n).astype(np.float64)
    found, expected = slope(days, values), theilslopes(values, days, alpha=0.95)
    assert found is not None
    assert found.per_day == pytest.approx(expected.slope)
    assert (found.low, found.high) == pytest.approx((expected.low_slope, expected.high_slope))


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Also for days that follow each other, where the plain interval is far too narrow."""
    rng = np.random.default_rng(5)
    days = np.arange(60.0)
    for carry, least in ((0.0, 0.92), (0.6, 0.90)):
        held = 0
        for _ in range(200):
            noise = rng.normal(size=60)
            for i in range(1, 60):
                noise[i] += carry * noise[i - 1]
            found = slope(days, 0.05 * days + noise)
            assert found is not None
            held += found.low <= 0.05 <= found.high
        assert held / 200 >= least, carry


def test_wild_days_do_not_move_a_slope() -> None:
    days = np.arange(30.0)
    values = 80 - 0.1 * days
    values[[3, 10, 17, 25]] = [300, 0, 250, 299]
    found = slope(days, values)
    assert found is not None
    assert found.per_day == pytest.approx(-0.1, abs=0.02)


@pytest.mark.parametrize("values", [[], [1.0] * 6, [math.nan] * 20])
def test_few_days_have_no_slope(values: list[float]) -> None:
    assert slope(np.arange(float(len(values))), np.array(values)) is None


@settings(max_examples=50)
@given(st.integers(9, 3000), st.integers(8, 400), st.integers(0, 2**32 - 1), st.integers(0, 5))
def test_fewer_points_keep_extremes_ends_and_gaps(
    n: int, points: int, seed: int, holes: int
) -> None:
    rng = np.random.default_rng(seed)
    time: NDArray[np.int64] = np.arange(n, dtype=np.int64) * 60_000
    for hole in rng.choice(n, holes):
        time[hole:] += 60_000_000
    mean = rng.normal(80, 10, n)
    low, high = mean - rng.random(n), mean + rng.random(n)
    kept = chosen(time, (mean, low, high), points)
    assert list(kept) == sorted(set(kept.tolist()))
    assert {0, n - 1} <= set(kept.tolist())
    assert low[kept].min() == low.min()
    assert high[kept].max() == high.max()
    for after in gaps(time):
        assert {after - 1, after} <= set(kept.tolist())
    assert kept.size <= max(points, 8) + 4 + 2 * gaps(time).size or kept.size == n


def test_shares_add_up() -> None:
    found = time_in_range(
        Tally(n=10, very_low=1, low=2, high=3, very_high=0, surely_in=4, surely_out=3, mean=1, sd=1)
    )
    assert found is not None
    assert found.below + found.inside + found.above == pytest.approx(1)
    assert found.inside_least <= found.inside <= found.inside_most
    assert time_in_range(Tally(0, 0, 0, 0, 0, 0, 0, 0, None)) is None


def test_every_target_has_a_source_and_a_sense() -> None:
    for code, target in TARGETS.items():
        metric = METRICS[code]
        assert metric.low <= target.low < target.high <= metric.high
        assert target.very_low < target.low
        assert target.very_high > target.high
        assert target.source


def test_a_repeated_hour_counts_twice_and_a_skipped_one_not_at_all() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for start, expected in (("2026-10-24T22:00Z", 2), ("2026-03-28T23:00Z", 0)):
        times = pd.date_range(start, periods=25 if expected else 23, freq="h")
        found = circadian(pd.Series(1.0, index=times), zone)
        assert found is not None
        assert found.days[2] == expected
        assert all(one == 1 for hour, one in enumerate(found.days) if hour != 2)


def test_a_rhythm_has_its_peak_in_local_time() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    times = pd.date_range("2026-01-01", periods=24 * 10, freq="h", tz="UTC")
    local = times.tz_convert(zone)
    clock = local.hour + local.minute / 60 + 0.5
    values = pd.Series(70 + 10 * np.cos(2 * np.pi * (clock - 16) / 24), index=times)
    found = circadian(values, zone)
    assert found is not None
    assert found.cosinor is not None
    assert found.cosinor.peak_hour == pytest.approx(16)
    assert found.cosinor.explained == pytest.approx(1)


def day_frame(code: str, values: dict[int, float], n: int = 1) -> pd.DataFrame:
    rows = [
        (METRICS[code].id, index, n, value, value, value, value, 1)
        for index, value in values.items()
    ]
    names = ["metric", "index", "n", "mean", "min", "max", "counted", "hours"]
    return pd.DataFrame(rows, columns=names)


def scene(code: str, values: dict[int, float], *goals: Goal, n: int = 1) -> Scene:
    """A month that ends on the 1st of July; index 59 is its last day."""
    span = Span(days_until(dt.date(2026, 7, 1), 60, ZoneInfo("UTC")), 30, open_day=False)
    hours = pd.DataFrame(columns=["metric", "start", "mean"])
    return Scene(span, summaries(span, code, values, hours, n), goals, dt.date(2026, 7, 1))


def summaries(
    span: Span, code: str, values: dict[int, float], hours: pd.DataFrame, n: int
) -> dict[str, Summary]:
    return summarise(span, day_frame(code, values, n), hours, {})


def codes(found: Scene) -> set[str]:
    return {one.code for one in insights(found)}


def test_weight_that_goes_up_fast_is_told_at_its_threshold() -> None:
    steady = {57: 80.0, 58: 80.0}
    assert "weight_gain" not in codes(scene("body_weight", steady | {59: 82.0}))
    found = scene("body_weight", steady | {59: 82.1})
    assert "weight_gain" in codes(found)
    [advice] = [one for one in recommendations(insights(found)) if one.code == "weight_gain"]
    assert "talk to your clinician" in advice.text
    assert advice.numbers["gain"] == pytest.approx(2.1)
    assert "weight_gain" not in codes(scene("body_weight", {50: 80.0, 59: 90.0}))


def test_goals_are_on_the_way_reached_or_overdue() -> None:
    begun = dt.date(2026, 6, 1)
    goal = Goal("body_weight", 80, "at_most", begun, dt.date(2026, 8, 1), start_value=90)
    late = Goal("body_weight", 80, "at_most", begun, dt.date(2026, 6, 20), start_value=90)
    for one, weight, title in (
        (goal, 85, "On the way"),
        (goal, 79, "On the goal"),
        (late, 85, "Goal overdue"),
    ):
        found = insights(scene("body_weight", {59: float(weight)}, one))
        assert title in {insight.title for insight in found}


def test_no_advice_names_a_dose_or_a_diagnosis() -> None:
    """Every rule that gives advice at all, made to speak."""
    many = [
        scene("body_weight", {57: 80.0, 59: 85.0}),
        scene("steps", dict.fromkeys(range(30, 60), 1000.0)),
        scene("heart_rate", dict.fromkeys(range(25), 60.0) | {59: 60.0}),
    ]
    advice = [one.text.lower() for each in many for one in recommendations(insights(each))]
    assert len(advice) >= 3
    for text in advice:
        assert not any(word in text for word in ("mg", "dose", "tablet", "you have ", "diagnos"))


@given(st.dictionaries(st.integers(0, 59), st.floats(1, 190_000), max_size=60))
def test_milestones_of_any_days_are_on_those_days(values: dict[int, float]) -> None:
    dates = days_until(dt.date(2026, 7, 1), 60, ZoneInfo("UTC")).dates
    found = reached(dates, day_frame("steps", values), [], open_day=True)
    assert len({one.key for one in found}) == len(found)
    for one in found:
        assert dates.index(one.on) in values
        if one.kind == "steps_day":
            assert values[dates.index(one.on)] >= one.value
        if one.kind == "streak":
            end = dates.index(one.on)
            assert all(day in values for day in range(end - int(one.value) + 1, end + 1))


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_streak_is_a_run_without_a_hole(measured: list[bool]) -> None:
    values = {index: 70.0 for index, one in enumerate(measured) if one}
    assume(values)
    dates = days_until(dt.date(2026, 7, 1), len(measured), ZoneInfo("UTC")).dates
    found = reached(dates, day_frame("heart_rate", values), [], open_day=False)
    longest = max(map(len, "".join("x" if one else " " for one in measured).split()))
    levels = {one.value for one in found if one.kind == "streak"}
    assert levels == {level for level in (7, 30, 100, 365) if longest >= level}
