"""Readings as an assistant gets them: with their usual range, and every number a fact."""

from typing import Any, Final

from analytics.scores.news2 import ADULT_FROM_YEARS, INPUTS, news2
from analytics.trends.targets import TARGETS
from analytics.triage.extremes import Patient
from analytics.triage.language import Language
from api.dr_jeg import standing
from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.tools.looking import Looker, untrusted
from api.health_metrics.schemas import BLOOD_PRESSURE, Reading
from gateways.llm.local_words import metric_name
from telemetry.metrics import METRICS

PRESSURES: Final = tuple(zip(("systolic", "diastolic"), standing.PRESSURES, strict=True))


def code_of(reading: Reading) -> str:
    """Code of a reading's metric; both pressures together are one."""
    pressure = reading.metric_type.startswith(BLOOD_PRESSURE)
    return BLOOD_PRESSURE if pressure else reading.metric_type


def shown_reading(
    looker: Looker, reading: Reading, facts: list[Fact], limits: Patient
) -> dict[str, Any]:
    """A reading with its time and usual range, `urgent` where it cannot wait.

    What is a number in it goes to `facts`.
    """
    reference = {"reading_id": str(reading.id), "metric": reading.metric_type}
    shown: dict[str, Any] = {
        "metric": code_of(reading),
        "unit": reading.unit,
        "measured_at": looker.local(reading.recorded_at),
        "source": reading.source,
    }
    if reading.notes:
        shown["note"] = untrusted(reading.notes)
    values = (
        [("value", reading.metric_type, reading.value)]
        if reading.metric_type != BLOOD_PRESSURE
        else [(name, code, getattr(reading, f"{name}_value")) for name, code in PRESSURES]
    )
    for name, code, value in values:
        if value is None:
            continue
        shown[name] = round(value, 1)
        label = metric_name(code, looker.language)
        facts.append(Fact("reading", label, value, reading.unit, reading.recorded_at, reference))
        shown |= compared(name, code, value, facts, looker.language, limits)
    return {**shown, "urgent": True} if standing.of_reading(reading, limits) else shown


def compared(  # noqa: PLR0913, PLR0917 - what a value is, and whose
    name: str, code: str, value: float, facts: list[Fact], language: Language, limits: Patient
) -> dict[str, Any]:
    """The usual range of a value, and where the value lies; its bounds are facts too.

    `name` is `value`, or which of the two pressures it is.
    """
    found = _range(name, code, value, metric_name(code, language), facts)
    state = f"{'' if name == 'value' else f'{name}_'}compared_to_usual_range"
    if found.get(state) == "inside" and _scores(code, value, limits):
        found[state] = "scores"
    return found


def _range(name: str, code: str, value: float, label: str, facts: list[Fact]) -> dict[str, Any]:
    target = TARGETS.get(code)
    if target is None:
        return {}
    state = "below" if value < target.low else "above" if value > target.greatest else "inside"
    unit = METRICS[code].unit
    reference = {"source": target.source}
    facts += [Fact("range", label, one, unit, None, reference) for one in (target.low, target.high)]
    prefix = "" if name == "value" else f"{name}_"
    return {
        f"{prefix}usual_range": {"low": target.low, "high": target.high},
        f"{prefix}compared_to_usual_range": state,
    }


def _scores(code: str, value: float, limits: Patient) -> bool:
    """Whether NEWS2 gives points for it: then it is not called usual."""
    if limits.pregnant or (limits.age_years or ADULT_FROM_YEARS) < ADULT_FROM_YEARS:
        return False
    if code not in {*INPUTS, "pulse_rate"}:
        return False
    found = news2({code: [value]}, scale=[limits.scale])
    return bool(found.minimum[0])
