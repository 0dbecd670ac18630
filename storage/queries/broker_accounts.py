"""What the broker must know: the live keys of devices, read so that nobody publishes older ones.

A key changes in one transaction, and whoever changed it publishes the device's account after the
commit, `held`: publishers of one account come one after the other, and each reads what is
committed when its turn comes. The last one to write has therefore seen the last change.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import psycopg

Connection = psycopg.AsyncConnection[Any]

LOCK_CLASS: Final = 0x6A6567
"""First half of the advisory lock of an account; the second is a hash of the device id."""

HOLD = """
    -- Wait for the turn to publish an account; given back at the end of the transaction.
    SELECT pg_advisory_xact_lock(%s, hashtext(%s))
"""

LIVE_KEYS = """
    -- Digests of the keys that a device may use now, the newest first.
    SELECT k.digest FROM device_keys k JOIN iot_devices d ON d.device_id = k.device_id
    WHERE d.device_id = %s AND d.status <> 'REVOKED' AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now())
    ORDER BY k.created_at DESC
"""

ACCOUNTS = """
    -- Every device that may connect, with the digests of its live keys.
    SELECT d.device_id, array_agg(k.digest ORDER BY k.created_at DESC)
    FROM iot_devices d JOIN device_keys k ON k.device_id = d.device_id
    WHERE d.status <> 'REVOKED' AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now())
    GROUP BY d.device_id
"""

EXPIRED = """
    -- Devices that have a key which ended and may still be known to the broker.
    SELECT DISTINCT device_id FROM device_keys
    WHERE revoked_at IS NULL AND expires_at <= now()
"""

END_EXPIRED = """
    -- The broker no longer knows the keys of a device that ended.
    UPDATE device_keys SET revoked_at = expires_at
    WHERE device_id = %s AND revoked_at IS NULL AND expires_at <= now()
"""


@asynccontextmanager
async def held(connection: Connection, device_id: UUID) -> AsyncIterator[list[bytes]]:
    """Live digests of a device; until the block ends nobody else publishes its account.

    `connection` is in autocommit mode. Raises `psycopg.Error` when the database fails.
    """
    async with connection.transaction():
        await connection.execute(HOLD, (LOCK_CLASS, str(device_id)))
        # A statement of its own: it sees what was committed while the lock was waited for.
        cursor = await connection.execute(LIVE_KEYS, (device_id,))
        yield [row[0] for row in await cursor.fetchall()]


async def live_accounts(connection: Connection) -> list[tuple[UUID, list[bytes]]]:
    """Every device that may connect, with the digests of its live keys."""
    cursor = await connection.execute(ACCOUNTS)
    return [(device_id, digests) for device_id, digests in await cursor.fetchall()]


async def with_expired_keys(connection: Connection) -> list[UUID]:
    """Devices with a key that ended and was not settled by `settle_expired`."""
    cursor = await connection.execute(EXPIRED)
    return [row[0] for row in await cursor.fetchall()]


async def settle_expired(connection: Connection, device_id: UUID) -> None:
    """Note that the broker was told of the end of a device's expired keys."""
    await connection.execute(END_EXPIRED, (device_id,))
