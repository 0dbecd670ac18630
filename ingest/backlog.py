"""How long a message that is received now may have waited at the broker.

The broker queues messages only while it may not send more, so its queue was empty whenever few
messages were under way for a moment. What arrives now has waited no longer than since then.
"""

import time

from ingest.link import Wire

CALM_SECONDS = 1.0
"""A broker that may send fills what is allowed under way well within this time."""
MOST_UNDER_WAY = 1_000
"""Half of what Mosquitto sends without acknowledgement, as it is configured here."""
UNKNOWN_MS = 14 * 86_400_000
"""Before the queue was first seen empty: the broker keeps a session for so long."""


class Backlog:
    """Watches for moments in which the broker's queue is empty."""

    def __init__(self, receive_maximum: int) -> None:
        self._most = min(MOST_UNDER_WAY, receive_maximum // 2)
        self._wires: list[Wire] = []
        self._stalled_at = time.monotonic()
        self._empty_at: float | None = None

    def look(self, wires: list[Wire], under_way: int) -> None:
        """Take note of how many messages are taken and not yet acknowledged."""
        now = time.monotonic()
        waiting = under_way + sum(len(wire.inbox) for wire in wires)
        if wires != self._wires:
            if not set(wires) <= set(self._wires):
                self._stalled_at, self._empty_at = now, None  # its queue may be of any age
            self._wires = wires
        if waiting >= self._most or any(wire.paused for wire in wires):
            self._stalled_at = now
        if wires and now - self._stalled_at >= CALM_SECONDS:
            self._empty_at = now

    def stood_still(self, seconds: float) -> None:
        """Take note that nothing was taken for so long, whatever had arrived."""
        if seconds >= CALM_SECONDS:
            self._stalled_at = time.monotonic()

    def longest_ms(self) -> int:
        """Longest time that a message received now may have waited."""
        if self._empty_at is None:
            return UNKNOWN_MS
        return int((time.monotonic() - self._empty_at) * 1000)
