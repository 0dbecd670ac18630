"""Where a provider receives at a time, and for how long: one of the offered slots, or within."""

import datetime as dt
from typing import Final
from uuid import UUID

from api.appointments import errors
from api.appointments.schemas import AppointmentInput
from api.errors import FieldProblem, InvalidInputError
from storage.engine import WriteSession
from storage.queries import availability, bookings
from storage.queries.bookings import ProviderPolicy

SHORTEST: Final = dt.timedelta(minutes=5)
_NO_SLOT: Final = (
    "is not the start of an offered slot; those are in the availability of the provider"
)
_OTHER_LENGTH: Final = "is not as long as the slot that is offered then; leave it out"


async def place(
    session: WriteSession, policy: ProviderPolicy, wanted: AppointmentInput, *, slots_only: bool
) -> tuple[UUID | None, int]:
    """Where the provider receives at that time, and for how many minutes.

    Args:
        session: Any.
        policy: Of the provider.
        wanted: What; without minutes, as long as a slot is.
        slots_only: Start and length are those of a slot, as patients are offered them. Else any
            time within the availability will do.

    Raises:
        InvalidInputError: for a start or a length that no slot has.
        OutsideAvailabilityError, NotBookableError: when nobody is received then or there.

    """
    asked = wanted.hospital_id
    if asked is not None and not await bookings.receives(session, policy.id, asked):
        raise errors.NotBookableError
    if slots_only:
        hospital_id, minutes = await _slot(session, policy, wanted)
    else:
        hospital_id, minutes = await _within(session, policy, wanted)
    if hospital_id is None and wanted.appointment_type != "video":
        raise errors.OutsideAvailabilityError
    return hospital_id, minutes


async def _slot(
    session: WriteSession, policy: ProviderPolicy, wanted: AppointmentInput
) -> tuple[UUID | None, int]:
    """Place and minutes of the slot, whether or not it is taken."""
    start = wanted.appointment_date
    slot = await availability.slot_at(
        session,
        policy.id,
        start,
        slot=dt.timedelta(minutes=policy.slot_minutes),
        buffer=dt.timedelta(minutes=policy.buffer_minutes),
        hospital_id=wanted.hospital_id,
    )
    if slot is None:
        least = start + SHORTEST
        if await availability.covered(session, policy.id, start, least, wanted.hospital_id) is None:
            raise errors.OutsideAvailabilityError
        raise InvalidInputError(errors=_problem("appointment_date", _NO_SLOT))
    minutes = slot.span.minutes
    if wanted.duration_minutes not in {None, minutes}:
        raise InvalidInputError(errors=_problem("duration_minutes", _OTHER_LENGTH))
    return slot.rule.hospital_id, minutes


async def _within(
    session: WriteSession, policy: ProviderPolicy, wanted: AppointmentInput
) -> tuple[UUID | None, int]:
    start, minutes, asked = wanted.appointment_date, wanted.duration_minutes, wanted.hospital_id
    least = SHORTEST if minutes is None else dt.timedelta(minutes=minutes)
    window = await availability.covered(session, policy.id, start, start + least, asked)
    if window is not None and minutes is None:
        minutes = window.rule.slot_minutes or policy.slot_minutes
        end = start + dt.timedelta(minutes=minutes)
        if window.span.end < end:
            # Another rule may reach further.
            window = await availability.covered(session, policy.id, start, end, asked)
    if window is None or minutes is None:
        raise errors.OutsideAvailabilityError
    return window.rule.hospital_id, minutes


def _problem(field: str, reason: str) -> list[FieldProblem]:
    return [FieldProblem(location="body", field=field, reason=reason)]
