"""When a medicine is due: times of the day on days of a rule, on the patient's wall clock.

    {"kind": "times", "times": ["08:00", "20:00"]}
    {"kind": "rrule", "rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "times": ["08:00"]}
    {"kind": "as_needed", "most_per_day": 4}

A time that the clocks skip in spring is due when they have been put forward (02:30 at 03:30); a
time that comes twice in autumn is due the first time. Two times that this makes one are one dose.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from telemetry import recurrence
from telemetry.recurrence import RecurrenceError, Rule

MOST_TIMES: Final = 12
"""Doses in a day."""
HORIZON: Final = dt.timedelta(days=1_500)
"""How far the next dose is looked for: past the next 29 February."""
LONGEST_GRACE: Final = dt.timedelta(hours=4)
_DAY: Final = dt.timedelta(days=1)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_KINDS: Final = ("times", "rrule", "as_needed")


class ScheduleError(ValueError):
    """This is no schedule; the message says why, without a value."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often and when.

    Attributes:
        times: On the wall clock, ascending; none for what is taken as needed.
        rule: On which days; None: on every one.
        most_per_day: Of what is taken as needed; None: nobody said.

    """

    times: tuple[dt.time, ...] = ()
    rule: Rule | None = None
    as_needed: bool = False
    most_per_day: int | None = None

    def document(self) -> dict[str, Any]:
        """As it is stored and sent."""
        if self.as_needed:
            return {"kind": "as_needed", "most_per_day": self.most_per_day}
        times = [f"{one:%H:%M}" for one in self.times]
        if self.rule is None:
            return {"kind": "times", "times": times}
        return {"kind": "rrule", "rrule": self.rule.text, "times": times}

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
    return Schedule(times, read_days(str(document.get("rrule") or "")))


def read_days(text: str) -> Rule:
    """Read on which days it is taken: an RRULE without an end, which the last day is.

    Raises:
        ScheduleError: for what is none, or one of those that are left out.
    """
    try:
        return recurrence.read(text, may_end=False)
    except RecurrenceError as error:
        raise ScheduleError(*error.args) from error


def _times(given: Any) -> tuple[dt.time, ...]:  # noqa: ANN401 - of a document
    texts = {str(one) for one in given}
    if not 1 <= len(texts) <= MOST_TIMES or not all(map(_TIME.fullmatch, texts)):
        message = f"needs 1 to {MOST_TIMES} times, each HH:MM"
        raise ScheduleError(message)
    return tuple(sorted(dt.time.fromisoformat(one) for one in texts))


def doses(plan: Plan, since: dt.datetime, until: dt.datetime) -> list[Dose]:
    """Doses that are due from `since` until before `until`, ascending; aware times."""
    since = max(since, plan.valid_from)
    until = until if plan.valid_until is None else min(until, plan.valid_until)
    if since >= until or not plan.schedule.times:
        return []
    first = max(since.astimezone(plan.zone).date() - _DAY, plan.start)
    last = until.astimezone(plan.zone).date()
    last = last if plan.end is None else min(last, plan.end)
    found: dict[dt.datetime, Dose] = {}
    for day in _days(plan, first, last):
        for time in plan.schedule.times:
            due = dt.datetime.combine(day, time, plan.zone).astimezone(dt.UTC)
            if since <= due < until:
                found.setdefault(due, Dose(due, day))
    return sorted(found.values())


def _days(plan: Plan, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Days from `first` to `last`, both among them, on which it is taken."""
    rule = plan.schedule.rule
    if rule is not None:
        return recurrence.dates(rule.text, plan.start, first, last)
    return (first + number * _DAY for number in range((last - first).days + 1))


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
