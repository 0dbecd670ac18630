"""Reading the audit log."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from storage.access import saw
from storage.engine import ReadSession
from storage.models import AuditPatients, AuditRecord, User

AuditPosition = tuple[int]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One record as it is read."""

    seq: int
    at: dt.datetime
    actor_id: UUID | None
    actor_name: str | None
    """Null for nobody, and for who is no longer there."""
    actor_roles: str
    action: str
    resource: str
    resource_id: str
    purpose: str
    reason: str
    address: str
    request_id: str
    outcome: str
    status: int
    hash: bytes
    patient_ids: Sequence[UUID] | None

    @property
    def position(self) -> AuditPosition:
        """Place in the order of lists."""
        return (self.seq,)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records are asked for; None: whatever it is."""

    patient_id: UUID | None = None
    actor_id: UUID | None = None
    outcome: str | None = None
    action: str | None = None
    purpose: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions."""
        columns = {
            AuditRecord.actor_id: self.actor_id,
            AuditRecord.outcome: self.outcome,
            AuditRecord.action: self.action,
            AuditRecord.purpose: self.purpose,
        }
        found: list[ColumnElement[bool]] = [
            column == value for column, value in columns.items() if value is not None
        ]
        if self.patient_id is not None:
            sets = select(AuditPatients.digest).where(
                AuditPatients.patient_ids.contains([self.patient_id])
            )
            found.append(AuditRecord.patients.in_(sets))
        if self.since is not None:
            found.append(AuditRecord.at >= self.since)
        if self.until is not None:
            found.append(AuditRecord.at < self.until)
        return found


def _records() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AuditRecord.seq,
            AuditRecord.at,
            AuditRecord.actor_id,
            func.nullif(func.trim(User.first_name + " " + User.last_name), ""),
            AuditRecord.actor_roles,
            AuditRecord.action,
            AuditRecord.resource,
            AuditRecord.resource_id,
            AuditRecord.purpose,
            AuditRecord.reason,
            AuditRecord.address,
            AuditRecord.request_id,
            AuditRecord.outcome,
            AuditRecord.status,
            AuditRecord.hash,
            AuditPatients.patient_ids,
        )
        .outerjoin(User, User.id == AuditRecord.actor_id)
        .outerjoin(AuditPatients, AuditPatients.digest == AuditRecord.patients)
    )


async def page(
    session: ReadSession, wanted: AuditFilter, *, limit: int, after: AuditPosition | None = None
) -> list[AuditRow]:
    """Records, newest first, at most `limit`, from `after` on."""
    saw(wanted.patient_id)
    statement = _records().where(*wanted.conditions())
    if after is not None:
        statement = statement.where(AuditRecord.seq < after[0])
    found = await session.execute(statement.order_by(AuditRecord.seq.desc()).limit(limit))
    return [AuditRow(*row) for row in found]
