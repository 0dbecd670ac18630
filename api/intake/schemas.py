"""Shapes of what devices send over HTTP, and of what they are told."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.devices.schemas import KeyProof
from api.schemas import ShortText
from telemetry.errors import Reason

Time = int | str
TIME = "Milliseconds since 1970, or RFC 3339 with an offset."
METRIC = "Code, alias or LOINC code of a metric, or `blood_pressure`."


class Proven(KeyProof):
    """What a device says about itself; as over MQTT, what it says besides is passed over."""

    model_config = ConfigDict(extra="ignore")


class Measured(BaseModel):
    """The value of a reading: `value`, or for blood pressure `systolic` and `diastolic`."""

    value: float | None = None
    systolic: float | None = None
    diastolic: float | None = None
    unit: str | None = Field(default=None, description="The metric's own when left out.")
    timestamp: Time = Field(description=TIME)


class DeviceReadingInput(Proven, Measured):
    """One reading of a device."""

    metric_type: str = Field(description=METRIC)


class NamedReading(Measured):
    """One of several readings."""

    type: str = Field(description=METRIC)


class StreamInput(Proven):
    """Several readings of a device."""

    metrics: list[NamedReading]


class NativeInput(Proven):
    """The compact form of MQTT; `boot` and `seq` enter it in the device's ledger."""

    boot: int | None = None
    seq: int | None = None
    sent: Time | None = Field(default=None, description="The device's clock.")
    h: bool = Field(default=False, description="Backlog: stored, and not taken for live.")
    m: list[dict[str, Any]] = Field(description="Readings and runs, see the device protocol.")


class Refused(BaseModel):
    """Readings that were refused, without their values."""

    metric: str | None = Field(description="Null when it is none that is known.")
    time: dt.datetime | None = Field(description="When it was measured; null where that is unsure.")
    reason: str = Field(description="One of the reasons of the device protocol.")
    readings: int = Field(description="More than one for a run.")


class Receipt(BaseModel):
    """As on `down/receipt`: every message of the boot up to `seq` is accounted for."""

    boot: int
    seq: int


class Taken(BaseModel):
    """What became of the readings; whatever is stored is on disk."""

    device_id: UUID
    stored: int
    duplicate: int = Field(description="Stored before, with the same value.")
    rejected: int
    refused: list[Refused] = Field(description="The first 100.")
    receipt: Receipt | None = Field(description="For a message with boot and seq.")


class FaultInput(Proven):
    """A fault that a device reports of itself."""

    error_code: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        description="Of the device's own making, such as SENSOR_FAIL."
    )
    message: Annotated[str, StringConstraints(max_length=500)] = ""
    timestamp: int | ShortText | None = Field(default=None, description=TIME)
    boot: int | None = Field(default=None, ge=0, le=2**53)


class FaultLogged(BaseModel):
    """The fault is kept with the device, whatever its clock says."""

    device_id: UUID
    error_code: str
    received_at: dt.datetime
    occurred_at: dt.datetime | None = Field(
        default=None, description="By the clock of the device, where it said so and can be right."
    )
    time_refused: Reason | None = Field(
        default=None, description="What is wrong with the time that it said; none is kept."
    )
