"""Local days of a time zone as stretches of UTC.

A day is from its first instant to the first instant of the next one: 23 or 25 hours where clocks
change, other lengths in a few zones, and nothing where a zone skipped a whole day (Samoa, 2011).
Where midnight comes twice, the day begins with the first of them.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)
_HOUR = dt.timedelta(hours=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive local days.

    Attributes:
        zone: Whose days.
        dates: The calendar days, oldest first.
        edges: First instants in UTC, one more than `dates`; never falling.

    """

    zone: ZoneInfo
    dates: tuple[dt.date, ...]
    edges: tuple[dt.datetime, ...]

    @property
    def splits(self) -> list[dt.datetime]:
        """Hours of UTC with a midnight inside: those of zones with half and quarter hours."""
        return sorted({floor_hour(edge) for edge in self.edges if edge != floor_hour(edge)})

    @property
    def hours(self) -> float:
        """Length of all days together."""
        return (self.edges[-1] - self.edges[0]) / _HOUR


def floor_hour(time: dt.datetime) -> dt.datetime:
    """Start of the hour of UTC."""
    return EPOCH + (time - EPOCH) // _HOUR * _HOUR


def first_instant(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    """First instant of a local day, in UTC; of a skipped day, that of the next one."""
    midnight = dt.datetime.combine(date, dt.time())
    found = midnight.replace(tzinfo=zone).astimezone(dt.UTC)
    if found.astimezone(zone).replace(tzinfo=None) == midnight:
        return found
    # Midnight was skipped. The two readings of it lie on either side of the change of clocks.
    low, high = midnight.replace(tzinfo=zone, fold=1).astimezone(dt.UTC) - _SECOND, found
    while high - low > _SECOND:
        middle = low + (high - low) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).date() >= date:
            high = middle
        else:
            low = middle
    return high


def local_date(time: dt.datetime, zone: ZoneInfo) -> dt.date:
    """Calendar day of an instant."""
    return time.astimezone(zone).date()


def days_until(last: dt.date, count: int, zone: ZoneInfo) -> Days:
    """The `count` local days that end with `last`."""
    dates = tuple(last - _DAY * back for back in range(count - 1, -1, -1))
    edges = tuple(first_instant(date, zone) for date in (*dates, last + _DAY))
    return Days(zone, dates, edges)
