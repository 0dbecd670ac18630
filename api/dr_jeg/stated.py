"""Readings that somebody writes of: "my sugar is 40" cannot wait for a device to say so.

Others are held against their usual ranges: a number that somebody gives is a source too.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from analytics.trends.targets import TARGETS
from analytics.triage.extremes import Patient, extreme, flag_of
from analytics.triage.language import Language
from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.standing import Standing
from api.dr_jeg.told import Told, told
from api.dr_jeg.tools.ranges import PRESSURES, compared
from api.health_metrics.schemas import BLOOD_PRESSURE
from gateways.llm.local_words import metric_name
from telemetry.metrics import KG_PER_LB, METRICS, MG_DL_PER_MMOL_L

_THEIRS: Final[Mapping[str, Callable[[float], float]]] = {
    "g": lambda value: value / 100,
    "mmol/L": lambda value: value / MG_DL_PER_MMOL_L,
    "[degF]": lambda value: value * 1.8 + 32,
    "[lb_av]": lambda value: value / KG_PER_LB,
}
"""From the canonical unit of what is told in it."""
_SHOWN_UNITS: Final = {"g": "g/L"}
_NAMES: Final = {code: name for name, code in PRESSURES}


def stated(
    text: str, language: Language, limits: Patient, now: dt.datetime
) -> tuple[Standing, ...]:
    """Flags of readings in the words, each once.

    A number counts where its part of a sentence names one vital sign, in a unit of it or none.
    """
    found: dict[str, Standing] = {}
    for one in told(text, language):
        for code, value in one.values:
            side = extreme(code, value, limits)
            if side is not None:
                flag, unit = flag_of(code, side), METRICS[code].unit
                found.setdefault(flag.code, Standing(flag, now, one.values, unit, in_words=True))
                break
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Judged:
    """Readings in the words beside their usual ranges, and the numbers of both."""

    data: tuple[dict[str, Any], ...] = ()
    facts: tuple[Fact, ...] = ()


def judged(text: str, language: Language, limits: Patient, now: dt.datetime) -> Judged:
    """Readings that somebody writes of, each with its usual range, in the unit that they use."""
    facts: list[Fact] = []
    data = [
        _compared(one, language, limits, now, facts)
        for one in told(text, language)
        if one.sure and _has_range(one.metric)
    ]
    return Judged(tuple(data), tuple(facts))


def _compared(
    one: Told, language: Language, limits: Patient, now: dt.datetime, facts: list[Fact]
) -> dict[str, Any]:
    shown: dict[str, Any] = {"metric": one.metric, "unit": _SHOWN_UNITS.get(one.unit, one.unit)}
    if not one.values:
        return {**shown, "unreadable": True}
    for code, value in one.values:
        name = _NAMES.get(code, "value")
        label = metric_name(code, language)
        shown[name] = round(_theirs(value, one.unit), 1)
        facts.append(Fact("profile", label, _theirs(value, one.unit), one.unit, now))
        found = compared(name, code, value, facts, language, limits)
        span = next((found[key] for key in found if key.endswith("usual_range")), None)
        if span is not None:
            for side in ("low", "high"):
                facts.append(Fact("range", label, _theirs(span[side], one.unit), one.unit))
                span[side] = round(_theirs(span[side], one.unit), 1)
        shown |= found
    return {**shown, "unit_guessed": True} if one.guessed else shown


def _has_range(metric: str) -> bool:
    """Whether there is a usual range of it at all: of a weight there is none."""
    return metric in TARGETS or metric == BLOOD_PRESSURE


def _theirs(value: float, unit: str) -> float:
    convert = _THEIRS.get(unit)
    return convert(value) if convert else value
