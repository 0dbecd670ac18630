"""Which days somebody asks about, by the words they use for what was, in English and French.

Days are those of the person's own zone; a day of the week is the last one that is over.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal

from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

from analytics.triage.red_flags import folded
from gateways.llm.dialogue import Language
from gateways.llm.local_calendar import (
    COUNT,
    COUNTS,
    DAY,
    DAYS,
    GREETING,
    MONTH,
    MONTHS,
    TODAY,
    UNCLEAR,
    PartOfDay,
    date_in,
    part_of_day,
)

PastPart = PartOfDay | Literal["night"]

_AHEAD: Final = re.compile(r"\b(?:tomorrow|demain|next|prochaine?s?)\b")
_UNIT: Final = (
    r"(?P<unit>hours?|days?|weeks?|fortnights?|months?|years?|heures?|jours?|semaines?|mois|ans?)\b"
)
_AGO: Final = re.compile(rf"\b{COUNT} {_UNIT} ago\b")
_IL_Y_A: Final = re.compile(rf"\b(?:il )?y a {COUNT} {_UNIT}")
_LASTING: Final = re.compile(
    rf"\b(?:last|past|previous) {COUNT} {_UNIT}|\b(?:ces|les) {COUNT} derniere?s {_UNIT}".replace(
        "<count>", "<count2>", 1
    ).replace("<unit>", "<unit2>", 1)
)
_RELATIVE: Final = (
    (re.compile(r"\bday before yesterday\b|\bavant hier\b"), 2),
    (re.compile(r"\byesterday\b|\bhier\b|\blast (?:evening|night)\b|\bcette nuit\b"), 1),
    (TODAY, 0),
)
_NIGHT: Final = re.compile(r"\blast night\b|\bcette nuit\b|\b(?:yesterday|hier) (?:night|nuit)\b")
_LAST: Final = re.compile(
    r"\b(?P<which>last|past|previous|this) (?P<what>week ?end|week|month)\b"
    r"|\b(?P<fr>week ?end|semaine|mois) (?:derniere?|passee?)\b"
    r"|\b(?P<ce>ce|cette) (?P<now>week ?end|semaine|mois)\b"
)
_IN_MONTH: Final = re.compile(rf"\b(?:in|during|en|au mois d[e'] ?) ?{MONTH}(?: (?P<y>\d{{4}}))?")
_WEEKDAY: Final = re.compile(rf"\b{DAY}")
_SINCE: Final = re.compile(r"\b(?:since|depuis)\b")
_SO_LONG: Final = re.compile(rf" {COUNT} {_UNIT}(?! ago)")
"""Behind "since": "depuis 3 jours"."""
_RANGES: Final = (
    re.compile(r"\bbetween (?P<a>[^?!.]{1,40}?) and (?P<b>[^?!.]{1,40})"),
    re.compile(r"\bfrom (?P<a>[^?!.]{1,40}?) (?:to|until|till) (?P<b>[^?!.]{1,40})"),
    re.compile(r"\bentre (?:le )?(?P<a>[^?!.]{1,40}?) et (?:le )?(?P<b>[^?!.]{1,40})"),
    re.compile(r"\bdu (?P<a>[^?!.]{1,40}?) au (?P<b>[^?!.]{1,40})"),
    re.compile(r"\bde (?P<a>[^?!.]{1,40}?) (?:a|jusqu'a) (?P<b>[^?!.]{1,40})"),
)
_BARE: Final = re.compile(r"(?:the |le )?(?P<d>\d{1,2})(?:st|nd|rd|th|er)?")
_AROUND: Final = {"week": 1, "month": 3, "year": 15}
"""Days before and after what was so many weeks, months or years ago: nobody means it to the day."""
_MONTH_DAYS: Final = 30
_UNITS: Final = {"heure": "hour", "jour": "day", "semaine": "week", "mois": "month", "an": "year"}


@dataclass(frozen=True, slots=True)
class AskedDays:
    """The days that somebody asks about.

    Attributes:
        first: First day.
        last: Last day.
        part: Which part of a single day.
        running: Whether they go on until now, as "the last 3 days" do.
        unclear: Whether a date can mean two days; then `first` and `last` say nothing.

    """

    first: dt.date
    last: dt.date
    part: PastPart = "any"
    running: bool = False
    unclear: bool = False

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


def asked_days(text: str, now: dt.datetime, language: Language) -> AskedDays | None:
    """Days up to today that a text names; None where it names none. `now` is in their zone.

    >>> now = dt.datetime(2026, 11, 25, 9)
    >>> found = asked_days("How was my weight 2 days ago?", now, "en")
    >>> found.first.isoformat(), found.last.isoformat()
    ('2026-11-23', '2026-11-23')
    >>> found = asked_days("ma tension hier soir", now, "fr")
    >>> found.first.isoformat(), found.part
    ('2026-11-24', 'evening')
    >>> asked_days("How is my weight?", now, "en")
    """
    seen = GREETING.sub(" ", folded(text))
    if _AHEAD.search(seen):
        return None
    found = _Past(now, language).read(seen)
    if found is None or found.unclear or found.first > now.date():
        return found if found and found.unclear else None
    part: PastPart = "any"
    if found.days == 1:
        part = "night" if _NIGHT.search(seen) else part_of_day(seen)
    last = min(found.last, now.date())
    return AskedDays(found.first, last, part, found.running)


class _Past:
    def __init__(self, now: dt.datetime, language: Language) -> None:
        self._now = now
        self._today = now.date()
        self._monday = self._today - dt.timedelta(days=self._today.weekday())
        self._language = language

    def read(self, seen: str) -> AskedDays | None:
        for rule in (self._between, self._since, self._point, self._lasting, self._span):
            found = rule(seen)
            if found is not None:
                return found
        return None

    def _between(self, seen: str) -> AskedDays | None:
        for pattern in _RANGES:
            for match in pattern.finditer(seen):
                last = self._point(match["b"])
                bare = _BARE.fullmatch(match["a"].strip())
                if last is None or last.unclear:
                    continue
                first = self._in_month_of(last, int(bare["d"])) if bare else self._point(match["a"])
                if first is not None and first.first <= last.last:
                    return AskedDays(first.first, last.last)
        return None

    def _in_month_of(self, last: AskedDays, day: int) -> AskedDays | None:
        """The 10th of "10 to 15 November"."""
        try:
            found = last.first.replace(day=day)
        except ValueError:
            return None
        return AskedDays(found, found)

    def _since(self, seen: str) -> AskedDays | None:
        match = _SINCE.search(seen)
        if match is None:
            return None
        after = seen[match.end() :]
        if lasting := _SO_LONG.match(after):
            first = self._before(_counted(lasting["count"]), _unit(lasting["unit"]))
            return AskedDays(first, self._today, running=True)
        found = self._point(after) or self._span(after)
        if found is None or found.unclear:
            return found
        return AskedDays(found.first, self._today, running=True)

    def _point(self, seen: str) -> AskedDays | None:
        """One day, or what is so long ago."""
        for rule in (self._dated, self._relative, self._ago, self._weekday):
            found = rule(seen)
            if found is not None:
                return found
        return None

    def _dated(self, seen: str) -> AskedDays | None:
        date = date_in(seen, self._language)
        if date == UNCLEAR:
            return AskedDays(self._today, self._today, unclear=True)
        return None if date is None else self._date(*date)

    def _date(self, year: int, month: int, day: int) -> AskedDays | None:
        """That day; without a year the last one that is not ahead."""
        try:
            found = dt.date(year or self._today.year, month, day)
        except ValueError:
            return None
        if not year and found > self._today:
            found -= relativedelta(years=1)
        return AskedDays(found, found)

    def _relative(self, seen: str) -> AskedDays | None:
        for pattern, days in _RELATIVE:
            if pattern.search(seen):
                day = self._today - dt.timedelta(days=days)
                return AskedDays(day, day)
        return None

    def _ago(self, seen: str) -> AskedDays | None:
        match = _AGO.search(seen) or _IL_Y_A.search(seen)
        if match is None:
            return None
        unit = _unit(match["unit"])
        day = self._before(_counted(match["count"]), unit)
        around = dt.timedelta(days=_AROUND.get(unit, 0))
        return AskedDays(day - around, day + around)

    def _before(self, count: int, unit: str) -> dt.date:
        if unit == "hour":
            return (self._now - dt.timedelta(hours=count)).date()
        if unit == "day":
            return self._today - dt.timedelta(days=count)
        if unit in {"week", "fortnight"}:
            return self._today - dt.timedelta(weeks=count * (2 if unit == "fortnight" else 1))
        ahead = relativedelta(months=count) if unit == "month" else relativedelta(years=count)
        found: dt.date = self._today - ahead
        return found

    def _weekday(self, seen: str) -> AskedDays | None:
        match = _WEEKDAY.search(seen)
        if match is None:
            return None
        number = DAYS[match["day"]]
        span = self._span(seen)
        if span is not None and span.days <= 7:  # noqa: PLR2004 - Monday of last week
            day = span.first + dt.timedelta(days=(number - span.first.weekday()) % 7)
            return AskedDays(day, day)
        over = (self._today.weekday() - number) % 7 or 7
        day = self._today - dt.timedelta(days=over)
        return AskedDays(day, day)

    def _lasting(self, seen: str) -> AskedDays | None:
        """The last so many days, up to now."""
        match = _LASTING.search(seen)
        if match is None:
            return None
        count = _counted(match["count"] or match["count2"])
        first = self._before(count, _unit(match["unit"] or match["unit2"]))
        return AskedDays(first + dt.timedelta(days=1), self._today, running=True)

    def _span(self, seen: str) -> AskedDays | None:
        """A week, its end, or a month."""
        if match := _LAST.search(seen):
            what = match["what"] or match["fr"] or match["now"]
            running = match["which"] in {"past", "this"} or bool(match["ce"])
            return self._week_or_month(what, running=running)
        if match := _IN_MONTH.search(seen):
            first = self._date(int(match["y"] or 0), MONTHS[match["month"]], 1)
            if first is not None:
                return AskedDays(first.first, first.first + relativedelta(day=31))
        return None

    def _week_or_month(self, what: str, *, running: bool) -> AskedDays:
        """The one before this, or the seven or thirty days up to now."""
        if what.startswith("week") and what.endswith("end"):
            monday = self._monday - dt.timedelta(days=0 if running else 7)
            return AskedDays(monday + dt.timedelta(days=5), monday + dt.timedelta(days=6))
        month = what in {"month", "mois"}
        if running:
            first = self._today - dt.timedelta(days=_MONTH_DAYS - 1 if month else 6)
            return AskedDays(first, self._today, running=True)
        if month:
            first = self._today.replace(day=1) - relativedelta(months=1)
            return AskedDays(first, first + relativedelta(months=1, days=-1))
        return AskedDays(self._monday - dt.timedelta(days=7), self._monday - dt.timedelta(days=1))


def _counted(word: str) -> int:
    return int(word) if word.isdigit() else COUNTS[word]


def _unit(word: str) -> str:
    """Unit in English, one of it."""
    one = word if word == "mois" else word.removesuffix("s")
    return _UNITS.get(one, one)
