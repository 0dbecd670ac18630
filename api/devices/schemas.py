"""Shapes of devices."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, SecretStr

from api.schemas import Input, Name, ShortText

Status = Literal["ACTIVE", "INACTIVE", "MAINTENANCE", "REVOKED"]


def _upper(text: object) -> object:
    return text.strip().upper() if isinstance(text, str) else text


DeviceType = Annotated[
    Literal[
        "SMARTWATCH",
        "FITNESS_TRACKER",
        "WEARABLE",
        "MONITOR",
        "PATIENT_MONITOR",
        "PULSE_OXIMETER",
        "BLOOD_PRESSURE_MONITOR",
        "GLUCOSE_MONITOR",
        "THERMOMETER",
        "SCALE",
        "ECG",
        "PHONE",
        "GATEWAY",
        "OTHER",
    ],
    BeforeValidator(_upper),
]
"""Kinds of devices; `OTHER` is every other one."""


class Device(BaseModel):
    """A device as people see it."""

    device_id: UUID
    name: str
    device_type: str
    manufacturer: str
    model: str
    firmware_version: str
    owner_id: UUID = Field(description="The patient whose vitals it measures.")
    status: Status
    is_verified: bool
    is_online: bool = Field(description="As its last status message or will says.")
    last_seen: dt.datetime | None
    battery_level: float | None = Field(description="Percent.")
    last_maintenance: dt.datetime | None = Field(description="When that was last finished.")
    created_at: dt.datetime
    owned_since: dt.datetime = Field(description="Since when it measures this owner.")


class DeviceInput(Input):
    """A device to register."""

    device_type: DeviceType = Field(description="What kind of device it is; case does not matter.")
    name: ShortText = ""
    manufacturer: ShortText = ""
    model: ShortText = ""
    firmware_version: ShortText = ""
    owner_id: UUID | None = Field(
        default=None, description="The patient it measures; the caller when left out."
    )
    provisioned: bool = Field(
        default=False,
        description="The caller loads the key into the device himself: it is verified at once.",
    )


class DeviceChange(Input):
    """What can be changed about a device; what is left out stays."""

    name: Name | None = None
    device_type: DeviceType | None = None
    manufacturer: ShortText | None = None
    model: ShortText | None = None
    firmware_version: ShortText | None = Field(
        default=None, description="Its status says the same, and then counts."
    )
    status: Literal["ACTIVE", "INACTIVE", "MAINTENANCE"] | None = Field(
        default=None,
        description="Readings are taken while it is ACTIVE, and refused otherwise. MAINTENANCE"
        " begins a maintenance, and any other state finishes it.",
    )


class Editable(BaseModel):
    """What can be changed about a device: its ETag is made of this."""

    name: str
    device_type: str
    manufacturer: str
    model: str
    firmware_version: str
    owner_id: UUID
    status: Status


class Topics(BaseModel):
    """MQTT topics of one device, opaque to it."""

    telemetry: str
    status: str
    error: str
    reply: str
    receipt: str
    cmd: str
    config: str


class Broker(BaseModel):
    """Where the device connects, with its id as username and its key as password."""

    host: str
    port: int


class QrCode(BaseModel):
    """What a device must be told, to be scanned; the key is in it."""

    text: str = Field(description="What is in it: compact JSON.")
    svg: str = Field(description="A picture of it, as a data URI.")
    png: str = Field(description="The same as PNG.")


class Registration(BaseModel):
    """What the device must be told; the key is shown here and never again."""

    device_id: UUID
    api_key: str
    topics: Topics
    broker: Broker
    owner_id: UUID
    is_verified: bool
    qr_code: QrCode


class Transfer(Input):
    """Whom a device is given to."""

    owner_id: UUID = Field(description="A patient whom the caller may see.")


class NewKey(BaseModel):
    """A device's new key, shown here and never again."""

    device_id: UUID
    api_key: str
    old_key_ends_at: dt.datetime | None = Field(
        description="Until when the key before it is good, too; null when it is no longer."
    )
    qr_code: QrCode


class KeyProof(Input):
    """A device shows its key."""

    device_id: UUID
    api_key: Annotated[SecretStr, Field(min_length=1, max_length=200)]


class Verified(BaseModel):
    """The key is right."""

    device_id: UUID
    is_verified: bool


class MessageCounts(BaseModel):
    """published = stored + duplicate + quarantined + rejected + missing."""

    published: int = Field(description="Highest message number seen.")
    stored: int
    duplicate: int
    quarantined: int
    rejected: int
    missing: int


class BootLedger(BaseModel):
    """Account of one boot; boot -1 gathers messages that carry no number."""

    boot: int
    max_seq: int
    messages: MessageCounts
    missing_ranges: list[tuple[int, int]] = Field(
        description="First and last number of each gap, at most 100 gaps."
    )


class ReadingCounts(BaseModel):
    """What became of the readings."""

    stored: int
    duplicate: int
    rejected: dict[str, int] = Field(description="By reason.")


class Ledger(BaseModel):
    """Account of a device, to the message."""

    device_id: UUID
    boots: list[BootLedger] = Field(description="The newest 100.")
    readings: ReadingCounts = Field(description="Over all boots.")


class DeviceFault(BaseModel):
    """A fault that a device reported of itself."""

    id: int
    received_at: dt.datetime
    occurred_at: dt.datetime | None = Field(description="By its own clock, where plausible.")
    boot: int | None
    code: str
    message: str
