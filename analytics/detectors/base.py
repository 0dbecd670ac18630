"""What every detector is, and how one walks through many series at once."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from telemetry.metrics import METRICS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
State = NDArray[Any]
"""Structured array with one element per series. Its bytes are its saved form, and a copy of it
is all that a rollback needs."""


class Detector(Protocol):
    """Scores the readings of many series in one call.

    What a detector knows of a series lies in a state that belongs to the caller: it is copied,
    saved and rolled back without the detector's knowing. The same state and readings always
    give the same scores, in one batch or in many. Readings are never changed; a NaN or a gap in
    them is survived.
    """

    @property
    def name(self) -> str:
        """Name that never changes, for rules, metrics and logs."""
        ...

    @property
    def dtype(self) -> "np.dtype[np.void]":
        """Layout of the state of one series."""
        ...

    def fresh(self, series: int) -> State:
        """State of `series` series that have shown nothing yet."""
        ...

    def score(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Score readings; what an earlier one of them teaches counts for a later one.

        Args:
            state: (k,) states; not changed.
            rows: (n,) index into `state` of each reading, equal ones side by side.
            time_ms: (n,) ascending within a row, milliseconds since 1970.
            value: (n,) in the metric's canonical unit.

        Returns:
            (n,) scores, higher is worse; NaN while warming up, for a NaN, and for a reading that
            the detector does not look at.

        """
        ...

    def learn(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Take readings into `state`, in place; the scores that `score` would have given."""
        ...


class Learner(ABC):
    """What detectors that learn have in common: NaNs are passed over, `score` learns on a copy."""

    name: ClassVar[str]
    dtype: ClassVar["np.dtype[np.void]"]

    @property
    def period_s(self) -> float:
        """One reading in so many seconds is looked at; 0: every one."""
        return 0.0

    def fresh(self, series: int) -> State:
        """State of `series` series that have shown nothing yet: all zero."""
        return np.zeros(series, self.dtype)

    def score(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Scores, while `state` stays as it is."""
        return self.learn(state.copy(), rows, time_ms, value)

    def learn(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Scores, and `state` as it is after these readings."""
        known = ~np.isnan(value)
        if known.all() and len(rows):
            return self._take(state, rows, time_ms, value)
        scores = np.full(len(rows), np.nan)
        if known.any():
            scores[known] = self._take(state, rows[known], time_ms[known], value[known])
        return scores

    @abstractmethod
    def _take(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Take in readings, at least one and none of them NaN, and score them."""


def taken(state: State, rows: Ints) -> State:
    """Copy of some rows (m,). Numpy's own indexing copies a record field by field."""
    found: State = state.view(_bytes(state)).take(rows).view(state.dtype)
    return found


def put(state: State, rows: Ints, other: State) -> None:
    """Overwrite some rows (m,), each once."""
    np.put(state.view(_bytes(state)), rows, other.view(_bytes(state)))


def _bytes(state: State) -> str:
    return f"V{state.dtype.itemsize}"


class Walk:
    """Goes through readings of many series at once: all first ones, then all second ones.

    Series with more readings come first, so that those which still have one are a prefix of
    every array: a step costs a few whole-array operations, however many series there are.

    Attributes:
        rows: int64 (k,), row of each series.

    """

    def __init__(self, rows: Ints) -> None:
        """Walk over readings (n,) with these rows, equal ones side by side; n is at least 1."""
        starts, lengths = runs(rows)
        if lengths.min() != lengths.max():
            order = np.argsort(-lengths, kind="stable")
            starts, lengths = starts[order], lengths[order]
        self.rows = rows[starts]
        self._starts = starts
        self._counts = np.searchsorted(-lengths, -np.arange(lengths[0]), side="left")

    def __iter__(self) -> Iterator[tuple[slice, Ints]]:
        """Slice of the series that take part in a step, and the index of their readings."""
        for step, count in enumerate(self._counts.tolist()):
            part = slice(0, count)
            yield part, self._starts[part] + step


def runs(rows: Ints) -> tuple[Ints, Ints]:
    """Where each run of equal rows begins, and its length."""
    edges = np.flatnonzero(rows[1:] != rows[:-1])
    starts = np.zeros(len(edges) + (len(rows) > 0), np.int64)
    starts[1:] = edges + 1
    lengths = np.empty_like(starts)
    lengths[:-1] = starts[1:] - starts[:-1]
    lengths[-1:] = len(rows) - starts[-1:]
    return starts, lengths


def whole(starts: Ints, lengths: Ints, chosen: Bools | Ints) -> Ints:
    """Index of every reading of the runs (k,) that are chosen, by a mask or in another order."""
    lengths = lengths[chosen]
    ends = np.cumsum(lengths)
    shift = np.repeat(starts[chosen] - ends + lengths, lengths)
    index: Ints = np.arange(len(shift)) + shift
    return index


def showing(starts: Ints, flags: Bools) -> Bools:
    """Which runs (k,) have a reading whose flag (n,) is set."""
    hits = np.flatnonzero(flags)
    found = np.zeros(len(starts), np.bool_)
    found[np.searchsorted(starts, hits, side="right") - 1] = True
    return found


def before(rows: Ints, column: NDArray[Any], remembered: NDArray[Any]) -> Any:  # noqa: ANN401 (the array's own type)
    """What each reading (n,) follows: the one before it in its series, or what is remembered.

    `remembered` (k,) is by row.
    """
    starts, _ = runs(rows)
    return after(starts, column, remembered[rows[starts]])


def after(starts: Ints, column: NDArray[Any], remembered: NDArray[Any]) -> Any:  # noqa: ANN401 (the array's own type)
    """`before`, of runs that are known; `remembered` (k,) is by run."""
    previous = np.empty_like(column)
    previous[1:] = column[:-1]
    previous[starts] = remembered
    return previous


def period_of(time_ms: Ints, period_s: float) -> NDArray[np.int32]:
    """Number of the period in which each instant lies, plus one: 0 is before all readings."""
    return (time_ms // round(period_s * 1000) + 1).astype(np.int32)


def first_of_period(period: NDArray[np.int32], rows: Ints, time_ms: Ints, period_s: float) -> Bools:
    """Mark the first reading of each period of its series.

    What changes over hours is looked at once a minute: readings by the second tell little more,
    and a fast device would otherwise teach faster than a slow one. `period` (k,) holds the last
    one of each row that was looked at, and is brought up to date.
    """
    now = period_of(time_ms, period_s)
    first: Bools = now != before(rows, now, period)
    last = np.flatnonzero(np.diff(rows, append=-1))
    period[rows[last]] = now[last]
    return first


@dataclass(frozen=True)
class Table:
    """A parameter by metric, looked up for many series at once.

    Attributes:
        default: For a metric that has none of its own.
        by_metric: Metric code -> value.

    """

    default: float
    by_metric: Mapping[str, float]

    def __post_init__(self) -> None:
        """Lay it out by metric id, which fits one byte."""
        column = np.full(256, self.default)
        for code, value in self.by_metric.items():
            column[METRICS[code].id] = value
        object.__setattr__(self, "_column", column)

    @property
    def least(self) -> float:
        """The smallest value that any metric has."""
        return min((self.default, *self.by_metric.values()))

    def of(self, metric: NDArray[np.uint8]) -> Floats:
        """Value for each metric id (k,); 0 is a metric that is not known."""
        column: Floats = self._column  # type: ignore[attr-defined]
        return column[metric]
