"""Rows that are put there once: loading them again changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from storage.engine import WriteSession
from storage.models import Base, DeviceKey, Role
from storage.queries.device_keys import KEYS_CHANNEL


async def add_missing(
    session: WriteSession, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert `rows` (column -> value, all with the same columns) that are not there yet.

    A row that meets any unique constraint is taken for the one that is there, and stays as it is.
    """
    if rows:
        await session.execute(insert(model).values(list(rows)).on_conflict_do_nothing())


async def role_ids(session: WriteSession) -> dict[str, UUID]:
    """Return the id of each role by its name."""
    found = await session.execute(select(Role.name, Role.id))
    return {role.name: role.id for role in found}


async def known_digests(
    session: WriteSession, device_ids: Collection[UUID]
) -> dict[UUID, set[bytes]]:
    """Return the digests of the keys that each device may use now."""
    found = await session.execute(
        select(DeviceKey.device_id, DeviceKey.digest).where(
            DeviceKey.device_id.in_(device_ids),
            DeviceKey.revoked_at.is_(None),
            DeviceKey.expires_at.is_(None) | (DeviceKey.expires_at > func.now()),
        )
    )
    digests: dict[UUID, set[bytes]] = {device_id: set() for device_id in device_ids}
    for device_id, digest in found:
        digests[device_id].add(digest)
    return digests


async def replace_keys(session: WriteSession, device_id: UUID, digest: bytes) -> None:
    """Let a device use this key and no other; programs that cache keys are told."""
    await session.execute(delete(DeviceKey).where(DeviceKey.device_id == device_id))
    session.add(DeviceKey(device_id=device_id, digest=digest))
    await session.flush()
    await session.execute(
        text("SELECT pg_notify(:channel, :device_id)"),
        {"channel": KEYS_CHANNEL, "device_id": str(device_id)},
    )
