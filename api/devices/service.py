"""Rules of devices: whose they may be, what their keys are worth, how their account adds up."""

import datetime as dt
import hmac
from functools import partial
from uuid import UUID

from api.auth import Caller
from api.devices.provisioning import qr_code, registration
from api.devices.schemas import (
    BootLedger,
    DeviceChange,
    DeviceInput,
    Editable,
    KeyProof,
    Ledger,
    MessageCounts,
    NewKey,
    ReadingCounts,
    Registration,
)
from api.errors import DeviceRevokedError, InvalidKeyError, NotFoundError
from api.preconditions import Edit
from api.services import Services
from api.sessions import after_commit
from gateways.account_sync import publish
from storage.engine import UNAVAILABLE, ReadSession, WriteSession
from storage.queries import (
    accounts,
    care,
    device_keys,
    device_maintenance,
    device_owners,
    devices,
    ledgers,
)
from storage.queries.devices import DeviceRow, NewDevice
from storage.queries.ledgers import LedgerRow
from telemetry.keys import digest, new_key
from telemetry.logs import logger

MAX_BOOTS = 100
MAX_GAPS = 100


async def register(
    parts: Services, session: WriteSession, caller: Caller, wanted: DeviceInput
) -> Registration:
    """Register a device; when the request is answered it can connect.

    Anyone may register a device for themselves, and thereby becomes a patient. For somebody else
    the caller must be able to see them.

    Raises:
        NotFoundError: when the owner named does not exist or is not visible to the caller.
    """
    owner_id = wanted.owner_id or caller.id
    key = new_key()
    new = NewDevice(
        owner_id=owner_id,
        registered_by_id=caller.id,
        key_digest=digest(key),
        is_verified=wanted.provisioned,
        **wanted.model_dump(exclude={"owner_id", "provisioned"}),
    )
    if not await care.may_see(session, caller.viewer, owner_id):
        raise NotFoundError
    await accounts.grant_role(session, owner_id, "patient")
    device_id = await devices.add(session, new)
    publish_later(parts, session, device_id)
    return registration(parts.settings, await require(session, caller, device_id), key)


def publish_later(parts: Services, session: WriteSession, device_id: UUID) -> None:
    """Tell the broker of a device's keys once they are committed, before the answer goes."""
    after_commit(session, partial(publish_account, parts, device_id))


async def publish_account(parts: Services, device_id: UUID) -> None:
    """Tell the broker which keys a device may use, after the commit.

    The database is right already and the broker's copy is put right every few minutes, so that a
    full disk here is logged and does not take the key from whoever just got it.
    """
    try:
        async with parts.database.plain() as connection:
            await publish(connection, parts.accounts, device_id)
    except (OSError, *UNAVAILABLE) as error:
        logger().error(
            "broker_account_failed", device_id=str(device_id), error=type(error).__name__
        )


async def verify(parts: Services, proof: KeyProof) -> None:
    """Check a device's key, and note that it has it.

    Raises:
        InvalidKeyError: when the device is unknown or revoked, or the key is not one of its own.
    """
    shown = digest(proof.api_key.get_secret_value())
    async with parts.database.write() as session:
        known = await device_keys.live_digests(session, proof.device_id)
        # Every key is compared, so that the time taken does not tell which one was nearly right.
        if not sum(hmac.compare_digest(shown, one) for one in known or [bytes(len(shown))]):
            raise InvalidKeyError
        await device_keys.mark_verified(session, proof.device_id)


async def require(
    session: ReadSession | WriteSession, caller: Caller, device_id: UUID
) -> DeviceRow:
    """Find the device, or raise `NotFoundError` when the caller may not see it."""
    found = await devices.find(session, caller.viewer, device_id)
    if found is None:
        raise NotFoundError
    return found


async def hold(session: WriteSession, caller: Caller, device_id: UUID) -> DeviceRow:
    """Find a device, and keep others from changing it until the end.

    Raises:
        NotFoundError: when the caller may not see it.
    """
    await require(session, caller, device_id)
    await device_owners.lock(session, device_id)
    return await require(session, caller, device_id)


async def require_locked(session: WriteSession, caller: Caller, device_id: UUID) -> DeviceRow:
    """Hold a device that is about to change.

    Raises:
        NotFoundError: when the caller may not see it.
        DeviceRevokedError: when it is revoked, which is for good.
    """
    found = await hold(session, caller, device_id)
    if found.status == "REVOKED":
        raise DeviceRevokedError
    return found


async def revoke(
    parts: Services, session: WriteSession, caller: Caller, device_id: UUID
) -> DeviceRow:
    """End a device: its keys stop working everywhere and the broker drops its connection."""
    await require(session, caller, device_id)
    await device_keys.revoke(session, device_id)
    publish_later(parts, session, device_id)
    return await require(session, caller, device_id)


async def remove(parts: Services, session: WriteSession, caller: Caller, device_id: UUID) -> None:
    """End a device and take it out of every list."""
    await revoke(parts, session, caller, device_id)
    await devices.remove(session, device_id)


async def rotate_key(
    parts: Services,
    session: WriteSession,
    caller: Caller,
    device_id: UUID,
    *,
    immediately: bool,
) -> NewKey:
    """Give a device a new key; the one it has lives on for a while, unless `immediately`.

    Raises:
        DeviceRevokedError: when it is revoked.
    """
    key = new_key()
    grace = dt.timedelta() if immediately else dt.timedelta(hours=parts.settings.key_grace_hours)
    found = await require(session, caller, device_id)
    rotated = await device_keys.rotate(session, device_id, digest(key), grace=grace)
    if rotated is None:
        raise DeviceRevokedError
    publish_later(parts, session, device_id)
    return NewKey(
        device_id=device_id,
        api_key=key,
        old_key_ends_at=rotated.old_ends_at,
        qr_code=qr_code(parts.settings, device_id, found.owner_id, key),
    )


async def change(
    session: WriteSession, caller: Caller, device_id: UUID, wanted: DeviceChange, edit: Edit
) -> DeviceRow:
    """Change what people say of a device, or its state; what they leave out stays.

    Raises:
        DeviceRevokedError: when it is revoked.
        PreconditionFailedError: when it is not what the caller saw.
    """
    found = await require_locked(session, caller, device_id)
    edit.check(editable(found))
    values = wanted.model_dump(exclude_none=True)
    if not values:
        return found
    status = values.get("status", found.status)
    if status == "MAINTENANCE":
        await device_maintenance.begin(session, device_id, caller.id, "")
    elif found.status == "MAINTENANCE":
        await device_maintenance.finish(session, device_id, caller.id, None)
    await devices.change(session, device_id, values)
    return await require(session, caller, device_id)


def editable(device: DeviceRow) -> Editable:
    """What of a device people can change."""
    return Editable.model_validate(device, from_attributes=True)


async def ledger(session: ReadSession, caller: Caller, device_id: UUID) -> Ledger:
    """Account of a device's messages by boot, and of its readings."""
    await require(session, caller, device_id)
    boots = await ledgers.ledger(session, device_id, limit=MAX_BOOTS)
    totals = await ledgers.reading_totals(session, device_id)
    return Ledger(
        device_id=device_id,
        boots=[_boot(row) for row in boots],
        readings=ReadingCounts.model_validate(totals, from_attributes=True),
    )


def _boot(row: LedgerRow) -> BootLedger:
    gaps = list(row.gaps())
    counts = MessageCounts(
        published=row.published,
        stored=row.stored,
        duplicate=row.duplicate,
        quarantined=row.quarantined,
        rejected=row.rejected,
        missing=sum(last - first + 1 for first, last in gaps),
    )
    return BootLedger(
        boot=row.boot, max_seq=row.max_seq, messages=counts, missing_ranges=gaps[:MAX_GAPS]
    )
