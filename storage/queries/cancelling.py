"""An appointment that does not take place: all that follows of it, whoever cancels."""

import datetime as dt
from uuid import UUID

from storage.engine import WriteSession
from storage.queries import appointments, bookings, free_times, payments
from storage.queries.announce import announce_in
from storage.queries.appointment_notices import notices
from storage.queries.appointments import AppointmentRow
from storage.queries.free_times import FreeTime


async def cancel(
    session: WriteSession, row: AppointmentRow, by_id: UUID | None, reason: str, refund_reason: str
) -> AppointmentRow:
    """Cancel an appointment in its turn: care ends, money goes back, both sides are told.

    Args:
        session: Holds the turn of provider and patient, and the appointment's row.
        row: As it is before.
        by_id: Who cancels; None: nobody did, its time was up.
        reason: In its history.
        refund_reason: With what goes back.

    """
    values = {"status": "cancelled", "sequence": row.sequence + 1}
    await bookings.change(session, row.id, values)
    await bookings.step(session, row.id, row.status, "cancelled", by_id, reason=reason)
    await bookings.tend_care(session, row.patient_id, row.healthcare_provider_id, by_id)
    await payments.refund_due(session, row.id, refund_reason)
    cancelled = await appointments.get(session, row.id)
    await announce_in(session, notices(cancelled, "cancelled"))
    return cancelled


async def offer_on(session: WriteSession, row: AppointmentRow, hold: dt.timedelta) -> None:
    """Offer the time that an appointment had to who waits, kept for each for so long."""
    free = FreeTime(
        row.healthcare_provider_id, row.hospital_id, row.appointment_date, row.duration_minutes
    )
    await free_times.pass_on(session, free, hold)
