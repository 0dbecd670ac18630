"""One metric over a period, beside the period before it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.trends.circadian import Circadian, circadian
from analytics.trends.days import Days
from analytics.trends.slope import Slope, slope
from analytics.trends.targets import Tally, TimeInRange, time_in_range
from telemetry.metrics import METRICS

LEVELS = (
    "heart_rate",
    "pulse_rate",
    "respiratory_rate",
    "oxygen_saturation",
    "blood_pressure_systolic",
    "blood_pressure_diastolic",
    "body_temperature",
    "body_weight",
    "blood_glucose",
)
"""Metrics whose mean says something."""
STEPS = "steps"
"""Counted: a reading is the steps since the one before, and a day has their sum."""
SUMMARISED = (*LEVELS, STEPS)

TREND_DAYS = 28
"""A trend looks back so far at least, however short the period."""
CIRCADIAN_DAYS = 28
"""A daily pattern is that of so many days at most: it moves with the seasons and with life."""

_UNITS = {"mm[Hg]": "mmHg", "Cel": "°C", "{steps}": "steps"}


def unit_text(ucum: str) -> str:
    """A UCUM unit as people write it.

    >>> unit_text("mm[Hg]"), unit_text("kg")
    ('mmHg', 'kg')
    """
    return _UNITS.get(ucum, ucum)


def brief(value: float, *, digits: int = 3, sign: str = "") -> str:
    """A number in so many digits that count, never as a power of ten; `sign` "+" shows it always.

    >>> brief(12_345), brief(0.0517, digits=2, sign="+"), brief(-2_849, digits=2, sign="+")
    ('12,300', '+0.052', '-2,800')
    """
    return f"{float(f'{value:.{digits}g}'):{sign},.10g}"


@dataclass(frozen=True, slots=True)
class Span:
    """Which days are summarised.

    Attributes:
        days: The period, the one before, and what the trend looks back on; oldest first.
        count: Days of the period, the last ones of `days`.
        open_day: Whether the last day is not over: steps still come.

    """

    days: Days
    count: int
    open_day: bool

    @property
    def start(self) -> dt.datetime:
        """First instant of the period."""
        return self.days.edges[len(self.days.dates) - self.count]

    @property
    def before(self) -> dt.datetime:
        """First instant of the period before."""
        return self.days.edges[len(self.days.dates) - 2 * self.count]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a metric was over a period.

    Attributes:
        metric: Its code.
        unit: UCUM.
        n: Readings.
        days: Days with readings.
        of_days: Days of the period.
        mean: Of all readings; of steps, per whole day with readings. None where only the day that
            is not over has steps.
        least: Least reading; of steps, of a whole day.
        greatest: Greatest reading; of steps, of a day.
        total: Steps of the period; None for what is not counted.
        previous: `mean` of the period before.
        previous_days: Days with readings in it.
        slope: Trend over the period, and over 28 days at least.
        inside: Time in the target range.
        previous_inside: The same of the period before.
        variation: Coefficient of variation of the minutes (or hours), 0 to 1; None without a range.
        circadian: Pattern of a day; None for steps.
        daily: (days of the span,) value of each day, NaN where there is none.

    """

    metric: str
    unit: str
    n: int
    days: int
    of_days: int
    mean: float | None
    least: float | None
    greatest: float | None
    total: float | None
    previous: float | None
    previous_days: int
    slope: Slope | None
    inside: TimeInRange | None
    previous_inside: TimeInRange | None
    variation: float | None
    circadian: Circadian | None
    daily: NDArray[np.float64]

    @property
    def label(self) -> str:
        """Name for people."""
        return METRICS[self.metric].display

    @property
    def unit_text(self) -> str:
        """Unit as people write it."""
        return unit_text(self.unit)


def summarise(
    span: Span,
    days: pd.DataFrame,
    hours: pd.DataFrame,
    tallies: Mapping[tuple[int, bool], Tally],
) -> dict[str, Summary]:
    """Summaries of the metrics that were measured in the period, by code.

    Args:
        span: Which days.
        days: Columns metric (id), index (into the span's days), n, mean, min, max, counted.
        hours: Columns metric (id), start (aware UTC), mean.
        tallies: (metric id, whether of the period itself) -> counts.

    """
    found = {}
    for code in SUMMARISED:
        metric = METRICS[code].id
        own = days[days["metric"] == metric].set_index("index")
        if (own.index >= len(span.days.dates) - span.count).any():
            of_hours = hours[hours["metric"] == metric].set_index("start")["mean"]
            found[code] = _summary(code, span, own, of_hours, tallies)
    return found


def _summary(
    code: str,
    span: Span,
    own: pd.DataFrame,
    hours: pd.Series,
    tallies: Mapping[tuple[int, bool], Tally],
) -> Summary:
    size = len(span.days.dates)
    now = own[own.index >= size - span.count]
    before = own[(own.index >= size - 2 * span.count) & (own.index < size - span.count)]
    counted = code == STEPS
    value = own["counted" if counted else "mean"]
    whole = value.drop(index=size - 1, errors="ignore") if counted and span.open_day else value
    daily = whole.reindex(range(size)).to_numpy(np.float64)
    here = tallies.get((METRICS[code].id, True))
    there = tallies.get((METRICS[code].id, False))
    window = max(span.count, TREND_DAYS)
    of_period = daily[size - span.count :]
    return Summary(
        metric=code,
        unit=METRICS[code].unit,
        n=int(now["n"].sum()),
        days=len(now),
        of_days=span.count,
        mean=_mean_of_days(of_period) if counted else _mean(now),
        least=_extreme(np.fmin, of_period) if counted else float(now["min"].min()),
        greatest=float(now["counted" if counted else "max"].max()),
        total=float(now["counted"].sum()) if counted else None,
        previous=float(before["counted"].mean()) if counted and len(before) else _mean(before),
        previous_days=len(before),
        slope=slope(np.arange(window, dtype=np.float64), daily[-window:]),
        inside=time_in_range(here) if here else None,
        previous_inside=time_in_range(there) if there else None,
        variation=here.sd / here.mean if here and here.sd and here.mean else None,
        circadian=None if counted else circadian(hours, span.days.zone),
        daily=daily,
    )


def _mean(days: pd.DataFrame) -> float | None:
    """Mean of all readings of these days."""
    if days.empty:
        return None
    return float((days["mean"] * days["n"]).sum() / days["n"].sum())


def _mean_of_days(daily: NDArray[np.float64]) -> float | None:
    known = daily[np.isfinite(daily)]
    return float(known.mean()) if known.size else None


def _extreme(of: np.ufunc, daily: NDArray[np.float64]) -> float | None:
    found = float(of.reduce(daily))
    return None if np.isnan(found) else found
