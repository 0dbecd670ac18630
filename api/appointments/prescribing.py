"""What a completed appointment prescribes."""

from collections.abc import Sequence

from api.appointments.errors import WarnedError
from api.appointments.schemas import Prescription
from api.auth import Caller
from api.errors import FieldProblem, InvalidInputError
from storage.engine import WriteSession
from storage.queries import medications, user_medications
from storage.queries.appointments import AppointmentRow
from storage.queries.user_medications import (
    InactiveMedicationError,
    NewUserMedication,
    UnacknowledgedWarningsError,
    UnknownMedicationError,
)


async def prescribe(
    session: WriteSession, caller: Caller, row: AppointmentRow, items: Sequence[Prescription]
) -> list[str]:
    """Prescribe to the patient of an appointment; each item as a line of words.

    Raises:
        InvalidInputError: for a medication that the catalogue does not have, or not any more.
        WarnedError: where a severe warning speaks against one, and no reason is given.
    """
    return [await _one(session, caller, row, number, item) for number, item in enumerate(items)]


async def _one(
    session: WriteSession, caller: Caller, row: AppointmentRow, number: int, item: Prescription
) -> str:
    wanted = NewUserMedication(**item.model_dump())
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
    except UnacknowledgedWarningsError as error:
        reason = "is required: a severe warning speaks against this medication"
        raise WarnedError(errors=[_problem(number, "acknowledgement", reason)]) from error
    medication = await medications.find(session, item.medication_id)
    name = "" if medication is None else f"{medication.name} {medication.strength}".strip()
    return ", ".join(part for part in (name, item.dosage, item.frequency) if part)


def _problem(number: int, field: str, reason: str) -> FieldProblem:
    return FieldProblem(location="body", field=f"prescriptions.{number}.{field}", reason=reason)
