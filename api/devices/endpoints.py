"""The resource /api/iot/devices/."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, status
from msgspec.json import Decoder

from api.auth import DeviceUser
from api.devices import service
from api.devices.schemas import (
    Device,
    DeviceChange,
    DeviceFault,
    DeviceInput,
    KeyProof,
    Ledger,
    NewKey,
    Registration,
    Verified,
)
from api.idempotency import Router
from api.pagination import Page, Paging
from api.services import Shared
from api.sessions import Reading, Writing
from storage.queries import device_faults, devices

POSITION: Decoder[devices.DevicePosition] = Decoder(devices.DevicePosition)
FAULT_POSITION: Decoder[device_faults.FaultPosition] = Decoder(device_faults.FaultPosition)
router = Router(prefix="/api/iot/devices", tags=["devices"])


@router.post("/", status_code=status.HTTP_201_CREATED, name="create_device")
@router.post("/register/", status_code=status.HTTP_201_CREATED)
async def register_device(parts: Shared, caller: DeviceUser, body: DeviceInput) -> Registration:
    """Register a device. Its key is in this answer and nowhere else, ever.

    Anyone may register a device of their own; for a patient, the caller must be able to see them.
    """
    return await service.register(parts, caller, body)


@router.post("/verify/")
async def verify_device(parts: Shared, body: KeyProof) -> Verified:
    """Let a device prove that it holds its key; readings of one that never did are refused."""
    await service.verify(parts, body)
    return Verified(device_id=body.device_id, is_verified=True)


@router.get("/")
async def list_devices(
    session: Reading,
    caller: DeviceUser,
    paging: Paging,
    owner: Annotated[UUID | None, Query(description="Only devices of this patient.")] = None,
) -> Page[Device]:
    """Devices of the patients that the caller may see, and those that the caller registered."""
    found = await devices.page(
        session,
        caller.viewer,
        owner_id=owner,
        after=paging.after(POSITION),
        limit=paging.limit + 1,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    results = [Device.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=results, next=following)


@router.get("/{device_id:uuid}/")
async def get_device(session: Reading, caller: DeviceUser, device_id: UUID) -> Device:
    """One device."""
    found = await service.require(session, caller, device_id)
    return Device.model_validate(found, from_attributes=True)


@router.patch("/{device_id:uuid}/")
async def change_device(
    session: Writing, caller: DeviceUser, device_id: UUID, body: DeviceChange
) -> Device:
    """Give a device another name or state. A revoked one stays what it is."""
    changed = await service.change(session, caller, device_id, body)
    return Device.model_validate(changed, from_attributes=True)


@router.post("/{device_id}/rotate-key/")
async def rotate_device_key(
    parts: Shared,
    caller: DeviceUser,
    device_id: UUID,
    *,
    immediately: Annotated[
        bool, Query(description="End the old key now, and the connection that used it.")
    ] = False,
) -> NewKey:
    """Give a device a new key, shown in this answer only.

    The old key stays good for a while, so that the device can be told the new one over it; of
    more than two keys the oldest ends at once.
    """
    return await service.rotate_key(parts, caller, device_id, immediately=immediately)


@router.post("/{device_id}/revoke/")
async def revoke_device(parts: Shared, caller: DeviceUser, device_id: UUID) -> Device:
    """End a device for good: its keys stop working and it is disconnected. Its readings stay."""
    revoked = await service.revoke(parts, caller, device_id)
    return Device.model_validate(revoked, from_attributes=True)


@router.get("/{device_id}/ledger/")
async def get_ledger(session: Reading, caller: DeviceUser, device_id: UUID) -> Ledger:
    """What became of every message and every reading of a device."""
    return await service.ledger(session, caller, device_id)


@router.get("/{device_id}/errors/")
async def list_faults(
    session: Reading, caller: DeviceUser, device_id: UUID, paging: Paging
) -> Page[DeviceFault]:
    """Faults that a device reported of itself, newest first."""
    await service.require(session, caller, device_id)
    found = await device_faults.page(
        session, device_id, after=paging.after(FAULT_POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    results = [DeviceFault.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=results, next=following)
