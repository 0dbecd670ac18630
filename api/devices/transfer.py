"""Giving a device to another patient: everything that it must not take along ends here."""

from functools import partial
from uuid import UUID

from analytics.bulletins import Bulletins
from api.auth import Caller
from api.devices.provisioning import registration
from api.devices.schemas import Registration
from api.devices.service import publish_account, require, require_locked
from api.errors import BrokerAwayError, ConflictError, NotFoundError
from api.services import Services
from api.sessions import after_commit
from storage.engine import WriteSession
from storage.queries import accounts, care, device_owners
from telemetry.clock import now_ms
from telemetry.keys import digest, new_key
from telemetry.logs import logger
from telemetry.topics import Down, Up, down, partition_of, up


class SameOwnerError(ConflictError):
    """The device is this patient's already."""


async def transfer(
    parts: Services, session: WriteSession, caller: Caller, device_id: UUID, to_id: UUID
) -> Registration:
    """Give a device to another patient; what it is told anew, with a key that it must be given.

    All it had ends: its keys, and with them its connection and whatever is still queued of it; its
    configuration; commands that wait; technical alarms about it. What it measured stays where it
    is. A reading that it measured before and sends after this is refused with its old key, so
    that nothing of one patient is ever stored as another's.

    Raises:
        DeviceRevokedError: when it is revoked.
        NotFoundError: when the caller may not see the device, or whom it is given to.
        SameOwnerError: when it is theirs already.
    """
    device = await require_locked(session, caller, device_id)
    if not await care.may_see(session, caller.viewer, to_id):
        raise NotFoundError
    if device.owner_id == to_id:
        raise SameOwnerError
    key = new_key()
    await accounts.grant_role(session, to_id, "patient")
    left = await device_owners.hand_over(
        session, device_id, to_id=to_id, by_id=caller.id, digest=digest(key)
    )
    bulletins = Bulletins(await session.plain())
    for kind in left.raised:
        await bulletins.close(left.owner_id, f"{kind}:{device_id}", now_ms())
    after_commit(session, partial(publish_account, parts, device_id))
    after_commit(session, partial(_clear, parts, left.owner_id, device_id))
    return registration(parts.settings, await require(session, caller, device_id), key)


async def _clear(parts: Services, owner_id: UUID, device_id: UUID) -> None:
    """Take back what the broker retains under the device's old topics: configuration and status.

    Nobody reads it there any more, so that a broker that is away is no reason to fail.
    """
    partition = partition_of(owner_id)
    topics = (down(partition, device_id, Down.CONFIG), up(partition, device_id, Up.STATUS))
    try:
        for topic in topics:
            await parts.downlink.publish(topic, b"", retain=True)
    except BrokerAwayError:
        logger().warning("retained_not_cleared", device_id=str(device_id))
