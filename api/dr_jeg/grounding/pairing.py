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
    (re.compile(r"\btoday\b"), 0),
)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a text begins and ends."""
    start = 0
    for match in _SENTENCE.finditer(text):
        yield start, match.end()
        start = match.end()
    yield start, len(text)


def day_said(sentence: str, dates: Sequence[Claim], today: dt.date) -> dt.date | None:
    """The one day that a sentence is about; None where it names none, or several."""
    seen = folded(sentence)
    said = {today - dt.timedelta(days=ago) for pattern, ago in _DAYS if pattern.search(seen)}
    for claim in dates:
        year, month, day = claim.date or (0, 0, 0)
        said.add(dt.date(year or today.year, month, day))
    return said.pop() if len(said) == 1 else None


def of_day(fitting: Iterable[Fact], day: dt.date, zone: dt.tzinfo) -> bool:
    """Whether a number can be of a day: one of what it can come from is, or has no time at all."""
    return any(fact.at is None or fact.at.astimezone(zone).date() == day for fact in fitting)
