"""Drift: a small shift that lasts, which no single reading shows."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analytics.detectors.base import Floats, Ints, Learner, State, Table, Walk, first_of_period

_COLUMNS: Final = ("count", "last_ms", "mean", "variance", "high", "low", "average")


@dataclass(frozen=True, slots=True)
class Drift(Learner):
    """CUSUM and EWMA of a series against its own slow mean: the one that is further gone.

    z = (x - mean) / max(SD, least spread), bounded at +-`bound`; mean and variance follow slowly
    (over `memory` readings). Cumulative sums: high = max(0, high + z - slack) and
    low = max(0, low - z - slack). Moving average: e += weight (z - e), whose own deviation is
    sqrt(weight / (2 - weight)). score = max(high / decision, low / decision,
    |e| / (width sqrt(weight / (2 - weight)))). No unit; 1 when one of the charts signals. One
    reading a minute is looked at.

    Attributes:
        slack: Half the shift that is worth finding, in SD.
        decision: Sum that signals. Sums end at twice that, so that what is over can be seen.
        weight: Of the newest reading in the moving average.
        width: Of the moving average's limits, in its SD.
        bound: Greatest |z| that one reading contributes.
        warm_up: Readings before there is a score.
        memory: Readings over which mean and variance are taken.
        pause_s: After so long without a reading the charts begin anew; the mean stays.
        least_spread: Smallest SD that counts as one, in the metric's unit, by metric.

    The charts of a textbook (slack 0.5, decision 5, width 3) suppose independent readings. Vital
    signs by the minute are not, so these are wider (Montgomery, Introduction to Statistical
    Quality Control, 10.4). Source: CUSUM: Page 1954 (doi 10.1093/biomet/41.1-2.100); EWMA: Roberts
    1959 (doi 10.1080/00401706.1959.10489860).

    >>> drift = Drift(slack=0.5, decision=4.0, warm_up=3, memory=1000)
    >>> rows, time_ms = np.zeros(6, np.int64), np.arange(1, 7) * 60_000
    >>> pulse = np.array([70.0, 70.0, 70.0, 80.0, 80.0, 80.0])
    >>> drift.score(drift.fresh(1), rows, time_ms, pulse).round(2).tolist()
    [nan, nan, nan, 0.38, 0.62, 0.8]

    """

    slack: float = 1.0
    decision: float = 20.0
    weight: float = 0.05
    width: float = 8.0
    bound: float = 4.0
    warm_up: int = 60
    memory: int = 1_440
    pause_s: float = 21_600.0
    least_spread: Table = Table(
        5.0,
        {
            "respiratory_rate": 2,
            "oxygen_saturation": 1,
            "blood_pressure_systolic": 8,
            "body_temperature": 0.2,
            "blood_glucose": 15,
            "body_weight": 0.5,
            "steps": 500,
        },
    )

    name: ClassVar[str] = "drift"
    dtype: ClassVar["np.dtype[np.void]"] = np.dtype(
        [("metric", "u1"), ("period", "<i4"), ("count", "<i4"), ("last_ms", "<i8")]
        + [(name, "<f8") for name in _COLUMNS[2:]]
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
        now, x = time_ms[sampled], value[sampled]
        least = self.least_spread.of(state["metric"][walk.rows])
        columns = {name: state[name][walk.rows] for name in _COLUMNS}
        for part, index in walk:
            mine = {name: column[part] for name, column in columns.items()}
            scores[sampled[index]] = self._step(mine, least[part], now[index], x[index])
        for name, column in columns.items():
            state[name][walk.rows] = column
        return scores

    def _step(self, mine: dict[str, Floats], least: Floats, now: Ints, x: Floats) -> Floats:
        """Take in one reading of each series; `mine` are views on its columns."""
        count, mean, variance = mine["count"], mine["mean"], mine["variance"]
        away = np.where(count == 0, 0.0, x - mean)
        spread = np.maximum(np.sqrt(variance), least)
        z = np.clip(away / spread, -self.bound, self.bound)
        warm = (count >= self.warm_up) & (now - mine["last_ms"] <= self.pause_s * 1000)
        for name, sign in (("high", 1.0), ("low", -1.0)):
            total = np.clip(mine[name] + sign * z - self.slack, 0.0, 2 * self.decision)
            mine[name][:] = np.where(warm, total, 0.0)
        average = mine["average"]
        average[:] = np.where(warm, average + self.weight * (z - average), 0.0)
        gain = 1 / np.minimum(count + 1, self.memory)
        mean[:] = np.where(count == 0, x, mean + gain * z * spread)
        variance[:] = (1 - gain) * (variance + gain * (z * spread) ** 2)
        wide = self.width * (self.weight / (2 - self.weight)) ** 0.5
        sums = np.maximum(mine["high"], mine["low"]) / self.decision
        score = np.where(count >= self.warm_up, np.maximum(sums, np.abs(average) / wide), np.nan)
        count[:] = np.minimum(count + 1, self.memory)
        mine["last_ms"][:] = now
        return score


EXAMPLES: Final = (Drift(), Drift(slack=0.5, decision=5.0, width=3.0, warm_up=5, memory=50))
