"""Giving a device to another patient: what it measured stays with the one before."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, update

from storage.engine import WriteSession
from storage.models import (
    DeviceCommand,
    DeviceCondition,
    DeviceConfig,
    DeviceFact,
    DeviceKey,
    DeviceMaintenance,
    IoTDevice,
)
from storage.queries.commands import WAITING
from storage.queries.device_keys import tell


@dataclass(frozen=True, slots=True)
class Handover:
    """A device that changes hands, and what it leaves behind.

    Attributes:
        owner_id: Whose it was.
        raised: Kinds of technical conditions of it that have an alarm.

    """

    owner_id: UUID
    raised: tuple[str, ...]


async def lock(session: WriteSession, device_id: UUID) -> str | None:
    """Keep everybody else from changing a device until the commit; its status."""
    return await session.scalar(
        select(IoTDevice.status)
        .where(IoTDevice.device_id == device_id, IoTDevice.removed_at.is_(None))
        .with_for_update(key_share=True)
    )


async def hand_over(
    session: WriteSession, device_id: UUID, *, to_id: UUID, by_id: UUID, digest: bytes
) -> Handover:
    """Give a locked device to another patient, with a new key instead of all it had.

    Its ledger and clock are its own and go on. Its configuration, the commands that wait, and what
    is technically wrong with it end here; series, alarms and readings are the earlier owner's.
    """
    owner_id = await session.scalar(
        select(IoTDevice.owner_id).where(IoTDevice.device_id == device_id)
    )
    if owner_id is None:
        raise LookupError
    conditions = await session.scalars(
        delete(DeviceCondition)
        .where(DeviceCondition.device_id == device_id)
        .returning(DeviceCondition.kind)
    )
    raised = tuple(conditions)
    await session.execute(delete(DeviceFact).where(DeviceFact.device_id == device_id))
    await session.execute(delete(DeviceConfig).where(DeviceConfig.device_id == device_id))
    await session.execute(
        update(DeviceCommand)
        .where(DeviceCommand.device_id == device_id, DeviceCommand.status.in_(WAITING))
        .values(status="failed", error="device_transferred")
    )
    now = dt.datetime.now(dt.UTC)
    await session.execute(
        update(DeviceKey)
        .where(DeviceKey.device_id == device_id, DeviceKey.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    await session.execute(
        update(DeviceMaintenance)
        .where(DeviceMaintenance.device_id == device_id, DeviceMaintenance.finished_at.is_(None))
        .values(finished_at=now, finished_by_id=by_id)
    )
    await session.execute(
        update(IoTDevice)
        .where(IoTDevice.device_id == device_id)
        .values(
            owner_id=to_id,
            registered_by_id=by_id,
            owned_since=func.now(),
            status="ACTIVE",
            is_verified=False,
            is_online=False,
            gateway="",
        )
    )
    session.add(DeviceKey(device_id=device_id, digest=digest))
    await session.flush()
    await tell(session, device_id)
    return Handover(owner_id, raised)
