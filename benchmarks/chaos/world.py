"""The world of one case: broker, database, programs and devices, damaged while they work."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.chaos.arena import Arena, first_port
from benchmarks.chaos.device import Device
from benchmarks.chaos.programs import Program
from benchmarks.chaos.proxy import FaultProxy
from gateways.broker_accounts import FileBrokerAccounts
from stack.services.mosquitto import Mosquitto, prepare_mosquitto
from stack.services.place import write_private
from storage.engine import connect
from storage.lease import PARTITION_LOCKS, PRESENCE_LOCK
from telemetry.clock import now_ms
from telemetry.keys import digest, new_key
from telemetry.topics import PARTITIONS

SICK = 2
"""So many patients are ill, each with one alarm to come of it."""
PER_MESSAGE = (1, 1, 1, 2, 3)
"""Readings in a message, as often as they stand here."""
TICK_SECONDS = 0.1
PATIENCE_SECONDS = 20.0

PRESENT = """
    -- Workers that make themselves known by their shared lock.
    SELECT count(DISTINCT pid) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND mode = 'ShareLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
GROUPS_HELD = """
    -- Partitions leased, by worker.
    SELECT pid, count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND mode = 'ExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY pid
"""


class CaseError(Exception):
    """A case could not be played to its end; the message says why."""


@dataclass(frozen=True)
class Setup:
    """What a case needs.

    Attributes:
        devices: How many.
        rate: Messages a second, of all of them.
        seconds: How long they publish.
        resends: Whether what has no receipt is sent again; else the platform is on its own.
        workers: Ingest workers at the start.
        groups: Partition groups that they share.
        broker: Settings of the broker that differ from the real ones.
        settings: Settings of the workers that do.
        patience: Seconds that may pass after the damage until everything is quiet.
        short: Whether a long case is to be played in its short form.

    """

    devices: int = 24
    rate: int = 300
    seconds: float = 6.0
    resends: bool = False
    workers: int = 1
    groups: int = 1
    broker: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    patience: float = PATIENCE_SECONDS
    short: bool = False


@dataclass
class World:
    """Everything that a case may damage."""

    arena: Arena
    setup: Setup
    random: Random
    """What a case draws from."""
    turns: Random
    """What the load draws from: a case that draws more or less does not change it."""
    folder: Path
    broker: Mosquitto
    url: str
    broker_proxy: FaultProxy
    database_proxy: FaultProxy
    devices: list[Device] = field(default_factory=list)
    workers: list[Program] = field(default_factory=list)
    analytics: Program | None = None
    start_ms: int = field(default_factory=now_ms)
    windows: list[tuple[float, float]] = field(default_factory=list)
    """From when to when (monotonic) the broker may lose what it has acknowledged."""
    seen: list[str] = field(default_factory=list)
    """What a case found worth telling."""
    faults: list[str] = field(default_factory=list)
    """What a case found wrong beyond what is checked after every case."""
    marks: dict[str, float] = field(default_factory=dict)
    """Instants and figures that a case notes for itself."""
    _last_ms: dict[Device, int] = field(default_factory=dict)

    def start_worker(self, **more: str) -> Program:
        """Start an ingest worker; its broker and its database are behind the proxies."""
        environment = {
            "JEG_DATABASE_URL": self.url.replace(
                f":{self.arena.postgres.port}/", f":{self.database_proxy.port}/"
            ),
            "JEG_BROKER_PORT": str(self.broker_proxy.port),
            "JEG_BROKER_PASSWORD": self.broker.credentials["jeg-ingest"],
            "JEG_PARTITION_GROUPS": str(self.setup.groups),
            **self.setup.settings,
            **more,
        }
        program = Program("ingest", environment, self.folder / f"ingest-{len(self.workers)}.log")
        self.workers.append(program)
        return program

    def start_analytics(self) -> None:
        """Start the worker that raises alarms."""
        environment = {"JEG_DATABASE_URL": self.url}
        self.analytics = Program("analytics", environment, self.folder / "analytics.log")

    async def connect(self) -> psycopg.AsyncConnection[Any]:
        """Open a connection of the case's own, past the proxy."""
        return await connect(self.url, application_name="chaos")

    async def ask(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Ask the database one thing."""
        async with await self.connect() as db:
            cursor = await db.execute(query.encode(), parameters or None)
            return await cursor.fetchall()

    async def held(self) -> list[int]:
        """How many partitions each worker leases now."""
        return [n for _, n in await self.ask(GROUPS_HELD, PARTITION_LOCKS)]

    async def workers_ready(self, count: int | None = None) -> None:
        """Wait until so many workers share the groups evenly and every partition is leased."""
        wanted = len(self.workers) if count is None else count

        async def ready() -> bool:
            for program in self.workers[-wanted:]:
                if not program.alive:
                    message = f"a worker ended by itself: {program.last_words()}"
                    raise CaseError(message)
            held = await self.held()
            present = (await self.ask(PRESENT, PRESENCE_LOCK))[0][0]
            return present == wanted and sum(held) == len(PARTITIONS) and len(held) == wanted

        await until(ready, 15, "the workers did not share the partitions")

    def time_ms(self, device: Device) -> int:
        """An instant of the device's clock for its next reading, later than the one before."""
        now = max(now_ms() + device.clock_ms, self._last_ms.get(device, 0) + 1)
        self._last_ms[device] = now
        return now

    def sample(self, device: Device) -> dict[str, object]:
        """A reading of now: a heart rate, or of the ill a glucose that calls for somebody."""
        instant = self.time_ms(device)
        if device.sick:
            return {"c": "blood_glucose", "t": instant, "v": 40.0}
        return {"c": "heart_rate", "t": instant, "v": float(self.turns.randint(60, 100))}

    @asynccontextmanager
    async def load(self, rate: int | None = None) -> AsyncIterator[None]:
        """Let the devices publish while the block runs, and at least for the setup's time."""
        began, task = time.monotonic(), asyncio.create_task(self._publish(rate or self.setup.rate))
        try:
            yield
            await asyncio.sleep(max(0.0, began + self.setup.seconds - time.monotonic()))
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _publish(self, rate: int) -> None:
        """One message after the other; which device is next, and when, is the seed's."""
        moment = time.monotonic()
        while True:
            moment += self.turns.expovariate(rate)
            device = self.devices[self.turns.randrange(self.setup.devices)]
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            device.send([self.sample(device) for _ in range(self.turns.choice(PER_MESSAGE))])

    def lossy(self, before: float) -> None:
        """Declare that the broker may have lost what it acknowledged in so many seconds."""
        now = time.monotonic()
        self.windows.append((now - before, now))

    async def add_device(self, *, sick: bool = False, status: str = "ACTIVE") -> Device:
        """Register a device of a new patient."""
        index = len(self.devices)
        owner = UUID(int=self.random.getrandbits(124) | (index % 16) << 124)
        device = Device(
            UUID(int=self.random.getrandbits(128)),
            owner,
            new_key(),
            self.broker.port,
            resends=self.setup.resends,
            sick=sick,
            boot=self.random.randint(1, 1000),
        )
        async with await self.connect() as db:
            await db.execute(
                "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, '', '')",
                (owner, str(owner)),
            )
            await db.execute(
                "INSERT INTO iot_devices (device_id, device_type, owner_id, status, is_verified)"
                " VALUES (%s, 'MONITOR', %s, %s, true)",
                (device.device_id, owner, status),
            )
            await db.execute(
                "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)",
                (device.device_id, digest(device.key)),
            )
        FileBrokerAccounts(self.broker.accounts_folder).put(device.device_id, [digest(device.key)])
        self.devices.append(device)
        return device


async def until(
    check: Callable[[], Awaitable[bool] | bool], seconds: float, complaint: str
) -> None:
    """Wait until `check` holds. Raises `CaseError` with the complaint when it does not in time."""
    end = time.monotonic() + seconds
    while True:
        found = check()
        if found if isinstance(found, bool) else await found:
            return
        if time.monotonic() > end:
            raise CaseError(complaint)
        await asyncio.sleep(0.05)


async def tick(devices: list[Device]) -> None:
    """Let devices send again what is overdue, until cancelled."""
    while True:
        now = time.monotonic()
        for device in devices:
            device.tick(now)
        await asyncio.sleep(TICK_SECONDS)


@asynccontextmanager
async def world(arena: Arena, setup: Setup, seed: int) -> AsyncIterator[World]:
    """Build a world with its programs at work and its devices connected; end all of it after."""
    rngs = Random(seed), Random(f"{seed}: load")  # noqa: S311 - schedules
    folder = _new_folder(arena)
    async with AsyncExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        broker = start_broker(folder / "broker", setup.broker)
        ending.callback(broker.kill)
        url = await asyncio.to_thread(arena.new_database)
        ending.callback(_drop, arena, url)
        proxies = FaultProxy(broker.port), FaultProxy(arena.postgres.port)
        for proxy in proxies:
            await proxy.start()
            ending.push_async_callback(proxy.stop)
        made = World(arena, setup, *rngs, folder, broker, url, *proxies)
        ending.callback(_end_programs, made)
        await _populate(made, ending)
        yield made


def _new_folder(arena: Arena) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="case-", dir=arena.folder))
    folder.chmod(0o755)
    return folder


async def _populate(made: World, ending: AsyncExitStack) -> None:
    for index in range(made.setup.devices):
        await made.add_device(sick=index < SICK)
    for _ in range(made.setup.workers):
        made.start_worker()
    made.start_analytics()
    running = [asyncio.create_task(device.run()) for device in made.devices]
    running.append(asyncio.create_task(tick(made.devices)))
    ending.push_async_callback(_cancel, running)
    await made.workers_ready()
    await until(
        lambda: all(device.connected for device in made.devices), 15, "a device is not connected"
    )


def start_broker(folder: Path, changed: dict[str, str]) -> Mosquitto:
    """Start a broker with the real settings but for those that are `changed`."""
    broker = prepare_mosquitto(folder, port=first_port())
    path = folder / "mosquitto.conf"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split(" ")[0] not in changed]
    kept += [f"{name} {value}" for name, value in changed.items()]
    write_private(path, "\n".join(kept) + "\n", broker.account)
    broker.start()
    return broker


def _drop(arena: Arena, url: str) -> None:
    with suppress(psycopg.Error):  # a server that a case left dead is thrown away with the arena
        arena.drop_database(url)


def _end_programs(made: World) -> None:
    for program in [*made.workers, *filter(None, [made.analytics])]:
        if program.alive:
            program.kill()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
