"""Who looked after a device, and when."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, select, tuple_, update

from storage.engine import ReadSession, WriteSession
from storage.models import DeviceMaintenance, IoTDevice

MaintenancePosition = tuple[dt.datetime, UUID]
"""Begin and id, newest first."""


@dataclass(frozen=True, slots=True)
class MaintenanceRow:
    """One time that a device was looked after; it goes on while `finished_at` is None."""

    id: UUID
    started_at: dt.datetime
    started_by_id: UUID | None
    finished_at: dt.datetime | None
    finished_by_id: UUID | None
    note: str

    @property
    def position(self) -> MaintenancePosition:
        """Place in the list."""
        return (self.started_at, self.id)


_COLUMNS = (
    DeviceMaintenance.id,
    DeviceMaintenance.started_at,
    DeviceMaintenance.started_by_id,
    DeviceMaintenance.finished_at,
    DeviceMaintenance.finished_by_id,
    DeviceMaintenance.note,
)


async def page(
    session: ReadSession, device_id: UUID, *, after: MaintenancePosition | None, limit: int
) -> list[MaintenanceRow]:
    """Every time that a device was looked after, newest first."""
    order = (DeviceMaintenance.started_at, DeviceMaintenance.id)
    statement = select(*_COLUMNS).where(DeviceMaintenance.device_id == device_id)
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    newest_first = (DeviceMaintenance.started_at.desc(), DeviceMaintenance.id.desc())
    found = await session.execute(statement.order_by(*newest_first).limit(limit))
    return [MaintenanceRow(*row) for row in found]


async def begin(session: WriteSession, device_id: UUID, by_id: UUID, note: str) -> UUID | None:
    """Begin to look after a device; None when somebody does already.

    The device must be locked by the caller.
    """
    if await open_one(session, device_id) is not None:
        return None
    record_id = uuid4()
    session.add(
        DeviceMaintenance(id=record_id, device_id=device_id, started_by_id=by_id, note=note)
    )
    await session.flush()
    return record_id


async def open_one(session: ReadSession | WriteSession, device_id: UUID) -> UUID | None:
    """The maintenance that goes on."""
    return await session.scalar(
        select(DeviceMaintenance.id).where(
            DeviceMaintenance.device_id == device_id, DeviceMaintenance.finished_at.is_(None)
        )
    )


async def finish(
    session: WriteSession, device_id: UUID, by_id: UUID, note: str | None
) -> UUID | None:
    """End the maintenance that goes on, and note when the device was last looked after."""
    values = {"finished_at": func.now(), "finished_by_id": by_id}
    record_id = await session.scalar(
        update(DeviceMaintenance)
        .where(DeviceMaintenance.device_id == device_id, DeviceMaintenance.finished_at.is_(None))
        .values(**values if note is None else values | {"note": note})
        .returning(DeviceMaintenance.id)
    )
    if record_id is not None:
        await session.execute(
            update(IoTDevice)
            .where(IoTDevice.device_id == device_id)
            .values(last_maintenance=func.now())
        )
    return record_id


async def find(session: ReadSession | WriteSession, record_id: UUID) -> MaintenanceRow:
    """One record that is known to be there."""
    statement = select(*_COLUMNS).where(DeviceMaintenance.id == record_id)
    return MaintenanceRow(*(await session.execute(statement)).one())
