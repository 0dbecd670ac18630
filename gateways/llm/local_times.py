"""Times as people read them, in their own zone."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from gateways.llm.dialogue import Language

_MONTHS: Final[Mapping[Language, str]] = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
WEEKDAYS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}


def moment(
    iso: str, language: Language, now: dt.datetime, *, placed: bool = False, named: bool = False
) -> str:
    """A time that a tool gave, as day and time of day in the zone of `now`.

    The year is said where it is not that of `now`; the zone where `placed` is set, the day of the
    week where `named` is.

    >>> new_year = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    >>> moment("2026-11-22T14:05+00:00", "en", new_year)
    '22 November at 14:05'
    >>> moment("2027-03-01T09:00+01:00", "fr", new_year, placed=True)
    '1 mars 2027 à 08:00 (UTC)'
    >>> moment("2026-11-27T09:00+00:00", "en", new_year, named=True)
    'Friday 27 November at 09:00'
    """
    at = dt.datetime.fromisoformat(iso).astimezone(now.tzinfo)
    joined = " à " if language == "fr" else " at "
    place = f" ({zone_name(now)})" if placed else ""
    return f"{day_name(at, language, now, named=named)}{joined}{at:%H:%M}{place}"


def day_name(day: dt.date, language: Language, now: dt.datetime, *, named: bool = True) -> str:
    """A day as people write it, with the year where it is not that of `now`.

    >>> day_name(dt.date(2025, 11, 20), "fr", dt.datetime(2026, 1, 1))
    'jeudi 20 novembre 2025'
    """
    year = "" if day.year == now.year else f" {day.year}"
    weekday = f"{WEEKDAYS[language][day.weekday()]} " if named else ""
    return f"{weekday}{day.day} {_MONTHS[language].split()[day.month - 1]}{year}"


def zone_name(now: dt.datetime) -> str:
    """Name of a time's zone for people: its city.

    >>> from zoneinfo import ZoneInfo
    >>> zone_name(dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("America/New_York")))
    'New York'
    """
    key = str(getattr(now.tzinfo, "key", "UTC"))
    return key.rsplit("/", 1)[-1].replace("_", " ")
