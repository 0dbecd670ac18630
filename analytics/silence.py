"""Devices that were sending and have gone silent, seen by the clock and not by a next message."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np

from analytics.book import Book
from analytics.detectors.base import Floats, Ints
from analytics.rules import NO_DATA

REGULAR_AFTER: Final = 5
"""Arrivals after which a device is taken to send regularly."""
REGULAR_GAP_MS: Final = 900_000
"""A device that sends less often than this is used now and then, and may be silent."""
PATIENCE: Final = 5
"""Usual gaps that may go by."""
_WEIGHT: Final = 0.2
_LARGEST_GROWTH: Final = 4.0


@dataclass(frozen=True, slots=True)
class SilenceSettings:
    """When a regular device counts as silent: after `PATIENCE` gaps, but not before this."""

    floor_ms: int = 120_000


def condition(device_id: UUID) -> str:
    """Name of the condition that this device is silent."""
    return f"{NO_DATA}:{device_id}"


def next_gap(gap_ms: Floats, arrivals: Ints, newest_gap_ms: Floats) -> Floats:
    """Usual gap after one more arrival: exponentially weighted, (k,).

    One long silence says little about the usual gap, so what it adds is bounded.
    """
    bounded = np.minimum(newest_gap_ms, np.maximum(gap_ms, 1.0) * _LARGEST_GROWTH)
    later = (1 - _WEIGHT) * gap_ms + _WEIGHT * bounded
    gap: Floats = np.where(arrivals < 1, gap_ms, np.where(arrivals == 1, newest_gap_ms, later))
    return gap


def silent_devices(
    book: Book, now_ms: int, watched_since_ms: int, settings: SilenceSettings
) -> list[tuple[int, int]]:
    """Devices that have just gone silent: (number, when they were last heard, ms).

    Silence is counted from `watched_since_ms` at the earliest: while nobody listened, nothing
    could be heard.
    """
    used = slice(0, len(book))
    device = book.device[used]
    records = {name: column[used] for name, column in book.memory.columns.items()}
    regular = (
        (device >= 0)
        & (records["arrivals"] >= REGULAR_AFTER)
        & (records["gap_ms"] <= REGULAR_GAP_MS)
    )
    count = len(book.device_ids)
    heard = np.full(count, -1, np.int64)
    np.maximum.at(heard, device[device >= 0], records["seen_ms"][device >= 0])
    gap = np.full(count, np.inf)
    np.minimum.at(gap, device[regular], records["gap_ms"][regular])
    known = np.zeros(count, np.bool_)
    np.logical_or.at(known, device[device >= 0], records["silent"][device >= 0])
    patience = np.maximum(settings.floor_ms, PATIENCE * gap)
    quiet = now_ms - np.maximum(heard, watched_since_ms)
    fallen = np.flatnonzero(np.isfinite(gap) & ~known & (quiet > patience))
    return [(int(number), int(heard[number])) for number in fallen]
