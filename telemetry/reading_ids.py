"""Ids of readings: each holds its series and its time, so that no reading needs a column for it."""

import datetime as dt
from typing import Final
from uuid import UUID

MAX_SERIES: Final = 2**31 - 1
MAX_MICROSECONDS: Final = 7_258_118_400_000_000
"""2200-01-01T00:00:00Z."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def reading_id(group: int, time: dt.datetime) -> UUID:
    """UUID version 8 (RFC 9562, section 5.8) that holds the series and the time in microseconds."""
    microseconds = (time - _EPOCH) // dt.timedelta(microseconds=1)
    bits = (group << 64) | (microseconds & ((1 << 64) - 1))
    high, middle, low = bits >> 74, (bits >> 62) & 0xFFF, bits & ((1 << 62) - 1)
    return UUID(int=(high << 80) | (8 << 76) | (middle << 64) | (0b10 << 62) | low)


def reading_key(reading: UUID) -> tuple[int, dt.datetime] | None:
    """Series and time that a reading's id holds: `reading_id` backwards; None when it holds none.

    >>> at = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
    >>> reading_key(reading_id(7, at)) == (7, at)
    True
    """
    number = reading.int
    bits = ((number >> 80) << 74) | (((number >> 64) & 0xFFF) << 62) | (number & ((1 << 62) - 1))
    group, microseconds = bits >> 64, bits & ((1 << 64) - 1)
    if group > MAX_SERIES or microseconds > MAX_MICROSECONDS:
        return None
    time = _EPOCH + dt.timedelta(microseconds=microseconds)
    return (group, time) if reading_id(group, time) == reading else None
