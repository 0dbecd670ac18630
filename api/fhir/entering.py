"""What an Observation says, as a reading that somebody enters by hand."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NoReturn
from uuid import UUID

from fhir.resources.R4B.observation import Observation
from pydantic import ValidationError

from api.errors import FieldProblem, InvalidInputError
from api.fhir.search import referred
from api.health_metrics.manual_schemas import ReadingInput
from api.health_metrics.schemas import BLOOD_PRESSURE
from gateways.fhir import codes
from telemetry.metrics import BLOOD_PRESSURE_PANEL, METRICS_BY_NAME

_PRESSURES: Final = {"8480-6": "systolic_value", "8462-4": "diastolic_value"}
_STANDING: Final = frozenset({"final", "amended", "corrected"})
MOST_PROBLEMS: Final = 20


class UnusableObservationError(InvalidInputError):
    """The Observation cannot be stored."""


def read(body: dict[str, Any]) -> tuple[UUID, ReadingInput]:
    """What an Observation says, as a reading that somebody enters.

    Raises:
        UnusableObservationError: when it is not valid FHIR, or says what cannot be stored.
    """
    try:
        observation = Observation.model_validate(body)
    except ValidationError as error:
        raise UnusableObservationError(errors=_problems(error)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise UnusableObservationError from error
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
        return whose, ReadingInput(recorded_at=effective, **_values(observation))
    except ValidationError as error:
        raise UnusableObservationError(errors=_problems(error)) from error


def _values(observation: Any) -> dict[str, Any]:  # noqa: ANN401 - a model without types
    known = set(_loinc(observation.code))
    if BLOOD_PRESSURE_PANEL in known:
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
    names = {METRICS_BY_NAME[code].code for code in known if code in METRICS_BY_NAME}
    if len(names) != 1:
        refuse("code", "has no LOINC code of one metric that is known")
    if observation.valueQuantity is None:
        refuse("valueQuantity", "is missing")
    quantity = observation.valueQuantity
    return {"metric_type": names.pop(), "value": _number(quantity), "unit": _unit(quantity)}


def _loinc(concept: Any) -> Iterator[str]:  # noqa: ANN401 - a model without types
    for coding in concept.coding or ():
        if coding.system == codes.LOINC and coding.code:
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
