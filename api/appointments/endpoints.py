"""The resource /api/appointments/."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response, status
from msgspec.json import Decoder

from api.appointments import service
from api.appointments.changing import Booking, Changing
from api.appointments.schemas import (
    Appointment,
    AppointmentChange,
    AppointmentInput,
    Cancellation,
    History,
    Status,
    Transition,
)
from api.appointments.views import shown, tagged
from api.idempotency import Router
from api.pagination import Page, Paging
from api.schemas import UtcTime
from api.services import Shared
from api.sessions import Reading, Writing
from storage.queries import appointments
from storage.queries.appointments import AppointmentFilter, AppointmentPosition

router = Router(prefix="/api/appointments", tags=["appointments"])
POSITION: Decoder[AppointmentPosition] = Decoder(AppointmentPosition)


@router.post("/", status_code=status.HTTP_201_CREATED)
async def book_appointment(
    parts: Shared, session: Writing, caller: Booking, body: AppointmentInput, response: Response
) -> Appointment:
    """Book an appointment; both sides are told, with an invitation for their calendars.

    Who books for themselves takes a slot that the provider's availability offers, start and length
    as they stand there: else the answer is 422. The provider and admins may choose others within
    the availability. 409 when the time is no longer free, or the patient is elsewhere then; 400
    when this cannot be booked at all. The provider sees the patient from now on, until 30 days
    after it.
    """
    row = await service.book(session, caller, body)
    response.headers["Location"] = f"/api/appointments/{row.id}/"
    return tagged(parts, caller, row, response)


@router.get("/")
async def list_appointments(  # noqa: PLR0913, PLR0917 - one for each part of the request
    parts: Shared,
    session: Reading,
    caller: Booking,
    paging: Paging,
    statuses: Annotated[
        list[Status] | None, Query(alias="status", description="In one of these.")
    ] = None,
    since: Annotated[
        UtcTime | None, Query(alias="from", description="That begin then or later.")
    ] = None,
    until: Annotated[UtcTime | None, Query(alias="to", description="That begin before.")] = None,
    *,
    upcoming: Annotated[
        bool, Query(description="Only what still takes place, the soonest first.")
    ] = False,
    provider: Annotated[UUID | None, Query(description="With this provider.")] = None,
    patient: Annotated[UUID | None, Query(description="Of this patient.")] = None,
) -> Page[Appointment]:
    """The caller's appointments, as patient or as provider; admins see all. The latest first."""
    wanted = AppointmentFilter(
        statuses=statuses,
        since=since,
        until=until,
        upcoming=upcoming,
        provider_id=provider,
        patient_id=patient,
    )
    rows = await appointments.page(
        session, caller.viewer, wanted, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[shown(parts, caller, row) for row in kept], next=following)


@router.get("/{appointment_id:uuid}/")
async def get_appointment(
    parts: Shared, session: Reading, caller: Booking, appointment_id: UUID, response: Response
) -> Appointment:
    """One appointment, for its patient, its provider and admins."""
    row = await service.require(session, caller, appointment_id)
    return tagged(parts, caller, row, response)


@router.put("/{appointment_id:uuid}/", name="replace_appointment")
@router.patch("/{appointment_id:uuid}/")
async def change_appointment(change: Changing, body: AppointmentChange) -> Appointment:
    """Move an appointment or edit it; what is left out stays as it is.

    A patient can until the notice that the provider asks for, the provider until it begins; then
    the answer is 400. A patient moves it to an offered slot (else 422), and it becomes as long as
    that is. 409 when the other time is taken. Moved, it is to be confirmed again, its
    reminders begin anew, and the time that is left goes to the waiting list.
    """
    row = await change.begin()
    settings = change.parts.settings
    return change.done(await service.change(change.session, change.caller, row, body, settings))


@router.delete("/{appointment_id:uuid}/")
async def cancel_appointment(change: Changing, body: Cancellation | None = None) -> Appointment:
    """Cancel an appointment, which stays in the list as cancelled.

    A patient can until the notice that the provider asks for, the provider until it begins; then
    the answer is 400. What was paid is given back, and the time goes to the waiting list.
    """
    row = await change.begin()
    reason, settings = "" if body is None else body.reason, change.parts.settings
    return change.done(await service.cancel(change.session, change.caller, row, reason, settings))


@router.get("/{appointment_id:uuid}/history/")
async def list_appointment_history(
    session: Reading, caller: Booking, appointment_id: UUID
) -> History:
    """What became of an appointment, step by step: when, and by whom."""
    await service.require(session, caller, appointment_id)
    rows = await appointments.history(session, appointment_id)
    return History(results=[Transition.model_validate(row, from_attributes=True) for row in rows])
