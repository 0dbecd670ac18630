"""Trend of daily values: the Theil-Sen slope with a confidence interval.

The slope is the median of the slopes of all pairs (Theil 1950; Sen 1968, J. Am. Stat. Assoc. 63,
1379). It stands a share of wild days up to 29 %. Sen's interval takes days to be independent. They
are not: a high day follows a high day. So the variance of Kendall's S behind the interval is
multiplied by the factor of Hamed and Rao (1998, J. Hydrology 204, 182), from the autocorrelation of
the ranks of what the slope leaves over; a factor under 1 would narrow the interval and is not used.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata, theilslopes  # type: ignore[import-untyped]

Floats = NDArray[np.float64]
Direction = Literal["rising", "falling", "steady"]

CONFIDENCE = 0.95
LEAST_DAYS = 7
"""Fewer days with values say nothing about a trend."""
LONGEST_LAG_DAYS = 14


@dataclass(frozen=True, slots=True)
class Slope:
    """Change per day, in the metric's unit.

    Attributes:
        per_day: Theil-Sen slope.
        low: Lower end of the interval.
        high: Upper end of the interval.
        days: Days with a value.
        span_days: Days from the first to the last of them.
        inflation: Factor of Hamed and Rao, at least 1.

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
    rough = theilslopes(values, days)
    factor = _inflation(days, values - rough.slope * days)
    # An interval of the inflated variance is one of the plain variance at a higher confidence.
    z = norm.isf((1 - CONFIDENCE) / 2) * np.sqrt(factor)
    found = theilslopes(values, days, alpha=1 - 2 * norm.sf(z))
    return Slope(
        per_day=float(found.slope),
        low=float(found.low_slope),
        high=float(found.high_slope),
        days=int(days.size),
        span_days=int(days[-1] - days[0]),
        inflation=float(factor),
    )


def _inflation(days: Floats, left_over: Floats) -> float:
    """n/n* of Hamed and Rao, with the lags whose autocorrelation is significant."""
    n = days.size
    ranks = rankdata(left_over) - (n + 1) / 2
    variance = float(ranks @ ranks) / n
    # Rounding alone orders what lies on a line.
    if variance == 0 or np.ptp(left_over) <= 1e-9 * (1 + np.abs(left_over).max()):
        return 1.0
    total = 0.0
    apart = days[:, None] - days[None, :]
    for lag in range(1, min(LONGEST_LAG_DAYS, n - 3) + 1):
        later, earlier = np.nonzero(apart == lag)
        if later.size < LEAST_DAYS - 1:
            continue
        r = float(np.mean(ranks[later] * ranks[earlier])) / variance
        if abs(r) > norm.isf((1 - CONFIDENCE) / 2) / np.sqrt(later.size):
            total += (n - lag) * (n - lag - 1) * (n - lag - 2) * r
    return max(1.0, 1 + 2 / (n * (n - 1) * (n - 2)) * total)
