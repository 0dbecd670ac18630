"""Trend of daily values: the Theil-Sen slope with a confidence interval.

The slope is the median of the slopes of all pairs (Theil 1950; Sen 1968, J. Am. Stat. Assoc. 63,
1379). It stands a share of wild days up to 29 %. Sen's interval takes days to be independent. They
are not: a high day follows a high day. So the variance of Kendall's S behind the interval is
multiplied by (1 + r) / (1 - r) (Yue and Wang 2004, Water Resour. Manage. 18, 201), r being the
autocorrelation of the ranks of what the slope leaves over from one day to the next, freed of its
bias in short series (Kendall 1954, Biometrika 41, 403). A negative r would narrow it: not used.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Direction = Literal["rising", "falling", "steady"]

CONFIDENCE = 0.95
LEAST_DAYS = 7
"""Fewer days with values say nothing about a trend."""
MOST_CARRIED = 0.9
"""Autocorrelation above this cannot be told from a trend in so few days."""
_FURTHEST = 7.0
"""Standard errors beyond which the interval is that of all pairs anyway."""
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True, slots=True)
class Slope:
    """Change per day, in the metric's unit.

    Attributes:
        per_day: Theil-Sen slope.
        low: Lower end of the interval.
        high: Upper end of the interval.
        days: Days with a value.
        span_days: Days from the first to the last of them.
        inflation: Factor of the variance for days that are alike, at least 1.

    """

    per_day: float
    low: float
    high: float
    days: int
    span_days: int
    inflation: float

    @property
    def direction(self) -> Direction:
        """Rising or falling only where the whole interval says so."""
        if self.low > 0:
            return "rising"
        return "falling" if self.high < 0 else "steady"

    @property
    def change(self) -> float:
        """Change from the first to the last day."""
        return self.per_day * self.span_days


def slope(days: Floats, values: Floats) -> Slope | None:
    """Trend of `values` (n,) on `days` (n,), whole and rising; None with fewer than 7 values.

    >>> week = np.arange(10.0)
    >>> found = slope(week, 70 + 0.5 * week)
    >>> (found.per_day, found.low, found.high, found.direction)
    (0.5, 0.5, 0.5, 'rising')
    """
    known = np.isfinite(values)
    days, values = days[known], values[known]
    if days.size < LEAST_DAYS:
        return None
    later, earlier = np.tril_indices(days.size, -1)
    slopes = np.sort((values[later] - values[earlier]) / (days[later] - days[earlier]))
    middle = float(np.median(slopes))
    factor = _inflation(days, values - middle * days)
    low, high = _interval(slopes, values, min(_FURTHEST, _Z * factor**0.5))
    return Slope(
        per_day=middle,
        low=low,
        high=high,
        days=int(days.size),
        span_days=int(days[-1] - days[0]),
        inflation=factor,
    )


def _interval(slopes: Floats, values: Floats, z: float) -> tuple[float, float]:
    """Sen's interval, `z` standard errors of Kendall's S wide to each side, from sorted slopes."""
    n, (_, ties) = values.size, np.unique(values, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - np.sum(ties * (ties - 1) * (2 * ties + 5))) / 18
    reach = z * np.sqrt(variance)
    low = max(round((slopes.size - reach) / 2) - 1, 0)
    high = min(round((slopes.size + reach) / 2), slopes.size - 1)
    return float(slopes[low]), float(slopes[high])


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; what is equal shares the mean of its ranks."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean: Floats = np.cumsum(counts) - (counts - 1) / 2
    return mean[which]


def _inflation(days: Floats, left_over: Floats) -> float:
    """Factor of the variance for days that follow each other, at least 1."""
    # Rounding alone orders what lies on a line.
    if np.ptp(left_over) <= 1e-9 * (1 + np.abs(left_over).max()):
        return 1.0
    n = days.size
    ranks = _ranks(left_over) - (n + 1) / 2
    next_day = np.nonzero(np.diff(days) == 1)[0]
    if next_day.size < LEAST_DAYS - 1:
        return 1.0
    r = float(np.mean(ranks[next_day] * ranks[next_day + 1]) / np.mean(ranks**2))
    unbiased = float(np.clip((r + 1 / n) / (1 - 4 / n), 0.0, MOST_CARRIED))
    return (1 + unbiased) / (1 - unbiased)
