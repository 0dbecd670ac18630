"""Days that recur: the part of RRULE (RFC 5545, section 3.3.10) that hours of work are told in.

By days, weeks or months. What is left out would not name days (BYHOUR), or could name none for
ever (BYMONTHDAY=31 every twelve months from June): a rule that is accepted here always comes true,
so looking for its days ends.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from dateutil.rrule import rrule, rrulestr  # type: ignore[import-untyped]

LONGEST: Final = 200
MOST_COUNT: Final = 1_000
MOST_INTERVAL: Final = 52
_PARTS: Final = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
}
_ALWAYS: Final = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_WEEKDAYS: Final = "MO|TU|WE|TH|FR|SA|SU"
_FORMS: Final = {
    "INTERVAL": r"[1-9]\d?",
    "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "WKST": _WEEKDAYS,
    "BYSETPOS": r"-?[1-4]",
    "BYMONTHDAY": r"-?([1-9]|1\d|2[0-8])(,-?([1-9]|1\d|2[0-8]))*",
}
_PLAIN_DAYS: Final = re.compile(rf"({_WEEKDAYS})(,({_WEEKDAYS}))*")
_COUNTED_DAYS: Final = re.compile(rf"-?[1-4]({_WEEKDAYS})(,-?[1-4]({_WEEKDAYS}))*")
_WEEK: Final = dt.timedelta(days=7)


class RecurrenceError(ValueError):
    """It is no rule that is understood here; the words say why, and hold nothing of it."""


def canonical(text: str) -> str:
    """Check a rule; the same in capitals, without `RRULE:`.

    Raises:
        RecurrenceError: It is none, or one of those that are left out.

    >>> canonical("rrule:freq=weekly;byday=mo,we")
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
    if unknown := sorted(parts.keys() - _ALWAYS - _PARTS[frequency]):
        known = ", ".join(sorted(_ALWAYS | _PARTS[frequency]))
        message = f"has {len(unknown)} part(s) that are not supported; supported are {known}"
        raise RecurrenceError(message)
    _check(parts)
    try:
        _rule(rule, dt.date(2026, 1, 1))
    except ValueError as error:
        message = "is no RRULE"
        raise RecurrenceError(message) from error
    return rule


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


def _check(parts: dict[str, str]) -> None:
    """Hold each part against its form, and those together that would come true never."""
    for name, form in _FORMS.items():
        if name in parts and not re.fullmatch(form, parts[name]):
            message = f"has a {name} that is not supported"
            raise RecurrenceError(message)
    interval, count = int(parts.get("INTERVAL", 1)), int(parts.get("COUNT", 1))
    days, monthly = parts.get("BYDAY"), parts["FREQ"] == "MONTHLY"
    counted = days is not None and monthly and "BYSETPOS" not in parts
    wrong = {
        f"has an INTERVAL above {MOST_INTERVAL}": interval > MOST_INTERVAL,
        f"has a COUNT above {MOST_COUNT}": count > MOST_COUNT,
        "has COUNT and UNTIL, of which one is enough": {"COUNT", "UNTIL"} <= parts.keys(),
        "has BYDAY and BYMONTHDAY, of which one is enough": {"BYDAY", "BYMONTHDAY"} <= parts.keys(),
        "needs BYDAY for BYSETPOS": "BYSETPOS" in parts and days is None,
        "has BYDAY with an INTERVAL of days": parts["FREQ"] == "DAILY"
        and days is not None
        and interval > 1,
        "has a BYDAY that is not supported": days is not None
        and not (_COUNTED_DAYS if counted else _PLAIN_DAYS).fullmatch(days)
        and not (counted and _PLAIN_DAYS.fullmatch(days)),
    }
    for message, is_so in wrong.items():
        if is_so:
            raise RecurrenceError(message)


def last_day(rule: str, begins: dt.date) -> dt.date | None:
    """The last day of a rule; None where it has no end. It has a day at all if `begins` is.

    Raises:
        RecurrenceError: No day of it is ever reached.

    >>> last_day("FREQ=WEEKLY;COUNT=3", dt.date(2026, 11, 23))
    datetime.date(2026, 12, 7)
    """
    parts = _parts(rule)
    if not {"COUNT", "UNTIL"} & parts.keys():
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
