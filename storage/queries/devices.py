"""Devices: registering, finding, changing."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, and_, func, or_, select, update

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import DeviceKey, IoTDevice
from storage.queries.care import Condition, Viewer, visible
from storage.queries.changes import Position, Span, last_changed, newest
from storage.queries.device_keys import tell

DevicePosition = tuple[dt.datetime, UUID]
"""Creation time and device id, newest first."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as people see it: `status` is its life cycle, `is_online` its present."""

    device_id: UUID
    name: str
    device_type: str
    manufacturer: str
    model: str
    firmware_version: str
    owner_id: UUID
    status: str
    is_verified: bool
    is_online: bool
    last_seen: dt.datetime | None
    battery_level: float | None
    last_maintenance: dt.datetime | None
    created_at: dt.datetime
    owned_since: dt.datetime
    updated_at: dt.datetime

    @property
    def position(self) -> DevicePosition:
        """Place in the list."""
        return (self.created_at, self.device_id)

    @property
    def change(self) -> Position:
        """Place in a list by change."""
        return (self.updated_at, self.device_id)


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device to register; only the digest of its key is ever stored."""

    owner_id: UUID
    registered_by_id: UUID
    key_digest: bytes
    is_verified: bool
    device_type: str
    name: str = ""
    manufacturer: str = ""
    model: str = ""
    firmware_version: str = ""


def _devices() -> Select[*tuple[Any, ...]]:
    return select(
        IoTDevice.device_id,
        IoTDevice.name,
        IoTDevice.device_type,
        IoTDevice.manufacturer,
        IoTDevice.model,
        IoTDevice.firmware_version,
        IoTDevice.owner_id,
        IoTDevice.status,
        IoTDevice.is_verified,
        IoTDevice.is_online,
        IoTDevice.last_seen,
        IoTDevice.battery_level,
        IoTDevice.last_maintenance,
        IoTDevice.created_at,
        IoTDevice.owned_since,
        IoTDevice.updated_at,
    )


async def page(
    session: ReadSession,
    viewer: Viewer,
    *,
    owner_id: UUID | None,
    after: DevicePosition | None,
    limit: int,
) -> list[DeviceRow]:
    """Devices of visible patients and those that the viewer registered, newest first."""
    order = (IoTDevice.created_at, IoTDevice.device_id)
    statement = _devices().where(_may_see(viewer))
    if owner_id is not None:
        statement = statement.where(IoTDevice.owner_id == owner_id)
    return await _rows(session, newest(statement, order, after=after, limit=limit))


async def changes(  # noqa: PLR0913 - one argument for each thing that is asked for
    session: ReadSession,
    viewer: Viewer,
    *,
    key: UUID | None = None,
    owner_id: UUID | None = None,
    changed: Span | None = None,
    after: Position | None,
    limit: int,
) -> list[DeviceRow]:
    """Those devices, what was changed last first."""
    order = (IoTDevice.updated_at, IoTDevice.device_id)
    statement = _devices().where(_may_see(viewer))
    if key is not None:
        statement = statement.where(IoTDevice.device_id == key)
    if owner_id is not None:
        statement = statement.where(IoTDevice.owner_id == owner_id)
    return await _rows(
        session, last_changed(statement, order, changed=changed, after=after, limit=limit)
    )


async def _rows(session: ReadSession, statement: Select[*tuple[Any, ...]]) -> list[DeviceRow]:
    rows = [DeviceRow(*row) for row in await session.execute(statement)]
    saw(*(row.owner_id for row in rows))
    return rows


async def find(
    session: ReadSession | WriteSession, viewer: Viewer, device_id: UUID
) -> DeviceRow | None:
    """The device, if the viewer may see it."""
    statement = _devices().where(IoTDevice.device_id == device_id, _may_see(viewer))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    found = DeviceRow(*row)
    saw(found.owner_id)
    return found


def _may_see(viewer: Viewer) -> Condition:
    theirs = or_(visible(viewer, IoTDevice.owner_id), IoTDevice.registered_by_id == viewer.id)
    return and_(theirs, IoTDevice.removed_at.is_(None))


async def add(session: WriteSession, new: NewDevice) -> UUID:
    """Register a device with its first key; programs that cache keys are told."""
    device_id = uuid4()
    session.add(
        IoTDevice(
            device_id=device_id,
            owner_id=new.owner_id,
            registered_by_id=new.registered_by_id,
            is_verified=new.is_verified,
            device_type=new.device_type,
            name=new.name,
            manufacturer=new.manufacturer,
            model=new.model,
            firmware_version=new.firmware_version,
        )
    )
    await session.flush()
    session.add(DeviceKey(device_id=device_id, digest=new.key_digest))
    await session.flush()
    await tell(session, device_id)
    return device_id


async def change(session: WriteSession, device_id: UUID, values: Mapping[str, str]) -> bool:
    """Set columns of a device; False when it is revoked, which is for good."""
    changed = await session.scalar(
        update(IoTDevice)
        .where(IoTDevice.device_id == device_id, IoTDevice.status != "REVOKED")
        .values(**values)
        .returning(IoTDevice.device_id)
    )
    if "status" in values and changed is not None:
        await tell(session, device_id)
    return changed is not None


async def remove(session: WriteSession, device_id: UUID) -> None:
    """Take a device, which is revoked, out of every list; its readings stay its owner's."""
    await session.execute(
        update(IoTDevice).where(IoTDevice.device_id == device_id).values(removed_at=func.now())
    )
