"""The waiting list: a time that comes free is offered to who waits, one after the other."""

import datetime as dt
from uuid import UUID

from fastapi import status
from msgspec.json import Decoder

from api.appointments import errors, service
from api.appointments.changing import Booking
from api.appointments.schemas import (
    Appointment,
    AppointmentInput,
    Offer,
    Waiting,
    WaitingInput,
)
from api.appointments.views import shown
from api.auth import Caller
from api.errors import FieldProblem, InvalidInputError, NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.services import Services, Shared
from api.sessions import Reading, Writing
from storage.engine import WriteSession
from storage.queries import bookings, free_times, providers, waiting_list
from storage.queries.waiting_list import OfferRow, WaitingPosition, WaitingRow

router = Router(prefix="/api/appointments/waiting-list", tags=["appointments"])
POSITION: Decoder[WaitingPosition] = Decoder(WaitingPosition)
LONGEST = dt.timedelta(days=366)


@router.post("/", status_code=status.HTTP_201_CREATED)
async def join_waiting_list(session: Writing, caller: Booking, body: WaitingInput) -> Waiting:
    """Wait for a free time with a provider, or with any provider of a specialization.

    What comes free within the window is offered to those who wait in the order in which they came,
    and kept for each of them for a while. 409 for who waits for the same already.
    """
    await _check(session, body)
    values = body.model_dump() | {"specialization": body.specialization.lower()}
    entry_id = await waiting_list.join(session, caller.id, values)
    if entry_id is None:
        raise errors.AlreadyWaitingError
    return await _one(session, caller, entry_id)


@router.get("/")
async def list_waiting(session: Reading, caller: Booking, paging: Paging) -> Page[Waiting]:
    """What the caller waits or waited for, the newest first, with what is kept for them now."""
    rows = await waiting_list.page(
        session, caller.id, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    offers = await waiting_list.offers(session, [row.id for row in kept])
    return Page(results=[_shape(row, offers[row.id]) for row in kept], next=following)


@router.delete("/{entry_id:uuid}/")
async def leave_waiting_list(
    parts: Shared, session: Writing, caller: Booking, entry_id: UUID
) -> Waiting:
    """Wait no more. What was kept for the caller is offered to the next one."""
    await _require(session, caller, entry_id)
    await _release(parts, session, entry_id)
    await waiting_list.close_entry(session, entry_id, "left")
    return await _one(session, caller, entry_id)


@router.post("/{entry_id:uuid}/offers/{offer_id:uuid}/accept/", status_code=status.HTTP_201_CREATED)
async def accept_offer(
    parts: Shared, session: Writing, caller: Booking, entry_id: UUID, offer_id: UUID
) -> Appointment:
    """Take a time that is kept for the caller; it becomes an appointment. 409 when it is over."""
    entry, offer = await _offered(session, caller, entry_id, offer_id)
    await bookings.take_turn(session, offer.healthcare_provider_id, caller.id)
    await waiting_list.lock_entry(session, entry_id)
    entry, offer = await _offered(session, caller, entry_id, offer_id)
    if entry.status != "waiting":
        raise errors.OfferGoneError
    wanted = AppointmentInput(
        healthcare_provider_id=offer.healthcare_provider_id,
        hospital_id=offer.hospital_id,
        appointment_date=offer.appointment_date,
        duration_minutes=offer.duration_minutes,
        appointment_type="in_person" if entry.appointment_type == "in_person" else "video",
        chief_complaint=entry.chief_complaint,
    )
    row = await service.book(session, caller, wanted, from_offer=True)
    await free_times.settle(session, offer_id, "accepted", row.id)
    await _release(parts, session, entry_id)
    await waiting_list.close_entry(session, entry_id, "booked")
    return shown(parts, caller, row)


@router.post("/{entry_id:uuid}/offers/{offer_id:uuid}/decline/")
async def decline_offer(
    parts: Shared, session: Writing, caller: Booking, entry_id: UUID, offer_id: UUID
) -> Waiting:
    """Let a time go to the next one, and go on waiting. 409 when it is over."""
    await _offered(session, caller, entry_id, offer_id)
    await _release(parts, session, entry_id, only=offer_id)
    return await _one(session, caller, entry_id)


async def _check(session: WriteSession, body: WaitingInput) -> None:
    now = dt.datetime.now(dt.UTC)
    if (body.healthcare_provider_id is None) == (body.specialization == ""):
        reason = "or a specialization is named, not both"
        raise InvalidInputError(errors=[_problem("healthcare_provider_id", reason)])
    if body.latest <= max(body.earliest, now) or body.latest - now > LONGEST:
        reason = "must be after `earliest` and within the next year"
        raise InvalidInputError(errors=[_problem("latest", reason)])
    if body.healthcare_provider_id is not None:
        policy = await bookings.policy(session, body.healthcare_provider_id)
        if policy is None or not policy.is_active:
            raise errors.NotBookableError
        where = body.hospital_id
        if where is not None and not await bookings.receives(session, policy.id, where):
            raise errors.NotBookableError
    elif not await providers.practised(session, body.specialization.lower()):
        reason = "is no specialization of a provider here"
        raise InvalidInputError(errors=[_problem("specialization", reason)])
    elif body.hospital_id is not None and not await bookings.takes_bookings(
        session, body.hospital_id
    ):
        raise errors.NotBookableError


def _problem(field: str, reason: str) -> FieldProblem:
    return FieldProblem(location="body", field=field, reason=reason)


async def _require(session: WriteSession, caller: Caller, entry_id: UUID) -> WaitingRow:
    row = await waiting_list.find(session, caller.id, entry_id)
    if row is None:
        raise NotFoundError
    return row


async def _offered(
    session: WriteSession, caller: Caller, entry_id: UUID, offer_id: UUID
) -> tuple[WaitingRow, OfferRow]:
    entry = await _require(session, caller, entry_id)
    for offer in (await waiting_list.offers(session, [entry_id]))[entry_id]:
        if offer.id == offer_id:
            return entry, offer
    raise errors.OfferGoneError


async def _release(
    parts: Services, session: WriteSession, entry_id: UUID, *, only: UUID | None = None
) -> None:
    """Let what is kept for an entry go to those who come next."""
    hold = dt.timedelta(minutes=parts.settings.waiting_list_hold_minutes)
    open_ones = (await waiting_list.offers(session, [entry_id]))[entry_id]
    for offer in open_ones:
        if only is None or offer.id == only:
            await bookings.take_turn_of(session, offer.healthcare_provider_id)
            free = await free_times.settle(session, offer.id, "declined")
            if free is not None:
                await free_times.pass_on(session, free, hold)


async def _one(session: WriteSession, caller: Caller, entry_id: UUID) -> Waiting:
    row = await _require(session, caller, entry_id)
    return _shape(row, (await waiting_list.offers(session, [entry_id]))[entry_id])


def _shape(row: WaitingRow, offers: list[OfferRow]) -> Waiting:
    fields = {name: getattr(row, name) for name in row.__slots__}
    return Waiting(
        offers=[Offer.model_validate(one, from_attributes=True) for one in offers],
        **{name: fields[name] for name in Waiting.model_fields if name in fields},
    )
