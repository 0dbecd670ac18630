"""Fewer points for a plot, so that it looks the same.

MinMaxLTTB (Van Der Donckt 2023, arXiv 2305.00332; LTTB: Steinarsson 2013) chooses among the means;
min-max chooses among the least and the greatest, so that no extreme is lost. The points on both
sides of a gap stay, so that it is seen where it is.
"""

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler, MinMaxLTTBDownsampler

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EXTREMES = MinMaxDownsampler()  # type: ignore[no-untyped-call]
_LINE = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]
_LEAST = 8
"""Points below which the three parts of the budget are too small to be choices."""


def chosen(time_ms: Ints, columns: tuple[Floats, Floats, Floats], points: int) -> Ints:
    """Indices of the points to show, rising.

    Args:
        time_ms: (n,) rising.
        columns: mean, least and greatest, (n,) each, without NaN.
        points: About how many; gaps may add two each, and both extremes are always there.

    """
    n = time_ms.size
    if n <= max(points, _LEAST):
        return np.arange(n)
    mean, least, greatest = (np.ascontiguousarray(column) for column in columns)
    # Half of the budget is the line's; a quarter each is for the lows and the highs.
    half = max(points // 2, 4)
    pair = max(points // 4 // 2 * 2, 2)
    lows = _EXTREMES.downsample(least, n_out=pair)
    highs = _EXTREMES.downsample(greatest, n_out=pair)
    line = _LINE.downsample(time_ms, mean, n_out=half)
    extremes = np.array([least.argmin(), greatest.argmax()])
    after = gaps(time_ms)
    kept = np.concatenate([lows, highs, line, extremes, after, after - 1]).astype(np.int64)
    return np.unique(kept)


def gaps(time_ms: Ints) -> Ints:
    """Indices of points that come after a gap: more than 2.5 usual steps without one.

    A step is also measured by the two on either side of it, so that a stretch of readings far apart
    keeps its line.
    """
    steps = np.diff(time_ms)
    if steps.size == 0:
        return np.zeros(0, np.int64)
    padded = np.pad(steps.astype(np.float64), 2, constant_values=np.nan)
    # Beyond either end the nearer of the two speaks alone.
    before = np.where(np.isnan(padded[1:-3]), np.nan, np.fmin(padded[1:-3], padded[:-4]))
    after = np.where(np.isnan(padded[3:-1]), np.nan, np.fmin(padded[3:-1], padded[4:]))
    beside = np.fmax(before, after)
    beside[~np.isfinite(beside)] = 0.0
    usual = np.maximum(np.median(steps), beside)
    return np.nonzero(steps > 2.5 * usual)[0] + 1
