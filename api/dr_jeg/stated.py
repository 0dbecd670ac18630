"""Extreme readings that somebody writes of: "my sugar is 40" cannot wait for a device to say so."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Final

from analytics.triage.extremes import Patient, extreme, flag_of
from analytics.triage.language import Language
from api.dr_jeg.claims import sentences
from api.dr_jeg.grounding.numbers import Claim, numbers
from api.dr_jeg.standing import PRESSURES, Standing
from api.health_metrics.schemas import BLOOD_PRESSURE
from gateways.llm.local_intents import metrics_in
from telemetry.metrics import METRICS, MG_DL_PER_MMOL_L

_PRESSURE: Final = re.compile(r"\b(\d{2,3}) ?(?:/|over|on|sur) ?(\d{1,3})\b")
_CLAUSE: Final = re.compile(r"[,;:] |\b(?:and|but|et|mais)\b")
_LOW_MMOL: Final = 25
"""A sugar without a unit: below it in mmol/L, else in mg/dL. In French below 4 in g/L."""
_LOW_GRAMS: Final = 4
_FAHRENHEIT: Final = 80
_CENTIMETRES: Final = 30
_LEAST: Final = {"heart_rate": 20, "respiratory_rate": 4}
"""A smaller bare number counts something else."""
_OF: Final = re.compile(r" (?:de |d'|of )")


def stated(
    text: str, language: Language, limits: Patient, now: dt.datetime
) -> tuple[Standing, ...]:
    """Flags of readings in the words, each once.

    A number counts where its part of a sentence names one vital sign, in a unit of it or none.
    """
    found: dict[str, Standing] = {}
    for clause in _clauses(text):
        named = metrics_in(clause)
        if len(named) != 1:
            continue
        for values in _readings(clause, named[0], language):
            for code, value in values:
                side = extreme(code, value, limits)
                if side is not None:
                    flag, unit = flag_of(code, side), METRICS[code].unit
                    found.setdefault(flag.code, Standing(flag, now, values, unit, in_words=True))
                    break
    return tuple(found.values())


def _clauses(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        yield from _CLAUSE.split(sentence)


def _readings(
    clause: str, named: str, language: Language
) -> Iterator[tuple[tuple[str, float], ...]]:
    """Values of a clause in the metric's unit; two for a blood pressure."""
    metric = named
    if metric == BLOOD_PRESSURE:
        if pair := _PRESSURE.search(clause):
            both = (_mmhg(float(one), language) for one in pair.groups())
            yield _plausible(zip(PRESSURES, both, strict=True))
            return
        metric = PRESSURES["diastol" in clause.casefold()]
    for claim in numbers(clause):
        if claim.unit is None and not _about(clause, claim, named):
            continue
        value = _canonical(claim, metric, language)
        if value is not None and (kept := _plausible([(metric, value)])):
            yield kept


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


def _canonical(claim: Claim, metric: str, language: Language) -> float | None:
    """The value in the metric's unit; None where the unit is of something else."""
    value, unit = claim.values[0], claim.unit
    if metric in PRESSURES:
        value = _mmhg(value, language)
    if metric == "blood_glucose":
        if unit == "g" or (unit is None and language == "fr" and value < _LOW_GRAMS):
            return value * 100
        if unit == "mmol/L" or (unit is None and value < _LOW_MMOL):
            return value * MG_DL_PER_MMOL_L
    if metric == "body_temperature" and (
        unit == "[degF]" or (unit in {None, "Cel"} and value > _FAHRENHEIT)
    ):
        return (value - 32) / 1.8
    return value if unit in {None, METRICS[metric].unit} else None
