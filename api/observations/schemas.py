"""Shapes of bedside observations."""

import datetime as dt
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from api.reasons import Unfit
from api.schemas import Input, UtcTime
from telemetry.metrics import METRICS

Acvpu = Literal["alert", "confusion", "voice", "pain", "unresponsive"]

CODED: Final = ("consciousness", "supplemental_oxygen")


def _measured(code: str) -> object:
    metric = METRICS[code]
    return Field(ge=metric.low, le=metric.high, description=f"{metric.display}, {metric.unit}.")


class ObservationInput(Input):
    """One round at the bedside: whatever of it was observed, at least one value."""

    measured_at: UtcTime | None = Field(default=None, description="Now when left out.")
    respiratory_rate: Annotated[float | None, _measured("respiratory_rate")] = None
    oxygen_saturation: Annotated[float | None, _measured("oxygen_saturation")] = None
    supplemental_oxygen: Literal["air", "oxygen"] | None = Field(default=None, examples=["oxygen"])
    oxygen_flow_rate: Annotated[float | None, _measured("oxygen_flow_rate")] = None
    inspired_oxygen: Annotated[float | None, _measured("inspired_oxygen")] = None
    blood_pressure_systolic: Annotated[float | None, _measured("blood_pressure_systolic")] = None
    blood_pressure_diastolic: Annotated[float | None, _measured("blood_pressure_diastolic")] = None
    heart_rate: Annotated[float | None, _measured("heart_rate")] = None
    consciousness: Acvpu | None = Field(
        default=None, description="ACVPU; `confusion` is new confusion."
    )
    body_temperature: Annotated[float | None, _measured("body_temperature")] = None
    blood_glucose: Annotated[float | None, _measured("blood_glucose")] = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.values():
            message = "needs at least one observation"
            raise Unfit(message)
        systolic, diastolic = self.blood_pressure_systolic, self.blood_pressure_diastolic
        if systolic is not None and diastolic is not None and systolic <= diastolic:
            message = "must be above the diastolic one"
            raise Unfit(message, "blood_pressure_systolic")
        if self.supplemental_oxygen == "air" and self.oxygen_flow_rate:
            message = "is for supplemental oxygen, and this is air"
            raise Unfit(message, "oxygen_flow_rate")
        return self

    def values(self) -> dict[str, float]:
        """Metric -> value as it is stored; codes as numbers."""
        given = self.model_dump(exclude={"measured_at"}, exclude_none=True)
        return {
            name: METRICS[name].codes.index(value) if name in CODED else value
            for name, value in given.items()
        }


class Recorded(BaseModel):
    """What was recorded; it is on disk. The same set again adds nothing."""

    id: UUID
    patient: UUID
    measured_at: dt.datetime
    recorded_at: dt.datetime
    stored: int
    duplicate: int = Field(description="Values that were recorded before, for the same time.")


class ObservationSet(BaseModel):
    """Who recorded what; the values are among the readings of `/api/health-metrics/`."""

    id: UUID
    measured_at: dt.datetime
    recorded_at: dt.datetime
    recorded_by_id: UUID | None
    recorded_by: str
    metrics: list[str]
