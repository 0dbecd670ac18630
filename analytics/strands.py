"""Readings laid out by series, as the engine looks at them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.base import Bools, Floats, Ints, runs, showing, whole


@dataclass(frozen=True, slots=True, eq=False)
class Strands:
    """Readings (n,) of some series (k,), each series' side by side and ascending in time.

    Attributes:
        rows: int64 (k,), row of each series on the desk, each once.
        starts: int64 (k,), index of its first reading.
        lengths: int64 (k,), number of its readings, at least 1.
        time_ms: int64 (n,), measured.
        value: float64 (n,).

    """

    rows: Ints
    starts: Ints
    lengths: Ints
    time_ms: Ints
    value: Floats

    @classmethod
    def of(cls, rows: Ints, time_ms: Ints, value: Floats) -> "Strands":
        """Lay out readings that are in order; `rows` (n,) is of each reading."""
        starts, lengths = runs(rows)
        return cls(rows[starts], starts, lengths, time_ms, value)

    def __len__(self) -> int:
        """Number of series."""
        return len(self.rows)

    @property
    def last(self) -> Ints:
        """Index of each series' last reading (k,)."""
        return self.starts + self.lengths - 1

    @property
    def last_ms(self) -> Ints:
        """Time of each series' last reading (k,)."""
        return self.time_ms[self.last]

    def each(self, of_series: NDArray[Any]) -> Any:  # noqa: ANN401 (the array's own type)
        """What is known of each series (k,), of each reading (n,)."""
        return np.repeat(of_series, self.lengths)

    def showing(self, flags: Bools) -> Bools:
        """Which series (k,) have a reading whose flag (n,) is set."""
        return showing(self.starts, flags)

    def some(self, chosen: Bools) -> tuple["Strands", Ints | slice]:
        """Those series (k,) that are chosen, and the index of their readings (m,)."""
        if chosen.all():
            return self, slice(None)
        index, lengths = whole(self.starts, self.lengths, chosen), self.lengths[chosen]
        starts = np.cumsum(lengths) - lengths
        time_ms, value = self.time_ms[index], self.value[index]
        return Strands(self.rows[chosen], starts, lengths, time_ms, value), index

    def only(self, kept: Bools) -> "Strands":
        """Readings (n,) that are kept; series without any are left out."""
        if kept.all():
            return self
        rows = self.each(self.rows)[kept]
        return Strands.of(rows, self.time_ms[kept], self.value[kept])
