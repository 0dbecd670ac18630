"""The resources /api/iot/data/ and /api/iot/devices/error/: for devices, by their keys."""

from typing import Annotated, Any

from fastapi import Header, Request
from pydantic import BaseModel

from api.intake.schemas import (
    DeviceReadingInput,
    FaultInput,
    FaultLogged,
    NativeInput,
    StreamInput,
    Taken,
)
from api.intake.service import Named
from api.routing import Router
from api.services import Shared

router = Router(prefix="/api/iot", tags=["intake"])

DeviceHeader = Annotated[
    str | None,
    Header(alias="X-Device-ID", max_length=64, description="Where the body names no device."),
]
KeyHeader = Annotated[
    str | None,
    Header(alias="X-API-Key", max_length=200, description="Where the body carries no key."),
]


FORMS: tuple[type[BaseModel], ...] = (DeviceReadingInput, StreamInput, NativeInput)
"""Shapes of bodies that are read as they come: what is wrong with one is kept, with its reason."""


def _takes(*forms: type[BaseModel]) -> dict[str, Any]:
    schema = {"anyOf": [{"$ref": f"#/components/schemas/{form.__name__}"} for form in forms]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post("/data/", openapi_extra=_takes(DeviceReadingInput, NativeInput))
async def take_reading(
    request: Request, parts: Shared, device: DeviceHeader = None, key: KeyHeader = None
) -> Taken:
    """Store a reading of a device; 200 means that it is on disk.

    Every payload form of MQTT is taken. 401: unknown device or wrong key. 422: all of it was
    refused, for the reasons given; it is kept as a dead letter. Sending again adds nothing.
    """
    return await parts.intake.take(await request.body(), Named(device, key))


@router.post("/data/stream/", openapi_extra=_takes(StreamInput, NativeInput))
async def take_readings(
    request: Request, parts: Shared, device: DeviceHeader = None, key: KeyHeader = None
) -> Taken:
    """Store several readings of a device, each judged for itself; else as `/api/iot/data/`."""
    return await parts.intake.take(await request.body(), Named(device, key))


@router.post("/devices/error/")
async def report_fault(parts: Shared, body: FaultInput) -> FaultLogged:
    """Keep a fault that a device reports of itself.

    A device whose clock is wrong has faults, too: one dated in the future, or before there were
    such devices, is kept as of when it was received, and `time_refused` says what is wrong.
    """
    return await parts.intake.fault(body)
