"""When somebody can be booked: times on a wall clock, made into moments and slots. No I/O.

A rule has a date, or recurs by an RRULE (RFC 5545, section 3.3.10), from one local time to another.
Local times follow their zone: nine o'clock is nine o'clock in every season. Of an hour that comes
twice the first is meant, as RFC 5545 has it; what a clock leaves out begins when it goes on.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from telemetry.recurrence import dates

DAY: Final = dt.timedelta(days=1)
MIDNIGHT: Final = dt.time()
_SECOND: Final = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a provider is there.

    Attributes:
        id: Of the rule.
        date: The day, or the first one.
        last_date: The last one at most; None: without an end.
        start: Local time.
        end: Local time; midnight is the end of the day.
        zone: Of both times.
        rrule: How it recurs; empty: it does not.
        hospital_id: Where; None: by video alone.
        slot_minutes: Length of its slots; None: the provider's.

    """

    id: UUID
    date: dt.date
    last_date: dt.date | None
    start: dt.time
    end: dt.time
    zone: ZoneInfo
    rrule: str = ""
    hospital_id: UUID | None = None
    slot_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """Days on which a rule does not hold, or a day on which it has other hours.

    Attributes:
        first_date: Local day.
        last_date: Local day, itself among them.
        rule_id: Which rule; None: every one.
        hours: Other hours of that rule; None: none.

    """

    first_date: dt.date
    last_date: dt.date
    rule_id: UUID | None = None
    hours: tuple[dt.time, dt.time] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one moment up to another; both aware, in UTC."""

    start: dt.datetime
    end: dt.datetime

    @property
    def minutes(self) -> int:
        """How long it is, in whole minutes."""
        return (self.end - self.start) // dt.timedelta(minutes=1)

    def overlaps(self, other: "Span") -> bool:
        """Whether they share time; touching is not sharing."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        """Whether the other lies inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Window:
    """Time in which a provider can be booked, by which rule."""

    span: Span
    rule: Rule


@dataclass(frozen=True, slots=True)
class Policy:
    """How a provider's windows are cut into slots.

    Attributes:
        slot: Length of a slot.
        buffer: Kept free between one appointment and another.
        earliest: No slot begins before.
        latest: No slot begins later.

    """

    slot: dt.timedelta
    buffer: dt.timedelta
    earliest: dt.datetime
    latest: dt.datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked."""

    span: Span
    rule: Rule


def moment(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Find the moment of a local time, in UTC.

    >>> paris = ZoneInfo("Europe/Paris")
    >>> moment(dt.date(2026, 3, 29), dt.time(2, 30), paris).isoformat()  # left out
    '2026-03-29T01:00:00+00:00'
    >>> moment(dt.date(2026, 10, 25), dt.time(2, 30), paris).isoformat()  # comes twice
    '2026-10-25T00:30:00+00:00'
    """
    local = dt.datetime.combine(day, at, zone)
    later = local.astimezone(dt.UTC)
    if later.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return later
    # In a gap. The clock goes on somewhere between what both offsets say of this time.
    earlier = local.replace(fold=1).astimezone(dt.UTC)
    offset = earlier.astimezone(zone).utcoffset()
    while later - earlier > _SECOND:
        middle = earlier + (later - earlier) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            earlier = middle
        else:
            later = middle
    return later.replace(microsecond=0)


def windows(
    rules: Sequence[Rule],
    exemptions: Sequence[Exemption],
    within: Span,
) -> list[Window]:
    """Find every window that shares time with `within`, by their beginnings.

    Windows are whole: they may begin before and end after `within`.
    """
    found = [
        Window(span, rule)
        for rule in rules
        for day in _days(rule, within)
        if (span := _span(rule, day, exemptions)) is not None and span.overlaps(within)
    ]
    return sorted(found, key=lambda one: (one.span, one.rule.id.bytes))


def _days(rule: Rule, within: Span) -> Iterator[dt.date]:
    # A local day is at most a day from that of UTC.
    first = max(within.start.date() - DAY, rule.date)
    last = within.end.date() + DAY
    if rule.last_date is not None:
        last = min(last, rule.last_date)
    if not rule.rrule:
        yield from [rule.date] if first <= rule.date <= last else []
        return
    yield from dates(rule.rrule, rule.date, first, last)


def _span(rule: Rule, day: dt.date, exemptions: Sequence[Exemption]) -> Span | None:
    start, end = rule.start, rule.end
    for one in exemptions:
        if one.rule_id not in {None, rule.id} or not one.first_date <= day <= one.last_date:
            continue
        if one.hours is None:
            return None
        start, end = one.hours
    ends_on = day + DAY if end == MIDNIGHT else day
    span = Span(moment(day, start, rule.zone), moment(ends_on, end, rule.zone))
    # The clock may have left all of it out.
    return span if span.start < span.end else None


def slots(
    found: Sequence[Window], busy: Sequence[Span], policy: Policy, within: Span
) -> Iterator[Slot]:
    """Cut windows into slots that are free, by their beginnings.

    Args:
        found: By their beginnings, as `windows` has them.
        busy: What is booked, in any order.
        policy: How they are cut.
        within: Every slot begins in it.

    """
    padded = merged([Span(one.start - policy.buffer, one.end + policy.buffer) for one in busy])
    begun = 0
    for window in found:
        minutes = window.rule.slot_minutes
        length = policy.slot if minutes is None else dt.timedelta(minutes=minutes)
        while begun < len(padded) and padded[begun].end <= window.span.start:
            begun += 1
        at, taken = window.span.start, begun
        while at + length <= window.span.end:
            span = Span(at, at + length)
            at += length + policy.buffer
            while taken < len(padded) and padded[taken].end <= span.start:
                taken += 1
            if taken < len(padded) and padded[taken].overlaps(span):
                continue
            in_time = policy.earliest <= span.start <= policy.latest
            if in_time and within.start <= span.start < within.end:
                yield Slot(span, window.rule)


def merged(spans: Sequence[Span]) -> list[Span]:
    """Join spans that share time or touch, by their beginnings."""
    joined: list[Span] = []
    for one in sorted(spans):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined


def covering(found: Sequence[Window], wanted: Span, hospital_id: UUID | None) -> Window | None:
    """Find the window that holds a time; of a hospital, where one is named."""
    for one in found:
        if one.span.holds(wanted) and hospital_id in {None, one.rule.hospital_id}:
            return one
    return None


def clash(found: Sequence[Window]) -> tuple[Window, Window] | None:
    """Find two windows that share time: nobody is at two places. `found` by their beginnings."""
    latest: Window | None = None
    for one in found:
        if latest is not None and one.span.start < latest.span.end:
            return latest, one
        if latest is None or one.span.end > latest.span.end:
            latest = one
    return None
