"""Flatline: a value that stays the same for longer than a living body keeps it."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analytics.detectors.base import Floats, Ints, Learner, State, Table, Walk

_NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Flatline(Learner):
    """How long a value has been constant within its resolution, of the time that it may be.

    score = (t - t0) / longest, where t0 is the first reading of the present stretch of readings
    with the same round(value / resolution); 1 when it has been constant for as long as it may
    be. No unit. A pause of more than a fifth of `longest` begins a new stretch: nobody knows
    what the value did meanwhile.

    Attributes:
        longest_s: Seconds, by metric. Metrics that may be constant (temperature, a saturation of
            100 %, cuff pressures) have no limit and score 0.
        resolution: In the metric's unit, by metric: what a sensor can tell apart.

    No warm-up: the first reading begins a stretch and scores 0. Source: the persistence
    ("no variation") test of WMO-No. 488, Guide to the Global Observing System, 2010, part VI;
    on stuck values in sensors, Ni 2009 (doi 10.1145/1525856.1525863).

    >>> flat = Flatline(Table(600.0, {}), Table(1.0, {}))
    >>> rows, time_ms = np.zeros(4, np.int64), np.arange(1, 5) * 60_000
    >>> flat.score(flat.fresh(1), rows, time_ms, np.array([70.2, 70.0, 70.1, 74.0])).tolist()
    [0.0, 0.1, 0.2, 0.0]

    """

    longest_s: Table = Table(
        _NEVER,
        {
            "heart_rate": 600,
            "pulse_rate": 600,
            "respiratory_rate": 900,
            "blood_glucose": 7_200,
        },
    )
    resolution: Table = Table(1.0, {"body_temperature": 0.1})

    name: ClassVar[str] = "flatline"
    dtype: ClassVar["np.dtype[np.void]"] = np.dtype(
        [("metric", "u1"), ("level", "<f8"), ("since_ms", "<i8"), ("last_ms", "<i8")]
    )

    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        walk, scores = Walk(rows), np.empty(len(value))
        metric = state["metric"][walk.rows]
        longest_ms = self.longest_s.of(metric) * 1000
        resolution = self.resolution.of(metric)
        level, since, last = (state[name][walk.rows] for name in ("level", "since_ms", "last_ms"))
        for part, index in walk:
            now, longest = time_ms[index], longest_ms[part]
            step = np.rint(value[index] / resolution[part])
            # A fresh series remembers the time 0, which is a pause of decades.
            same = (step == level[part]) & ((now - last[part]) * 5 <= longest) & (last[part] > 0)
            since[part] = np.where(same, since[part], now)
            level[part], last[part] = step, now
            scores[index] = (now - since[part]) / longest
        state["level"][walk.rows], state["since_ms"][walk.rows] = level, since
        state["last_ms"][walk.rows] = last
        return scores


EXAMPLES: Final = (Flatline(Table(600.0, {}), Table(1.0, {})),)
