"""Rate of change: how fast a value rises or falls, whatever a single reading says."""

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, Final

import numpy as np

from analytics.detectors.base import (
    Bools,
    Floats,
    Ints,
    Learner,
    State,
    Table,
    first_of_period,
    runs,
)

_POINTS: Final = 6
_ENOUGH: Final = 4
_PAIRS: Final = tuple(combinations(range(_POINTS), 2))


@dataclass(frozen=True, slots=True)
class RateOfChange(Learner):
    """Robust slope over a window, as a multiple of what is worth a look.

    slope = median over all pairs i < j of (x_j - x_i) / (t_j - t_i), the Theil-Sen estimator,
    over the last six sampled readings within the window; one wild reading in six does not move
    it. score = |slope| * window / notable. No unit; 1 when the value would change by `notable`
    in one window.

    Attributes:
        window_s: Seconds that are looked back on. One reading in a fifth of them is sampled.
        notable: Change over one window that is worth a look, in the metric's unit, by metric.

    Warm-up: four samples that span half the window. Readings between samples score NaN. Source:
    Theil 1950 (Proc. K. Ned. Akad. Wet. 53:386); Sen 1968 (doi 10.1080/01621459.1968.10480934).

    >>> rate = RateOfChange(window_s=300.0, notable=Table(10.0, {}))
    >>> rows, time_ms = np.zeros(5, np.int64), np.arange(1, 6) * 60_000
    >>> pulse = np.array([70.0, 72.0, 190.0, 76.0, 78.0])
    >>> rate.score(rate.fresh(1), rows, time_ms, pulse).round(2).tolist()
    [nan, nan, nan, 1.0, 1.0]

    """

    window_s: float = 600.0
    notable: Table = Table(
        float("inf"),
        {
            "heart_rate": 40,
            "pulse_rate": 40,
            "respiratory_rate": 12,
            "oxygen_saturation": 8,
            "body_temperature": 1,
            "blood_glucose": 30,
        },
    )

    name: ClassVar[str] = "rate_of_change"
    dtype: ClassVar["np.dtype[np.void]"] = np.dtype(
        [
            ("metric", "u1"),
            ("period", "<i4"),
            ("time_ms", "<i8", (_POINTS,)),
            ("value", "<f4", (_POINTS,)),
        ]
    )

    @property
    def period_s(self) -> float:
        """One reading in a fifth of the window."""
        return self.window_s / (_POINTS - 1)

    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        scores = np.full(len(value), np.nan)
        sampled = np.flatnonzero(first_of_period(state["period"], rows, time_ms, self.period_s))
        if not len(sampled):
            return scores
        starts, lengths = runs(rows[sampled])
        mine = rows[sampled][starts]
        # What is remembered of a series, then what is new, side by side.
        base = starts + np.arange(len(starts)) * _POINTS
        total = len(sampled) + len(starts) * _POINTS
        times, values = np.zeros(total, np.int64), np.zeros(total, np.float32)
        remembered = base[:, None] + np.arange(_POINTS)
        times[remembered], values[remembered] = state["time_ms"][mine], state["value"][mine]
        place = np.arange(len(sampled)) + np.repeat((np.arange(len(starts)) + 1) * _POINTS, lengths)
        times[place], values[place] = time_ms[sampled], value[sampled]
        newest = (base + lengths)[:, None] + np.arange(_POINTS)
        state["time_ms"][mine], state["value"][mine] = times[newest], values[newest]
        slope = self._slope(times, values.astype(np.float64), place)
        notable = np.repeat(self.notable.of(state["metric"][mine]), lengths)
        scores[sampled] = np.abs(slope) * (self.window_s * 1000) / notable
        return scores

    def _slope(self, times: Ints, values: Floats, place: Ints) -> Floats:
        """Slope per millisecond at each place (m,), NaN where too little is known."""
        window = place[:, None] - np.arange(_POINTS - 1, -1, -1)
        t, x = times[window], values[window]
        known: Bools = (t > 0) & (t >= t[:, -1:] - round(self.window_s * 1000))
        slopes = np.empty((len(_PAIRS), len(place)))
        for pair, (i, j) in enumerate(_PAIRS):
            both = known[:, i] & known[:, j]
            span = np.where(both, t[:, j] - t[:, i], 1)
            slopes[pair] = np.where(both, (x[:, j] - x[:, i]) / span, np.inf)
        _sort(slopes)
        count = known.sum(axis=1)
        pairs = np.maximum(count * (count - 1) // 2, 1)
        row = np.arange(len(place))
        median = (slopes[(pairs - 1) // 2, row] + slopes[pairs // 2, row]) / 2
        first = t[row, _POINTS - np.maximum(count, 1)]
        enough = (count >= _ENOUGH) & ((t[:, -1] - first) * 2 >= self.window_s * 1000)
        return np.where(enough, median, np.nan)


def _sort(columns: Floats) -> None:
    """Sort each column (k, m) of a few rows, by turns of neighbours, all columns at once.

    Source: Habermann 1972, parallel neighbor-sort (odd-even transposition).
    """
    for turn in range(len(columns)):
        for upper in range(turn % 2, len(columns) - 1, 2):
            least = np.minimum(columns[upper], columns[upper + 1])
            np.maximum(columns[upper], columns[upper + 1], out=columns[upper + 1])
            columns[upper] = least


EXAMPLES: Final = (RateOfChange(notable=Table(10.0, {})),)
