"""What a patient has reached: each once, by its key.

Steps of a day by levels; a day with more steps than ever; days in a row with a measurement, or on
the goal; a goal. Records are of days that are over. A goal of a measured value takes two measured
days running: one reading may be somebody else on the scales.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.trends.goals import Goal
from analytics.trends.summary import STEPS
from telemetry.metrics import METRICS

Kind = Literal["steps_day", "steps_record", "streak", "goal", "goal_streak"]

STEP_LEVELS = (5_000, 7_500, 10_000, 15_000, 20_000, 30_000)
STREAK_LEVELS = (7, 30, 100, 365)
RECORD_DAYS = 14
"""A record needs so many days with steps before it."""
RECORD_FACTOR = 1.05
"""And so much more than the best of them: not every day a new one by a hair."""
RECENT_DAYS = 3
"""A record is looked for in so many days that are over: steps may come late."""

NEWS_DAYS = 2


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone; `value` is the level, the days of a streak, or what was measured."""

    key: str
    kind: Kind
    metric: str | None
    value: float
    on: dt.date


def reached(
    dates: Sequence[dt.date], days: pd.DataFrame, goals: Iterable[Goal], *, open_day: bool
) -> list[Reached]:
    """Every milestone that these days hold, known or not, the earliest day of each.

    Args:
        dates: Consecutive local days.
        days: Columns metric (id), index (into `dates`), mean, counted.
        goals: Of the patient.
        open_day: Whether the last day is not over.

    """
    size = len(dates)
    measured = np.isin(np.arange(size), days["index"].to_numpy())
    steps = _column(days, STEPS, size)
    found = [
        *_levels(dates, steps),
        *_records(dates, steps[:-1] if open_day else steps),
        *_streaks(dates, measured, "streak", None, "streak:measured"),
    ]
    for goal in goals:
        found += _goal(dates, _column(days, goal.metric, size), goal)
    return found


def _column(
    days: pd.DataFrame, code: str, size: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    own = days[days["metric"] == METRICS[code].id].set_index("index")
    values = own["counted" if code == STEPS else "mean"]
    return values.reindex(range(size)).to_numpy(np.float64)


def _levels(dates: Sequence[dt.date], steps: np.ndarray) -> Iterator[Reached]:
    for level in STEP_LEVELS:
        over = np.nonzero(steps >= level)[0]
        if over.size:
            day = int(over[0])
            yield Reached(f"steps_day:{level}", "steps_day", STEPS, float(level), dates[day])


def _records(dates: Sequence[dt.date], steps: np.ndarray) -> Iterator[Reached]:
    for day in range(max(0, steps.size - RECENT_DAYS), steps.size):
        before = steps[:day][np.isfinite(steps[:day])]
        if before.size >= RECORD_DAYS and steps[day] >= RECORD_FACTOR * before.max():
            key = f"steps_record:{dates[day]}"
            yield Reached(key, "steps_record", STEPS, float(steps[day]), dates[day])


def _streaks(
    dates: Sequence[dt.date], held: np.ndarray, kind: Kind, metric: str | None, prefix: str
) -> Iterator[Reached]:
    """First day on which each length was reached."""
    missed = np.where(held, -1, np.arange(held.size))
    lengths = np.arange(held.size) - np.maximum.accumulate(missed)
    for level in STREAK_LEVELS:
        long = np.nonzero(held & (lengths >= level))[0]
        if long.size:
            yield Reached(f"{prefix}:{level}", kind, metric, float(level), dates[int(long[0])])


def _goal(dates: Sequence[dt.date], values: np.ndarray, goal: Goal) -> Iterator[Reached]:
    started = np.array([date >= goal.starts_on for date in dates], dtype=bool)
    known = np.nonzero(started & np.isfinite(values))[0]
    met = np.array([goal.met_by(float(values[day])) for day in known], dtype=bool)
    name = f"{goal.metric}:{goal.direction}:{goal.target:g}:{goal.starts_on}"
    if goal.metric == STEPS:
        held = np.zeros(len(dates), dtype=bool)
        held[known] = met
        yield from _streaks(dates, held, "goal_streak", STEPS, f"goal_streak:{name}")
        first = known[met]
    else:
        first = known[1:][met[1:] & met[:-1]]
    if first.size:
        day = int(first[0])
        yield Reached(f"goal:{name}", "goal", goal.metric, float(values[day]), dates[day])


def wording(kind: str, metric: str | None, value: float | None) -> str:
    """A milestone in a sentence; without the value of what was measured where `value` is None.

    >>> wording("streak", None, 7)
    'Measured on 7 days in a row'
    >>> wording("steps_record", "steps", 18_211), wording("steps_record", "steps", None)
    ('More steps in a day than ever: 18,211', 'More steps in a day than ever')
    """
    label = METRICS[metric].display if metric else ""
    tail = "" if value is None else f": {value:,.0f}"
    sentences = {
        "steps_day": f"{value or 0:,.0f} steps in a day",
        "steps_record": f"More steps in a day than ever{tail}",
        "goal_streak": f"{label}: on the goal {value or 0:.0f} days in a row",
        "goal": f"{label}: the goal was reached" + ("" if value is None else f" with {value:,.5g}"),
        "streak": f"Measured on {value or 0:.0f} days in a row",
    }
    return sentences[kind]


def told(new: Iterable[Reached], today: dt.date) -> list[tuple[Reached, float | None]]:
    """Of milestones that are new, those to congratulate on, with the level of each that has one.

    What lies back longer than two days was found in an old history and is no news; of several of
    one kind the highest says it all. What was measured is not told: it would leave the house.
    """
    best: dict[tuple[Kind, str | None], Reached] = {}
    for one in new:
        if (today - one.on).days <= NEWS_DAYS:
            place = (one.kind, one.metric)
            best[place] = max(best.get(place, one), one, key=lambda reached: reached.value)
    levels = {"steps_day", "streak", "goal_streak"}
    return [(one, one.value if one.kind in levels else None) for one in best.values()]
