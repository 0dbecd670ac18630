"""Times that came free: offered to who waits, one after the other, and kept for each a while."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import Range

from storage.engine import ReadSession, WriteSession
from storage.models import Appointment, HealthcareProvider, WaitingListEntry, WaitingListOffer
from storage.queries.announce import announce_in
from storage.queries.appointment_notices import offered, withdrawn
from storage.queries.availability import booked, policy_of, timetables
from storage.queries.bookings import take_turn_of
from storage.queries.waiting_list import is_open, offers
from telemetry.availability import DAY, Span, slots

SHORTEST_HOLD: Final = dt.timedelta(minutes=15)
"""A time that begins sooner than one can be asked is offered to nobody."""


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time of a provider that nobody has any more."""

    healthcare_provider_id: UUID
    hospital_id: UUID | None
    start: dt.datetime
    minutes: int

    @property
    def end(self) -> dt.datetime:
        """When it ends."""
        return self.start + dt.timedelta(minutes=self.minutes)

    @property
    def span(self) -> Range[dt.datetime]:
        """From the beginning, up to and without the end."""
        return Range(self.start, self.end)


async def settle(
    session: WriteSession, offer_id: UUID, state: str, appointment_id: UUID | None = None
) -> FreeTime | None:
    """End an open offer; the time that was kept, None where it was ended before."""
    row = (
        await session.execute(
            update(WaitingListOffer)
            .where(WaitingListOffer.id == offer_id, WaitingListOffer.state == "open")
            .values(state=state, appointment_id=appointment_id)
            .returning(
                WaitingListOffer.healthcare_provider_id,
                WaitingListOffer.hospital_id,
                WaitingListOffer.appointment_date,
                WaitingListOffer.duration_minutes,
            )
        )
    ).one_or_none()
    return None if row is None else FreeTime(*row)


async def held(
    session: WriteSession,
    provider_id: UUID,
    span: Range[dt.datetime],
    *,
    for_patient: UUID | None = None,
) -> bool:
    """Whether a time is kept for somebody who waits. Ask after `bookings.take_turn`.

    What is kept for `for_patient` does not count.
    """
    offer, entry = WaitingListOffer, WaitingListEntry
    statement = select(
        exists().where(
            offer.healthcare_provider_id == provider_id,
            *is_open(),
            offer.during.op("&&")(span),
            entry.id == offer.entry_id,
            *([] if for_patient is None else [entry.patient_id != for_patient]),
        )
    )
    return bool(await session.scalar(statement))


async def pass_on(session: WriteSession, free: FreeTime, hold: dt.timedelta) -> list[UUID]:
    """Offer a time that came free to the first who waits for one like it, and tell them.

    To be called in the provider's turn (`storage.queries.bookings.take_turn`). Offered are the
    slots that it frees, as everybody is offered them, whatever start and length staff gave it.
    Whoever was offered this time before is not asked again.

    Args:
        session: Of the transaction that set it free.
        free: The time.
        hold: How long it is kept; shorter where it begins before that.

    Returns:
        The entries that it was offered to; none where nobody waits for it, or it is not free.

    """
    offered_to = [await _offer(session, slot, hold) for slot in await _slots_of(session, free)]
    return [entry_id for entry_id in offered_to if entry_id is not None]


async def _slots_of(session: WriteSession, free: FreeTime) -> list[FreeTime]:
    """Slots that share this time, are free by now, and do not begin too soon to ask for them."""
    provider = await session.get(HealthcareProvider, free.healthcare_provider_id)
    if provider is None:
        return []
    time = Span(free.start.astimezone(dt.UTC), free.end.astimezone(dt.UTC))
    around = Span(time.start - DAY, time.end + DAY)
    found = await timetables(session, [provider.id], time, hospital_id=free.hospital_id)
    if provider.id not in found:
        return []
    taken = (await booked(session, [provider.id], around)).get(provider.id, ())
    now = dt.datetime.now(dt.UTC)
    policy = replace(policy_of(provider, now), earliest=now + SHORTEST_HOLD, latest=time.end)
    return [
        FreeTime(provider.id, one.rule.hospital_id, one.span.start, one.span.minutes)
        for one in slots(found[provider.id].windows(time), taken, policy, around)
        if one.span.overlaps(time)
    ]


async def _offer(session: WriteSession, free: FreeTime, hold: dt.timedelta) -> UUID | None:
    statement = (
        select(WaitingListEntry.id, WaitingListEntry.patient_id)
        .where(*_fits(free), ~_was_offered(free), ~_patient_is_busy(free))
        .order_by(WaitingListEntry.created_at, WaitingListEntry.id)
        .limit(1)
        .with_for_update()
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        return None
    entry_id: UUID = found[0]
    offer = WaitingListOffer(
        id=uuid4(),
        entry_id=entry_id,
        healthcare_provider_id=free.healthcare_provider_id,
        hospital_id=free.hospital_id,
        appointment_date=free.start,
        duration_minutes=free.minutes,
        expires_at=min(dt.datetime.now(dt.UTC) + hold, free.start),
    )
    session.add(offer)
    await session.flush()
    made = [one for one in (await offers(session, [entry_id]))[entry_id] if one.id == offer.id]
    await announce_in(session, [offered(one, found[1]) for one in made])
    return entry_id


def _fits(free: FreeTime) -> tuple[ColumnElement[bool], ...]:
    entry = WaitingListEntry
    provider = HealthcareProvider
    specialization = (
        select(func.lower(provider.specialization))
        .where(provider.id == free.healthcare_provider_id, provider.is_active)
        .scalar_subquery()
    )
    place: ColumnElement[bool] = entry.hospital_id.is_(None)
    if free.hospital_id is None:
        place = and_(place, entry.appointment_type == "video")
    else:
        place = or_(place, entry.hospital_id == free.hospital_id)
    return (
        entry.status == "waiting",
        or_(
            entry.healthcare_provider_id == free.healthcare_provider_id,
            and_(entry.healthcare_provider_id.is_(None), entry.specialization == specialization),
        ),
        entry.earliest <= free.start,
        entry.latest >= free.end,
        place,
    )


def _was_offered(free: FreeTime) -> ColumnElement[bool]:
    offer = WaitingListOffer
    return exists().where(
        offer.entry_id == WaitingListEntry.id,
        or_(
            and_(
                offer.healthcare_provider_id == free.healthcare_provider_id,
                offer.during.op("&&")(free.span),
            ),
            and_(*is_open()),
        ),
    )


def _patient_is_busy(free: FreeTime) -> ColumnElement[bool]:
    return exists().where(
        Appointment.patient_id == WaitingListEntry.patient_id,
        Appointment.status.not_in(("cancelled", "no_show")),
        Appointment.during.op("&&")(free.span),
    )


async def overdue(session: ReadSession | WriteSession, *, limit: int) -> list[tuple[UUID, UUID]]:
    """Offers that nobody answered in time: (offer, provider), the oldest first."""
    offer = WaitingListOffer
    found = await session.execute(
        select(offer.id, offer.healthcare_provider_id)
        .where(offer.state == "open", offer.expires_at <= func.now())
        .order_by(offer.expires_at, offer.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in found]


async def expire(
    session: WriteSession, offer_id: UUID, provider_id: UUID, hold: dt.timedelta
) -> None:
    """End an offer that nobody answered, tell who had it, and offer the time to the next one."""
    await take_turn_of(session, provider_id)
    free = await settle(session, offer_id, "expired")
    if free is None:
        return
    patient = await session.scalar(
        select(WaitingListEntry.patient_id)
        .join(WaitingListOffer, WaitingListOffer.entry_id == WaitingListEntry.id)
        .where(WaitingListOffer.id == offer_id)
    )
    if patient is not None:
        await announce_in(session, [withdrawn(offer_id, patient, free.start)])
    await pass_on(session, free, hold)


async def close_past(session: WriteSession, *, limit: int) -> int:
    """End entries whose time is over; how many there were."""
    entry = WaitingListEntry
    over = (
        select(entry.id)
        .where(entry.status == "waiting", entry.latest <= func.now())
        .order_by(entry.latest)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ended = await session.scalars(
        update(entry)
        .where(entry.id.in_(over))
        .values(status="expired", updated_at=func.now())
        .returning(entry.id)
    )
    return len(ended.all())
