"""Flatline: a value that stays the same for longer than a living body keeps it."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analytics.detectors.base import Floats, Ints, Learner, State, Table, after, runs, taken, whole

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
        starts, lengths = runs(rows)
        limited = np.isfinite(self.longest_s.of(state["metric"][rows[starts]]))
        if limited.all():
            return self._stretches(state, starts, lengths, rows[starts], time_ms, value)
        scores = np.zeros(len(value))
        if limited.any():
            chosen = whole(starts, lengths, limited)
            mine, lengths = rows[starts[limited]], lengths[limited]
            starts = np.cumsum(lengths) - lengths
            scores[chosen] = self._stretches(
                state, starts, lengths, mine, time_ms[chosen], value[chosen]
            )
        return scores

    def _stretches(  # noqa: PLR0913, PLR0917 (readings and their runs are five columns)
        self, state: State, starts: Ints, lengths: Ints, mine: Ints, now: Ints, value: Floats
    ) -> Floats:
        remembered, ends = taken(state, mine), starts + lengths - 1
        longest_ms = np.repeat(self.longest_s.of(remembered["metric"]) * 1000, lengths)
        step = value / np.repeat(self.resolution.of(remembered["metric"]), lengths)
        np.rint(step, out=step)
        last = after(starts, now, remembered["last_ms"])
        begins = (now - last) * 5 > longest_ms
        begins |= step != after(starts, step, remembered["level"])
        # A fresh series remembers the time 0, which is a pause of decades.
        begins[starts] |= remembered["last_ms"] == 0
        # Where the stretch of each reading begins: here, or at the run's start with what was known.
        place = np.where(begins, np.arange(len(now)), 0)
        place[starts] = starts
        np.maximum.accumulate(place, out=place)
        since = now.copy()
        since[starts] = np.where(begins[starts], now[starts], remembered["since_ms"])
        since = since[place]
        state["level"][mine], state["since_ms"][mine] = step[ends], since[ends]
        state["last_ms"][mine] = now[ends]
        scores: Floats = (now - since) / longest_ms
        return scores


EXAMPLES: Final = (Flatline(Table(600.0, {}), Table(1.0, {})),)
