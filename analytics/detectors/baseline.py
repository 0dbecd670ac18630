"""Personal baseline: what is usual for this person at this hour of the day."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analytics.detectors.base import Floats, Ints, Learner, State, Table, Walk, first_of_period

HOURS: Final = 24
_HOUR_MS: Final = 3_600_000
_SD_PER_MAD: Final = 1.4826
# A step of the Robbins-Monro estimate of a median is 1 / (2 f n), f the density there: for a
# normal distribution 1.25 SD / n for the median, 0.79 SD / n for the median deviation.
_MEDIAN_STEP, _MAD_STEP = 1.85, 1.17


@dataclass(frozen=True, slots=True)
class Baseline(Learner):
    """Distance from the person's own median of the same hour of day, in robust deviations.

    score = |x - median_h| / max(1.4826 MAD_h, least spread), in standard deviations. Median and
    median absolute deviation of each of 24 hours are followed by stochastic approximation:
    median += 1.85 MAD sign(x - median) g; MAD += 1.17 MAD sign(|x - median| - MAD) g, where
    g = max(1 / (n + 2), slowest). A step has a bounded size, so a wild value moves it no more
    than any other. One reading a minute is looked at.

    Attributes:
        warm_up: Readings of an hour of day before it has a score: two days of one a minute.
        slowest: Least gain; 1 / slowest readings of an hour are about what is remembered.
        least_spread: Smallest deviation that counts as one, in the metric's unit, by metric.

    Times are taken as local: the hour of day is that of `time_ms` as it is given, so the caller
    adds the offset of the person's zone. Readings between samples score NaN. Source: Robbins &
    Monro 1951 (doi 10.1214/aoms/1177729586); Tierney 1983 (doi 10.1137/0904048); MAD: Hampel 1974
    (doi 10.1080/01621459.1974.10482962).

    >>> usual = Baseline(warm_up=3)
    >>> rows, time_ms = np.zeros(5, np.int64), np.arange(1, 6) * 60_000
    >>> pulse = np.array([70.0, 70.0, 70.0, 70.0, 95.0])
    >>> usual.score(usual.fresh(1), rows, time_ms, pulse).tolist()
    [nan, nan, nan, 0.0, 5.0]

    """

    warm_up: int = 120
    slowest: float = 0.002
    least_spread: Table = Table(
        5.0,
        {
            "respiratory_rate": 2,
            "oxygen_saturation": 1.5,
            "blood_pressure_systolic": 8,
            "body_temperature": 0.3,
            "blood_glucose": 15,
            "body_weight": 0.5,
            "steps": 500,
        },
    )

    name: ClassVar[str] = "baseline"
    dtype: ClassVar["np.dtype[np.void]"] = np.dtype(
        [
            ("metric", "u1"),
            ("period", "<i4"),
            ("median", "<f4", (HOURS,)),
            ("mad", "<f4", (HOURS,)),
            ("count", "<u2", (HOURS,)),
        ]
    )

    @property
    def period_s(self) -> float:
        """One reading a minute."""
        return 60.0

    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        scores = np.full(len(value), np.nan)
        sampled = np.flatnonzero(first_of_period(state["period"], rows, time_ms, self.period_s))
        if not len(sampled):
            return scores
        walk = Walk(rows[sampled])
        hour, x = time_ms[sampled] // _HOUR_MS % HOURS, value[sampled]
        least = self.least_spread.of(state["metric"][walk.rows])
        table = [state[name][walk.rows] for name in ("median", "mad", "count")]
        series = np.arange(len(walk.rows))
        for part, index in walk:
            at = series[part], hour[index]
            median, mad, count = (column[at].astype(np.float64) for column in table)
            new = count == 0
            away = np.where(new, 0.0, x[index] - median)
            mad = np.where(new, least[part] / _SD_PER_MAD, mad)
            score = np.abs(away) / np.maximum(_SD_PER_MAD * mad, least[part])
            scores[sampled[index]] = np.where(count >= self.warm_up, score, np.nan)
            gain = np.maximum(1 / (count + 2), self.slowest)
            moved = median + _MEDIAN_STEP * mad * np.sign(away) * gain
            table[0][at] = np.where(new, x[index], moved)
            table[1][at] = mad * (1 + _MAD_STEP * np.sign(np.abs(away) - mad) * gain)
            table[2][at] = np.minimum(count + 1, 60_000)
        state["median"][walk.rows], state["mad"][walk.rows], state["count"][walk.rows] = table
        return scores


EXAMPLES: Final = (Baseline(), Baseline(warm_up=3, slowest=0.05))
