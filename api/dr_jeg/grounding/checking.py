"""Holding an answer against what was looked up."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.grounding.numbers import Claim, claims
from telemetry.metrics import KG_PER_LB, MG_DL_PER_MMOL_L

_DURATIONS: Final = {
    "min": 60,
    "h": 3_600,
    "d": 86_400,
    "wk": 604_800,
    "mo": 2_629_746,
    "a": 31_556_952,
}
"""Units of time in seconds; months and years on average."""
_TINY: Final = 1e-9


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
        for claim in claims(text, self.allowed):
            fact = self._source(claim, text) or _first(said, claim)
            if fact is None:
                missing.append(claim)
            else:
                sourced.append(Sourced(claim, fact))
        return Verdict(tuple(sourced), tuple(missing))

    def _source(self, claim: Claim, text: str) -> Fact | None:
        fitting = [fact for fact in self.facts if self._fits(claim, fact)]
        if not fitting:
            return None
        before = text[max(0, claim.start - 80) : claim.start].casefold()
        return max(fitting, key=lambda fact: before.rfind(fact.label.casefold()))

    def _fits(self, claim: Claim, fact: Fact) -> bool:
        if claim.kind == "date":
            return fact.at is not None and _same_date(claim, fact.at.astimezone(self.zone))
        if claim.kind == "time":
            return fact.at is not None and _same_time(claim, fact.at.astimezone(self.zone))
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


def _first(said: Iterable[tuple[Claim, Fact]], claim: Claim) -> Fact | None:
    for stated, fact in said:
        if claim.unit == stated.unit and set(claim.values) & set(stated.values):
            return fact
    return None


def _same_date(claim: Claim, at: dt.datetime) -> bool:
    year, month, day = claim.date or (0, 0, 0)
    return (month, day) == (at.month, at.day) and year in {0, at.year}


def _same_time(claim: Claim, at: dt.datetime) -> bool:
    return claim.minutes == at.hour * 60 + at.minute


def _same_number(claim: Claim, value: float, unit: str) -> bool:
    """Whether a claim is a value, rounded as the claim is; in another unit of the same kind too."""
    allowed = 0.5 * 10.0**-claim.decimals + _TINY
    wanted = _converted(value, unit, claim.unit)
    return wanted is not None and any(abs(abs(wanted) - one) <= allowed for one in claim.values)


def _converted(value: float, unit: str, wanted: str | None) -> float | None:
    if wanted in {None, unit} or (unit, wanted) == ("", "{times}"):
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
