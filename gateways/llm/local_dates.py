"""When somebody wants an appointment, by the words they use for it, in English and French.

Days are those of the person's own zone. What can mean two things is not guessed: it is asked.
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
    ENGLISH,
    FRENCH,
    GREETING,
    TODAY,
    UNCLEAR,
    PartOfDay,
    date_in,
    part_of_day,
)

Unclear = Literal["", "which_week", "today_or_later", "month_or_day", "several", "over"]

_IN: Final = re.compile(
    rf"\b(?:in|dans|d'ici) {COUNT} (?P<unit>days?|weeks?|months?|jours?|semaines?|mois)\b"
    rf"|\b{COUNT.replace('count', 'count2')} (?P<unit2>days?|weeks?|months?) from (?:now|today)\b"
)
_FORTNIGHT: Final = re.compile(r"\b(?:in a fortnight|dans (?:une quinzaine|quinze jours)\b)")
_RELATIVE: Final = (
    (re.compile(r"\bday after tomorrow\b|\bapres demain\b"), 2),
    (re.compile(r"\btomorrow\b|\bdemain\b"), 1),
    (TODAY, 0),
)
_PAST: Final = re.compile(
    r"\byesterday\b|\b(?:avant )?hier\b|\blast (?:night|week|month|"
    + "|".join(ENGLISH)
    + r")\b|\b(?:semaine derniere|mois dernier|(?:"
    + "|".join(FRENCH)
    + r") dernier)\b|\b(?:days?|weeks?|months?) ago\b|\bil y a \w+ (?:jours?|semaines?|mois)\b"
)
_WEEKS: Final = (
    (re.compile(r"\bweek after next\b|\bsemaine d'apres\b|\bsemaine suivante\b"), 2),
    (re.compile(r"\b(?:next|following) week\b|\bsemaine prochaine\b|\bprochaine semaine\b"), 1),
    (re.compile(r"\bthis week\b(?! ?end)|\bcette semaine\b"), 0),
)
_WEEKEND: Final = re.compile(r"\b(?P<next>next )?week ?end\b(?P<after> prochain)?")
_NEXT_MONTH: Final = re.compile(r"\bnext month\b|\bmois prochain\b")
_WEEKDAY: Final = re.compile(
    rf"\b(?:(?P<this>this|coming|ce)|(?P<next>next|prochain)) {DAY}"
    rf"|\b{DAY.replace('day>', 'plain>')}(?P<after> prochain)?(?P<huit> en huit)?"
)
_NOT: Final = re.compile(
    r"\b(?:not|except|but not|pas|sauf|never|jamais) (?:on |the |le |ce |this |next |a )?"
    r"(?:tomorrow|today|demain|aujourd|week|semaine|" + "|".join([*ENGLISH, *FRENCH]) + ")"
)


@dataclass(frozen=True, slots=True)
class WantedTime:
    """When somebody wants to be seen.

    Attributes:
        first: First day; None where no day is said.
        last: Last day.
        part: Which part of each day.
        unclear: What has to be asked first; empty where nothing has.
        weekday: The day of the week that is unclear, 0 for Monday.
        past: Whether the words are those for what was, such as "yesterday".

    """

    first: dt.date | None = None
    last: dt.date | None = None
    part: PartOfDay = "any"
    unclear: Unclear = ""
    weekday: int | None = None
    past: bool = False

    @property
    def said(self) -> bool:
        """Whether anything was said about it."""
        return self.first is not None or self.part != "any" or bool(self.unclear)


def wanted_time(text: str, today: dt.date, language: Language) -> WantedTime:
    """When a text wants an appointment; `today` is that of the person.

    >>> found = wanted_time("next week, in the mornings", dt.date(2026, 11, 22), "en")
    >>> found.first.isoformat(), found.last.isoformat(), found.part
    ('2026-11-23', '2026-11-29', 'morning')
    >>> wanted_time("le 05/12", dt.date(2026, 11, 22), "fr").first.isoformat()
    '2026-12-05'
    >>> wanted_time("on 05/12", dt.date(2026, 11, 22), "en").unclear
    'month_or_day'
    """
    seen = GREETING.sub(" ", folded(text))
    part = part_of_day(seen)
    if _NOT.search(seen):
        return WantedTime(part=part, unclear="several")
    if _PAST.search(seen):
        return WantedTime(part=part, unclear="over", past=True)
    found = _Days(today, language).read(seen)
    return WantedTime(found.first, found.last, part, found.unclear, found.weekday)


class _Days:
    def __init__(self, today: dt.date, language: Language) -> None:
        self._today = today
        self._monday = today - dt.timedelta(days=today.weekday())
        self._language = language

    def read(self, seen: str) -> WantedTime:
        for rule in (self._dated, self._relative, self._weekday, self._in, self._span):
            found = rule(seen)
            if found is not None:
                return found
        return WantedTime()

    def _dated(self, seen: str) -> WantedTime | None:
        """A date of the calendar."""
        date = date_in(seen, self._language)
        if date == UNCLEAR:
            return WantedTime(unclear="month_or_day")
        return None if date is None else self._date(*date)

    def _date(self, year: int, month: int, day: int) -> WantedTime | None:
        try:
            found = dt.date(year or self._today.year, month, day)
        except ValueError:
            return None
        if found < self._today:
            if year:
                return WantedTime(unclear="over")
            found += relativedelta(years=1)
        return WantedTime(found, found)

    def _relative(self, seen: str) -> WantedTime | None:
        named = []
        for pattern, days in _RELATIVE:
            if pattern.search(seen):
                named.append(days)
                seen = pattern.sub(" ", seen)
        if not named:
            return None
        if len(named) > 1:
            return WantedTime(unclear="several")
        day = self._today + dt.timedelta(days=named[0])
        return WantedTime(day, day)

    def _weekday(self, seen: str) -> WantedTime | None:
        matches = list(_WEEKDAY.finditer(seen))
        days = {DAYS[match["day"] or match["plain"]] for match in matches}
        if not days:
            return None
        if len(days) > 1:
            return WantedTime(unclear="several")
        [number] = days
        match = matches[0]
        ahead = (number - self._today.weekday()) % 7
        coming = self._today + dt.timedelta(days=ahead)
        week = self._week(seen)
        if week is not None:
            day = week + dt.timedelta(days=number)
            over = day < self._today
            return WantedTime(unclear="over") if over else WantedTime(day, day)
        if match["huit"]:
            day = coming + dt.timedelta(days=7 if ahead else 14)
            return WantedTime(day, day)
        if match["next"] or match["after"]:
            # "Next Friday" on a Monday: some mean this week's, others the one after.
            if ahead == 0:
                coming += dt.timedelta(days=7)
            elif coming < self._monday + dt.timedelta(days=7):
                return WantedTime(unclear="which_week", weekday=number)
            return WantedTime(coming, coming)
        if ahead == 0 and not match["this"]:
            return WantedTime(unclear="today_or_later", weekday=number)
        return WantedTime(coming, coming)

    def _week(self, seen: str) -> dt.date | None:
        """Monday of the week that is named."""
        for pattern, weeks in _WEEKS:
            if pattern.search(seen):
                return self._monday + dt.timedelta(days=7 * weeks)
        found = self._ahead(seen)
        if found is not None and found[1].startswith(("week", "semaine")):
            day = self._today + dt.timedelta(days=7 * found[0])
            return day - dt.timedelta(days=day.weekday())
        return None

    def _ahead(self, seen: str) -> tuple[int, str] | None:
        if _FORTNIGHT.search(seen):
            return 2, "weeks"
        match = _IN.search(seen)
        if match is None:
            return None
        count = match["count"] or match["count2"]
        number = int(count) if count.isdigit() else COUNTS[count]
        return number, match["unit"] or match["unit2"]

    def _in(self, seen: str) -> WantedTime | None:
        """In so many days, weeks or months: a week is any day of that week."""
        found = self._ahead(seen)
        if found is None:
            return None
        number, unit = found
        if unit.startswith(("day", "jour")):
            day = self._today + dt.timedelta(days=number)
            return WantedTime(day, day)
        if unit.startswith(("week", "semaine")):
            return self._of_week(self._week(seen) or self._today)
        day = self._today + relativedelta(months=number)
        return WantedTime(day, day + dt.timedelta(days=6))

    def _span(self, seen: str) -> WantedTime | None:
        """A week, its end, or a month."""
        if match := _WEEKEND.search(seen):
            saturday = self._monday + dt.timedelta(days=5)
            if match["next"] or match["after"]:
                return WantedTime(unclear="which_week", weekday=5)
            sunday = saturday + dt.timedelta(days=1)
            return WantedTime(max(saturday, self._today), sunday)
        monday = self._week(seen)
        if monday is not None:
            return self._of_week(monday)
        if _NEXT_MONTH.search(seen):
            first = self._today + relativedelta(months=1, day=1)
            return WantedTime(first, first + relativedelta(months=1, days=-1))
        return None

    def _of_week(self, monday: dt.date) -> WantedTime:
        return WantedTime(max(monday, self._today), monday + dt.timedelta(days=6))
