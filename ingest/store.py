"""The worker's side of the database: one session that leases and commits, one that looks up."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from ingest import rates
from storage.devices import Devices
from storage.engine import connect
from storage.lease import Lease
from storage.queries import intake as sql
from storage.writer import Committed, commit
from telemetry.batch import Batch
from telemetry.clocks import Limits
from telemetry.logs import logger

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
TRANSACTION_SECONDS = 60.0
"""A transaction that takes longer is given up and begun again over a new session."""

T = TypeVar("T")
Connection = psycopg.AsyncConnection[Any]
log = logger()


class LeaseLostError(Exception):
    """Another worker took a partition group while the database session was gone."""


class Store:
    """Commits batches and loads devices, over sessions that are renewed when they break."""

    def __init__(self, url: str, groups: int, limits: Limits) -> None:
        self.devices = Devices(limits)
        self._url = url
        self._groups = groups
        self._lookup: Connection | None = None
        self._session: tuple[Connection, Lease] | None = None
        self._former: Lease | None = None
        self._mine: set[int] = set()
        self._busy = asyncio.Lock()

    @property
    def groups(self) -> frozenset[int]:
        """Partition groups that this worker holds."""
        return frozenset(self._mine)

    async def commit(self, batch: Batch) -> Committed:
        """Commit a batch, again and again until it is done.

        Raises `LeaseLostError` when it is no longer this worker's to commit, and whatever is wrong
        with the batch itself (`psycopg.DataError`, `psycopg.IntegrityError` and others).
        """

        async def attempt(connection: Connection, _: Lease) -> Committed:
            return await commit(connection, batch, self.devices.newest_ms)

        committed = await self._insist(attempt)
        self.devices.raise_newest(*committed.newest)
        for temporary, (device, metric) in batch.new_series.items():
            device.series[metric] = committed.series[temporary]
        return committed

    async def balance(self) -> set[int]:
        """Take free groups up to this worker's share; return those it has beyond it."""

        async def attempt(_: Connection, lease: Lease) -> set[int]:
            share = await lease.fair_share()
            self._mine |= await lease.take(share)
            return set(sorted(self._mine)[share:])

        return await self._insist(attempt)

    async def give_back(self, group: int) -> None:
        """Give a group up; every message of it must have been settled."""

        async def attempt(_: Connection, lease: Lease) -> None:
            self._mine.discard(group)
            await lease.give_back(group)

        await self._insist(attempt)

    async def claim(self, groups: int, group: int) -> bool:
        """Claim the MQTT session of a group, of any number of groups; False: somebody has it."""

        async def attempt(_: Connection, lease: Lease) -> bool:
            return await lease.claim(groups, group)

        return await self._insist(attempt)

    async def disclaim(self, groups: int, group: int) -> None:
        """Let others have the MQTT session of a group."""

        async def attempt(_: Connection, lease: Lease) -> None:
            await lease.disclaim(groups, group)

        await self._insist(attempt)

    def forfeit(self) -> None:
        """Forget about groups that were lost, and what was learned of devices but not committed."""
        self._mine.clear()
        self.devices.clear()

    async def touch(self, seen_ms: dict[UUID, int]) -> None:
        """Note when devices were last heard of."""

        async def attempt(connection: Connection, _: Lease) -> None:
            await connection.execute(sql.TOUCH_DEVICES, (list(seen_ms), list(seen_ms.values())))

        await self._insist(attempt)

    async def load(self, device_ids: list[UUID]) -> None:
        """Load devices, waiting for the database if need be."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                if self._lookup is None or self._lookup.closed:
                    self._lookup = await connect(self._url, application_name="jeg-ingest-lookup")
                async with asyncio.timeout(TRANSACTION_SECONDS):
                    await self.devices.load(self._lookup, device_ids)
            except (psycopg.Error, OSError, TimeoutError) as error:
                pause = await _pause(error, pause)
                await _close(self._lookup)
                self._lookup = None
            else:
                return

    async def close(self) -> None:
        """End both sessions, and with them the lease."""
        await _close(self._lookup)
        if self._session:
            await _close(self._session[0])

    async def _insist(self, attempt: Callable[[Connection, Lease], Awaitable[T]]) -> T:
        """Run `attempt` over the leasing session until it succeeds, one at a time."""
        pause = FIRST_PAUSE_SECONDS
        async with self._busy:
            while True:
                try:
                    async with asyncio.timeout(TRANSACTION_SECONDS):
                        return await attempt(*await self._leased())
                except (psycopg.DataError, psycopg.IntegrityError):
                    raise  # no matter of trying again
                except (psycopg.Error, OSError, TimeoutError) as error:
                    rates.RETRIES.inc()
                    rates.READY.set(0)
                    pause = await _pause(error, pause)
                    await self._give_up()

    async def _leased(self) -> tuple[Connection, Lease]:
        """Return the leasing session; after a break first take again what was held."""
        if self._session is None or self._session[0].closed:
            connection = await connect(self._url, application_name="jeg-ingest")
            lease = Lease(connection, self._groups)
            self._session = connection, lease
            if self._former:
                await lease.succeed(self._former)
            await lease.be_present()
            self._former = lease
            for group in self._mine:
                if not await lease.take_one(group):
                    await self._give_up()  # and with it the groups that were still free
                    raise LeaseLostError
        return self._session

    async def _give_up(self) -> None:
        """End the leasing session; the next one takes over from it."""
        if self._session:
            await _close(self._session[0])
            self._session = None


async def _pause(error: Exception, pause: float) -> float:
    """Wait with jitter; return the next pause. Only the kind of error is logged, never data."""
    log.warning("database_failed", error=type(error).__name__, retry_seconds=round(pause, 1))
    await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter
    return min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _close(connection: Connection | None) -> None:
    if connection is not None:
        await connection.close()
