"""Days, months, counts and parts of the day in English and French, as folded text has them."""

import re
from typing import Final, Literal

from gateways.llm.dialogue import Language

PartOfDay = Literal["any", "morning", "afternoon", "evening"]

ENGLISH: Final = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
FRENCH: Final = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
DAYS: Final = {name: number for names in (ENGLISH, FRENCH) for number, name in enumerate(names)} | {
    short: number
    for number, shorts in enumerate(("tues|tue", "wed", "thurs|thur|thu", "fri"), start=1)
    for short in shorts.split("|")
}
DAY: Final = r"(?P<day>" + "|".join(sorted(DAYS, key=len, reverse=True)) + r")s?\b"
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("january janvier jan", "february fevrier feb", "march mars", "april avril apr"),
            *(
                "may mai",
                "june juin",
                "july juillet",
                "august aout aug",
                "september septembre sept",
            ),
            *("october octobre oct", "november novembre nov", "december decembre dec"),
        ),
        start=1,
    )
    for name in names.split()
}
MONTH: Final = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b"
COUNTS: Final = {
    word: number
    for number, words in enumerate(
        (
            *("a an one un une", "two deux", "three trois", "four quatre", "five cinq"),
            *("six", "seven sept", "eight huit", "nine neuf", "ten dix"),
        ),
        start=1,
    )
    for word in words.split()
} | {"couple of": 2, "few": 3, "quelques": 3}
COUNT: Final = r"(?:a )?(?P<count>\d{1,3}|" + "|".join(COUNTS) + r")"
_ISO: Final = re.compile(r"\b(?P<y>\d{4}) (?P<m>\d{1,2}) (?P<d>\d{1,2})\b")
_SLASHED: Final = re.compile(
    # With points only beside a year: 7.2 is a number.
    r"(?<![\d/.])(?P<a>\d{1,2})(?:/(?=\d+(?:$|[^\d/]|/\d{4}))|\.(?=\d+\.\d{4}))(?P<b>\d{1,2})"
    r"(?:[/.](?P<y>\d{4}))?(?![/\d])"
)
_NAMED: Final = (
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er)? (?:of )?{MONTH},?(?: (?P<y>\d{{4}}))?"),
    re.compile(rf"\b{MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (?P<y>\d{{4}})\b)?"),
)
_MOST_MONTHS: Final = 12
UNCLEAR: Final = (0, 0, 0)
"""A date that can be two: whether the day stands first, or the month, is not said."""
TODAY: Final = re.compile(
    r"\btoday\b|\btonight\b|\baujourd'?hui\b|\bce (?:matin|soir)\b"
    r"|\bcet(?:te)? apres midi\b|\bthis (?:morning|afternoon|evening)\b"
)
GREETING: Final = re.compile(r"\bgood (?:morning|afternoon|evening|day)\b")
_PARTS: Final[tuple[tuple[PartOfDay, re.Pattern[str]], ...]] = (
    ("morning", re.compile(r"\bmornings?\b|\bmatin(?:ee)?s?\b")),
    ("afternoon", re.compile(r"\bafternoons?\b|\bapres midi\b")),
    ("evening", re.compile(r"\bevenings?\b|\btonight\b|\bsoir(?:ee)?s?\b")),
)


def date_in(seen: str, language: Language) -> tuple[int, int, int] | None:
    """Year (0: not said), month and day of a date in a folded text; `UNCLEAR` where it can be two.

    >>> date_in("on 5 december", "en"), date_in("le 05/12", "fr"), date_in("on 05/12", "en")
    ((0, 12, 5), (0, 12, 5), (0, 0, 0))
    """
    if match := _ISO.search(seen):
        return int(match["y"]), int(match["m"]), int(match["d"])
    for pattern in _NAMED:
        if match := pattern.search(seen):
            return int(match["y"] or 0), MONTHS[match["month"]], int(match["d"])
    match = _SLASHED.search(seen)
    if match is None:
        return None
    day, month = int(match["a"]), int(match["b"])
    if language == "en" and day != month:
        if max(day, month) <= _MOST_MONTHS:
            return UNCLEAR
        day, month = max(day, month), min(day, month)
    return int(match["y"] or 0), month, day


def part_of_day(seen: str) -> PartOfDay:
    """Part of the day that a folded text names; `any` where it names none, or several.

    >>> part_of_day("hier soir"), part_of_day("morning or evening")
    ('evening', 'any')
    """
    named = [name for name, pattern in _PARTS if pattern.search(seen)]
    return named[0] if len(named) == 1 else "any"
