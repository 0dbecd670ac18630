"""What an Observation says: a reading that somebody enters by hand, or one of the bedside."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn
from uuid import UUID

from fhir.resources.R4B.observation import Observation
from pydantic import ValidationError

from api.errors import BadRequestError, FieldProblem, InvalidInputError
from api.fhir.search import referred
from api.health_metrics.manual_schemas import ReadingInput
from api.health_metrics.schemas import BLOOD_PRESSURE
from api.observations.schemas import ObservationInput
from gateways.fhir import codes
from telemetry.metrics import BLOOD_PRESSURE_PANEL, METRICS, METRICS_BY_NAME, Metric

_PRESSURES: Final = {"8480-6": "systolic_value", "8462-4": "diastolic_value"}
_PANEL_REASONS: Final = {
    "pressure_order": "has a systolic pressure that is not above the diastolic one",
    "pressure_values": "has neither of the two pressures",
}
_STANDING: Final = frozenset({"final", "amended", "corrected"})
_LOINC: Final = re.compile(r"\d{1,7}-\d")
MOST_PROBLEMS: Final = 20


class UnreadableObservationError(BadRequestError):
    """The body is no valid FHIR R4 Observation."""


class UnusableObservationError(InvalidInputError):
    """The Observation cannot be stored."""


def read(body: dict[str, Any]) -> tuple[UUID, ReadingInput | ObservationInput]:
    """Whose Observation it is, and what it says: coded values are those of bedside observations.

    Raises:
        UnreadableObservationError: when it is not valid FHIR.
        UnusableObservationError: when it says what cannot be stored.
    """
    if texts := list(_texts_for_numbers(body)):
        raise UnreadableObservationError(errors=texts[:MOST_PROBLEMS])
    try:
        observation = Observation.model_validate(body)
    except ValidationError as error:
        raise UnreadableObservationError(errors=_problems(error)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableObservationError from error
    try:
        whose = referred(observation.subject.reference if observation.subject else None)
    except ValueError:
        whose = None
    if whose is None:
        refuse("subject", "is to be a reference Patient/…")
    if observation.status not in _STANDING:
        refuse("status", "is to be final, amended or corrected")
    effective = observation.effectiveDateTime
    if not isinstance(effective, dt.datetime) or effective.tzinfo is None:
        refuse("effectiveDateTime", "is to be an instant with an offset from UTC")
    try:
        return whose, _said(observation, effective)
    except ValidationError as error:
        problems = [_of_panel(one) for one in error.errors() if not one["loc"]] or _problems(error)
        raise UnusableObservationError(errors=problems) from error


def _of_panel(error: Mapping[str, Any]) -> FieldProblem:
    """What is wrong with values that make one reading together."""
    reason = _PANEL_REASONS.get(error["type"], "is not valid")
    return FieldProblem(location="body", field="component", reason=reason)


def _texts_for_numbers(body: dict[str, Any]) -> Iterator[FieldProblem]:
    """Values of quantities that are no JSON numbers: the model would read a number out of a text.

    Source: FHIR R4, 2.6.1 (hl7.org/fhir/R4/json.html#primitive).
    """
    components = body.get("component")
    parts: list[tuple[str, Any]] = [("", body)]
    if isinstance(components, list):
        parts += [(f"component.{place}.", one) for place, one in enumerate(components)]
    for path, part in parts:
        quantity = part.get("valueQuantity") if isinstance(part, dict) else None
        value = quantity.get("value") if isinstance(quantity, dict) else None
        if isinstance(value, str | bool):
            yield FieldProblem(
                location="body", field=f"{path}valueQuantity.value", reason="is to be a number"
            )


def _said(observation: Any, at: dt.datetime) -> ReadingInput | ObservationInput:  # noqa: ANN401 - a model without types
    if BLOOD_PRESSURE_PANEL in _loinc(observation.code):
        return ReadingInput(recorded_at=at, **_pressures(observation))
    metric = _metric(observation.code)
    if metric.codes:
        value = {metric.code: _coded(metric, observation.valueCodeableConcept)}
        return ObservationInput.model_validate({"measured_at": at} | value)
    quantity = observation.valueQuantity
    if quantity is None:
        refuse("valueQuantity", "is missing")
    return ReadingInput(
        recorded_at=at, metric_type=metric.code, value=_number(quantity), unit=_unit(quantity)
    )


def _pressures(observation: Any) -> dict[str, Any]:  # noqa: ANN401 - a model without types
    units = set()
    values: dict[str, Any] = {"metric_type": BLOOD_PRESSURE}
    for component in observation.component or ():
        for code in _loinc(component.code):
            if code in _PRESSURES and component.valueQuantity is not None:
                values[_PRESSURES[code]] = _number(component.valueQuantity)
                units.add(_unit(component.valueQuantity))
    if len(units) > 1:
        refuse("component", "has values in different units")
    return values | {"unit": next(iter(units), None)}


def _metric(concept: Any) -> Metric:  # noqa: ANN401 - a model without types
    """The one metric that a concept names, by LOINC or by its name here."""
    known = list(_loinc(concept))
    found = {METRICS_BY_NAME[code].code for code in known if code in METRICS_BY_NAME}
    found |= {code for code in _codes(concept, codes.METRIC) if code in METRICS}
    if len(found) > 1:
        refuse("code", "has codes of more than one metric")
    if not found:
        # What was observed, not what came of it.
        named = ", ".join(code for code in known[:MOST_PROBLEMS] if _LOINC.fullmatch(code))
        which = f": LOINC {named}" if named else ""
        refuse("code", f"is of nothing that is stored here{which}")
    return METRICS[found.pop()]


def _coded(metric: Metric, concept: Any) -> str:  # noqa: ANN401 - a model without types
    """The word of a metric's vocabulary that a concept stands for."""
    if concept is None:
        refuse("valueCodeableConcept", f"is missing: {metric.code} is a code")
    known = codes.meanings(metric)
    given = ((one.system, one.code) for one in concept.coding or ())
    found = {known[pair] for pair in given if pair in known}
    if len(found) != 1:
        words = ", ".join(f"{metric.code}:{word}" for word in metric.codes)
        refuse(
            "valueCodeableConcept", f"is to be a code of SNOMED CT, or of {codes.METRIC}: {words}"
        )
    return found.pop()


def _loinc(concept: Any) -> Iterator[str]:  # noqa: ANN401 - a model without types
    return _codes(concept, codes.LOINC)


def _codes(concept: Any, system: str) -> Iterator[str]:  # noqa: ANN401 - a model without types
    for coding in concept.coding or ():
        if coding.system == system and coding.code:
            yield coding.code


def _number(quantity: Any) -> float:  # noqa: ANN401 - a model without types
    if quantity.value is None or quantity.comparator:
        refuse("valueQuantity", "is to have an exact value")
    return float(quantity.value)


def _unit(quantity: Any) -> str | None:  # noqa: ANN401 - a model without types
    if quantity.system not in {None, codes.UCUM}:
        refuse("valueQuantity.system", "is to be UCUM")
    unit: str | None = quantity.code or quantity.unit
    if unit is None:
        refuse("valueQuantity.code", "is missing: a unit is not guessed")
    return unit


def refuse(field: str, reason: str) -> NoReturn:
    """Say which element cannot be stored as it stands."""
    problem = FieldProblem(location="body", field=field, reason=reason)
    raise UnusableObservationError(errors=[problem])


def _problems(error: ValidationError) -> list[FieldProblem]:
    return [
        FieldProblem(
            location="body",
            field=".".join(str(part) for part in one["loc"])[:100],
            reason="is not valid",
        )
        for one in error.errors(include_input=False, include_url=False)
    ][:MOST_PROBLEMS]
