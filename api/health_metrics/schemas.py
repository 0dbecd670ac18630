"""Shapes of readings and trends."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from api.reasons import Unfit
from telemetry.metrics import METRICS_BY_NAME

BLOOD_PRESSURE = "blood_pressure"


def _known(name: str) -> str:
    """Turn a code, an alias or a LOINC code into the code."""
    if name == BLOOD_PRESSURE:
        return name
    metric = METRICS_BY_NAME.get(name)
    if metric is None:
        message = "is no metric that is known here"
        raise Unfit(message)
    return metric.code


MetricCode = Annotated[str, Field(max_length=50), AfterValidator(_known)]
"""A code of the registry, an alias, a LOINC code, or `blood_pressure` for both pressures."""


Source = Literal["device", "manual", "import"]


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
    source: Source
    source_name: str = Field(description="Of an import: app or device as its file names it.")
    notes: str = Field(description="By whoever entered it by hand.")
    recorded_by_id: UUID | None = Field(description="Who entered it by hand, where that is known.")
    created_at: dt.datetime | None = Field(description="When it was entered by hand.")
    updated_at: dt.datetime | None = Field(description="When it was corrected last.")


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
