"""Holding an answer against what was looked up."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from analytics.triage.red_flags import folded
from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.grounding.numbers import Claim, claims
from api.dr_jeg.grounding.pairing import Day, day_said, is_of, of_day, spans
from gateways.llm.local_intents import metrics_in
from gateways.llm.local_words import metric_name
from telemetry.metrics import KG_PER_LB, METRICS, MG_DL_PER_MMOL_L

_DURATIONS: Final = {
    "min": 60,
    "h": 3_600,
    "d": 86_400,
    "wk": 604_800,
    "mo": 2_629_746,
    "a": 31_556_952,
}
"""Units of time in seconds; months and years on average."""
_COUNTS: Final = {
    label: re.compile(pattern)
    for label, pattern in (
        ("Medications", r"medic|drug|\bpill|tablet|treatment|traitement|\bthem\b|list"),
        ("Appointments", r"appointment|visit|rendez|consultation"),
        ("Alarms", r"alarm|alert"),
        ("Free times", r"free|time|slot|appointment|place|creneau|rendez"),
    )
}
"""Label of a count -> what is named near it: two medications are no source of another two."""
_NEAR: Final = 60
_TINY: Final = 1e-9
_LABELS: Final = {
    metric_name(code, language): code for code in METRICS for language in ("en", "fr")
}
"""Names of metrics, in each language -> code."""
_BREAK: Final = re.compile(r"[.!?;]\s|\n")
_RANGE: Final = re.compile(r"\brange\b|\busual|\bhabituel|\bintervalle\b|\btarget|\bcible")
"""Before a bound; a value that happens to be the same number is not meant there."""
_UNIT: Final = re.compile(r"\bbpm\b", re.IGNORECASE)
"""A unit that would be taken for the name of a vital sign."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A claim, and the fact that it comes from."""

    claim: Claim
    fact: Fact


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of a text has a source, and what has none."""

    sourced: tuple[Sourced, ...]
    missing: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer may rest on.

    Attributes:
        facts: What was looked up.
        now: When the answer is given.
        zone: In which the user reads times.
        allowed: Texts that need no source.
        stated: What the user wrote; how long something lasts may be said back.

    """

    facts: Sequence[Fact]
    now: dt.datetime
    zone: ZoneInfo
    allowed: tuple[str, ...] = ()
    stated: str = ""

    def check(self, text: str) -> Verdict:
        """Look for the source of every number, date and time of a text."""
        sourced, missing = [], []
        said = self._said()
        about = _About(text)
        found = claims(text, self.allowed)
        days = _days(text, found, self.now.astimezone(self.zone).date())
        for claim in found:
            about.move_to(claim)
            fact = self._source(claim, text, about, days.get(claim)) or _first(said, claim)
            if fact is None:
                missing.append(claim)
            else:
                sourced.append(Sourced(claim, fact))
        return Verdict(tuple(sourced), tuple(missing))

    def _source(self, claim: Claim, text: str, about: "_About", day: Day | None) -> Fact | None:
        fitting = [
            fact for fact in self.facts if self._fits(claim, fact) and about.fits(claim, fact)
        ]
        if not fitting or (day is not None and not of_day(fitting, day, self.zone)):
            return None
        before = text[max(0, claim.start - 80) : claim.start].casefold()
        of_range = bool(_RANGE.search(folded(_BREAK.split(before)[-1])))
        return max(
            fitting,
            key=lambda fact: (
                before.rfind(fact.label.casefold()),
                (fact.kind == "range") == of_range,
            ),
        )

    def _fits(self, claim: Claim, fact: Fact) -> bool:
        if claim.date is not None:
            return fact.at is not None and is_of(claim.date, fact.at.astimezone(self.zone))
        if claim.kind == "time":
            of_any_day = claim.minutes == fact.minutes
            return of_any_day or (
                fact.at is not None and _same_time(claim, fact.at.astimezone(self.zone))
            )
        if fact.value is not None and _same_number(claim, fact.value, fact.unit):
            return True
        return fact.at is not None and _same_age(claim, abs(self.now - fact.at))

    def _said(self) -> list[tuple[Claim, Fact]]:
        """How long something lasts, in the user's own words."""
        return [
            (claim, Fact("profile", "What you wrote", claim.values[0], claim.unit or ""))
            for claim in claims(self.stated)
            if claim.kind == "number" and claim.unit in _DURATIONS
        ]


class _About:
    """Which vital signs each number of a text is said of: those named since the last number."""

    def __init__(self, text: str) -> None:
        """Stand at the beginning."""
        self._text = text
        self._from = 0
        self._clause = ""
        self._named: tuple[str, ...] = ()

    def move_to(self, claim: Claim) -> None:
        """Go on to the next claim; dates and how long something lasts are said of nothing."""
        if not _counts(claim):
            return
        clauses = _BREAK.split(_UNIT.sub("", self._text[self._from : claim.start]))
        self._from = claim.end
        named = metrics_in(clauses[-1])
        if named or len(clauses) > 1:
            self._clause, self._named = clauses[-1].casefold(), named

    def fits(self, claim: Claim, fact: Fact) -> bool:
        """Whether a fact is of what is named: a pulse is no source of an oxygen saturation."""
        if fact.label in _COUNTS and not fact.unit and fact.value is not None:
            return claim.kind != "number" or bool(_COUNTS[fact.label].search(self._around(claim)))
        if not self._named or not _counts(claim):
            return True
        code = _LABELS.get(fact.label)
        if code is None:
            return claim.unit is not None or not fact.unit
        known = "heart_rate" if code == "pulse_rate" else code
        return known.startswith(self._named) or fact.label.casefold() in self._clause

    def _around(self, claim: Claim) -> str:
        return folded(self._text[max(0, claim.start - _NEAR) : claim.end + _NEAR])


def _days(text: str, found: Sequence[Claim], today: dt.date) -> dict[Claim, Day]:
    """The day that a number is said to be of, where its sentence names one day."""
    days: dict[Claim, Day] = {}
    for start, end in spans(text):
        inside = [claim for claim in found if start <= claim.start < end]
        dates = [claim for claim in inside if claim.kind == "date"]
        day = day_said(text[start:end], dates, today)
        if day is not None:
            days |= {claim: day for claim in inside if _counts(claim)}
    return days


def _counts(claim: Claim) -> bool:
    return claim.kind == "number" and claim.unit not in _DURATIONS


def _first(said: Iterable[tuple[Claim, Fact]], claim: Claim) -> Fact | None:
    for stated, fact in said:
        if claim.unit == stated.unit and set(claim.values) & set(stated.values):
            return fact
    return None


def _same_time(claim: Claim, at: dt.datetime) -> bool:
    return claim.minutes == at.hour * 60 + at.minute


def _same_number(claim: Claim, value: float, unit: str) -> bool:
    """Whether a claim is a value, rounded as the claim is; in another unit of the same kind too."""
    allowed = 0.5 * 10.0**-claim.decimals + _TINY
    wanted = _converted(value, unit, claim.unit)
    return wanted is not None and any(abs(abs(wanted) - one) <= allowed for one in claim.values)


def _converted(value: float, unit: str, wanted: str | None) -> float | None:
    if wanted is None:
        return None if unit in _DURATIONS else value
    if wanted == unit or (unit, wanted) == ("", "{times}"):
        return value
    if unit in _DURATIONS and wanted in _DURATIONS:
        return value * _DURATIONS[unit] / _DURATIONS[wanted]
    match (unit, wanted):
        case ("mg/dL", "mmol/L"):
            return value / MG_DL_PER_MMOL_L
        case ("Cel", "[degF]"):
            return value * 1.8 + 32
        case ("kg", "[lb_av]"):
            return value / KG_PER_LB
    return None


def _same_age(claim: Claim, age: dt.timedelta) -> bool:
    """`3 hours ago`: rounded to the nearest, or the last that was full."""
    if claim.unit not in _DURATIONS or claim.decimals:
        return False
    full = age.total_seconds() / _DURATIONS[claim.unit]
    return any(value in {float(round(full)), float(int(full))} for value in claim.values)
