"""Looking after devices: /api/iot/devices/{device_id}/health/, doctor/ and maintenance/."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, status
from msgspec.json import Decoder

from analytics.device_health import assess
from analytics.firmware import examine
from api.auth import DeviceUser
from api.devices.care_schemas import (
    Check,
    DeviceHealth,
    DoctorReport,
    Issue,
    Maintenance,
    MaintenanceEnd,
    MaintenanceInput,
    Measured,
)
from api.devices.service import require, require_locked
from api.errors import ConflictError, NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from storage.engine import WriteSession
from storage.queries import device_maintenance, devices
from storage.queries.device_health import health_facts
from storage.queries.device_maintenance import MaintenancePosition
from storage.queries.firmware import firmware_facts

POSITION: Decoder[MaintenancePosition] = Decoder(MaintenancePosition)
router = Router(prefix="/api/iot/devices/{device_id}", tags=["devices"])


class UnderMaintenanceError(ConflictError):
    """The device is under maintenance; finish that first."""


class NotUnderMaintenanceError(ConflictError):
    """The device is not under maintenance."""


@router.get("/health/")
async def get_device_health(session: Reading, caller: DeviceUser, device_id: UUID) -> DeviceHealth:
    """How a device is, from what came of it lately: gaps, refusals, clock, battery, faults."""
    device = await require(session, caller, device_id)
    facts = await health_facts(session, device)
    health = assess(facts)
    return DeviceHealth(
        device_id=device_id,
        status=device.status,
        connectivity=health.connectivity,
        data_quality=health.data_quality,
        last_maintenance=device.last_maintenance,
        issues=[Issue.model_validate(one, from_attributes=True) for one in health.issues],
        last_seen=device.last_seen,
        battery_level=device.battery_level,
        measured=Measured(
            readings=facts.readings,
            mean_quality=facts.mean_quality,
            refused=dict(facts.refused),
            boot=facts.boot,
            messages=facts.messages,
            missing=facts.missing,
            clock_offset_ms=None if facts.clock is None else facts.clock.offset_ms,
        ),
    )


@router.get("/doctor/")
async def examine_firmware(
    session: Reading,
    caller: DeviceUser,
    device_id: UUID,
    boots: Annotated[int, Query(ge=1, le=50, description="How many boots, newest first.")] = 1,
) -> DoctorReport:
    """Report what a device's firmware does right and wrong, and what to mend.

    It is judged from the newest boots' traffic as it was received; what was not seen is `unknown`.
    """
    await require(session, caller, device_id)
    facts = await firmware_facts(session, device_id, boots=boots)
    if facts is None:
        raise NotFoundError
    found = examine(facts)
    return DoctorReport(
        device_id=device_id,
        result=found.result,
        since=facts.since,
        boot=None if facts.boots is None else facts.boots.newest,
        checks=[Check.model_validate(one, from_attributes=True) for one in found.checks],
    )


@router.get("/maintenance/")
async def list_maintenance(
    session: Reading, caller: DeviceUser, device_id: UUID, paging: Paging
) -> Page[Maintenance]:
    """Every time that a device was looked after, newest first."""
    await require(session, caller, device_id)
    found = await device_maintenance.page(
        session, device_id, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    results = [Maintenance.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=results, next=following)


@router.post("/maintenance/", status_code=status.HTTP_201_CREATED)
async def begin_maintenance(
    session: Writing, caller: DeviceUser, device_id: UUID, body: MaintenanceInput
) -> Maintenance:
    """Begin to look after a device, which takes it out of use, or note that it was done."""
    await require_locked(session, caller, device_id)
    record_id = await device_maintenance.begin(session, device_id, caller.id, body.note)
    if record_id is None:
        raise UnderMaintenanceError
    if body.finished:
        await device_maintenance.finish(session, device_id, caller.id, None)
    else:
        await devices.change(session, device_id, {"status": "MAINTENANCE"})
    return await _shown(session, record_id)


@router.put("/maintenance/")
async def finish_maintenance(
    session: Writing, caller: DeviceUser, device_id: UUID, body: MaintenanceEnd
) -> Maintenance:
    """Finish the maintenance that goes on, and put the device back to use."""
    await require_locked(session, caller, device_id)
    record_id = await device_maintenance.finish(session, device_id, caller.id, body.note)
    if record_id is None:
        raise NotUnderMaintenanceError
    await devices.change(session, device_id, {"status": body.status})
    return await _shown(session, record_id)


async def _shown(session: WriteSession, record_id: UUID) -> Maintenance:
    row = await device_maintenance.find(session, record_id)
    return Maintenance.model_validate(row, from_attributes=True)
