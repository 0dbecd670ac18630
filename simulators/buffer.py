"""What a device has measured and not yet had a receipt for. No I/O, no clock of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from simulators.payloads import Measurement


@dataclass(slots=True)
class Pending:
    """A telemetry message that is not known to be on disk.

    `sent_at` is monotonic seconds of the last complete publish, None when it is to be sent;
    `sends` counts publishes.
    """

    seq: int
    measurements: Sequence[Measurement]
    readings: int
    historical: bool
    sent_at: float | None = None
    sends: int = 0


@dataclass(slots=True)
class SendBuffer:
    """Messages by sequence number, kept until a receipt covers them.

    Only the `window` oldest may be out at once: a receipt is cumulative, so that they are
    the ones that can be freed next. An overdue one is sent again, each time after double the
    wait (`timeout_s` to `max_timeout_s`): when ingest is away the broker's queue must not
    fill with copies.
    """

    window: int = 20
    capacity: int = 1000
    timeout_s: float = 20.0
    max_timeout_s: float = 300.0
    last_seq: int = 0
    receipted_seq: int = 0
    _pending: dict[int, Pending] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the messages without a receipt."""
        return len(self._pending)

    @property
    def full(self) -> bool:
        """Whether the device must wait before it adds more."""
        return len(self._pending) >= self.capacity

    def add(self, measurements: Sequence[Measurement], readings: int, *, historical: bool) -> int:
        """Give the message the next sequence number and keep it."""
        self.last_seq += 1
        self._pending[self.last_seq] = Pending(self.last_seq, measurements, readings, historical)
        return self.last_seq

    def due(self, now: float) -> Pending | None:
        """Get the oldest message in the window that is to be sent, or again, at `now`."""
        return next((p for p in self._window() if self._due_at(p) <= now), None)

    def wait_s(self, now: float) -> float | None:
        """Seconds until a message falls due without any event; None when none is out."""
        dues = [self._due_at(p) for p in self._window()]
        return max(0.0, min(dues) - now) if dues else None

    def sent(self, pending: Pending, now: float) -> None:
        """Note a publish that the broker has acknowledged."""
        pending.sent_at = now
        pending.sends += 1

    def receipt(self, seq: int) -> list[Pending]:
        """Free and return every message up to `seq`; none for an older receipt."""
        seq = min(seq, self.last_seq)
        freed = [self._pending.pop(key) for key in list(self._take(seq))]
        self.receipted_seq = max(self.receipted_seq, seq)
        return freed

    def connection_lost(self) -> None:
        """Send everything again on the next connection: its fate is not known."""
        for pending in self._pending.values():
            pending.sent_at = None

    def _take(self, seq: int) -> Iterator[int]:
        for key in self._pending:
            if key > seq:
                return
            yield key

    def _window(self) -> Iterator[Pending]:
        return islice(self._pending.values(), self.window)

    def _due_at(self, pending: Pending) -> float:
        if pending.sent_at is None:
            return 0.0
        wait = self.timeout_s * 2.0 ** max(0, pending.sends - 1)
        return pending.sent_at + min(wait, self.max_timeout_s)
