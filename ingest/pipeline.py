"""The way of a message: taken from the wire, judged, committed, and only then acknowledged.

While the database commits one batch the next one is being gathered. A batch leaves when the one
before it is done and its first message has lingered; the larger the last one was the longer the
next one lingers, since what a transaction costs per device is shared by that device's messages.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from ingest import packets, rates, receipts, refusals, rescue
from ingest.backlog import Backlog
from ingest.link import Doorbell, Wire
from ingest.packets import Inbound
from ingest.settings import Settings
from ingest.store import Store
from storage.writer import Committed
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.clock import Window, now_ms
from telemetry.devices import Device
from telemetry.judge import Judge
from telemetry.topics import REFUSED, Up, UpTopic, parse_up

SLICE = 100
"""Messages judged before it is looked whether the batch is full."""
HEAVY_READINGS = 10
HEAD_START_SECONDS = 0.015
"""Where messages carry many readings, judging them keeps the event loop from feeding the commit
that is under way: that goes first for so long."""
REST_SECONDS = 0.01
"""While a commit is under way and there is much to do, the sockets are left alone for so long: one
large receive costs less than many small ones, of many sessions above all."""
MOST_TOPICS = 200_000
BROKER_DROPPED = "$SYS/broker/publish/messages/dropped"
"""The broker's own count of messages that it dropped: told every few seconds."""
_KEY = b"key"

WireSource = Callable[[], list[Wire]]
"""Lists the wires that are up now."""


@dataclass(slots=True)
class Load:
    """A batch, and what to say to whom once it is committed."""

    batch: Batch = field(default_factory=Batch)
    arrivals: rescue.Arrivals = field(default_factory=list)
    mids: dict[Wire, list[bytes]] = field(default_factory=dict)
    taken: Counter[Wire] = field(default_factory=Counter)
    began: float = 0.0

    def fill(self, messages: int, readings: int) -> float:
        """How full it is, if it may hold so many messages and so many readings; 1 is full."""
        return max(len(self.batch) / messages, len(self.batch.columns) / readings)


@dataclass(slots=True, eq=False)
class Origin:
    """Where messages come from: a topic, taken apart once, and the device behind it.

    Attributes:
        topic: As published.
        parsed: Taken apart; None when it is none of the protocol's.
        device: The device as last looked up, at `version` of the devices.
        limited: Whether the rate limit applies: to readings, not to a device's word on itself.
        heard_ms: When a message last came in.

    """

    topic: str
    parsed: UpTopic | None
    limited: bool
    device: Device | None = None
    version: int = -1
    heard_ms: int = 0


class Pipeline:
    """Turns arrivals on any wire into commits, acknowledgements and receipts."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.arrived = Doorbell()
        self.settled = asyncio.Event()
        self.held_back = False
        self._store = store
        self._judge = Judge(settings.payload_bytes, settings.clock_limits())
        self._skew_ms = settings.skew_ms
        self._backlog = Backlog(settings.receive_maximum)
        self._pace_ms = 1000 / settings.rate_per_second if settings.rate_per_second else 0.0
        self._burst_ms = settings.rate_burst * self._pace_ms
        self._committing = 0
        self._shortest = self._linger = settings.linger_ms / 1000
        self._longest = max(self._shortest, settings.linger_most_ms / 1000)
        self._most = settings.batch_messages
        self._most_readings = settings.batch_readings
        self._heavy = False
        self._load = Load()
        self._commit: asyncio.Task[None] | None = None
        self._origins: dict[bytes, Origin] = {}

    async def run(self, wires: WireSource) -> None:
        """Work until cancelled. Raises `LeaseLostError`."""
        while True:
            await self._wait(wires)
            await self._gather(wires)
            if self._commit and self._commit.done():
                self._commit.result()
                self._commit = None
            if self._commit is None:
                self._send_off()

    def reset(self) -> None:
        """Drop what is not committed: it was not acknowledged, so it comes again."""
        if self._commit:
            self._commit.cancel()
        self._commit = None
        self._committing = 0
        self._load = Load()
        self.held_back = False
        rates.IN_FLIGHT.set(0)

    async def _wait(self, wires: WireSource) -> None:
        """Until something arrived, or the batch has lingered and may leave.

        While a commit is under way nothing is urgent, and a few messages are not worth a look.
        """
        if self._commit and self._linger > 2 * self._shortest:
            await self._rest(self._commit, wires())
        self.arrived.tell_from(SLICE if self._commit else 1)
        timeout = None
        if len(self._load.batch) and self._commit is None:
            timeout = max(0.0, self._load.began + self._linger - time.monotonic())
        try:
            async with asyncio.timeout(timeout):
                await self.arrived.wait()
        except TimeoutError:
            pass
        if self._heavy and self._commit:
            await asyncio.wait({self._commit}, timeout=HEAD_START_SECONDS)
        self.arrived.clear()

    @staticmethod
    async def _rest(commit: asyncio.Task[None], wires: list[Wire]) -> None:
        for wire in wires:
            wire.rest()
        try:
            await asyncio.wait({commit}, timeout=REST_SECONDS)
        finally:
            for wire in wires:
                wire.listen()

    async def _gather(self, wires: WireSource) -> None:
        """Judge what the wires hold, as far as the batch has room."""
        up = wires()
        self._backlog.look(up, len(self._load.batch) + self._committing)
        while not self.held_back and self._load.fill(self._most, self._most_readings) < 1:
            full = [wire for wire in up if wire.inbox]
            if not full:
                break
            self.settled.clear()
            await self._enter(self._take(full))

    def _take(self, wires: list[Wire]) -> list[Inbound]:
        """Take a slice, in equal parts, so that no session waits behind the queue of another."""
        load, slice_ = self._load, []
        for wire in wires:
            taken = wire.take(-(-SLICE // len(wires)))
            load.taken[wire] += len(taken)
            load.mids.setdefault(wire, []).extend([m[2] for m in taken if m[2] is not None])
            slice_ += taken
        return slice_

    async def _enter(self, taken: list[Inbound]) -> None:
        load = self._load
        if not len(load.batch):
            load.began = time.monotonic()
        origins = [self._origins.get(message[0]) or self._origin(message[0]) for message in taken]
        await self._refresh(origins)
        self._judge_all(taken, origins, load)
        rates.RECEIVED.inc(len(taken))
        rates.IN_FLIGHT.inc(len(taken))

    def _judge_all(self, taken: list[Inbound], origins: list[Origin], load: Load) -> None:
        """Enter messages into the batch, except those of a device that sends too much.

        What may have waited at the broker may have been sent at any time since, so the limit
        counts from there: a queue of hours that comes all at once is no flood.
        """
        window = Window(now_ms(), self._skew_ms, self._backlog.longest_ms())
        now_is = window.received_ms
        take, keep, pace_ms = self._judge.take, load.arrivals.append, self._pace_ms
        earliest, latest = now_is - window.queued_ms, now_is + self._burst_ms
        for (_, payload, mid, properties, retained), origin in zip(taken, origins, strict=True):
            device = origin.device
            if device is None:
                if origin.topic == BROKER_DROPPED:
                    load.batch.messages += 1
                    rates.note_dropped(payload)
                    continue
                if origin.topic == REFUSED:
                    told = Arrival(REFUSED, None, payload, None, window)
                    refusals.enter(told, load.batch)
                    keep((told, None))
                    continue
            elif pace_ms and origin.limited:
                busy = device.busy_until_ms
                if busy > latest:
                    load.batch.hold_back(device.device_id, origin.topic, now_is)
                    continue
                device.busy_until_ms = max(busy, earliest) + pace_ms
            key = numbers = None
            if properties:
                key = packets.user_property(properties, _KEY)
                if payload[:1] == b"[":
                    numbers = packets.numbers(properties)
            arrival = Arrival(
                origin.topic,
                origin.parsed,
                payload,
                key,
                window,
                numbers,
                mid is not None,
                retained == 1,
            )
            take(arrival, device, load.batch)
            keep((arrival, device))
            origin.heard_ms = now_is

    async def _refresh(self, origins: list[Origin]) -> None:
        """Look the devices up again behind topics whose device may have changed since."""
        devices = self._store.devices
        stale = [one for one in origins if one.version != devices.version]
        if not stale:
            return
        wanted = {one.parsed.device_id for one in stale if one.parsed}
        began = time.monotonic()
        while missing := devices.missing(wanted):  # again, if one is forgotten meanwhile
            await self._store.load(missing)
        self._backlog.stood_still(time.monotonic() - began)
        for one in stale:
            one.version = devices.version
            one.device = devices.get(one.parsed.device_id) if one.parsed else None

    def _origin(self, raw: bytes) -> Origin:
        """Take a topic apart, once per topic as long as there are not too many."""
        if len(self._origins) >= MOST_TOPICS:
            self._origins.clear()
        topic = raw.decode(errors="replace")
        parsed = parse_up(topic)
        limited = parsed is not None and parsed.leaf is Up.TELEMETRY
        return self._origins.setdefault(raw, Origin(topic, parsed, limited))

    def heard_since(self, since_ms: int) -> dict[UUID, int]:
        """Devices heard of after `since_ms`, each with when it was."""
        return {
            one.parsed.device_id: one.heard_ms
            for one in self._origins.values()
            if one.heard_ms > since_ms and one.parsed and one.device
        }

    def _send_off(self) -> None:
        """Commit the batch if it is due; say so when there is nothing left to do."""
        load = self._load
        if not len(load.batch):
            self.settled.set()
            return
        lingered = time.monotonic() >= load.began + self._linger
        fill = load.fill(self._most, self._most_readings)
        if lingered or self.held_back or fill >= 1:
            self._linger = self._shortest + min(fill, 1) * (self._longest - self._shortest)
            self._heavy = len(load.batch.columns) > HEAVY_READINGS * len(load.batch)
            self._load = Load()
            self._committing = len(load.batch)
            self._commit = asyncio.create_task(self._finish(load))
            self.arrived.set()  # there may be more, and the broker may have sent all that it may
            self._commit.add_done_callback(lambda _: self.arrived.set())

    async def _finish(self, load: Load) -> None:
        began = time.monotonic()
        done = await rescue.commit(self._store, self._judge, load.batch, load.arrivals)
        ended = time.monotonic()
        for wire, mids in load.mids.items():
            wire.acknowledge(mids, load.taken[wire])
        self._committing = 0
        for batch, committed in done:
            next(iter(load.mids)).write(receipts.encode(committed.receipts))
            _count(batch, committed)
        rates.IN_FLIGHT.dec(load.taken.total())
        rates.BATCH.observe(load.taken.total())
        rates.COMMIT_SECONDS.observe(ended - began)
        rates.DELAY_SECONDS.observe(ended - load.began)


def _count(batch: Batch, committed: Committed) -> None:
    rates.note_delays(batch.received_ms, committed.measured_ms, now_ms())
    if batch.held_back:
        rates.RATE_LIMITED.inc(batch.held_back)
    rates.COMMITTED.inc(len(batch))
    rates.STORED.inc(committed.stored)
    rates.DUPLICATE.inc(committed.duplicate)
    if committed.conflicting:
        rates.REJECTED.labels("conflicting_duplicate").inc(committed.conflicting)
    for letter in batch.letters:
        rates.REJECTED.labels(letter.reason).inc(letter.readings)
