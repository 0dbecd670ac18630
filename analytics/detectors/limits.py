"""Limits: how far a value is beyond a fixed limit."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.detectors.base import Floats, Ints, State

_DTYPE: Final = np.dtype([("limit", "<f8")])


@dataclass(frozen=True, slots=True)
class Limits:
    """Excursion beyond one limit per series.

    score = sign * (value - limit), in the metric's unit: 0 at the limit, positive beyond it,
    negative inside. sign is +1 for an upper limit, -1 for a lower one. An infinite limit on the
    far side gives minus infinity: watched, and never reached.

    Attributes:
        sign: +1.0 or -1.0.
        limit: Limit of series that have none of their own; NaN scores NaN.

    The limit is given, not learned, so there is no warm-up and `learn` learns nothing. Source: the
    alarm limit of IEC 60601-1-8:2006, 3.2.

    >>> low = Limits(-1.0, limit=90.0)
    >>> state = low.fresh(2)
    >>> state["limit"][1] = 85.0
    >>> rows, time_ms = np.array([0, 1]), np.array([0, 0])
    >>> low.score(state, rows, time_ms, np.array([88.0, 88.0])).tolist()
    [2.0, -3.0]

    """

    sign: float
    limit: float = float("nan")

    @property
    def name(self) -> str:
        """`limits_high` or `limits_low`."""
        return "limits_high" if self.sign > 0 else "limits_low"

    @property
    def dtype(self) -> "np.dtype[np.void]":
        """One limit."""
        return _DTYPE

    def fresh(self, series: int) -> State:
        """Every series at this detector's own limit."""
        return np.full(series, self.limit, np.float64).view(_DTYPE)

    def score(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:  # noqa: ARG002 (a limit knows no time)
        """Excursion of each reading beyond its series' limit, in the metric's unit."""
        limit: Floats = state["limit"][rows]
        return self.sign * (value - limit)

    def learn(self, state: State, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Score; there is nothing to learn, a limit is given."""
        return self.score(state, rows, time_ms, value)


EXAMPLES: Final = (Limits(1.0, limit=131.0), Limits(-1.0, limit=45.0))
