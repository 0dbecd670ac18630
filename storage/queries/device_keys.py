"""Keys of devices: at most two live ones, the older with an end."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select, text, update

from storage.engine import ReadSession, WriteSession
from storage.models import DeviceKey, IoTDevice

KEYS_CHANNEL = "jeg_keys"
"""NOTIFY with a device id: forget what you cached about its keys and its status."""
TELL_KEYS = f"SELECT pg_notify('{KEYS_CHANNEL}', %s)"
"""The same, in a connection of psycopg."""


async def live_digests(session: ReadSession | WriteSession, device_id: UUID) -> list[bytes]:
    """Digests of the keys that a device may use now; none when it is revoked or unknown."""
    found = await session.scalars(
        select(DeviceKey.digest)
        .join(IoTDevice, IoTDevice.device_id == DeviceKey.device_id)
        .where(
            DeviceKey.device_id == device_id,
            DeviceKey.revoked_at.is_(None),
            or_(DeviceKey.expires_at.is_(None), DeviceKey.expires_at > func.now()),
            IoTDevice.status != "REVOKED",
        )
    )
    return list(found)


async def mark_verified(session: WriteSession, device_id: UUID) -> None:
    """Note that the device has proven that it holds its key."""
    changed = await session.scalar(
        update(IoTDevice)
        .where(IoTDevice.device_id == device_id, IoTDevice.is_verified.is_(False))
        .values(is_verified=True)
        .returning(IoTDevice.device_id)
    )
    if changed is not None:
        await tell(session, device_id)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A rotation: `old_ends_at` is when the key before it ends; None when it has ended."""

    old_ends_at: dt.datetime | None


async def rotate(
    session: WriteSession, device_id: UUID, digest: bytes, *, grace: dt.timedelta
) -> Rotated | None:
    """Give a device a new key. The newest of its keys lives on for `grace`, older ones end now.

    Returns None when the device is revoked, or is not there.
    """
    # Rotations of one device come one after the other, and not beside its revocation.
    status = await session.scalar(
        select(IoTDevice.status)
        .where(IoTDevice.device_id == device_id)
        .with_for_update(key_share=True)
    )
    if status in {None, "REVOKED"}:
        return None
    live = list(
        await session.scalars(
            select(DeviceKey)
            .where(
                DeviceKey.device_id == device_id,
                DeviceKey.revoked_at.is_(None),
                or_(DeviceKey.expires_at.is_(None), DeviceKey.expires_at > func.now()),
            )
            .order_by(DeviceKey.expires_at.is_(None).desc(), DeviceKey.created_at.desc())
        )
    )
    now = dt.datetime.now(dt.UTC)
    ends_at = None
    for index, key in enumerate(live):
        if index or not grace:
            key.revoked_at = now
        else:
            ends_at = key.expires_at = min(now + grace, key.expires_at or now + grace)
    session.add(DeviceKey(device_id=device_id, digest=digest))
    await session.flush()
    await tell(session, device_id)
    return Rotated(ends_at)


async def revoke(session: WriteSession, device_id: UUID) -> None:
    """End a device and all its keys for good; its readings stay."""
    await session.execute(
        update(IoTDevice)
        .where(IoTDevice.device_id == device_id)
        .values(status="REVOKED", is_online=False)
    )
    await session.execute(
        update(DeviceKey)
        .where(DeviceKey.device_id == device_id, DeviceKey.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )
    await tell(session, device_id)


async def tell(session: WriteSession, device_id: UUID) -> None:
    """Announce, with the commit, that a device is not what it was."""
    await session.execute(
        text("SELECT pg_notify(:channel, :device_id)"),
        {"channel": KEYS_CHANNEL, "device_id": str(device_id)},
    )
