"""Shapes of readings that people enter by hand."""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from api.health_metrics.schemas import BLOOD_PRESSURE, MetricCode
from api.schemas import Input, UtcTime
from telemetry.metrics import METRICS
from telemetry.samples import Sample

PRESSURES: Final = {
    "systolic_value": "blood_pressure_systolic",
    "diastolic_value": "blood_pressure_diastolic",
}
"""Field -> metric."""


def _enterable(code: str) -> str:
    if code == BLOOD_PRESSURE:
        return code
    if code in PRESSURES.values():
        message = "is entered as blood_pressure"
        raise ValueError(message)
    if METRICS[code].technical or METRICS[code].codes:
        message = "is nothing that is measured and entered here"
        raise ValueError(message)
    return code


def _storable(text: str) -> str:
    if "\0" in text:
        message = "holds a NUL character"
        raise ValueError(message)
    return text


Notes = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2_000),
    AfterValidator(_storable),
    Field(description="At most 2,000 characters."),
]
Number = Annotated[float, Field(allow_inf_nan=False)]


class ReadingInput(Input):
    """One reading as somebody took it; a blood pressure has two values instead of one."""

    metric_type: Annotated[MetricCode, AfterValidator(_enterable)] = Field(
        description="Code, alias or LOINC code, or `blood_pressure`."
    )
    value: Number | None = None
    systolic_value: Number | None = None
    diastolic_value: Number | None = None
    unit: str | None = Field(
        default=None, max_length=30, description="The metric's own unit when left out."
    )
    recorded_at: UtcTime | None = Field(default=None, description="Now when left out.")
    notes: Notes = ""

    @model_validator(mode="after")
    def _has_its_values(self) -> Self:
        pressures = (self.systolic_value, self.diastolic_value)
        if self.metric_type == BLOOD_PRESSURE:
            if self.value is not None or pressures == (None, None):
                message = "a blood pressure has systolic_value and diastolic_value"
                raise ValueError(message)
            if None not in pressures and pressures[0] <= pressures[1]:  # type: ignore[operator]
                message = "the systolic pressure is not above the diastolic one"
                raise ValueError(message)
        elif self.value is None or pressures != (None, None):
            message = "a reading has a value"
            raise ValueError(message)
        return self

    def samples(self, time_ms: int) -> dict[str, Sample]:
        """Field -> its value as the judge takes it."""
        names = {"value": self.metric_type} | PRESSURES
        given = {field: getattr(self, field) for field in names}
        return {
            field: Sample(names[field], value, t=time_ms, u=self.unit)
            for field, value in given.items()
            if value is not None
        }
