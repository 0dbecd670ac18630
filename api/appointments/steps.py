"""From booked to done: confirm, check in, complete, no-show."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Response

from api.appointments import errors, service
from api.appointments.endpoints import Booking
from api.appointments.prescribing import prescribe
from api.appointments.schemas import Appointment, Completion
from api.appointments.service import Standing
from api.appointments.views import tagged, version
from api.auth import Caller, Permitted
from api.idempotency import Router
from api.preconditions import Editing
from api.services import Shared
from api.sessions import Writing
from storage.engine import WriteSession
from storage.queries import appointments, bookings
from storage.queries.announce import announce_in
from storage.queries.appointment_notices import notices
from storage.queries.appointments import AppointmentRow

router = Router(prefix="/api/appointments/{appointment_id:uuid}", tags=["appointments"])
Conducting = Annotated[Caller, Depends(Permitted("appointments.conduct"))]
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
async def confirm_appointment(  # noqa: PLR0913, PLR0917 - one for each part of the request
    parts: Shared,
    session: Writing,
    caller: Booking,
    appointment_id: UUID,
    edit: Editing,
    response: Response,
) -> Appointment:
    """Say that it takes place: the provider or an admin. The patient is told.

    409 unless it is scheduled, or where it is to be paid first and is not.
    """
    row = await service.in_turn(session, caller, appointment_id)
    _staff(service.standing(caller, row))
    edit.check(version(row))
    if row.requires_prepayment and row.payment_status not in _PAID:
        raise errors.UnpaidError
    confirmed = await _take(session, caller, row, CONFIRM)
    told = [one for one in notices(confirmed, "confirmed") if one.user_id != caller.id]
    await announce_in(session, told)
    return tagged(parts, caller, confirmed, response)


@router.post("/check-in/")
async def check_in_appointment(  # noqa: PLR0913, PLR0917 - one for each part of the request
    parts: Shared,
    session: Writing,
    caller: Booking,
    appointment_id: UUID,
    edit: Editing,
    response: Response,
) -> Appointment:
    """Say that the patient is there: the patient, the provider or an admin.

    400 more than two hours before it begins, 409 unless it is scheduled or confirmed.
    """
    row = await service.in_turn(session, caller, appointment_id)
    edit.check(version(row))
    return tagged(parts, caller, await _take(session, caller, row, CHECK_IN), response)


@router.post("/no-show/")
async def mark_no_show(  # noqa: PLR0913, PLR0917 - one for each part of the request
    parts: Shared,
    session: Writing,
    caller: Booking,
    appointment_id: UUID,
    edit: Editing,
    response: Response,
) -> Appointment:
    """Say that the patient did not come: the provider or an admin.

    400 before it begins, 409 unless it is scheduled or confirmed.
    """
    row = await service.in_turn(session, caller, appointment_id)
    _staff(service.standing(caller, row))
    edit.check(version(row))
    return tagged(parts, caller, await _take(session, caller, row, NO_SHOW), response)


@router.post("/complete/")
async def complete_appointment(  # noqa: PLR0913, PLR0917 - one for each part of the request
    parts: Shared,
    session: Writing,
    caller: Conducting,
    appointment_id: UUID,
    body: Completion,
    edit: Editing,
    response: Response,
) -> Appointment:
    """Write down what came of it: the provider. What is prescribed becomes the patient's.

    409 unless the patient is checked in, and where a severe warning speaks against a medicine, the
    others of the visit considered too: all of them are in `warnings`, with the number of the
    prescription, until that has its `acknowledgement`.
    """
    row = await service.in_turn(session, caller, appointment_id)
    if not service.standing(caller, row).provider:
        raise errors.NotTheirsError
    edit.check(version(row))
    if row.status not in COMPLETE.before:
        raise errors.WrongStatusError
    lines = await prescribe(session, caller, row, body.prescriptions)
    values = body.model_dump(include=_OUTCOME) | {"prescribed_medications": "\n".join(lines)}
    if body.notes is not None:
        values["notes"] = body.notes
    completed = await _take(session, caller, row, COMPLETE, values)
    return tagged(parts, caller, completed, response)


_OUTCOME: Final = {
    "diagnosis",
    "treatment_plan",
    "follow_up_instructions",
    "next_appointment_recommended",
}


def _staff(who: Standing) -> None:
    if not who.staff:
        raise errors.NotTheirsError


async def _take(
    session: WriteSession,
    caller: Caller,
    row: AppointmentRow,
    step: Step,
    values: Mapping[str, Any] | None = None,
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
    await bookings.change(session, row.id, {"status": step.to, **(values or {})})
    await bookings.step(session, row.id, row.status, step.to, caller.id)
    return await appointments.get(session, row.id)
