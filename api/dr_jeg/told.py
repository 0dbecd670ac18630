"""Readings in what somebody writes: which number is of what, in which unit."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from analytics.triage.language import Language
from analytics.triage.red_flags import folded
from api.dr_jeg.claims import sentences
from api.dr_jeg.grounding.numbers import Claim, numbers
from api.dr_jeg.standing import PRESSURES
from api.health_metrics.schemas import BLOOD_PRESSURE
from gateways.llm.local_intents import metrics_in
from telemetry.metrics import KG_PER_LB, METRICS, MG_DL_PER_MMOL_L

_PRESSURE: Final = re.compile(r"\b(\d{2,3}) ?(?:/|over|on|sur) ?(\d{1,3})\b")
_BARE_PRESSURE: Final = re.compile(
    r"(?<![\d/.,])([7-9]\d|[12]\d\d) ?(?:/|\bover\b|\bsur\b) ?([4-9]\d|1\d\d)(?![\d/%]|[.,]\d)"
)
"""Two such numbers are a blood pressure, though nobody calls it so."""
_LEAST_BETWEEN: Final = 15
"""mmHg between its numbers, where it is not called so."""
_CLAUSE: Final = re.compile(r"[,;:] |\b(?:and|but|et|mais)\b")
_LOW_MMOL: Final = 25
"""A sugar without a unit: below it in mmol/L, else in mg/dL. In French below 4 in g/L."""
_LOW_GRAMS: Final = 4
_FAHRENHEIT: Final = 80
_CENTIMETRES: Final = 30
_LEAST: Final = {"heart_rate": 20, "respiratory_rate": 4}
"""A smaller bare number counts something else."""
_OF: Final = re.compile(r" (?:de |d'|of )")
_SEVERAL_UNITS: Final = frozenset({"blood_glucose", "body_temperature", "body_weight"})
_CANONICAL: Final[Mapping[tuple[str, str], Callable[[float], float]]] = {
    ("blood_glucose", "g"): lambda value: value * 100,
    ("blood_glucose", "mmol/L"): lambda value: value * MG_DL_PER_MMOL_L,
    ("body_temperature", "[degF]"): lambda value: (value - 32) / 1.8,
    ("body_weight", "[lb_av]"): lambda value: value * KG_PER_LB,
}
_BOUND: Final = re.compile(
    r"\b(?:above|over|below|under|than|least|most|up to|between|reach\w*|target\w*|goal\w*|limit\w*"
    r"|alert\w*|alarm\w*|objectif|cible|seuil|limite|dessus|dessous|depass\w+|superieure?|inferieure?"
    r"|plus|moins|entre|sous|jusqu'a)(?: [a-z']+){0,2}$"
)
"""Before a number that is asked about, or aimed at, and was not measured."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_THINGS: Final = re.compile(
    r"(?!this\b|yes\b|is\b|was\b|as\b|has\b|does\b|pls\b|plus\b|mais\b|sans\b|vers\b|dans\b"
    r"|apres\b|thanks\b|always\b|sometimes\b|lots\b)[a-z]+s\b"
)
"""Behind a number that counts something."""


@dataclass(frozen=True, slots=True)
class Told:
    """A reading that somebody writes of.

    Attributes:
        values: Metric and value in its canonical unit, two for a blood pressure; none where no unit
            makes a reading of the number.
        metric: What it is of.
        unit: UCUM, as it was written or must be meant.
        guessed: Whether no unit was written, and there is more than one.
        sure: Whether it is told as a reading, and not as a bound or a count of something else.

    """

    values: tuple[tuple[str, float], ...]
    metric: str
    unit: str
    guessed: bool = False
    sure: bool = True


def told(text: str, language: Language) -> list[Told]:
    """Readings in the words, in their order.

    >>> told("my sugar was 5.5", "en")[0].unit
    'mmol/L'
    >>> told("is my pulse ever over 100?", "en")[0].sure
    False
    """
    found: list[Told] = []
    for clause in _clauses(text):
        named = metrics_in(clause)
        if len(named) == 1:
            found += _readings(clause, named[0], language)
        elif not named:
            found += _uncalled(clause)
    return found


def _uncalled(clause: str) -> Iterator[Told]:
    """A blood pressure without its name: "200/130, what do I do?"."""
    for pair in _BARE_PRESSURE.finditer(clause):
        upper, lower = (float(one) for one in pair.groups())
        if upper - lower >= _LEAST_BETWEEN and _is_told(clause, pair.span(), bare=True):
            values = _plausible(zip(PRESSURES, (upper, lower), strict=True))
            if values:
                yield Told(values, BLOOD_PRESSURE, "mm[Hg]")


def _clauses(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        yield from _CLAUSE.split(sentence)


def _readings(clause: str, named: str, language: Language) -> Iterator[Told]:
    """Readings of a clause that names one vital sign."""
    metric = named
    if metric == BLOOD_PRESSURE:
        if pair := _PRESSURE.search(clause):
            both = (_mmhg(float(one), language) for one in pair.groups())
            values = _plausible(zip(PRESSURES, both, strict=True))
            yield Told(values, metric, "mm[Hg]", sure=_is_told(clause, pair.span()))
            return
        metric = PRESSURES["diastol" in clause.casefold()]
    bare = 0
    for claim in numbers(clause):
        if claim.unit is None:
            if not _about(clause, claim, named):
                continue
            bare += 1
        unit = claim.unit or _meant(metric, claim.values[0], language)
        value = _canonical(claim.values[0], metric, unit, language)
        if value is None:
            continue
        sure = bare <= 1 and _is_told(clause, (claim.start, claim.end), bare=claim.unit is None)
        guessed = claim.unit is None and metric in _SEVERAL_UNITS
        yield Told(_plausible([(metric, value)]), named, unit, guessed, sure)


def _is_told(clause: str, at: tuple[int, int], *, bare: bool = False) -> bool:
    """Whether a number is no bound; where it is bare, no year and no count of things either."""
    start, end = at
    if _BOUND.search(folded(clause[:start])):
        return False
    counts = _YEAR.fullmatch(clause[start:end]) or _THINGS.match(folded(clause[end:]))
    return not (bare and counts)


def _about(clause: str, claim: Claim, named: str) -> bool:
    """Whether a bare number is said of what is named: after it, or as in "40 de fièvre"."""
    if _OF.match(clause[claim.end :]):
        return True
    return claim.values[0] >= _LEAST.get(named, 0) and named in metrics_in(clause[: claim.start])


def _mmhg(value: float, language: Language) -> float:
    """A pressure in mmHg; in French people also say it in cmHg."""
    return value * 10 if language == "fr" and value < _CENTIMETRES else value


def _plausible(values: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    kept = tuple(values)
    inside = all(METRICS[code].low <= value <= METRICS[code].high for code, value in kept)
    return kept if inside else ()


def _meant(metric: str, value: float, language: Language) -> str:
    """The unit of a bare number, by its size."""
    if metric == "blood_glucose":
        if language == "fr" and value < _LOW_GRAMS:
            return "g"
        return "mmol/L" if value < _LOW_MMOL else "mg/dL"
    if metric == "body_temperature" and value > _FAHRENHEIT:
        return "[degF]"
    return METRICS[metric].unit


def _canonical(value: float, metric: str, unit: str, language: Language) -> float | None:
    """The value in the metric's unit; None where the unit is of something else."""
    if metric in PRESSURES:
        value = _mmhg(value, language)
    if metric == "body_temperature" and unit == "Cel" and value > _FAHRENHEIT:
        unit = "[degF]"
    if unit == METRICS[metric].unit:
        return value
    convert = _CANONICAL.get((metric, unit))
    return convert(value) if convert else None
