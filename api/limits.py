"""Bounds on how often something may be done."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

MAX_BUCKETS = 10_000


class Buckets:
    """Token buckets by key, each with room for `burst`, filled evenly.

    The least recently used of more than `MAX_BUCKETS` is forgotten. A rate of 0 is no bound.
    """

    def __init__(
        self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Make full buckets."""
        self._per_second = per_second
        self._burst = float(burst)
        self._clock = clock
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Count the keys that are remembered."""
        return len(self._levels)

    def take(self, key: Hashable) -> float:
        """Take one from a bucket; seconds to wait when it is empty, else 0."""
        if not self._per_second:
            return 0.0
        now = self._clock()
        left, then = self._levels.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._per_second)
        allowed = left >= 1
        self._levels[key] = (left - 1 if allowed else left, now)
        if len(self._levels) > MAX_BUCKETS:
            self._levels.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._per_second
