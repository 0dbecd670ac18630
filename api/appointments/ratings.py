"""Ratings: once, by the patient, of a completed appointment."""

from uuid import UUID

from fastapi import status

from api.appointments import errors, service
from api.appointments.changing import Booking
from api.appointments.schemas import ProviderRating, Rating, RatingInput
from api.errors import NotFoundError
from api.idempotency import Router
from api.sessions import Reading, Writing
from storage.queries import appointment_files, bookings

router = Router(prefix="/api/appointments", tags=["appointments"])


@router.post("/{appointment_id:uuid}/rating/", status_code=status.HTTP_201_CREATED)
async def rate_appointment(
    session: Writing, caller: Booking, appointment_id: UUID, body: RatingInput
) -> Rating:
    """Rate a completed appointment: its patient, once; a rating stays as it is.

    400 unless it is completed, 409 when it was rated before.
    """
    row = await service.require(session, caller, appointment_id)
    if not service.standing(caller, row).patient:
        raise errors.NotThePatientError
    if row.status != "completed":
        raise errors.NotRateableError
    made = await appointment_files.rate(
        session, appointment_id, row.healthcare_provider_id, body.model_dump()
    )
    if made is None:
        raise errors.AlreadyRatedError
    return Rating.model_validate(made, from_attributes=True)


@router.get("/{appointment_id:uuid}/rating/")
async def get_appointment_rating(session: Reading, caller: Booking, appointment_id: UUID) -> Rating:
    """The rating of an appointment; 404 where there is none."""
    await service.require(session, caller, appointment_id)
    row = await appointment_files.rating(session, appointment_id)
    if row is None:
        raise NotFoundError
    return Rating.model_validate(row, from_attributes=True)


@router.get("/ratings/{provider_id:uuid}/")
async def get_provider_rating(
    session: Reading, _caller: Booking, provider_id: UUID
) -> ProviderRating:
    """What patients say of a provider, all in all; nobody's own words."""
    if await bookings.policy(session, provider_id) is None:
        raise NotFoundError
    found = await appointment_files.averages(session, provider_id)
    fields = {name: getattr(found, name) for name in found.__slots__}
    return ProviderRating(healthcare_provider_id=provider_id, **fields)
