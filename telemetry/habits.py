"""What the firmware of a device does that is worth telling, in words that are stored."""

from enum import StrEnum
from typing import Final

LATE_MS: Final = 300_000
"""A reading that leaves the device so long after it was measured is backlog, and must say so."""


class Habit(StrEnum):
    """One thing that a device was seen to do. Values are stored: never rename one."""

    AT_MOST_ONCE = "at_most_once"
    """Telemetry or an error at QoS 0: the broker may lose it."""
    RETAINED = "retained"
    """Retained telemetry: old readings would come again to every new subscriber."""
    STATUS_NOT_RETAINED = "status_not_retained"
    """A status or will that is not retained: whoever asks later does not find it."""
    UNNUMBERED = "unnumbered"
    """Telemetry without boot and seq: it has no receipts and no place in the ledger."""
    UNTIMED = "untimed"
    """Numbered telemetry without `sent`: its clock cannot be understood."""
    BACKLOG = "backlog"
    """Telemetry marked `h`, as it should be when it is late."""
    UNMARKED_BACKLOG = "unmarked_backlog"
    """Telemetry that left the device minutes after it was measured, without the mark."""
    LEFT = "left"
    """Its status or will said that it is offline."""
    VANISHED = "vanished"
    """It came back with another boot, and nothing had said that the one before was over."""
    OVER_HTTP = "over_http"
    """A message over HTTP, where there are no will, no QoS and nothing retained."""
    OLD_KEY = "old_key"
    """It showed the older of two live keys."""
