"""Words such as `twice daily` or `q8h` as a schedule.

Source: the abbreviations of prescriptions as HL7's TimingAbbreviation has them (BID, TID, QID, QD,
QOD, Q4H, Q6H, BED), and how people write them out in English and French.
"""

import datetime as dt
import re
from typing import Final

from telemetry.medicines.schedule import MOST_TIMES, Schedule, read_days
from telemetry.recurrence import MOST_INTERVAL

_DEFAULTS: Final = {1: (8,), 2: (8, 20), 3: (8, 14, 20), 4: (8, 12, 16, 20)}
"""Doses a day -> hours."""
_FIRST, _LAST = 6 * 60, 22 * 60
_NUMBERS: Final = {
    "once": 1, "one": 1, "une": 1, "twice": 2, "two": 2, "deux": 2, "three": 3, "thrice": 3,
    "trois": 3, "four": 4, "quatre": 4, "five": 5, "cinq": 5, "six": 6,
}  # fmt: skip
_NUMBER: Final = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
_AS_NEEDED: Final = re.compile(r"\b(as needed|when needed|if needed|prn|p\.r\.n\.?|si besoin)\b")
_PER_DAY: Final = re.compile(
    rf"\b{_NUMBER}\s*(?:x|times?|fois)?\s*(?:/|a|an|per|each|every|par)?\s*(?:day|daily|d|jour)\b"
)
_EVERY_HOURS: Final = re.compile(
    rf"\b(?:every|toutes les|q)\s*{_NUMBER}\s*(?:-?\s*hours?|-?\s*hourly|hrs?|h|heures)\b"
)
_EVERY_DAYS: Final = re.compile(rf"\b(?:every|tous les|q)\s*{_NUMBER}\s*(?:days?|d|jours)\b")
_EVERY_WEEKS: Final = re.compile(rf"\bevery\s*{_NUMBER}\s*weeks?\b")
_LATIN: Final = {"qd": 1, "od": 1, "bid": 2, "bd": 2, "tid": 3, "tds": 3, "qid": 4, "qds": 4}
_RULES: Final = (
    (re.compile(r"\b(every other day|alternate days?|qod|un jour sur deux)\b"), "DAILY;INTERVAL=2"),
    (re.compile(r"\b(weekly|once a week|every week|une fois par semaine)\b"), "WEEKLY"),
    (re.compile(r"\b(monthly|once a month|every month|une fois par mois)\b"), "MONTHLY"),
)
_PARTS: Final = (
    (re.compile(r"\b(morning|breakfast|matin)\b"), 8),
    (re.compile(r"\b(noon|midday|lunch|midi)\b"), 12),
    (re.compile(r"\b(evening|dinner|supper|soir)\b"), 20),
    (re.compile(r"\b(bedtime|night|nightly|coucher)\b"), 22),
)
_HOURS_OF_DAY: Final = 24
_BEGIN: Final = {24: 8, 12: 8, 8: 6}
"""Hours between doses -> hour of the first one; of more doses a day, midnight."""


def times_a_day(number: int) -> tuple[dt.time, ...]:
    """Usual times of so many doses a day, at most 12: waking hours, evenly apart.

    >>> [f"{one:%H:%M}" for one in times_a_day(2)]
    ['08:00', '20:00']
    """
    if number in _DEFAULTS:
        return tuple(dt.time(hour) for hour in _DEFAULTS[number])
    step = (_LAST - _FIRST) / (number - 1)
    minutes = [round(_FIRST + index * step) for index in range(number)]
    return tuple(dt.time(*divmod(one, 60)) for one in minutes)


def understood(words: str) -> Schedule | None:
    """The schedule that the words of a prescription mean; None where they leave it open.

    >>> understood("one tablet three times a day").document()
    {'kind': 'times', 'times': ['08:00', '14:00', '20:00']}
    """
    text = " ".join(words.casefold().split())
    if _AS_NEEDED.search(text):
        return Schedule(as_needed=True)
    times = _times(text)
    if (rule := _rule(text)) is not None:
        return Schedule(times or times_a_day(1), read_days(rule))
    return Schedule(times) if times else None


def _rule(text: str) -> str | None:
    for pattern, rule in _RULES:
        if pattern.search(text):
            return f"FREQ={rule}"
    for pattern, frequency in ((_EVERY_DAYS, "DAILY"), (_EVERY_WEEKS, "WEEKLY")):
        found = pattern.search(text)
        if found and 1 <= (number := _value(found[1])) <= MOST_INTERVAL[frequency]:
            return f"FREQ={frequency};INTERVAL={number}"
    return None


def _times(text: str) -> tuple[dt.time, ...]:
    if found := _EVERY_HOURS.search(text):
        return _every(_value(found[1]))
    named = tuple(dt.time(hour) for pattern, hour in _PARTS if pattern.search(text))
    if found := _PER_DAY.search(text):
        number = _value(found[1])
        if not 1 <= number <= MOST_TIMES:
            return ()
        return named if len(named) == number else times_a_day(number)
    for word in re.findall(r"[a-z]+", text.replace(".", "")):
        if word in _LATIN:
            return named if len(named) == _LATIN[word] else times_a_day(_LATIN[word])
    if named:
        return named
    daily = re.search(r"\b(daily|every day|each day|a day|chaque jour|tous les jours)\b", text)
    return times_a_day(1) if daily else ()


def _every(hours: int) -> tuple[dt.time, ...]:
    if hours < 1 or _HOURS_OF_DAY % hours or _HOURS_OF_DAY // hours > MOST_TIMES:
        return ()
    return tuple(dt.time(hour) for hour in range(_BEGIN.get(hours, 0), _HOURS_OF_DAY, hours))


def _value(text: str) -> int:
    return _NUMBERS[text] if text in _NUMBERS else int(text)
