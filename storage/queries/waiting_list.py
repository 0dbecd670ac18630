"""Who waits for a free time, and what is kept for them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import HealthcareProvider, Hospital, WaitingListEntry, WaitingListOffer
from storage.queries.appointments import place_zone

WaitingPosition = tuple[dt.datetime, UUID]
"""When somebody began to wait, and the entry's id."""
_ENTRY: Final = (
    "id",
    "patient_id",
    "healthcare_provider_id",
    "specialization",
    "hospital_id",
    "appointment_type",
    "chief_complaint",
    "earliest",
    "latest",
    "status",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody who waits."""

    id: UUID
    patient_id: UUID
    healthcare_provider_id: UUID | None
    specialization: str
    hospital_id: UUID | None
    appointment_type: str
    chief_complaint: str
    earliest: dt.datetime
    latest: dt.datetime
    status: str
    created_at: dt.datetime
    provider_name: str

    @property
    def position(self) -> WaitingPosition:
        """Place in a list."""
        return (self.created_at, self.id)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A time that is kept for somebody, or was."""

    id: UUID
    entry_id: UUID
    healthcare_provider_id: UUID
    provider_name: str
    hospital_id: UUID | None
    hospital_name: str
    appointment_date: dt.datetime
    time_zone: str
    duration_minutes: int
    state: str
    expires_at: dt.datetime
    appointment_id: UUID | None


def _entries() -> Select[*tuple[Any, ...]]:
    provider = HealthcareProvider
    name = func.trim(provider.first_name + " " + provider.last_name)
    columns = [getattr(WaitingListEntry, one) for one in _ENTRY]
    return select(*columns, func.coalesce(name, "")).outerjoin(
        provider, provider.id == WaitingListEntry.healthcare_provider_id
    )


async def page(
    session: ReadSession, patient_id: UUID, *, after: WaitingPosition | None, limit: int
) -> list[WaitingRow]:
    """What a patient waits or waited for, the newest first."""
    order = (WaitingListEntry.created_at, WaitingListEntry.id)
    statement = _entries().where(WaitingListEntry.patient_id == patient_id)
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    found = await session.execute(
        statement.order_by(*(column.desc() for column in order)).limit(limit)
    )
    saw(patient_id)
    return [WaitingRow(*row) for row in found]


async def find(
    session: ReadSession | WriteSession, patient_id: UUID, entry_id: UUID
) -> WaitingRow | None:
    """One entry of a patient."""
    saw(patient_id)
    statement = _entries().where(
        WaitingListEntry.id == entry_id, WaitingListEntry.patient_id == patient_id
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else WaitingRow(*row)


async def offers(
    session: ReadSession | WriteSession, entry_ids: list[UUID]
) -> dict[UUID, list[OfferRow]]:
    """Open offers of these entries, by entry."""
    offer, provider = WaitingListOffer, HealthcareProvider
    found = await session.execute(
        select(
            offer.id,
            offer.entry_id,
            offer.healthcare_provider_id,
            func.trim(provider.first_name + " " + provider.last_name),
            offer.hospital_id,
            func.coalesce(Hospital.name, ""),
            offer.appointment_date,
            place_zone(),
            offer.duration_minutes,
            offer.state,
            offer.expires_at,
            offer.appointment_id,
        )
        .join(provider, provider.id == offer.healthcare_provider_id)
        .outerjoin(Hospital, Hospital.id == offer.hospital_id)
        .where(offer.entry_id.in_(entry_ids), *is_open())
        .order_by(offer.appointment_date, offer.id)
        .execution_options(populate_existing=True)
    )
    rows = [OfferRow(*row) for row in found]
    return {one: [row for row in rows if row.entry_id == one] for one in entry_ids}


def is_open() -> tuple[ColumnElement[bool], ...]:
    """Conditions that hold for an offer that can still be answered."""
    # The clock, not the transaction's beginning: who waited for their turn may come too late.
    return (
        WaitingListOffer.state == "open",
        WaitingListOffer.expires_at > func.clock_timestamp(),
    )


async def join(session: WriteSession, patient_id: UUID, values: dict[str, Any]) -> UUID | None:
    """Begin to wait; None where the patient waits for the same already."""
    added: UUID | None = await session.scalar(
        insert(WaitingListEntry)
        .values(id=uuid4(), patient_id=patient_id, **values)
        .on_conflict_do_nothing()
        .returning(WaitingListEntry.id)
    )
    return added


async def lock_entry(session: WriteSession, entry_id: UUID) -> None:
    """Keep others from changing an entry until the transaction ends."""
    await session.execute(
        select(WaitingListEntry.id).where(WaitingListEntry.id == entry_id).with_for_update()
    )


async def close_entry(session: WriteSession, entry_id: UUID, status: str) -> None:
    """Wait no more: `booked`, `left` or `expired`."""
    await session.execute(
        update(WaitingListEntry)
        .where(WaitingListEntry.id == entry_id, WaitingListEntry.status == "waiting")
        .values(status=status, updated_at=func.now())
    )
