"""When a medicine is due: times of the day on days of a rule, on the patient's wall clock.

    {"kind": "times", "times": ["08:00", "20:00"]}
    {"kind": "rrule", "rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "times": ["08:00"]}
    {"kind": "as_needed", "most_per_day": 4}

A time that the clocks skip in spring is due when they have been put forward (02:30 at 03:30); a
time that comes twice in autumn is due the first time. Two times that this makes one are one dose.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

MOST_TIMES: Final = 12
"""Doses in a day."""
MOST_INTERVAL: Final = 366
HORIZON: Final = dt.timedelta(days=1_500)
"""How far the next dose is looked for: past the next 29 February."""
LONGEST_GRACE: Final = dt.timedelta(hours=4)
_DAY: Final = dt.timedelta(days=1)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY: Final = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_LAST_DAY: Final = 31
_DAYS_OF_WEEK: Final = 7
_MONTHS_OF_YEAR: Final = 12
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_KINDS: Final = ("times", "rrule", "as_needed")


class ScheduleError(ValueError):
    """This is no schedule; the message says why, without a value."""


@dataclass(frozen=True, slots=True)
class DayRule:
    """On which days: an RRULE of whole days (RFC 5545, 3.3.10), FREQ DAILY, WEEKLY or MONTHLY.

    Attributes:
        weekdays: (which one of the month, 0 for all; day of the week, 0 is Monday).
        month_days: From 1, or from -1 backwards.

    """

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()

    def matches(self, start: dt.date, day: dt.date) -> bool:
        """Whether `day` is one of the rule that begins on `start`."""
        if day < start:
            return False
        if self.frequency == "DAILY":
            return (day - start).days % self.interval == 0 and self._by(day)
        if self.frequency == "WEEKLY":
            weeks = (_monday(day) - _monday(start)).days // _DAYS_OF_WEEK
            named = self._by(day) if self.weekdays else day.weekday() == start.weekday()
            return weeks % self.interval == 0 and named
        months = (day.year - start.year) * _MONTHS_OF_YEAR + day.month - start.month
        parts = self.weekdays or self.month_days
        return months % self.interval == 0 and (self._by(day) if parts else day.day == start.day)

    def _by(self, day: dt.date) -> bool:
        length = calendar.monthrange(day.year, day.month)[1]
        in_month = not self.month_days or {day.day, day.day - length - 1} & set(self.month_days)
        nth = (day.day - 1) // _DAYS_OF_WEEK + 1
        from_end = -((length - day.day) // _DAYS_OF_WEEK + 1)
        named = {(which, day.weekday()) for which in (0, nth, from_end)}
        return bool(in_month) and (not self.weekdays or bool(named & set(self.weekdays)))


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often and when.

    Attributes:
        times: On the wall clock, ascending; none for what is taken as needed.
        rule: On which days; None: on every one.
        rrule: The rule as it was written.
        most_per_day: Of what is taken as needed; None: nobody said.

    """

    times: tuple[dt.time, ...] = ()
    rule: DayRule | None = None
    rrule: str = ""
    as_needed: bool = False
    most_per_day: int | None = None

    def document(self) -> dict[str, Any]:
        """As it is stored and sent."""
        if self.as_needed:
            return {"kind": "as_needed", "most_per_day": self.most_per_day}
        times = [f"{one:%H:%M}" for one in self.times]
        if self.rule is None:
            return {"kind": "times", "times": times}
        return {"kind": "rrule", "rrule": self.rrule, "times": times}

    def grace(self) -> dt.timedelta:
        """How long after its time a dose is not yet missed: half the way to the next, or 4 h."""
        minutes = [one.hour * 60 + one.minute for one in self.times]
        gaps = [later - earlier for earlier, later in pairwise(minutes)]
        gaps.append(24 * 60 - minutes[-1] + minutes[0] if minutes else 24 * 60)
        return min(LONGEST_GRACE, dt.timedelta(minutes=min(gaps)) / 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule that held for a time in a zone.

    Attributes:
        start: First day; rules count from it.
        end: Last day; None: until it is ended.
        valid_from: Aware.
        valid_until: Likewise, not included; None: it holds.

    """

    schedule: Schedule
    zone: ZoneInfo
    start: dt.date
    end: dt.date | None
    valid_from: dt.datetime
    valid_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class Dose:
    """A time at which a medicine is due, in UTC, and the local day that it belongs to."""

    due_at: dt.datetime
    day: dt.date


def read(document: Mapping[str, Any]) -> Schedule:
    """Read a schedule.

    Raises:
        ScheduleError: when it is none.
    """
    kind = document.get("kind")
    if kind not in _KINDS:
        message = "must be times, rrule or as_needed"
        raise ScheduleError(message)
    if kind == "as_needed":
        most = document.get("most_per_day")
        return Schedule(as_needed=True, most_per_day=None if most is None else int(most))
    times = _times(document.get("times") or ())
    if kind == "times":
        return Schedule(times)
    rrule = str(document.get("rrule") or "").upper().strip().removeprefix("RRULE:")
    return Schedule(times, read_rule(rrule), rrule)


def _times(given: Any) -> tuple[dt.time, ...]:  # noqa: ANN401 - of a document
    texts = {str(one) for one in given}
    if not 1 <= len(texts) <= MOST_TIMES or not all(map(_TIME.fullmatch, texts)):
        message = f"needs 1 to {MOST_TIMES} times, each HH:MM"
        raise ScheduleError(message)
    return tuple(sorted(dt.time.fromisoformat(one) for one in texts))


def read_rule(text: str) -> DayRule:
    """Read an RRULE of whole days.

    Raises:
        ScheduleError: for what is none, or says more than days: the times are said apart, the end
            by the last day.
    """
    parts = dict(part.split("=", 1) for part in text.split(";") if part.count("=") == 1)
    frequency = parts.pop("FREQ", "")
    if frequency not in {"DAILY", "WEEKLY", "MONTHLY"} or len(parts) != text.count(";"):
        message = "must be an RRULE with FREQ=DAILY, WEEKLY or MONTHLY"
        raise ScheduleError(message)
    interval = _number(parts.pop("INTERVAL", "1"), 1, MOST_INTERVAL)
    weekdays = tuple(_weekday(one) for one in _listed(parts.pop("BYDAY", "")))
    days = tuple(_month_day(one) for one in _listed(parts.pop("BYMONTHDAY", "")))
    if parts.pop("WKST", "MO") != "MO" or parts:
        message = "may have INTERVAL, BYDAY and BYMONTHDAY beside FREQ, nothing else"
        raise ScheduleError(message)
    nth = any(which for which, _ in weekdays)
    if (nth and frequency != "MONTHLY") or (days and frequency == "WEEKLY"):
        message = "has days of a month, which need FREQ=MONTHLY"
        raise ScheduleError(message)
    return DayRule(frequency, interval, weekdays, days)


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []


def _number(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not text.isascii() or not low <= int(text[:6]) <= high:
        message = f"has a number that is not from {low} to {high}"
        raise ScheduleError(message)
    return int(text)


def _weekday(text: str) -> tuple[int, int]:
    found = _BYDAY.fullmatch(text)
    if found is None:
        message = "has a BYDAY that is none"
        raise ScheduleError(message)
    return int(found[1] or 0), _WEEKDAYS.index(found[2])


def _month_day(text: str) -> int:
    number = _number(text.removeprefix("-").removeprefix("+"), 1, _LAST_DAY)
    return -number if text.startswith("-") else number


def doses(plan: Plan, since: dt.datetime, until: dt.datetime) -> list[Dose]:
    """Doses that are due from `since` until before `until`, ascending; aware times."""
    since = max(since, plan.valid_from)
    until = until if plan.valid_until is None else min(until, plan.valid_until)
    if since >= until or not plan.schedule.times:
        return []
    day = max(since.astimezone(plan.zone).date() - _DAY, plan.start)
    last = until.astimezone(plan.zone).date()
    last = last if plan.end is None else min(last, plan.end)
    found: dict[dt.datetime, Dose] = {}
    while day <= last:
        if plan.schedule.rule is None or plan.schedule.rule.matches(plan.start, day):
            for time in plan.schedule.times:
                due = dt.datetime.combine(day, time, plan.zone).astimezone(dt.UTC)
                if since <= due < until:
                    found.setdefault(due, Dose(due, day))
        day += _DAY
    return sorted(found.values())


def next_dose(plan: Plan, after: dt.datetime) -> Dose | None:
    """The first dose that is due at `after` or later; None when there is none to come."""
    begin = max(after, dt.datetime.combine(plan.start - _DAY, dt.time(), dt.UTC))
    end, step = begin + HORIZON, dt.timedelta(days=8)
    while begin < end:
        if found := doses(plan, begin, begin + step):
            return found[0]
        if plan.end is not None and begin.date() > plan.end + 2 * _DAY:
            return None
        begin += step
    return None
