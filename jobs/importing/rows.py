"""What every file is brought to: rows, each with the readings that it holds or why it has none."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from telemetry.clock import to_ms
from telemetry.errors import Reason
from telemetry.samples import Sample, Time

LONGEST_SOURCE: Final = 80
_NO_PRINT: Final = dict.fromkeys((*range(32), 127))


class UnusableRowError(ValueError):
    """This row cannot be used; the reason is its message."""


@dataclass(slots=True)
class Row:
    """One row of a CSV file, or one record of an export, counted from 1.

    Attributes:
        source: App or device as the file names it; what two sources say never conflicts.
        samples: Readings at one time, not judged yet.
        problem: Why there are none.

    """

    number: int
    source: str
    samples: list[Sample] = field(default_factory=list)
    problem: str = ""


def source_name(text: str, default: str) -> str:
    """Name of a source as it is kept: printable, short, never empty."""
    return text.translate(_NO_PRINT).strip()[:LONGEST_SOURCE].strip() or default


def instant(text: str, zone: ZoneInfo | None) -> Time:
    """Time of a reading as the judge takes it; milliseconds, or text where an offset is missing.

    Raises:
        UnusableRowError: when it is none, or one that a change of the clocks leaves open.
    """
    text = text.strip()
    if text.isdecimal() and text.isascii():
        return int(text[:20])
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UnusableRowError(Reason.TIME_INVALID) from error
    if time.tzinfo is None:
        if zone is None:
            raise UnusableRowError(Reason.TIME_NAIVE)
        time = _in_zone(time, zone)
    try:
        return to_ms(time)
    except OverflowError as error:
        raise UnusableRowError(Reason.TIME_IMPLAUSIBLE) from error


def _in_zone(time: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    first, second = (time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        reason = "time_ambiguous"
        raise UnusableRowError(reason)
    return first
