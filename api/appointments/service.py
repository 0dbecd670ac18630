"""Rules of appointments: who books, changes and cancels what, and until when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from api.appointments import errors
from api.appointments.places import place
from api.appointments.schemas import AppointmentChange, AppointmentInput
from api.auth import Caller
from api.errors import ConflictError, NotFoundError
from api.settings import Settings
from storage.engine import ReadSession, WriteSession
from storage.queries import (
    appointments,
    bookings,
    cancelling,
    care,
    care_team,
    free_times,
)
from storage.queries.announce import announce_in
from storage.queries.appointment_notices import notices
from storage.queries.appointments import AppointmentRow
from storage.queries.bookings import NewAppointment, ProviderPolicy, TimeTakenError

OPEN: Final = frozenset({"scheduled", "confirmed"})
"""Statuses from which an appointment can still be changed or cancelled."""
_WHEN: Final = ("appointment_date", "duration_minutes", "hospital_id")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a caller is to an appointment."""

    patient: bool
    provider: bool
    manages: bool

    @property
    def staff(self) -> bool:
        """The provider, or an administrator: not bound by the patient's notice."""
        return self.provider or self.manages


def standing(caller: Caller, row: AppointmentRow) -> Standing:
    """What the caller is to an appointment."""
    return Standing(
        patient=row.patient_id == caller.id,
        provider=row.provider_user_id == caller.id,
        manages=caller.viewer.sees_all,
    )


async def require(
    session: ReadSession | WriteSession, caller: Caller, appointment_id: UUID
) -> AppointmentRow:
    """One appointment of the caller.

    Raises:
        NotFoundError: when there is none, or it is somebody else's.
    """
    row = await appointments.find(session, caller.viewer, appointment_id)
    if row is None:
        raise NotFoundError
    return row


async def in_turn(session: WriteSession, caller: Caller, appointment_id: UUID) -> AppointmentRow:
    """One appointment of the caller, which nobody else changes until the transaction ends.

    Raises:
        NotFoundError: when there is none, or it is somebody else's.
    """
    row = await require(session, caller, appointment_id)
    await bookings.take_turn(session, row.healthcare_provider_id, row.patient_id)
    await bookings.lock_row(session, appointment_id)
    return await require(session, caller, appointment_id)


def can_change(row: AppointmentRow, who: Standing, now: dt.datetime) -> bool:
    """Whether an appointment can be cancelled or moved: by a patient only with notice."""
    if row.status not in OPEN or row.appointment_date <= now:
        return False
    notice = dt.timedelta(hours=row.cancellation_hours)
    return who.staff or row.appointment_date - now >= notice


async def book(
    session: WriteSession,
    caller: Caller,
    wanted: AppointmentInput,
    *,
    from_offer: bool = False,
) -> AppointmentRow:
    """Book an appointment, and tell both sides.

    Args:
        session: Nothing of it is kept when this raises.
        caller: Who books.
        wanted: What.
        from_offer: The time was kept for the patient, whatever notice the provider asks for.

    Raises:
        NotFoundError: for a patient whom the caller may not see.
        TimeGoneError, PatientBusyError: when the time is taken.
        InvalidInputError: for a start or length that is no slot, by who books for themselves.
        BadRequestError: in its several kinds, when this cannot be booked at all.

    """
    patient_id = wanted.patient_id or caller.id
    policy = await _policy(session, wanted.healthcare_provider_id)
    await _may_book_for(session, caller, patient_id, policy)
    now = dt.datetime.now(dt.UTC)
    bound = not (from_offer or caller.viewer.sees_all or policy.user_id == caller.id)
    _in_time(policy, wanted.appointment_date, now, bound=bound)
    # Who books for themselves takes what is offered; staff, and who was offered a time, that one.
    slots_only = patient_id == caller.id and not from_offer
    hospital_id, minutes = await place(session, policy, wanted, slots_only=slots_only)
    await bookings.take_turn(session, policy.id, patient_id)
    new = NewAppointment(
        patient_id=patient_id,
        healthcare_provider_id=policy.id,
        hospital_id=hospital_id,
        appointment_date=wanted.appointment_date,
        duration_minutes=minutes,
        appointment_type=wanted.appointment_type,
        priority=wanted.priority,
        chief_complaint=wanted.chief_complaint,
        symptoms=wanted.symptoms,
        notes=wanted.notes,
        consultation_fee=policy.consultation_fee,
        created_by_id=caller.id,
    )
    await _kept_free(session, policy, new.appointment_date, minutes, patient_id)
    try:
        appointment_id = await bookings.add(session, new)
    except TimeTakenError as error:
        raise _taken(error) from error
    await bookings.tend_care(session, patient_id, policy.id, caller.id)
    row = await appointments.get(session, appointment_id)
    await announce_in(session, notices(row, "booked"))
    return row


def _taken(error: TimeTakenError) -> ConflictError:
    return errors.PatientBusyError() if error.of_patient else errors.TimeGoneError()


async def _policy(session: WriteSession, provider_id: UUID) -> ProviderPolicy:
    policy = await bookings.policy(session, provider_id)
    if policy is None or not policy.is_active:
        raise errors.NotBookableError
    return policy


async def _may_book_for(
    session: WriteSession, caller: Caller, patient_id: UUID, policy: ProviderPolicy
) -> None:
    if patient_id == policy.user_id:
        raise errors.OwnProviderError
    if patient_id == caller.id:
        return
    allowed = caller.viewer.sees_all or policy.user_id == caller.id
    if not await care.may_see(session, caller.viewer, patient_id) or not allowed:
        raise NotFoundError
    if not await care_team.patient_exists(session, patient_id):
        raise NotFoundError


def _in_time(policy: ProviderPolicy, start: dt.datetime, now: dt.datetime, *, bound: bool) -> None:
    if start <= now:
        raise errors.PastTimeError
    if bound and start - now < dt.timedelta(minutes=policy.lead_minutes):
        raise errors.TooShortNoticeError
    if bound and start - now > dt.timedelta(days=policy.booking_days):
        raise errors.TooFarAheadError


async def _kept_free(  # noqa: PLR0913, PLR0917 - what is asked for, and by whom
    session: WriteSession,
    policy: ProviderPolicy,
    start: dt.datetime,
    minutes: int,
    patient_id: UUID,
    but: UUID | None = None,
) -> None:
    """Refuse a time that is kept for somebody else, or too close to another appointment."""
    end = start + dt.timedelta(minutes=minutes)
    if await free_times.held(session, policy.id, bookings.span(start, end), for_patient=patient_id):
        raise errors.TimeGoneError
    buffer = dt.timedelta(minutes=policy.buffer_minutes)
    around = bookings.span(start - buffer, end + buffer)
    if buffer and await bookings.busy(session, policy.id, around, but):
        raise errors.TimeGoneError


async def change(
    session: WriteSession,
    caller: Caller,
    row: AppointmentRow,
    wanted: AppointmentChange,
    settings: Settings,
) -> AppointmentRow:
    """Edit an appointment that is in the caller's turn, or move it to another time.

    Raises:
        CannotModifyError: when it is over, or too close for a patient to change it.
        TimeGoneError, PatientBusyError: when the other time is taken.
        InvalidInputError: for a start or length that is no slot, by the patient.
        BadRequestError: in its several kinds, when the other time cannot be booked at all.
    """
    who = standing(caller, row)
    if not can_change(row, who, dt.datetime.now(dt.UTC)):
        raise errors.CannotModifyError
    given = wanted.model_dump(exclude_unset=True, exclude={"reason"})
    values = {
        name: value
        for name, value in given.items()
        if value is not None and value != getattr(row, name)
    }
    moved = bool(values.keys() & {*_WHEN, "appointment_type"})
    if moved:
        values |= await _moved(session, caller, row, values, wanted.duration_minutes)
    if not values:
        return row
    try:
        await bookings.change(session, row.id, values)
    except TimeTakenError as error:
        raise _taken(error) from error
    if moved:
        await bookings.step(
            session, row.id, row.status, "scheduled", caller.id, reason=wanted.reason
        )
        await bookings.tend_care(session, row.patient_id, row.healthcare_provider_id, caller.id)
    changed = await appointments.get(session, row.id)
    if moved:
        await announce_in(session, notices(changed, "changed"))
        await _offer_on(session, row, settings, by_patient=not who.provider)
    return changed


async def _moved(
    session: WriteSession,
    caller: Caller,
    row: AppointmentRow,
    values: Mapping[str, Any],
    minutes_asked: int | None,
) -> dict[str, Any]:
    """What another time or place comes to: it is to be confirmed again, as a new revision."""
    policy = await _policy(session, row.healthcare_provider_id)
    start = values.get("appointment_date", row.appointment_date)
    if start != row.appointment_date:
        bound = not standing(caller, row).staff
        _in_time(policy, start, dt.datetime.now(dt.UTC), bound=bound)
    same_place = row.hospital_id if start == row.appointment_date else None
    retimed = bool(values.keys() & {"appointment_date", "duration_minutes"})
    slots_only = standing(caller, row).patient and retimed
    # A slot is as long as it is; only whoever may choose keeps another length.
    kept = None if slots_only else row.duration_minutes
    wanted = AppointmentInput(
        healthcare_provider_id=policy.id,
        appointment_date=start,
        hospital_id=values.get("hospital_id", same_place),
        duration_minutes=minutes_asked or kept,
        appointment_type=values.get("appointment_type", row.appointment_type),
    )
    hospital_id, minutes = await place(session, policy, wanted, slots_only=slots_only)
    await _kept_free(session, policy, start, minutes, row.patient_id, row.id)
    new = {"hospital_id": hospital_id, "status": "scheduled", "sequence": row.sequence + 1}
    # All that was agreed on, so that reminders begin anew.
    return new | {"appointment_date": start, "duration_minutes": minutes}


async def cancel(
    session: WriteSession, caller: Caller, row: AppointmentRow, reason: str, settings: Settings
) -> AppointmentRow:
    """Cancel an appointment that is in the caller's turn, and give the money back.

    Raises:
        CannotCancelError: when it is over, or too close for a patient to cancel it.
    """
    who = standing(caller, row)
    if not can_change(row, who, dt.datetime.now(dt.UTC)):
        raise errors.CannotCancelError
    cancelled = await cancelling.cancel(session, row, caller.id, reason, refund_reason="cancelled")
    await _offer_on(session, row, settings, by_patient=not who.provider)
    return cancelled


async def _offer_on(
    session: WriteSession, row: AppointmentRow, settings: Settings, *, by_patient: bool
) -> None:
    """Offer the time that was left; one that the provider gave up is nobody's."""
    if by_patient:
        hold = dt.timedelta(minutes=settings.waiting_list_hold_minutes)
        await cancelling.offer_on(session, row, hold)
