"""From booked to done: confirm, check in, complete, no-show."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.appointments import errors
from api.appointments.changing import Change, Changing, Conducted, provider, staff
from api.appointments.prescribing import prescribe
from api.appointments.schemas import Appointment, Completion
from api.idempotency import Router
from storage.queries import appointments, bookings, payments
from storage.queries.announce import announce_in
from storage.queries.appointment_notices import notices
from storage.queries.appointments import AppointmentRow

router = Router(prefix="/api/appointments/{appointment_id:uuid}", tags=["appointments"])
EARLY: Final = dt.timedelta(hours=2)
"""How long before it begins somebody can be checked in."""
_PAID: Final = frozenset({"paid", "not_required"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step, from which statuses, and from when on counted from the beginning."""

    to: str
    before: frozenset[str]
    opens: dt.timedelta | None = None


CONFIRM: Final = Step("confirmed", frozenset({"scheduled"}))
CHECK_IN: Final = Step("checked_in", frozenset({"scheduled", "confirmed"}), -EARLY)
COMPLETE: Final = Step("completed", frozenset({"checked_in"}))
NO_SHOW: Final = Step("no_show", frozenset({"scheduled", "confirmed"}), dt.timedelta())


@router.post("/confirm/")
async def confirm_appointment(change: Changing) -> Appointment:
    """Say that it takes place: the provider or an admin. The patient is told.

    409 unless it is scheduled, or where it is to be paid first and is not.
    """
    row = await change.begin(staff)
    if row.requires_prepayment and row.payment_status not in _PAID:
        raise errors.UnpaidError
    confirmed = await _take(change, row, CONFIRM)
    told = [one for one in notices(confirmed, "confirmed") if one.user_id != change.caller.id]
    await announce_in(change.session, told)
    return change.done(confirmed)


@router.post("/check-in/")
async def check_in_appointment(change: Changing) -> Appointment:
    """Say that the patient is there: the patient, the provider or an admin.

    400 more than two hours before it begins, 409 unless it is scheduled or confirmed.
    """
    return change.done(await _take(change, await change.begin(), CHECK_IN))


@router.post("/no-show/")
async def mark_no_show(change: Changing) -> Appointment:
    """Say that the patient did not come: the provider or an admin.

    400 before it begins, 409 unless it is scheduled or confirmed. What was paid stays paid; what
    was not is not to be paid any more.
    """
    missed = await _take(change, await change.begin(staff), NO_SHOW)
    await payments.call_off_open(change.session, missed.id, "no_show")
    return change.done(await appointments.get(change.session, missed.id))


@router.post("/complete/")
async def complete_appointment(change: Conducted, body: Completion) -> Appointment:
    """Write down what came of it: the provider. What is prescribed becomes the patient's.

    409 unless the patient is checked in, and where a severe warning speaks against a medicine, the
    others of the visit considered too: all of them are in `warnings`, with the number of the
    prescription, until that has its `acknowledgement`.
    """
    row = await change.begin(provider)
    if row.status not in COMPLETE.before:
        raise errors.WrongStatusError
    lines = await prescribe(change.session, change.caller, row, body.prescriptions)
    values = body.model_dump(include=_OUTCOME) | {"prescribed_medications": "\n".join(lines)}
    if body.notes is not None:
        values["notes"] = body.notes
    return change.done(await _take(change, row, COMPLETE, values))


_OUTCOME: Final = {
    "diagnosis",
    "treatment_plan",
    "follow_up_instructions",
    "next_appointment_recommended",
}


async def _take(
    change: Change, row: AppointmentRow, step: Step, values: Mapping[str, Any] | None = None
) -> AppointmentRow:
    """Take a step.

    Raises:
        WrongStatusError: when it is not the next one.
        TooEarlyError: when it is not yet time.
    """
    if row.status not in step.before:
        raise errors.WrongStatusError
    now = dt.datetime.now(dt.UTC)
    if step.opens is not None and now < row.appointment_date + step.opens:
        raise errors.TooEarlyError
    session = change.session
    await bookings.change(session, row.id, {"status": step.to, **(values or {})})
    await bookings.step(session, row.id, row.status, step.to, change.caller.id)
    return await appointments.get(session, row.id)
