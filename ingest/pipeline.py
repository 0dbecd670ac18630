"""The way of a message: taken from the wire, judged, committed, and only then acknowledged.

While the database commits one batch the next one is being gathered. A batch leaves when the one
before it is done and its first message has lingered; the larger the last one was the longer the
next one lingers, since what a transaction costs per device is shared by that device's messages.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from ingest import packets, rates
from ingest.link import Wire
from ingest.packets import Inbound
from ingest.settings import Settings
from ingest.store import Store
from storage.ledgers import Receipt
from storage.writer import Committed
from telemetry.batch import Batch
from telemetry.clock import Window, now_ms
from telemetry.judge import Arrival, Judge
from telemetry.topics import Down, UpTopic, down, parse_up

SLICE = 500
"""Messages judged before the event loop may read the sockets again."""
MOST_TOPICS = 200_000
MOST_RANGES = 16
_KEY = b"key"

WireSource = Callable[[], list[Wire]]
"""Lists the wires that are up now."""


@dataclass(slots=True)
class Load:
    """A batch, and what to say to whom once it is committed."""

    batch: Batch = field(default_factory=Batch)
    mids: dict[Wire, list[bytes]] = field(default_factory=dict)
    began: float = 0.0


class Pipeline:
    """Turns arrivals on any wire into commits, acknowledgements and receipts."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.arrived = asyncio.Event()
        self.settled = asyncio.Event()
        self.seen_ms: dict[UUID, int] = {}
        self.held_back = False
        self._store = store
        self._judge = Judge(settings.payload_bytes)
        self._skew_ms = settings.skew_ms
        self._shortest = self._linger = settings.linger_ms / 1000
        self._longest = max(self._shortest, settings.linger_most_ms / 1000)
        self._most = settings.batch_messages
        self._load = Load()
        self._commit: asyncio.Task[None] | None = None
        self._topics: dict[bytes, tuple[str, UpTopic | None]] = {}

    async def run(self, wires: WireSource) -> None:
        """Work until cancelled. Raises `LeaseLostError`."""
        while True:
            await self._wait()
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
        self._load = Load()
        self.held_back = False
        rates.IN_FLIGHT.set(0)

    async def _wait(self) -> None:
        """Until something arrived, or the batch has lingered and may leave."""
        timeout = None
        if len(self._load.batch) and self._commit is None:
            timeout = max(0.0, self._load.began + self._linger - time.monotonic())
        try:
            async with asyncio.timeout(timeout):
                await self.arrived.wait()
        except TimeoutError:
            pass
        self.arrived.clear()

    async def _gather(self, wires: WireSource) -> None:
        """Judge what the wires hold, as far as the batch has room."""
        for wire in wires():
            while not self.held_back and (room := self._most - len(self._load.batch)) > 0:
                taken = wire.take(min(room, SLICE))
                if not taken:
                    break
                self.settled.clear()
                await self._enter(taken, wire)

    async def _enter(self, taken: list[Inbound], wire: Wire) -> None:
        load = self._load
        if not len(load.batch):
            load.began = time.monotonic()
        topics = [self._parse(message.topic) for message in taken]
        wanted = {parsed.device_id for _, parsed in topics if parsed is not None}
        missing = self._store.devices.missing(wanted)
        if missing:
            await self._store.load(missing)
        window = Window(now_ms(), self._skew_ms)
        devices, judge, batch = self._store.devices, self._judge, load.batch
        for message, (topic, parsed) in zip(taken, topics, strict=True):
            key = None
            if message.properties:
                key = packets.user_property(message.properties, _KEY)
            arrival = Arrival(topic, parsed, message.payload, key, window)
            device = devices.get(parsed.device_id) if parsed else None
            judge.take(arrival, device, batch)
        self.seen_ms.update(dict.fromkeys(wanted, window.received_ms))
        load.mids.setdefault(wire, []).extend(m.mid for m in taken if m.mid is not None)
        rates.RECEIVED.inc(len(taken))
        rates.IN_FLIGHT.inc(len(taken))

    def _parse(self, raw: bytes) -> tuple[str, UpTopic | None]:
        """Take a topic apart, once per topic as long as there are not too many."""
        known = self._topics.get(raw)
        if known is None:
            if len(self._topics) >= MOST_TOPICS:
                self._topics.clear()
            topic = raw.decode(errors="replace")
            known = self._topics[raw] = topic, parse_up(topic)
        return known

    def _send_off(self) -> None:
        """Commit the batch if it is due; say so when there is nothing left to do."""
        load = self._load
        if not len(load.batch):
            self.settled.set()
            return
        lingered = time.monotonic() >= load.began + self._linger
        if lingered or self.held_back or len(load.batch) >= self._most:
            share = len(load.batch) / self._most
            self._linger = self._shortest + share * (self._longest - self._shortest)
            self._load = Load()
            self._commit = asyncio.create_task(self._finish(load))
            self._commit.add_done_callback(lambda _: self.arrived.set())

    async def _finish(self, load: Load) -> None:
        began = time.monotonic()
        committed = await self._store.commit(load.batch)
        done = time.monotonic()
        for wire, mids in load.mids.items():
            wire.write(packets.pubacks(mids))
        _send_receipts(committed.receipts, load.mids)
        _count(load.batch, committed)
        rates.COMMIT_SECONDS.observe(done - began)
        rates.DELAY_SECONDS.observe(done - load.began)


def _send_receipts(receipts: list[Receipt], mids: dict[Wire, list[bytes]]) -> None:
    if receipts:
        out = b"".join([_receipt(receipt) for receipt in receipts])
        next(iter(mids)).write(out)


def _receipt(receipt: Receipt) -> bytes:
    device = receipt.account.device
    body: dict[str, object] = {
        "boot": receipt.account.boot,
        "seq": receipt.seq,
        "stored": receipt.stored,
        "duplicate": receipt.duplicate,
        "rejected": receipt.rejected,
    }
    if receipt.beyond:
        body["ranges"] = _ranges(receipt.beyond)[-MOST_RANGES:]
    topic = down(device.partition, device.device_id, Down.RECEIPT)
    return packets.publish(topic, msgspec.json.encode(body))


def _ranges(multirange: str) -> list[list[int]]:
    """`{[1,4),[6,9)}` as [[1, 3], [6, 8]]."""
    pairs = multirange.strip("{}").strip("[)").split("),[")
    return [[int(low), int(high) - 1] for low, high in (pair.split(",") for pair in pairs)]


def _count(batch: Batch, committed: Committed) -> None:
    rates.IN_FLIGHT.dec(len(batch))
    rates.COMMITTED.inc(len(batch))
    rates.BATCH.observe(len(batch))
    rates.STORED.inc(committed.stored)
    rates.DUPLICATE.inc(committed.duplicate)
    if committed.conflicting:
        rates.REJECTED.labels("conflicting_duplicate").inc(committed.conflicting)
    for letter in batch.letters:
        rates.REJECTED.labels(letter.reason).inc(letter.readings)
