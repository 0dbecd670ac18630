"""What every detector is."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
State = NDArray[Any]
"""Structured array with one element per series. Its bytes are its saved form, and a copy of it
is all that a rollback needs."""


class Detector(Protocol):
    """Scores the readings of many series in one call.

    What a detector knows of a series lies in a state that belongs to the caller: it is copied,
    saved and rolled back without the detector's knowing. The same state and readings always
    give the same scores. Readings are never changed; a NaN or a gap in them is survived.
    """

    @property
    def name(self) -> str:
        """Name that never changes, for metrics and logs."""
        ...

    @property
    def dtype(self) -> "np.dtype[np.void]":
        """Layout of the state of one series."""
        ...

    def fresh(self, series: int) -> State:
        """State of `series` series that have shown nothing yet."""
        ...

    def score(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Score readings against what is known.

        Args:
            state: (k,) states; not changed.
            rows: (n,) index into `state` of each reading.
            time_ms: (n,) ascending within a row, milliseconds since 1970.
            value: (n,) in the metric's canonical unit.

        Returns:
            (n,) scores, higher is worse; NaN while warming up and for a NaN.

        """
        ...

    def learn(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> None:
        """Take readings (as in `score`) into `state`, in place."""
        ...
