"""What a completed appointment prescribes."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from api.appointments.errors import WarnedError
from api.appointments.schemas import Prescription, PrescriptionWarning
from api.auth import Caller
from api.errors import FieldProblem, InvalidInputError
from api.medications.mine_service import warning
from storage.engine import WriteSession
from storage.queries import medications, user_medications
from storage.queries.appointments import AppointmentRow
from storage.queries.user_medications import (
    EndsBeforeItBeginsError,
    InactiveMedicationError,
    NewUserMedication,
    UnacknowledgedWarningsError,
    UnknownMedicationError,
)

_SEVERE: Final = "is required: a severe warning speaks against this medication"


async def prescribe(
    session: WriteSession, caller: Caller, row: AppointmentRow, items: Sequence[Prescription]
) -> list[str]:
    """Prescribe to the patient of an appointment; each item as a line of words.

    Raises:
        InvalidInputError: for a medication that the catalogue does not have, or not any more, one
            that stands there twice, or an end before the start.
        WarnedError: where severe warnings speak against some, and no reason is given; the caller
            rolls the others back.
    """
    _once_each(items)
    lines: list[str] = []
    problems: list[FieldProblem] = []
    told: list[PrescriptionWarning] = []
    for number, item in enumerate(items):
        try:
            lines.append(await _one(session, caller, row, number, item))
        except UnacknowledgedWarningsError as error:
            problems.append(_problem(number, "acknowledgement", _SEVERE))
            told += [
                PrescriptionWarning(prescription=number, **warning(one).model_dump())
                for one in error.findings
            ]
    if problems:
        shown = [one.model_dump(mode="json") for one in told]
        raise WarnedError(errors=problems, extensions={"warnings": shown})
    return lines


def _once_each(items: Sequence[Prescription]) -> None:
    seen: set[UUID] = set()
    for number, item in enumerate(items):
        if item.medication_id in seen:
            reason = "is prescribed in this visit already"
            raise InvalidInputError(errors=[_problem(number, "medication_id", reason)])
        seen.add(item.medication_id)


async def _one(
    session: WriteSession, caller: Caller, row: AppointmentRow, number: int, item: Prescription
) -> str:
    visited = row.appointment_date.astimezone(ZoneInfo(row.patient_zone)).date()
    wanted = NewUserMedication(**item.model_dump() | {"start_date": item.start_date or visited})
    try:
        await user_medications.enter(
            session,
            row.patient_id,
            wanted,
            provider_id=row.healthcare_provider_id,
            actor_id=caller.id,
        )
    except (UnknownMedicationError, InactiveMedicationError) as error:
        raise InvalidInputError(
            errors=[_problem(number, "medication_id", "is not in the catalogue")]
        ) from error
    except EndsBeforeItBeginsError as error:
        reason = "must not be before the first day"
        raise InvalidInputError(errors=[_problem(number, "end_date", reason)]) from error
    medication = await medications.find(session, item.medication_id)
    name = "" if medication is None else _called(medication.name, medication.strength)
    return ", ".join(part for part in (name, item.dosage, item.frequency) if part)


def _called(name: str, strength: str) -> str:
    """A medicine with its strength, which the name may say already.

    >>> [_called(name, "5 mg") for name in ("Warfarin 5 mg tablets", "Amlo", "Amlo 25 mg")]
    ['Warfarin 5 mg tablets', 'Amlo 5 mg', 'Amlo 25 mg 5 mg']
    """
    said = r"\s*".join(map(re.escape, strength.split()))
    known = not said or re.search(rf"(?<![\w.,]){said}(?!\w)", name, re.IGNORECASE)
    return name if known else f"{name} {strength}"


def _problem(number: int, field: str, reason: str) -> FieldProblem:
    return FieldProblem(location="body", field=f"prescriptions.{number}.{field}", reason=reason)
