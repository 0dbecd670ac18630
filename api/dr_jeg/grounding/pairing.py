"""A number and the day that it is said to be of must be of one reading."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from analytics.triage.red_flags import folded
from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.grounding.numbers import Claim

_SENTENCE: Final = re.compile(r"[.!?;](?=\s)|\n")
_DAYS: Final = (
    (re.compile(r"(?<!before )\byesterday\b|(?<!avant )\bhier\b"), 1),
    (re.compile(r"\btoday\b|\baujourd'?hui\b"), 0),
)
Day = tuple[int, int, int]
"""Year (0: not said), month, day."""


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a text begins and ends."""
    start = 0
    for match in _SENTENCE.finditer(text):
        yield start, match.end()
        start = match.end()
    yield start, len(text)


def day_said(sentence: str, dates: Sequence[Claim], today: dt.date) -> Day | None:
    """The one day that a sentence is about; None where it names none, or several."""
    seen = folded(sentence)
    ago = [today - dt.timedelta(days=days) for pattern, days in _DAYS if pattern.search(seen)]
    said = [(one.year, one.month, one.day) for one in ago]
    said += [claim.date for claim in dates if claim.date]
    if not said:
        return None
    # "Yesterday, 21 November" is one day; what has its year stands first.
    first, *others = sorted(said, reverse=True)
    is_one = all(one[1:] == first[1:] and one[0] in {0, first[0]} for one in others)
    return first if is_one else None


def is_of(day: Day, at: dt.date) -> bool:
    """Whether a time is on a day, in whatever year where none is said."""
    year, month, number = day
    return (month, number) == (at.month, at.day) and year in {0, at.year}


def of_day(fitting: Iterable[Fact], day: Day, zone: dt.tzinfo) -> bool:
    """Whether a number can be of a day: one of what it can come from is, or has no time at all."""
    return any(fact.at is None or is_of(day, fact.at.astimezone(zone)) for fact in fitting)
