"""Red flags in what somebody writes: plain rules, found before any model is asked.

A text is put right (`spelling`), freed of idioms, its words are given their concepts (`lexicon`),
and `rules` say which concepts together are a flag, unless `context` excuses them. Sensitivity comes
first: advice that was not needed does less harm than none. Every step is linear in the length of
the text, or nearly so; no pattern repeats within a repetition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from analytics.triage.matching import matched, prepare
from analytics.triage.spelling import folded

__all__ = [
    "FLAGS",
    "Finding",
    "RedFlag",
    "Urgency",
    "explain",
    "find",
    "folded",
    "of_score",
    "prepare",
]

Urgency = Literal["emergency", "urgent"]
"""emergency: call now; urgent: be seen today."""

NEWS2_EMERGENCY: Final = 7
"""Aggregate of an emergency (Royal College of Physicians, 2017)."""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Something that cannot wait.

    Attributes:
        code: Stable name, such as `chest_pain`.
        urgency: How fast.
        what_to_do: Key of the advice in `analytics.triage.advice`.

    """

    code: str
    urgency: Urgency
    what_to_do: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag and the rule that found it; holds nothing of the text, and may be logged."""

    flag: RedFlag
    rule: str


FLAGS: Final[Mapping[str, RedFlag]] = {
    flag.code: flag
    for flag in (
        RedFlag("suicidal_thoughts", "emergency", "crisis"),
        RedFlag("anaphylaxis", "emergency", "anaphylaxis"),
        RedFlag("choking", "emergency", "choking"),
        RedFlag("unconscious", "emergency", "unconscious"),
        RedFlag("stroke", "emergency", "stroke"),
        RedFlag("chest_pain", "emergency", "chest_pain"),
        RedFlag("breathlessness", "emergency", "breathing"),
        RedFlag("severe_bleeding", "emergency", "bleeding"),
        RedFlag("overdose", "emergency", "poisoning"),
        RedFlag("seizure", "emergency", "seizure"),
        RedFlag("early_warning", "emergency", "early_warning"),
        RedFlag("sudden_headache", "emergency", "call_now"),
        RedFlag("meningitis", "emergency", "call_now"),
        RedFlag("pregnancy_emergency", "emergency", "pregnancy"),
        RedFlag("low_glucose", "emergency", "low_glucose"),
        RedFlag("high_glucose", "emergency", "high_glucose"),
        RedFlag("head_injury", "emergency", "head_injury"),
        RedFlag("burns", "emergency", "burn"),
        RedFlag("sepsis", "emergency", "sepsis"),
        RedFlag("infant_fever", "emergency", "infant_fever"),
        RedFlag("vision_loss", "emergency", "vision_loss"),
        RedFlag("testicular_torsion", "emergency", "torsion"),
        RedFlag("several_signs", "emergency", "several_signs"),
        RedFlag("severe_abdominal_pain", "urgent", "seen_today"),
    )
}
"""Code -> flag, the gravest first."""


def find(text: str, *, language: str | None = None) -> tuple[RedFlag, ...]:
    """Red flags in a text, the gravest first, each once; `language` (en, fr) is a hint only.

    >>> [flag.code for flag in find("I have a crushing pain in my chest")]
    ['chest_pain']
    >>> find("no chest pain today")
    ()
    """
    del language  # people mix languages: every rule looks at every text
    return tuple(finding.flag for finding in explain(text))


def explain(text: str) -> tuple[Finding, ...]:
    """Red flags in a text, each with the rule that found it.

    >>> [(one.flag.code, one.rule) for one in explain("no fever but my chset hurts")]
    [('chest_pain', 'CHEST PAIN ~7 -MUSCLE')]
    """
    rules = matched(text)
    return tuple(Finding(flag, rules[code]) for code, flag in FLAGS.items() if code in rules)


def of_score(news2: float | None) -> tuple[RedFlag, ...]:
    """The flag of a NEWS2 aggregate that is certain, if it is an emergency.

    >>> [flag.code for flag in of_score(8)]
    ['early_warning']
    """
    if news2 is None or news2 < NEWS2_EMERGENCY:
        return ()
    return (FLAGS["early_warning"],)
