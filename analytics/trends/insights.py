"""What may be said about a patient's summaries, each with the numbers it comes from.

An insight says what was measured. Advice goes no further than "talk to your clinician when ...", to
measuring more often and to walking: never a diagnosis, never a dose. Each rule is a function in
`rules.py`; what it needs to speak at all is in its docstring.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analytics.trends.goals import Goal
from analytics.trends.summary import Span, Summary

Tone = Literal["good", "info", "attention"]
_ORDER: dict[Tone, int] = {"attention": 0, "info": 1, "good": 2}


@dataclass(frozen=True, slots=True)
class Insight:
    """Something that was measured.

    Attributes:
        code: Name of the rule.
        metric: What it is about; None for all.
        tone: Whether it asks for attention.
        title: A few words.
        text: A sentence or two.
        numbers: What it comes from.
        source: Where its threshold comes from; empty where it is plain arithmetic.
        advice: What the person may do about it; empty for nothing.

    """

    code: str
    metric: str | None
    tone: Tone
    title: str
    text: str
    numbers: Mapping[str, float]
    source: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Advice, with the insight that it comes from."""

    code: str
    metric: str | None
    text: str
    numbers: Mapping[str, float]
    source: str


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a rule may look at."""

    span: Span
    summaries: Mapping[str, Summary]
    goals: Sequence[Goal] = field(default=())
    today: dt.date = dt.date.max


def ordered(found: Iterable[Insight]) -> list[Insight]:
    """What asks for attention first."""
    return sorted(found, key=lambda one: _ORDER[one.tone])


def recommendations(found: Iterable[Insight]) -> list[Recommendation]:
    """The advice of these insights, each advice once."""
    first: dict[str, Recommendation] = {}
    for one in found:
        if one.advice and one.advice not in first:
            first[one.advice] = Recommendation(
                one.code, one.metric, one.advice, one.numbers, one.source
            )
    return list(first.values())
