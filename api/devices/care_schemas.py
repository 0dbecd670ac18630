"""Shapes of looking after devices: how they are, what their firmware does, who maintains them."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.devices.schemas import Status
from api.schemas import Input, ShortText


class Issue(BaseModel):
    """Something that somebody should look at."""

    code: str
    severity: Literal["info", "warning", "critical"]
    message: str
    since: dt.datetime | None


class Measured(BaseModel):
    """What the judgement is made of; readings of the hour before the device was last heard."""

    readings: int
    mean_quality: float | None = Field(description="By the device's own word, from 0 to 1.")
    refused: dict[str, int] = Field(description="Readings or messages, by reason.")
    boot: int | None = Field(description="The newest.")
    messages: int = Field(description="Of that boot.")
    missing: int = Field(description="Numbers of that boot that never came.")
    clock_offset_ms: int | None = Field(description="To be added to the device's time.")


class DeviceHealth(BaseModel):
    """How a device is."""

    device_id: UUID
    status: Status
    connectivity: Literal["GOOD", "FAIR", "POOR", "OFFLINE", "UNKNOWN"]
    data_quality: Literal["HIGH", "MEDIUM", "LOW", "UNKNOWN"]
    last_maintenance: dt.datetime | None
    issues: list[Issue]
    last_seen: dt.datetime | None
    battery_level: float | None = Field(description="Percent.")
    measured: Measured


class Check(BaseModel):
    """One thing that the firmware doctor looked at."""

    name: str
    result: Literal["pass", "fail", "unknown"] = Field(
        description="`unknown`: it has not been seen yet; the remedy says how to show it."
    )
    found: str
    remedy: str


class DoctorReport(BaseModel):
    """What the firmware of a device does right and wrong, from its recent traffic."""

    device_id: UUID
    result: Literal["pass", "fail", "unknown"] = Field(description="The worst of all checks.")
    since: dt.datetime = Field(description="When the oldest boot that was looked at began.")
    boot: int | None = Field(description="The newest boot; null when none was numbered.")
    checks: list[Check]


class MaintenanceInput(Input):
    """Somebody looks after a device."""

    note: ShortText = ""
    finished: bool = Field(
        default=False, description="It is done already; otherwise it begins, and nothing is taken."
    )


class MaintenanceEnd(Input):
    """Somebody has looked after a device."""

    note: ShortText | None = None
    status: Literal["ACTIVE", "INACTIVE"] = "ACTIVE"


class Maintenance(BaseModel):
    """One time that a device was looked after."""

    id: UUID
    started_at: dt.datetime
    started_by_id: UUID | None
    finished_at: dt.datetime | None = Field(description="Null while it goes on.")
    finished_by_id: UUID | None
    note: str
