"""The newest of somebody's readings at an instant, for many people and instants at once."""

import numpy as np

from analytics.detectors.base import Floats, Ints

_TIME_BITS = 42
"""Bits for milliseconds since 1970 below an owner's number: enough until 2109."""


class Newest:
    """Readings by owner and time.

    >>> newest = Newest(np.array([0, 0, 1]), np.array([10, 20, 15]), np.array([7.0, 8.0, 9.0]))
    >>> value, age_ms = newest.at(np.array([0, 0, 1]), np.array([19, 20, 14]))
    >>> value.tolist(), age_ms.tolist()
    ([7.0, 8.0, nan], [9, 0, 0])
    """

    def __init__(self, owner: Ints, time_ms: Ints, value: Floats) -> None:
        """Take readings (n,) in any order; of several at one instant the last one counts.

        Owners are small numbers from 0 on, times not negative.
        """
        key = (owner << _TIME_BITS) | time_ms
        order = np.argsort(key, kind="stable")
        self._key, self._value = key[order], value[order]

    def at(self, owner: Ints, time_ms: Ints, *, before: bool = False) -> tuple[Floats, Ints]:
        """Value and age of the newest reading of each owner (m,) at or before an instant.

        With `before` one at the instant itself does not count. NaN and 0 where there is none.
        """
        wanted = (owner << _TIME_BITS) | time_ms
        index = np.searchsorted(self._key, wanted, side="left" if before else "right") - 1
        if not len(self._key):
            return np.full(len(owner), np.nan), np.zeros(len(owner), np.int64)
        key = self._key[index]
        found = (index >= 0) & (key >> _TIME_BITS == owner)
        # Owners are equal, so the difference of the keys is that of the times.
        return np.where(found, self._value[index], np.nan), np.where(found, wanted - key, 0)
