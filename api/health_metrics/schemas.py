"""Shapes of readings and trends."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from telemetry.metrics import METRICS_BY_NAME

BLOOD_PRESSURE = "blood_pressure"


def _known(name: str) -> str:
    """Turn a code, an alias or a LOINC code into the code."""
    if name == BLOOD_PRESSURE:
        return name
    metric = METRICS_BY_NAME.get(name)
    if metric is None:
        message = "unknown metric"
        raise ValueError(message)
    return metric.code


MetricCode = Annotated[str, Field(max_length=50), AfterValidator(_known)]
"""A code of the registry, an alias, a LOINC code, or `blood_pressure` for both pressures."""


class Reading(BaseModel):
    """One measurement; both pressures of one moment are one."""

    id: UUID = Field(description="Made from series and time: the same reading, the same id.")
    metric_type: str
    value: float | None = Field(description="Null for a blood pressure, which has two.")
    unit: str = Field(description="UCUM.")
    systolic_value: float | None = None
    diastolic_value: float | None = None
    recorded_at: dt.datetime
    quality: float = Field(description="0 (useless) to 1 (good); the lesser of two.")
    device_id: UUID | None
    is_manual_entry: bool


class Statistics(BaseModel):
    """What was measured in each bucket; null where nothing was."""

    mean: list[float | None]
    min: list[float | None]
    max: list[float | None]
    n: list[int]


class Trend(Statistics):
    """Readings in buckets of equal length; empty buckets are left out.

    For `blood_pressure` the arrays are of the systolic pressure, and `diastolic` has the same for
    the diastolic one, at the same times.
    """

    patient: UUID
    metric: str
    unit: str
    resolution_seconds: int
    t: list[int] = Field(description="Start of each bucket, milliseconds since 1970.")
    diastolic: Statistics | None = None
