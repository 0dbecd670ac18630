"""Flatline: a value that stays the same for longer than a living body keeps it."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analytics.detectors.base import Floats, Ints, Learner, State, Table, before, runs

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
    >>> rows, time_ms = np.zeros(4, np.int64), np.array([0, 60, 120, 180]) * 1000
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
        [("metric", "u1"), ("level", "<i8"), ("since_ms", "<i8"), ("last_ms", "<i8")]
    )

    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        starts, lengths = runs(rows)
        mine, metric = rows[starts], state["metric"][rows[starts]]
        longest_ms = np.repeat(self.longest_s.of(metric) * 1000, lengths)
        resolution = np.repeat(self.resolution.of(metric), lengths)
        level = np.rint(value / resolution).astype(np.int64)
        # A fresh series remembers the time 0, which is a pause of decades.
        pause_ms = time_ms - before(rows, time_ms, state["last_ms"])
        new = (level != before(rows, level, state["level"])) | (pause_ms * 5 > longest_ms)
        new[starts] |= state["last_ms"][mine] == 0
        since = np.where(new, time_ms, 0)
        since[starts] = np.where(new[starts], time_ms[starts], state["since_ms"][mine])
        # Times ascend within a series, so the newest beginning is the greatest so far.
        since = _latest(since, starts)
        ends = starts + lengths - 1
        state["level"][mine], state["since_ms"][mine] = level[ends], since[ends]
        state["last_ms"][mine] = time_ms[ends]
        scores: Floats = (time_ms - since) / longest_ms
        return scores


def _latest(since: Ints, starts: Ints) -> Ints:
    """The greatest value so far within each run; the first of a run is never 0 by chance."""
    index = np.where(since > 0, np.arange(len(since)), 0)
    index[starts] = starts
    latest: Ints = since[np.maximum.accumulate(index)]
    return latest


EXAMPLES: Final = (Flatline(Table(600.0, {}), Table(1.0, {})),)
