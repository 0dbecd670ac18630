"""The ingest worker: sessions for the partition groups it leases, and one pipeline for them all."""

import asyncio
from uuid import UUID

import psycopg

from ingest import rates
from ingest.heirs import Heirs, client_id, filters
from ingest.link import Access, Link, Wire
from ingest.pipeline import BROKER_DROPPED, Pipeline
from ingest.settings import Settings
from ingest.store import LeaseLostError, Store
from storage.engine import connect
from telemetry.clock import now_ms
from telemetry.logs import logger

BALANCE_SECONDS = 0.5
TOUCH_SECONDS = 5.0
LISTEN_PAUSE_SECONDS = 1.0
SETTLE_SECONDS = 4.0

log = logger()


class Worker:
    """One worker process. `run` returns after `stop` is set and everything taken is settled."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store(
            settings.database_url.get_secret_value(),
            settings.partition_groups,
            settings.clock_limits(),
        )
        self._pipeline = Pipeline(self._store, settings)
        self._access = Access(
            settings.broker_host,
            settings.broker_port,
            settings.broker_username,
            settings.broker_password.get_secret_value(),
            settings.receive_maximum,
        )
        self._heirs = Heirs(
            self._access, settings.partition_groups, self._store, self._pipeline.arrived
        )
        self._complete = asyncio.Event()
        self._touched_ms = 0
        self._links: dict[int, tuple[Link, asyncio.Task[None]]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; a lost lease begins anew."""
        while not stop.is_set():
            try:
                await self._term(stop)
            except* LeaseLostError:
                log.warning("lease_lost", groups=sorted(self._links))
                self._store.forfeit()
                await self._drop_links(list(self._links))
                self._pipeline.reset()
        await self._store.close()

    async def _term(self, stop: asyncio.Event) -> None:
        """Work for as long as the lease holds."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._pipeline.run(self._wires)),
                group.create_task(self._balance()),
                group.create_task(self._listen()),
                group.create_task(self._touch()),
                group.create_task(self._inherit()),
            ]
            await stop.wait()
            if await self._settle():
                await self._flush_seen()
            for task in tasks:
                task.cancel()
        self._pipeline.reset()
        await self._drop_links(list(self._links))

    @property
    def connected(self) -> bool:
        """Whether it holds a session for every group that it leases, and leases any."""
        return bool(self._links) and all(link.connected for link, _ in self._links.values())

    @property
    def groups(self) -> frozenset[int]:
        """Partition groups that it leases now."""
        return self._store.groups

    @property
    def inheriting(self) -> bool:
        """Whether sessions of another number of groups are still to be emptied."""
        return self._heirs.pending

    def _wires(self) -> list[Wire]:
        mine = [link.wire for link, _ in self._links.values() if link.wire]
        return mine + self._heirs.wires

    async def _settle(self) -> bool:
        """Take nothing more, and wait until all that was taken is acknowledged, if it can be."""
        self._pipeline.held_back = True
        self._pipeline.settled.clear()
        self._pipeline.arrived.set()
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._pipeline.settled.wait()
        except TimeoutError:
            return False
        return True

    async def _balance(self) -> None:
        """Lease a fair share of the groups, and hold a session for each."""
        while True:
            surplus = await self._store.balance()
            for group in self._store.groups - self._links.keys() - surplus:
                self._hold(group)
            if surplus:
                await self._give_back(surplus)
            rates.READY.set(int(self.connected or not self._store.groups))
            if self.connected:
                self._complete.set()
            rates.DEVICES.set(len(self._store.devices))
            await asyncio.sleep(BALANCE_SECONDS)

    def _hold(self, group: int) -> None:
        groups = self._settings.partition_groups
        link = Link(
            self._access,
            client_id(groups, group),
            [*filters(groups, group), BROKER_DROPPED],
            self._pipeline.arrived,
        )
        self._links[group] = link, asyncio.create_task(link.run())

    async def _give_back(self, groups: set[int]) -> None:
        """Give groups up once nothing of theirs is under way; else try again at the next turn."""
        if await self._settle():
            log.info("giving_back", groups=sorted(groups))
            await self._drop_links(sorted(groups & self._links.keys()))
            for group in groups:
                await self._store.give_back(group)
        self._pipeline.held_back = False
        self._pipeline.arrived.set()

    async def _drop_links(self, groups: list[int]) -> None:
        for group in groups:
            _, task = self._links.pop(group)
            task.cancel()
            await asyncio.wait({task})

    async def _listen(self) -> None:
        """Forget a device as soon as somebody changed it; all of them after a break."""
        url = self._settings.database_url.get_secret_value()
        while True:
            try:
                async with await connect(url, application_name="jeg-ingest-listen") as connection:
                    await connection.execute("LISTEN jeg_keys")
                    self._store.devices.clear()
                    async for notice in connection.notifies():
                        self._forget(notice.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("listening_failed", error=type(error).__name__)
            await asyncio.sleep(LISTEN_PAUSE_SECONDS)

    def _forget(self, payload: str) -> None:
        try:
            self._store.devices.forget(UUID(payload))
        except ValueError:
            self._store.devices.clear()

    async def _inherit(self) -> None:
        """Once all of its own sessions stand, see to those of another number of groups."""
        await self._complete.wait()
        await self._heirs.run()

    async def _touch(self) -> None:
        while True:
            await asyncio.sleep(TOUCH_SECONDS)
            await self._flush_seen()

    async def _flush_seen(self) -> None:
        since, self._touched_ms = self._touched_ms, now_ms()
        heard = self._pipeline.heard_since(since)
        if heard:
            await self._store.touch(heard)
