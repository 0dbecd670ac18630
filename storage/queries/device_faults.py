"""Faults that devices reported of themselves, newest first."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_

from storage.engine import ReadSession
from storage.models import DeviceError

FaultPosition = tuple[dt.datetime, int]
"""Time of receipt and id."""


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault."""

    id: int
    received_at: dt.datetime
    occurred_at: dt.datetime | None
    boot: int | None
    code: str
    message: str

    @property
    def position(self) -> FaultPosition:
        """Place in the list."""
        return (self.received_at, self.id)


async def page(
    session: ReadSession,
    device_id: UUID,
    *,
    since: dt.datetime,
    after: FaultPosition | None,
    limit: int,
) -> list[FaultRow]:
    """Faults of a device under its present owner."""
    order = (DeviceError.received_at, DeviceError.id)
    statement = select(
        DeviceError.id,
        DeviceError.received_at,
        DeviceError.occurred_at,
        DeviceError.boot,
        DeviceError.code,
        DeviceError.message,
    ).where(DeviceError.device_id == device_id, DeviceError.received_at >= since)
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    newest_first = (DeviceError.received_at.desc(), DeviceError.id.desc())
    found = await session.execute(statement.order_by(*newest_first).limit(limit))
    return [FaultRow(*row) for row in found]
