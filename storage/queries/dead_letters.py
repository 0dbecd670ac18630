"""Messages that were refused, newest first."""

import datetime as dt
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


async def newest(
    session: ReadSession, *, reason: str | None, device_id: UUID | None, limit: int
) -> list[Refused]:
    """Return the newest dead letters of a reason, of a device, or of all."""
    statement = select(
        DeadLetter.id,
        DeadLetter.received_at,
        DeadLetter.reason,
        DeadLetter.device_id,
        DeadLetter.topic,
        DeadLetter.payload,
        DeadLetter.readings,
    )
    if reason is not None:
        statement = statement.where(DeadLetter.reason == reason)
    if device_id is not None:
        statement = statement.where(DeadLetter.device_id == device_id)
    order = (DeadLetter.received_at.desc(), DeadLetter.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [Refused(*row) for row in found]
