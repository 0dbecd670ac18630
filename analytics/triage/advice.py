"""What to do about red flags now, with the emergency number of the country."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.triage.advice_texts import LEAD, LINE, NO_LINE, STEPS
from analytics.triage.emergency_numbers import ANYWHERE, CRISIS_LINES, emergency_number
from analytics.triage.language import Language
from analytics.triage.red_flags import RedFlag

_SUBJECTS: Final = (
    re.compile(
        r"\b(?:sit|lie|lay|kneel|upright|stand up|asseyez|assis|allongez|allongé|genoux|debout"
        r"|sur le côté|bien droit|droit)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:eat|drink|by mouth|juice|breast or bottle|mangez|buvez|par la bouche|boisson"
        r"|biberon)\b",
        re.IGNORECASE,
    ),
)
"""Of what two flags may say the opposite: how to sit or lie, and what to swallow."""


def agreeing(groups: Iterable[Sequence[str]], told: Iterable[str] = ()) -> tuple[str, ...]:
    """Steps of several flags, the gravest first, that do not contradict each other.

    How to sit or lie, and what to swallow, is said by the first flag alone that speaks of it.

    Args:
        groups: Steps of each flag.
        told: Steps that were said before them.

    >>> agreeing([("Lie down.", "Call."), ("Sit upright.", "Do not drive."), ("Call.",)])
    ('Lie down.', 'Call.', 'Do not drive.')
    """
    before = tuple(told)
    settled = {one for one in _SUBJECTS if any(map(one.search, before))}
    kept: list[str] = []
    for steps in groups:
        own = [step for step in steps if not any(one.search(step) for one in settled)]
        settled |= {one for one in _SUBJECTS if any(map(one.search, own))}
        kept += own
    return tuple(one for one in dict.fromkeys(kept) if one not in before)


@dataclass(frozen=True, slots=True)
class Advice:
    """What somebody is told at once.

    Attributes:
        text: The whole of it, in sentences.
        steps: What to do, one after the other.
        emergency_number: The number to call.
        language: Of all the words.

    """

    text: str
    steps: tuple[str, ...]
    emergency_number: str
    language: Language


def advice(
    flags: Sequence[RedFlag], country: str, language: Language, default_number: str = ANYWHERE
) -> Advice:
    """What to do about flags, the gravest first.

    Args:
        flags: At least one, as `red_flags.find` gives them.
        country: ISO 3166-1 alpha-2, empty where it is not known.
        language: Of the words.
        default_number: Number to call where the country has none here.

    Raises:
        ValueError: without a flag.

    """
    if not flags:
        message = "advice is about flags"
        raise ValueError(message)
    number = emergency_number(country, default_number)
    keys = list(dict.fromkeys(flag.what_to_do for flag in flags))
    crisis = CRISIS_LINES.get(country.upper())
    line = LINE[language].format(crisis=crisis) if crisis else NO_LINE[language]
    leads = ["crisis"] if "crisis" in keys else []
    if any(flag.urgency == "emergency" and flag.what_to_do != "crisis" for flag in flags):
        leads.append("emergency")
    lead = " ".join(
        LEAD[language][name].format(number=number, line=line) for name in leads or ["urgent"]
    )
    steps = agreeing(STEPS[language][key] for key in keys)
    return Advice(f"{lead} {' '.join(steps)}", steps, number, language)
