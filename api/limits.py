"""Bounds on how often something may be done, in this process or shared by many through Redis.

In one process: token buckets, which cost a microsecond and are bounded in number. With
`JEG_REDIS_URL` the sliding windows of the `limits` library, so that several processes of the API
agree; while Redis is away each counts for itself again, rather than letting everything or nothing
through.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Protocol

from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from telemetry.logs import logger

MAX_BUCKETS: Final = 10_000
WINDOW_SECONDS: Final = 60
REDIS_TIMEOUT_SECONDS: Final = 0.25
PAUSE_SECONDS: Final = 5.0
"""How long Redis is left alone after it has failed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """So many per minute; 0: any number."""

    name: str
    quota: int

    def header(self) -> str:
        """An item of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10)."""
        return f'"{self.name}";q={self.quota};w={WINDOW_SECONDS}'


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands with a policy after this request."""

    policy: Policy
    remaining: int
    reset_seconds: int
    """Until there is something more."""
    allowed: bool = True

    def header(self) -> str:
        """An item of RateLimit, of the same draft."""
        return f'"{self.policy.name}";r={self.remaining};t={self.reset_seconds}'


class Limiter(Protocol):
    """Counts what is done."""

    async def take(self, policy: Policy, key: str) -> Standing:
        """Count one more of `key`, unless that is too many."""
        ...

    async def close(self) -> None:
        """Let go of whatever is connected."""
        ...


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

    def left(self, key: Hashable) -> float:
        """What was left in a bucket after the last look at it."""
        return self._levels[key][0] if key in self._levels else self._burst


class OwnLimiter:
    """Counts for this process alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know nobody yet."""
        self._clock = clock
        self._buckets: dict[Policy, Buckets] = {}

    async def take(self, policy: Policy, key: str) -> Standing:
        """Count one more of `key`, unless that is too many."""
        per_second = policy.quota / WINDOW_SECONDS
        buckets = self._buckets.get(policy)
        if buckets is None:
            buckets = self._buckets[policy] = Buckets(per_second, policy.quota, self._clock)
        wait_seconds = buckets.take(key)
        left = buckets.left(key)
        until_next = wait_seconds or (1 - left % 1) / per_second
        return Standing(policy, int(left), max(1, math.ceil(until_next)), allowed=not wait_seconds)

    async def close(self) -> None:
        """Nothing is connected."""


class SharedLimiter:
    """Counts in Redis, with every other process of the API."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Connect when something is first counted."""
        self._pool = ConnectionPool.from_url(
            url,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
        )
        storage = RedisStorage(
            "async+" + url,
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="jeg:limits",
            connection_pool=self._pool,  # type: ignore[arg-type] # as the library documents it
        )
        self._windows = SlidingWindowCounterRateLimiter(storage)
        self._own = OwnLimiter(clock)
        self._clock = clock
        self._away_until = 0.0

    async def take(self, policy: Policy, key: str) -> Standing:
        """Count one more of `key`, unless that is too many."""
        if self._clock() >= self._away_until:
            try:
                return await self._count(policy, key)
            except StorageError as error:
                self._away_until = self._clock() + PAUSE_SECONDS
                logger().warning("redis_away", error=type(error.storage_error).__name__)
        return await self._own.take(policy, key)

    async def _count(self, policy: Policy, key: str) -> Standing:
        item = RateLimitItemPerSecond(policy.quota, WINDOW_SECONDS, policy.name)
        allowed = await self._windows.hit(item, key)
        stats = await self._windows.get_window_stats(item, key)
        seconds = max(1, math.ceil(stats.reset_time - time.time()))
        return Standing(policy, stats.remaining, seconds, allowed=allowed)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.disconnect()


def limiter(redis_url: str) -> Limiter:
    """The limiter that the settings ask for."""
    return SharedLimiter(redis_url) if redis_url else OwnLimiter()
