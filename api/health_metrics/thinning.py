"""A trend in fewer points: for small plots and slow networks."""

import numpy as np
from numpy.typing import NDArray

from analytics.trends.downsample import chosen, gaps
from api.health_metrics.schemas import Statistics, Trend

Ints = NDArray[np.int64]


def thinned(trend: Trend, points: int) -> Trend:
    """About so many of a trend's buckets, its extremes among them; each gap holds one empty one."""
    times = np.array(trend.t, np.int64)
    if times.size <= points:
        return trend
    kept = _kept(trend, times, points)
    if trend.diastolic is not None:
        kept = np.union1d(kept, _kept(trend.diastolic, times, points))
    after = gaps(times)
    empty = times[after - 1] + trend.resolution_seconds * 1000
    order = np.argsort(np.concatenate([times[kept], empty]), kind="stable")
    places = [int(i) for i in np.concatenate([kept, np.full(after.size, -1)])[order]]
    both = np.concatenate([times[kept], empty])[order]
    lower = trend.diastolic and _taken(trend.diastolic, places)
    columns = _taken(trend, places).model_dump() | {"t": both.tolist(), "diastolic": lower}
    return trend.model_copy(update=columns)


def _kept(of: Statistics, times: Ints, points: int) -> Ints:
    """Indices to show of one line; buckets without a value of it are not looked at."""
    there = np.nonzero(np.array(of.n) > 0)[0]
    mean, low, high = (
        np.array([column[i] for i in there], np.float64) for column in (of.mean, of.min, of.max)
    )
    return there[chosen(times[there], (mean, low, high), points)]


def _taken(of: Statistics, places: list[int]) -> Statistics:
    """The buckets at these places, an empty one for -1."""

    def column(values: list[float | None]) -> list[float | None]:
        return [None if i < 0 else values[i] for i in places]

    return Statistics(
        mean=column(of.mean),
        min=column(of.min),
        max=column(of.max),
        n=[0 if i < 0 else of.n[i] for i in places],
    )
