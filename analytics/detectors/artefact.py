"""Artefact: what cannot have come from the patient."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.base import (
    Bools,
    Floats,
    Ints,
    Learner,
    State,
    Table,
    Walk,
    after,
    runs,
    showing,
    taken,
    whole,
)

_ANY: Final = float("inf")
_IMPLAUSIBLE: Final = 2.0
_NO_SHARE: Final = 0.001


@dataclass(frozen=True, slots=True)
class Artefact(Learner):
    """How far a reading is from what a body can do: plausibility and slew.

    Plausibility: a value below `least` or above `most` scores 2. Slew:
    score = |x - x0| / (jump + speed (t - t0)), where x0 is the last reading that was believed.
    No unit; 1 and more is an artefact. The allowance grows with time, and after `patience`
    whatever is still there is believed: a true arrest or desaturation is called a few seconds
    later, a movement of the probe is over by then.

    Attributes:
        least: Lowest value that is believed, in the metric's unit, by metric.
        most: Highest.
        jump: Change from one reading to the next that is always believed, by metric. Metrics
            that are taken now and then (cuff pressure, glucose, weight) may change by any.
        speed: Further change a second.
        rise: How many times more is believed of a rise. A probe that slips reads a saturation too
            low, never too high, and blood takes up oxygen faster than it loses it.
        patience_s: Seconds after which a change is believed, however fast it was.

    No warm-up: the first plausible reading of a series is believed and scores 0. Source: the
    flat-line, range and rate-of-change tests of Sun, Reisner & Mark 2006 (doi
    10.1109/CIC.2006.4511829 and its signal abnormality index), and of Li, Mark & Clifford 2008
    (doi 10.1088/0967-3334/29/1/002).

    >>> motion = Artefact(jump=Table(12.0, {}), speed=Table(1.0, {}), patience_s=Table(15.0, {}))
    >>> rows, time_ms = np.zeros(4, np.int64), np.array([1, 2, 3, 20]) * 1000
    >>> spo2 = np.array([97.0, 71.0, 96.0, 75.0])
    >>> motion.score(motion.fresh(1), rows, time_ms, spo2).round(2).tolist()
    [0.0, 2.0, 0.07, 0.0]

    """

    least: Table = Table(-_ANY, {"oxygen_saturation": 30, "body_temperature": 26})
    most: Table = Table(
        _ANY,
        {"heart_rate": 300, "pulse_rate": 300, "respiratory_rate": 100, "body_temperature": 43.5},
    )
    jump: Table = Table(
        _ANY,
        {
            "heart_rate": 40,
            "pulse_rate": 40,
            "respiratory_rate": 15,
            "oxygen_saturation": 4,
            "body_temperature": 1.5,
        },
    )
    speed: Table = Table(
        1.0,
        {
            "heart_rate": 10,
            "pulse_rate": 10,
            "respiratory_rate": 2,
            # Blood loses a point in two seconds at the fastest; a probe that slips, several in one.
            # In 53 recordings of intensive care no change in 2 s is above 4 points (of 25,000).
            "oxygen_saturation": 0.5,
            "body_temperature": 0.01,
        },
    )
    rise: Table = Table(1.0, {"oxygen_saturation": _ANY})
    patience_s: Table = Table(15.0, {"body_temperature": 300})

    name: ClassVar[str] = "artefact"
    dtype: ClassVar["np.dtype[np.void]"] = np.dtype(
        [("metric", "u1"), ("believed_ms", "<i8"), ("believed", "<f8")]
    )

    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        starts, lengths = runs(rows)
        mine, ends = rows[starts], starts + lengths - 1
        scores = self._believing(taken(state, mine), starts, lengths, time_ms, value)
        calm = ~showing(starts, scores >= 1)
        part = mine[calm]
        if not calm.all():
            doubted = whole(starts, lengths, ~calm)
            scores[doubted] = self._one_by_one(
                state, rows[doubted], time_ms[doubted], value[doubted]
            )
        state["believed_ms"][part] = time_ms[ends[calm]]
        state["believed"][part] = value[ends[calm]]
        return scores

    def _believing(
        self, state: State, starts: Ints, lengths: Ints, time_ms: Ints, value: Floats
    ) -> Floats:
        """Scores of readings if each is compared with the one before it: if all are believed."""
        metric = np.repeat(state["metric"], lengths)
        when = after(starts, time_ms, state["believed_ms"])
        since_s = (time_ms - when) / 1000
        change = value - after(starts, value, state["believed"])
        allowed = self.speed.of(metric)
        allowed *= since_s
        allowed += self.jump.of(metric)
        up = np.flatnonzero(change > 0)
        allowed[up] *= self.rise.of(metric[up])
        scores: Floats = np.abs(change, out=change)
        scores /= allowed
        old = np.flatnonzero(since_s >= self.patience_s.least)
        scores[old[since_s[old] >= self.patience_s.of(metric[old])]] = 0.0
        scores[starts[state["believed_ms"] == 0]] = 0.0
        scores[(value < self.least.of(metric)) | (value > self.most.of(metric))] = _IMPLAUSIBLE
        return scores

    def _one_by_one(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Scores of readings of which some are not believed; those are compared with none."""
        walk, scores = Walk(rows), np.empty(len(value))
        metric = state["metric"][walk.rows]
        tables = (self.least, self.most, self.jump, self.speed, self.rise, self.patience_s)
        least, most, jump, speed, rise, patience = (table.of(metric) for table in tables)
        when, what = state["believed_ms"][walk.rows], state["believed"][walk.rows]
        for part, index in walk:
            now, x = time_ms[index], value[index]
            since_s = (now - when[part]) / 1000
            change = x - what[part]
            allowed = speed[part] * since_s + jump[part]
            score = np.abs(change) / np.where(change > 0, allowed * rise[part], allowed)
            score[since_s >= patience[part]] = 0.0
            score[when[part] == 0] = 0.0
            score[(x < least[part]) | (x > most[part])] = _IMPLAUSIBLE
            believed = score < 1
            when[part] = np.where(believed, now, when[part])
            what[part] = np.where(believed, x, what[part])
            scores[index] = score
        state["believed_ms"][walk.rows], state["believed"][walk.rows] = when, what
        return scores


def disagreement(value: Floats, other: Floats, least: float = 20.0, share: float = 0.25) -> Floats:
    """How far two ways to measure one thing are apart, of what they may be.

    score = |x - y| / max(least, share * y), with y the more trusted one; 1 and more is too much;
    0 where either is unknown. A pulse is compared with the heart rate of an ECG: a pulse that is
    far off misses beats or counts movements. A true pulse deficit looks the same, so only the
    pulse is doubted, never the heart rate. Source: Li & Clifford 2012 (doi
    10.1088/0967-3334/33/9/1491).

    >>> disagreement(np.array([72.0, 130.0, 60.0]), np.array([70.0, 70.0, np.nan])).tolist()
    [0.1, 3.0, 0.0]
    """
    apart = np.abs(value - other) / np.fmax(least, share * other)
    return np.nan_to_num(apart, nan=0.0)


def doubt(quality: NDArray[np.float32], least: float) -> Floats:
    """How little a device thinks of its own reading: (1 - q) / (1 - least), above 1 below `least`.

    `quality` is 0 to 1, NaN where the device says nothing, which scores 0.

    >>> doubt(np.array([1.0, 0.3, 0.1], np.float32), 0.3).round(2).tolist()
    [0.0, 1.0, 1.29]
    """
    scores: Floats = np.nan_to_num((1 - quality.astype(np.float64)) / (1 - least), nan=0.0)
    return scores


@dataclass(frozen=True, slots=True)
class SignalQuality(Learner):
    """Share of the readings of late that are not believed.

    Its values are not measurements but the doubts of `Artefact`, `disagreement` and `doubt`.
    share += weight * ([doubt >= 1] - share), from 0 to 1, no unit; under a thousandth it is 0. A
    single artefact is no news; a share that stays above a half means that nobody watches over this
    sign.

    Attributes:
        weight: Of the newest reading; 1 / weight readings are about what is looked back on.

    No warm-up: a fresh series is taken to be good. Source: the weighting is Roberts 1959 (doi
    10.1080/00401706.1959.10489860); the share as a measure of a signal's fitness, Clifford 2012
    (doi 10.1088/0967-3334/33/9/1419).

    >>> quality = SignalQuality(weight=0.5)
    >>> rows, time_ms = np.zeros(4, np.int64), np.array([1, 2, 3, 4]) * 1000
    >>> quality.score(quality.fresh(1), rows, time_ms, np.array([0.1, 1.4, 2.0, 0.0])).tolist()
    [0.0, 0.5, 0.75, 0.375]

    """

    weight: float = 0.0625

    name: ClassVar[str] = "signal_quality"
    dtype: ClassVar["np.dtype[np.void]"] = np.dtype([("share", "<f8")])

    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:  # noqa: ARG002 (it counts readings, not time)
        starts, lengths = runs(rows)
        poor, scores = value >= 1, np.zeros(len(value))
        # Nearly always nothing is doubted, and nothing was: the share stays 0.
        stirring = (state["share"][rows[starts]] > 0) | showing(starts, poor)
        chosen = whole(starts, lengths, stirring)
        if len(chosen):
            scores[chosen] = self._one_by_one(state, rows[chosen], poor[chosen])
        return scores

    def _one_by_one(self, state: State, rows: Ints, poor: Bools) -> Floats:
        walk, scores = Walk(rows), np.empty(len(rows))
        share = state["share"][walk.rows]
        for part, index in walk:
            now = share[part] * (1 - self.weight) + poor[index] * self.weight
            share[part] = np.where(now < _NO_SHARE, 0.0, now)
            scores[index] = share[part]
        state["share"][walk.rows] = share
        return scores


EXAMPLES: Final = (
    SignalQuality(),
    Artefact(),
    Artefact(jump=Table(12.0, {}), speed=Table(1.0, {}), least=Table(0.0, {})),
)
