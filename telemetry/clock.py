"""Times on the wire: integer milliseconds since 1970, or RFC 3339 with an offset.

A time that needs a guess is refused with its reason, never stored under a guessed instant.
"""

import datetime as dt
import time

import msgspec

from telemetry.errors import Reason

EARLIEST_MS = 1_420_070_400_000
"""2015-01-01T00:00:00Z: no device of this protocol measured before it."""
MAX_SKEW_MS = 300_000
"""Default for how far ahead of receipt a reading's time may lie."""
_SECONDS_HEADROOM = 366 * 86_400
"""A number of seconds up to a year ahead is still recognised as seconds."""


def now_ms() -> int:
    """Wall clock, milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def from_ms(instant_ms: int) -> dt.datetime:
    """Milliseconds since 1970 as an aware UTC datetime."""
    return dt.datetime.fromtimestamp(instant_ms / 1000, dt.UTC)


def to_ms(instant: dt.datetime) -> int:
    """Aware datetime as whole milliseconds since 1970, rounded down."""
    return (instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)


class Window:
    """Instants that readings received at `received_ms` may have.

    Attributes:
        received_ms: Receipt, milliseconds since 1970.
        latest_ms: Latest instant that is not in the future, the skew allowed for.
        queued_ms: How long the message may at most have waited at the broker.

    """

    __slots__ = ("latest_ms", "queued_ms", "received_ms")

    def __init__(self, received_ms: int, skew_ms: int = MAX_SKEW_MS, queued_ms: int = 0) -> None:
        self.received_ms = received_ms
        self.latest_ms = received_ms + skew_ms
        self.queued_ms = queued_ms

    def classify(self, raw: object) -> int | Reason:
        """Turn a time as it came into milliseconds since 1970, or say why not."""
        if raw is None:
            return Reason.TIME_MISSING
        instant = _milliseconds(raw)
        if isinstance(instant, Reason) or EARLIEST_MS <= instant <= self.latest_ms:
            return instant
        if instant > self.latest_ms:
            return Reason.TIME_IN_FUTURE
        if EARLIEST_MS // 1000 <= instant <= self.received_ms // 1000 + _SECONDS_HEADROOM:
            return Reason.TIME_IN_SECONDS
        return Reason.TIME_IMPLAUSIBLE


def _milliseconds(raw: object) -> int | Reason:
    if isinstance(raw, bool):
        return Reason.TIME_INVALID
    if isinstance(raw, int):
        return raw
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() else Reason.TIME_INVALID
    if not isinstance(raw, str):
        return Reason.TIME_INVALID
    try:
        instant = msgspec.convert(raw, dt.datetime)
    except msgspec.ValidationError:
        return Reason.TIME_INVALID
    return Reason.TIME_NAIVE if instant.tzinfo is None else to_ms(instant)
