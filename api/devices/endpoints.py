"""The resource /api/iot/devices/."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response, status
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
    Transfer,
    Verified,
)
from api.devices.transfer import transfer
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import Editing, tag, tag_of
from api.services import Shared
from api.sessions import Reading, Writing
from storage.queries import device_faults, devices

POSITION: Decoder[devices.DevicePosition] = Decoder(devices.DevicePosition)
FAULT_POSITION: Decoder[device_faults.FaultPosition] = Decoder(device_faults.FaultPosition)
router = Router(prefix="/api/iot/devices", tags=["devices"])


@router.post("/", status_code=status.HTTP_201_CREATED, name="create_device")
@router.post("/register/", status_code=status.HTTP_201_CREATED)
async def register_device(
    parts: Shared, session: Writing, caller: DeviceUser, body: DeviceInput
) -> Registration:
    """Register a device. Its key is in this answer and nowhere else, ever.

    Anyone may register a device of their own; for a patient, the caller must be able to see them.
    """
    return await service.register(parts, session, caller, body)


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
async def get_device(
    session: Reading, caller: DeviceUser, device_id: UUID, response: Response
) -> Device:
    """One device. Its ETag is of what can be changed about it."""
    return _shown(await service.require(session, caller, device_id), response)


@router.put("/{device_id:uuid}/", name="replace_device")
@router.patch("/{device_id:uuid}/")
async def change_device(  # noqa: PLR0913, PLR0917 - one for each part of the request
    session: Writing,
    caller: DeviceUser,
    device_id: UUID,
    body: DeviceChange,
    edit: Editing,
    response: Response,
) -> Device:
    """Change a device's name, what it is, or its state; what is left out stays as it is.

    A revoked one stays what it is.
    """
    return _shown(await service.change(session, caller, device_id, body, edit), response)


@router.delete("/{device_id:uuid}/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_device(
    parts: Shared, session: Writing, caller: DeviceUser, device_id: UUID, edit: Editing
) -> None:
    """Revoke a device and take it out of every list. Its readings stay its owner's."""
    edit.check(service.editable(await service.hold(session, caller, device_id)))
    await service.remove(parts, session, caller, device_id)


@router.post("/{device_id}/transfer/")
async def transfer_device(
    parts: Shared, session: Writing, caller: DeviceUser, device_id: UUID, body: Transfer
) -> Registration:
    """Give a device to another patient, whom the caller must be able to see as well.

    Its topics and its key change: the device must be set up with what this answers, and verified.
    Until then nothing is taken from it, and what it still sends with its old key never is. What
    it measured so far stays with the patient before.
    """
    return await transfer(parts, session, caller, device_id, body.owner_id)


@router.post("/{device_id}/rotate-key/")
async def rotate_device_key(
    parts: Shared,
    session: Writing,
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
    return await service.rotate_key(parts, session, caller, device_id, immediately=immediately)


@router.post("/{device_id}/revoke/")
async def revoke_device(
    parts: Shared, session: Writing, caller: DeviceUser, device_id: UUID
) -> Device:
    """End a device for good: its keys stop working and it is disconnected. Its readings stay."""
    revoked = await service.revoke(parts, session, caller, device_id)
    return Device.model_validate(revoked, from_attributes=True)


@router.get("/{device_id}/ledger/")
async def get_ledger(session: Reading, caller: DeviceUser, device_id: UUID) -> Ledger:
    """What became of every message and every reading of a device."""
    return await service.ledger(session, caller, device_id)


@router.get("/{device_id}/errors/")
async def list_faults(
    session: Reading, caller: DeviceUser, device_id: UUID, paging: Paging
) -> Page[DeviceFault]:
    """Faults that a device reported of itself under its present owner, newest first."""
    device = await service.require(session, caller, device_id)
    found = await device_faults.page(
        session,
        device_id,
        since=device.owned_since,
        after=paging.after(FAULT_POSITION),
        limit=paging.limit + 1,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    results = [DeviceFault.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=results, next=following)


def _shown(device: devices.DeviceRow, response: Response) -> Device:
    tag(response, tag_of(service.editable(device)))
    return Device.model_validate(device, from_attributes=True)
