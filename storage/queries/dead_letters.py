"""Messages that were refused, newest first."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from storage.engine import ReadSession
from storage.models import DeadLetter


@dataclass(frozen=True, slots=True)
class Refused:
    """One dead letter; `payload` was stored without the device's key."""

    id: int
    received_at: dt.datetime
    reason: str
    device_id: UUID | None
    topic: str
    payload: bytes
    readings: int
    replayable: bool
    released_at: dt.datetime | None


async def newest(
    session: ReadSession,
    *,
    reasons: Collection[str],
    device_id: UUID | None,
    limit: int,
    waiting: bool = False,
) -> list[Refused]:
    """Return the newest dead letters of some reasons, of a device, or of all.

    `waiting` leaves out those that were released.
    """
    statement = select(
        DeadLetter.id,
        DeadLetter.received_at,
        DeadLetter.reason,
        DeadLetter.device_id,
        DeadLetter.topic,
        DeadLetter.payload,
        DeadLetter.readings,
        DeadLetter.replayable,
        DeadLetter.released_at,
    )
    if reasons:
        statement = statement.where(DeadLetter.reason.in_(reasons))
    if waiting:
        statement = statement.where(DeadLetter.released_at.is_(None))
    if device_id is not None:
        statement = statement.where(DeadLetter.device_id == device_id)
    order = (DeadLetter.received_at.desc(), DeadLetter.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [Refused(*row) for row in found]
