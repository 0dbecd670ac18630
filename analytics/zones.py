"""Local time of many people at once, right across daylight saving. No I/O but the zone files."""

import datetime as dt
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from analytics.detectors.base import Ints

_FIRST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_DAYS: Final = 366 * 60
_DAY: Final = dt.timedelta(days=1)
_MINUTE: Final = dt.timedelta(minutes=1)


class Zones:
    """Zones in use, by number; 0 is UTC."""

    def __init__(self) -> None:
        """Know UTC."""
        self.names = ["UTC"]
        self._numbers = {"UTC": 0}

    def number(self, name: str) -> int:
        """Number of a zone with this IANA name; one that nobody knows counts as UTC."""
        if name not in self._numbers:
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                return 0
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return self._numbers[name]

    def local_ms(self, zone: Ints, time_ms: Ints) -> Ints:
        """Milliseconds since 1970 that a clock on the wall shows, of each instant (n,).

        >>> zones = Zones()
        >>> berlin = zones.number("Europe/Berlin")
        >>> winter, summer = 1_767_225_600_000, 1_782_864_000_000
        >>> local = zones.local_ms(np.array([berlin, berlin, 0]), np.array([winter, summer, 0]))
        >>> ((local - [winter, summer, 0]) // 3_600_000).tolist()
        [1, 2, 0]
        """
        if len(self.names) == 1:
            return time_ms
        local = time_ms.copy()
        for number in np.unique(zone).tolist():
            changes, offsets = _changes(self.names[number])
            mine = zone == number
            local[mine] += offsets[np.searchsorted(changes, time_ms[mine], side="right")]
        return local


@cache
def _changes(name: str) -> tuple[Ints, Ints]:
    """When a zone's offset changes (m,), and the offsets before, between and after (m + 1,)."""
    zone = ZoneInfo(name)

    def offset(at: dt.datetime) -> dt.timedelta:
        return at.astimezone(zone).utcoffset() or dt.timedelta()

    changes, offsets, day = [], [offset(_FIRST)], _FIRST
    for _ in range(_DAYS):
        if offset(day + _DAY) != offsets[-1]:
            instant = day
            while offset(instant) == offsets[-1]:
                instant += _MINUTE
            changes.append(instant)
            offsets.append(offset(instant))
        day += _DAY
    return (
        np.array([round(at.timestamp() * 1000) for at in changes], np.int64),
        np.array([round(one.total_seconds() * 1000) for one in offsets], np.int64),
    )
