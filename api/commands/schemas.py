"""Shapes of commands and configurations."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from api.reasons import Unfit
from api.schemas import Input
from storage.queries.commands import CommandRow

MAX_BYTES = 8 * 1024
MAX_TIMEOUT_SECONDS = 3600

Status = Literal["pending", "sent", "succeeded", "failed", "timed_out"]


def _small(value: dict[str, Any]) -> dict[str, Any]:
    encoded = msgspec.json.encode(value)
    if len(encoded) > MAX_BYTES or b"\\u0000" in encoded:
        message = "is too large, or holds a NUL character"
        raise Unfit(message)
    return value


Small = Annotated[dict[str, Any], AfterValidator(_small)]


class CommandInput(Input):
    """A command to a device."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")] = Field(
        description="What the device is to do, such as ping; what there is depends on the device."
    )
    arguments: Small = Field(default={}, description="At most 8 KiB of JSON.")
    timeout_seconds: int = Field(
        default=30,
        ge=1,
        le=MAX_TIMEOUT_SECONDS,
        description="For so long it may be delivered and answered.",
    )


class Command(BaseModel):
    """A command and what became of it."""

    id: UUID
    device_id: UUID
    name: str
    arguments: dict[str, Any]
    status: Status = Field(
        description="pending: not yet at the broker; sent: the broker has it. An answer that comes "
        "after the time-out still counts."
    )
    created_at: dt.datetime
    sent_at: dt.datetime | None
    expires_at: dt.datetime
    answered_at: dt.datetime | None
    result: Any = Field(description="As the device sent it.")
    error: str | None


class ConfigInput(Input):
    """How a device is to be set."""

    settings: Small = Field(description="At most 8 KiB of JSON; all of it, not a change of it.")


class Config(BaseModel):
    """How a device is to be set, and what it says that it has."""

    device_id: UUID
    version: int = Field(description="Rises with every change.")
    settings: dict[str, Any]
    updated_at: dt.datetime
    acknowledged_version: int | None = Field(description="The last one that the device answered.")
    acknowledged_at: dt.datetime | None
    error: str | None = Field(description="Why the device did not take that version.")


def shape(row: CommandRow) -> Command:
    """Give a command its shape."""
    result = msgspec.json.decode(row.result) if row.result else None
    return Command(
        id=row.id,
        device_id=row.device_id,
        name=row.name,
        arguments=row.arguments,
        status=row.status,
        created_at=row.created_at,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        result=result,
        error=row.error,
    )
