"""Shapes of readings that people enter by hand."""

from typing import Annotated, Final, LiteralString, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.health_metrics.schemas import BLOOD_PRESSURE, MetricCode
from api.reasons import Unfit
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
        raise Unfit(message)
    if METRICS[code].technical or METRICS[code].codes:
        message = "is nothing that is measured and entered here"
        raise Unfit(message)
    return code


def _storable(text: str) -> str:
    if "\0" in text:
        message = "holds a NUL character"
        raise Unfit(message)
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
    systolic_value: Number | None = Field(default=None, examples=[None])
    diastolic_value: Number | None = Field(default=None, examples=[None])
    unit: str | None = Field(
        default=None, max_length=30, description="The metric's own unit when left out."
    )
    recorded_at: UtcTime | None = Field(default=None, description="Now when left out.")
    notes: Notes = ""

    @model_validator(mode="after")
    def _has_its_values(self) -> Self:
        wrong = self._wrong()
        if wrong is not None:
            # Words for it are in `api.errors`.
            raise PydanticCustomError(wrong, wrong)
        return self

    def _wrong(self) -> LiteralString | None:
        upper, lower = self.systolic_value, self.diastolic_value
        if self.metric_type != BLOOD_PRESSURE:
            alone = self.value is not None and upper is None and lower is None
            return None if alone else "reading_value"
        if self.value is not None or (upper is None and lower is None):
            return "pressure_values"
        swapped = upper is not None and lower is not None and upper <= lower
        return "pressure_order" if swapped else None

    def samples(self, time_ms: int) -> dict[str, Sample]:
        """Field -> its value as the judge takes it."""
        names = {"value": self.metric_type} | PRESSURES
        given = {field: getattr(self, field) for field in names}
        return {
            field: Sample(names[field], value, t=time_ms, u=self.unit)
            for field, value in given.items()
            if value is not None
        }
