"""A device with good firmware, or with none worth the name, that keeps a log of what it did."""

import asyncio
import heapq
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from benchmarks.chaos.wire import Wire, open_wire
from telemetry.batch import Outcome
from telemetry.clock import now_ms
from telemetry.errors import Reason
from telemetry.topics import Down, Up, down, partition_of, up

PATIENCE_SECONDS = 4.0
LONGEST_PATIENCE_SECONDS = 30.0
RECONNECT_SECONDS = 0.3
MOST_UNANSWERED = 500
_MIDS = 65_535
_FAILURE = 0x80

Reading = tuple[str, int, float]
"""Metric, milliseconds since 1970, value in the metric's own unit."""


@dataclass(slots=True, eq=False)
class Entry:
    """A numbered message in the log.

    Attributes:
        seq: Its number.
        samples: What it says.
        rows: Readings that must be in the database when the message is stored.
        outcomes: What the platform may make of it.
        reasons: Why it may be refused, when it may.
        insist: Sent again without a receipt even by a device that otherwise does not.

    """

    seq: int
    samples: Sequence[dict[str, object]]
    rows: list[Reading]
    outcomes: frozenset[Outcome]
    reasons: frozenset[Reason]
    insist: bool
    sends: int = 0
    first_sent: float = 0.0
    acked: float | None = None
    receipted: float | None = None
    given_up: bool = False


@dataclass(slots=True, eq=False)
class Stray:
    """A message without a number that must end as a dead letter; `mark` is found in its payload."""

    payload: bytes
    reason: Reason
    mark: str
    topic: str
    acked: bool = False
    refused: bool = False


STORED = frozenset({Outcome.STORED})


@dataclass(eq=False)
class Device:
    """One registered device. `resends`: what has no receipt is sent again, as firmware should."""

    device_id: UUID
    owner_id: UUID
    key: str
    port: int
    resends: bool = True
    sick: bool = False
    boot: int = 1
    clock_ms: int = 0
    """How far its clock is ahead."""
    outcomes: frozenset[Outcome] = STORED
    """What may become of its messages unless it is said of one."""
    reasons: frozenset[Reason] = frozenset()
    entries: dict[int, Entry] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)
    tolerated: set[Reason] = field(default_factory=set)
    """Reasons of dead letters that its words, of which there is no account, may have left."""
    closed: bool = True
    """Whether its log ends with a message that must arrive."""
    deleted: bool = False
    """Whether its patient was deleted, and all that is known of it with him."""
    connections: int = 0
    refusals: int = 0
    resent: int = 0
    _floor: int = 0
    _mid: int = 0
    _unanswered: dict[int, Entry | Stray] = field(default_factory=dict)
    _due: list[tuple[float, int]] = field(default_factory=list)
    _wire: Wire | None = None

    @property
    def topic(self) -> str:
        """Where it publishes."""
        return up(partition_of(self.owner_id), self.device_id, Up.TELEMETRY)

    @property
    def connected(self) -> bool:
        """Whether the broker has greeted it."""
        return self._wire is not None

    async def run(self) -> None:
        """Keep a connection until cancelled."""
        receipts = down(partition_of(self.owner_id), self.device_id, Down.RECEIPT)
        while True:
            wire: Wire | None = None
            with suppress(OSError, TimeoutError):
                wire = await open_wire(self.port, self._answered, self._told)
                try:
                    await wire.greet(str(self.device_id), self.key, receipts)
                    self._begin(wire)
                    await wire.lost
                finally:
                    self._wire = None
                    wire.cut()
            if wire is None or not wire.lost.done():
                self.refusals += 1
            await asyncio.sleep(RECONNECT_SECONDS)

    def _begin(self, wire: Wire) -> None:
        """After a reconnection everything without a receipt is due again."""
        self._wire = wire
        self.connections += 1
        self._unanswered.clear()
        if self.connections > 1:
            now = time.monotonic()
            self._due = [
                (now, entry.seq)
                for entry in self.entries.values()
                if entry.receipted is None and self._may_send(entry)
            ]
            heapq.heapify(self._due)

    def _may_send(self, entry: Entry) -> bool:
        again = self.resends or entry.insist or not entry.sends
        return again and not entry.given_up

    def send(  # noqa: PLR0913 - one for each column of the log
        self,
        samples: Sequence[dict[str, object]],
        *,
        outcomes: frozenset[Outcome] | None = None,
        reasons: frozenset[Reason] | None = None,
        rows: list[Reading] | None = None,
        insist: bool = False,
        held: bool = False,
    ) -> Entry:
        """Enter the next numbered message into the log, and publish it unless it is `held`.

        `rows`: what of it is stored when it is; without, every sample.
        """
        if rows is None:
            rows = [(str(s["c"]), int(str(s["t"])), float(str(s["v"]))) for s in samples]
        seq = len(self.entries) + 1
        entry = Entry(
            seq,
            samples,
            rows,
            self.outcomes if outcomes is None else outcomes,
            self.reasons if reasons is None else reasons,
            insist,
        )
        self.entries[seq] = entry
        if not held:
            self.release(entry)
        return entry

    def release(self, entry: Entry) -> None:
        """Publish an entry as soon as there is a connection."""
        heapq.heappush(self._due, (time.monotonic(), entry.seq))
        self.tick(time.monotonic())

    def stray(self, payload: bytes, reason: Reason, mark: str, topic: str | None = None) -> Stray:
        """Publish, once, a message that must be refused."""
        stray = Stray(payload, reason, mark, topic or self.topic)
        self.strays.append(stray)
        if self._wire:
            self._wire.publish(self._next_mid(stray), stray.topic, payload)
        return stray

    def word(self, topic: str, payload: bytes) -> None:
        """Publish something that is no telemetry, and of which no account is kept."""
        if self._wire:
            self._mid = self._mid % _MIDS + 1
            self._wire.publish(self._mid, topic, payload)

    def again(self, entry: Entry) -> None:
        """Publish an entry once more, whatever is known of it."""
        if self._wire:
            self._publish(entry, time.monotonic())

    def cut(self) -> None:
        """Lose the connection."""
        if self._wire:
            self._wire.cut()

    def tick(self, now: float) -> None:
        """Publish what is due."""
        due = self._due
        while due and due[0][0] <= now and self._wire and len(self._unanswered) < MOST_UNANSWERED:
            entry = self.entries[heapq.heappop(due)[1]]
            if entry.receipted is None and self._may_send(entry):
                self._publish(entry, now)
                if self.resends or entry.insist:
                    heapq.heappush(due, (now + _patience(entry.sends), entry.seq))

    def _publish(self, entry: Entry, now: float) -> None:
        if self._wire is None:
            return
        head = {"boot": self.boot, "seq": entry.seq, "sent": now_ms() + self.clock_ms}
        payload = msgspec.json.encode(head | {"key": self.key, "m": entry.samples})
        self.resent += entry.sends > 0
        entry.sends += 1
        entry.first_sent = entry.first_sent or now
        self._wire.publish(self._next_mid(entry), self.topic, payload)

    def _next_mid(self, sent: Entry | Stray) -> int:
        self._mid = self._mid % _MIDS + 1
        self._unanswered[self._mid] = sent
        return self._mid

    def _answered(self, mid: int, reason: int) -> None:
        sent = self._unanswered.pop(mid, None)
        if isinstance(sent, Stray):
            sent.acked, sent.refused = reason < _FAILURE, reason >= _FAILURE
        elif sent is not None and reason < _FAILURE:
            sent.acked = sent.acked or time.monotonic()
        self.tick(time.monotonic())

    def _told(self, payload: bytes) -> None:
        receipt = msgspec.json.decode(payload)
        if receipt["boot"] != self.boot:
            return
        for low, high in [(self._floor + 1, receipt["seq"]), *receipt.get("ranges", [])]:
            for seq in range(low, high + 1):
                entry = self.entries[seq]
                entry.receipted = entry.receipted or time.monotonic()
        self._floor = max(self._floor, receipt["seq"])

    @property
    def settled(self) -> bool:
        """Whether nothing is left that it would send again."""
        return all(
            entry.receipted is not None or entry.given_up
            for entry in self.entries.values()
            if self.resends or entry.insist
        )


def _patience(sends: int) -> float:
    return min(PATIENCE_SECONDS * 2.0 ** (sends - 1), LONGEST_PATIENCE_SECONDS)
