"""Days that recur: the part of RRULE (RFC 5545, section 3.3.10) for hours of work and medicines.

By days, weeks or months. What is left out would not name days (BYHOUR), or could name none for
ever (BYMONTHDAY=31 every twelve months from June): a rule that is accepted here always comes true,
so looking for its days ends. `_PARTS`, `_FORMS`, `MOST_INTERVAL` and `_together` are the whole list
of what is refused, and their words are why.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from dateutil.rrule import rrule, rrulestr  # type: ignore[import-untyped]

LONGEST: Final = 200
MOST_COUNT: Final = 1_000
MOST_INTERVAL: Final = {"DAILY": 366, "WEEKLY": 52, "MONTHLY": 48}
"""A year of days or weeks, four years of months."""
_PARTS: Final = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
}
_ALWAYS: Final = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_ENDS: Final = {"COUNT", "UNTIL"}
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAYS: Final = "|".join(_DAYS)
_FORMS: Final = {
    "INTERVAL": (r"[1-9]\d{0,2}", "a number from 1"),
    "COUNT": (r"[1-9]\d{0,3}", "a number from 1"),
    "UNTIL": (r"\d{8}(T\d{6}Z?)?", "a day as 20261231"),
    "WKST": (_WEEKDAYS, "a day of the week as MO"),
    "BYSETPOS": (r"-?[1-4]", "1 to 4, or -1 to -4: not every month has a fifth"),
    "BYMONTHDAY": (
        r"-?([1-9]|1\d|2[0-8])(,-?([1-9]|1\d|2[0-8]))*",
        "1 to 28, or -1 to -28 from the end: not every month has more days",
    ),
}
"""Part -> what it looks like, and that in words."""
_PLAIN_DAYS: Final = re.compile(rf"({_WEEKDAYS})(,({_WEEKDAYS}))*")
_COUNTED_DAYS: Final = re.compile(rf"[+-]?[1-4]({_WEEKDAYS})(,[+-]?[1-4]({_WEEKDAYS}))*")
_WEEK: Final = dt.timedelta(days=7)


class RecurrenceError(ValueError):
    """It is no rule that is understood here; the words say why, and hold nothing of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says; two that say the same are equal, however they are written.

    Attributes:
        weekdays: Days of the week, 0 is Monday, each with which of the month it is, 0 for all.
        month_days: From 1, or from -1 backwards.
        position: Which one of the days of a month, from 1, or from -1 backwards; 0 for all.
        week_start: On which day weeks begin, which counts where not every week is one of it.
        end: After how many days, or on which one; empty: never.
        text: The rule in capitals, without `RRULE:`.

    """

    frequency: str
    interval: int
    weekdays: frozenset[tuple[int, int]]
    month_days: frozenset[int]
    position: int
    week_start: str
    end: str
    text: str = field(compare=False)


def read(text: str, *, may_end: bool = True) -> Rule:
    """Read a rule.

    Args:
        text: In any case, with or without `RRULE:` before it.
        may_end: Whether COUNT and UNTIL are taken; not where the end is told apart.

    Raises:
        RecurrenceError: It is none, or one of those that are left out.

    >>> read("rrule:freq=weekly;byday=mo,we").text
    'FREQ=WEEKLY;BYDAY=MO,WE'
    """
    rule = text.strip().upper().removeprefix("RRULE:")
    if len(rule) > LONGEST:
        message = f"has more than {LONGEST} characters"
        raise RecurrenceError(message)
    parts = _parts(rule)
    frequency = parts.get("FREQ", "")
    if frequency not in _PARTS:
        message = "needs FREQ=DAILY, WEEKLY or MONTHLY"
        raise RecurrenceError(message)
    allowed = (_ALWAYS if may_end else _ALWAYS - _ENDS) | _PARTS[frequency]
    if unknown := parts.keys() - allowed:
        known = ", ".join(sorted(allowed))
        message = f"has {len(unknown)} part(s) that are not supported; supported are {known}"
        raise RecurrenceError(message)
    _check(parts)
    try:
        _rule(rule, dt.date(2026, 1, 1))
    except ValueError as error:
        message = "is no RRULE"
        raise RecurrenceError(message) from error
    return Rule(
        frequency,
        int(parts.get("INTERVAL", 1)),
        frozenset(_weekday(one) for one in _listed(parts, "BYDAY")),
        frozenset(int(one) for one in _listed(parts, "BYMONTHDAY")),
        int(parts.get("BYSETPOS", 0)),
        parts.get("WKST", "MO"),
        parts.get("COUNT") or parts.get("UNTIL", ""),
        rule,
    )


def _parts(rule: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in rule.split(";")]
    if any(not (name and mark and value) for name, mark, value in pairs):
        message = "is no list of NAME=VALUE"
        raise RecurrenceError(message)
    parts = {name: value for name, _, value in pairs}
    if len(parts) < len(pairs):
        message = "has a part twice"
        raise RecurrenceError(message)
    return parts


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _weekday(text: str) -> tuple[int, int]:
    return int(text[:-2] or 0), _DAYS.index(text[-2:])


def _check(parts: dict[str, str]) -> None:
    """Hold each part against its form, and those together that would come true never."""
    for name, (form, words) in _FORMS.items():
        if name in parts and not re.fullmatch(form, parts[name]):
            message = f"needs {words} for {name}"
            raise RecurrenceError(message)
    for message, is_so in _together(parts).items():
        if is_so:
            raise RecurrenceError(message)


def _together(parts: dict[str, str]) -> dict[str, bool]:
    """What is refused of parts that are well formed each -> whether it is so here."""
    frequency, days = parts["FREQ"], parts.get("BYDAY")
    interval, count = int(parts.get("INTERVAL", 1)), int(parts.get("COUNT", 1))
    counted = frequency == "MONTHLY" and "BYSETPOS" not in parts
    forms = (_PLAIN_DAYS, _COUNTED_DAYS) if counted else (_PLAIN_DAYS,)
    most = MOST_INTERVAL[frequency]
    return {
        f"has an INTERVAL above {most}": interval > most,
        f"has a COUNT above {MOST_COUNT}": count > MOST_COUNT,
        "has COUNT and UNTIL, of which one is enough": parts.keys() >= _ENDS,
        "has BYDAY and BYMONTHDAY, of which one is enough": {"BYDAY", "BYMONTHDAY"} <= parts.keys(),
        "needs BYDAY for BYSETPOS": "BYSETPOS" in parts and days is None,
        "has BYDAY with an INTERVAL of days": frequency == "DAILY"
        and days is not None
        and interval > 1,
        "needs days as MO,TH for BYDAY, by months also 1MO to 4MO, -1MO to -4MO": days is not None
        and not any(form.fullmatch(days) for form in forms),
    }


def last_day(rule: str, begins: dt.date) -> dt.date | None:
    """The last day of a rule; None where it has no end. It has a day at all if `begins` is.

    Raises:
        RecurrenceError: No day of it is ever reached.

    >>> last_day("FREQ=WEEKLY;COUNT=3", dt.date(2026, 11, 23))
    datetime.date(2026, 12, 7)
    """
    parts = _parts(rule)
    if not _ENDS & parts.keys():
        return None
    found: dt.date | None = None
    for one in _rule(rule, begins):
        found = one.date()
        if "UNTIL" in parts:
            return _day(parts["UNTIL"])
    if found is None:
        message = "ends before it begins"
        raise RecurrenceError(message)
    return found


def _day(until: str) -> dt.date:
    return dt.date(int(until[:4]), int(until[4:6]), int(until[6:8]))


def dates(rule: str, begins: dt.date, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Days of a rule from `first` to `last`, both among them.

    >>> [day.day for day in dates("FREQ=WEEKLY;INTERVAL=2", dt.date(2026, 11, 2),
    ...                           dt.date(2026, 11, 10), dt.date(2026, 12, 14))]
    [16, 30, 14]
    """
    begins = _nearer(rule, begins, first)
    for one in _rule(rule, begins):
        day = one.date()
        if day > last:
            return
        if day >= first:
            yield day


def _nearer(rule: str, begins: dt.date, first: dt.date) -> dt.date:
    """A later beginning of the same days, so that years that are over need not be counted."""
    parts = _parts(rule)
    if "COUNT" in parts or parts["FREQ"] == "MONTHLY" or begins >= first:
        return begins
    step = int(parts.get("INTERVAL", 1)) * (_WEEK if parts["FREQ"] == "WEEKLY" else _WEEK / 7)
    return begins + max((first - begins) // step - 1, 0) * step


@lru_cache(maxsize=2_048)
def _rule(text: str, begins: dt.date) -> rrule:
    parts = _parts(text)
    if "UNTIL" in parts:
        # Days have no zone: a moment in UTC would be refused beside them.
        parts["UNTIL"] = parts["UNTIL"][:8] + "T235959"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    found = rrulestr(text, dtstart=dt.datetime.combine(begins, dt.time()))
    if not isinstance(found, rrule):
        raise TypeError
    return found
