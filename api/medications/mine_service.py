"""Rules of what patients take: who may write it down, and what has to be acknowledged."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from api.auth import Caller
from api.errors import (
    ConflictError,
    FieldProblem,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from api.medications.mine_schemas import (
    EnteredMedication,
    MedicationWarning,
    Prescriber,
    StatusInput,
    UserMedication,
    UserMedicationInput,
    UserMedicationPatch,
    Warnings,
    WarningsOf,
)
from storage.engine import ReadSession, WriteSession
from storage.queries import care, medications
from storage.queries import user_medication_life as life
from storage.queries import user_medication_rows as rows
from storage.queries import user_medications as queries
from storage.queries.user_medication_rows import Row
from storage.queries.user_medications import Checked, Known, NewUserMedication
from telemetry.medicines.frequency import understood
from telemetry.medicines.schedule import read
from telemetry.medicines.warnings import Finding

_THE_PATIENTS: Final = frozenset({"reminders", "side_effects_experienced", "schedule"})
"""What patients may change of a prescription: when on the clock, not how often."""
_OTHERS: Final = {"medication", "category", "prescribed_by"}
"""What the shape has that is no column of the row."""
_EARLY_END: Final = [
    FieldProblem(location="body", field="end_date", reason="must not be before the first day")
]


class WarningsNotAcknowledgedError(ConflictError):
    """A severe warning speaks against it: send acknowledge_warnings with a reason, or leave it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Tell all warnings."""
        told = [warning(one).model_dump(mode="json") for one in findings]
        super().__init__(extensions={"warnings": told})


class MedicationInactiveError(ConflictError):
    """This medicine is not given any more; take another one of the catalogue."""


class NoProviderError(ConflictError):
    """Your account is no active provider's, who alone can prescribe."""


class StatusChangeError(ConflictError):
    """From its status it cannot become that."""


class PrescriptionChangeError(PermissionDeniedError):
    """A prescription is changed by whoever may prescribe; tell them, or stop it with a reason."""


async def require_reader(
    session: ReadSession | WriteSession, caller: Caller, patient_id: UUID
) -> None:
    """Let pass who may see the patient.

    Raises:
        NotFoundError: for anybody else.
    """
    if not await care.may_see(session, caller.viewer, patient_id):
        raise NotFoundError


async def require_writer(session: WriteSession, caller: Caller, patient_id: UUID) -> None:
    """Let pass the patient, and who may write down what they observe of them.

    Raises:
        NotFoundError: for who may not see the patient.
        PermissionDeniedError: for who may do no more than that.
    """
    await require_reader(session, caller, patient_id)
    if caller.id != patient_id and not may_prescribe(caller):
        raise PermissionDeniedError


def may_prescribe(caller: Caller) -> bool:
    """Whether the caller's role allows it; a prescription needs a provider besides."""
    return "patients.record" in caller.account.permissions


async def enter(
    session: WriteSession, caller: Caller, patient_id: UUID, body: UserMedicationInput
) -> EnteredMedication:
    """Write down a medicine.

    Raises:
        WarningsNotAcknowledgedError: and the other errors of this module.
    """
    provider_id = await _provider(session, caller, patient_id, prescribed=body.prescribed)
    _check_acknowledgement(body)
    item = NewUserMedication(
        medication_id=body.medication_id,
        dosage=body.dosage,
        frequency=body.frequency,
        schedule=None if body.schedule is None else body.schedule.document(),
        start_date=body.start_date,
        end_date=body.end_date,
        instructions=body.instructions,
        reminders=body.reminders,
        acknowledgement=body.acknowledgement,
    )
    try:
        entered = await queries.enter(
            session, patient_id, item, provider_id=provider_id, actor_id=caller.id
        )
    except queries.UnknownMedicationError as error:
        raise InvalidInputError(errors=at("medication_id", "is not in the catalogue")) from error
    except queries.InactiveMedicationError as error:
        raise MedicationInactiveError from error
    except queries.EndsBeforeItBeginsError as error:
        raise InvalidInputError(errors=_EARLY_END) from error
    except queries.UnacknowledgedWarningsError as error:
        raise WarningsNotAcknowledgedError(error.findings) from error
    shown = await one(session, patient_id, entered.id)
    return EnteredMedication(
        **shown.model_dump(), warnings=[warning(finding) for finding in entered.findings]
    )


async def _provider(
    session: WriteSession, caller: Caller, patient_id: UUID, *, prescribed: bool | None
) -> UUID | None:
    """The provider who prescribes, or None where it is only reported."""
    mine = caller.id == patient_id
    if prescribed is False or (mine and not prescribed):
        return None
    if mine or not may_prescribe(caller):
        raise PermissionDeniedError
    found = await rows.provider_of(session, caller.id)
    if found is None and prescribed:
        raise NoProviderError
    return found


async def change(
    session: WriteSession, caller: Caller, row: Row, body: UserMedicationPatch
) -> None:
    """Change what is sent; a schedule follows new words where it is not sent itself.

    Raises:
        PrescriptionChangeError: when a patient changes more of a prescription than is theirs.
    """
    values = body.model_dump(exclude_unset=True)
    if "schedule" in values:
        values["schedule"] = None if body.schedule is None else body.schedule.document()
    elif "frequency" in values:
        meant = understood(body.frequency)
        values["schedule"] = None if meant is None else meant.document()
    first = values.get("start_date", row.mine.start_date)
    last = values.get("end_date", row.mine.end_date)
    if first is None:
        raise InvalidInputError(errors=at("start_date", "is required"))
    if last is not None and last < first:
        raise InvalidInputError(errors=_EARLY_END)
    changed = {name for name, value in values.items() if getattr(row.mine, name) != value}
    if row.mine.prescribed_by_id is not None and not may_prescribe(caller):
        _check_patients_change(row, changed, values)
    await life.change(session, row.mine, values, caller.id)


def _check_patients_change(row: Row, changed: set[str], values: dict[str, Any]) -> None:
    if changed - _THE_PATIENTS:
        raise PrescriptionChangeError
    if "schedule" in changed:
        before, after = row.mine.schedule, values["schedule"]
        if before is None or after is None:
            raise PrescriptionChangeError
        was, will = read(before), read(after)
        if (was.rule, was.as_needed, was.most_per_day, len(was.times)) != (
            will.rule, will.as_needed, will.most_per_day, len(will.times),
        ):  # fmt: skip
            raise PrescriptionChangeError


async def move(session: WriteSession, caller: Caller, row: Row, body: StatusInput) -> None:
    """Give it another status.

    Raises:
        StatusChangeError: when its own does not lead there.
        PrescriptionChangeError: when a patient begins again what was ended for good.
        WarningsNotAcknowledgedError: when it would be taken again in spite of a severe one.
    """
    if body.status not in life.MOVES[row.mine.status]:
        raise StatusChangeError
    _check_acknowledgement(body)
    again = body.status == "active"
    ended = row.mine.status in {"completed", "stopped"}
    if again and ended and row.mine.prescribed_by_id and not may_prescribe(caller):
        raise PrescriptionChangeError
    if again:
        found = (await warnings_of(session, row)).findings
        severe = [one for one in found if one.severity == "severe"]
        known = set(row.mine.acknowledged_warnings)
        if any(one.code not in known for one in severe) and not body.acknowledgement:
            raise WarningsNotAcknowledgedError(found)
    reason = body.reason or body.acknowledgement
    await life.move(session, row.mine, body.status, actor_id=caller.id, reason=reason)


def compared(row: Row, known: Known) -> WarningsOf:
    """What speaks against one that is there, as sent with which one it is."""
    checked = known.against(medications.product(row.medication), but=row.mine.id)
    return WarningsOf(
        user_medication_id=row.mine.id,
        medication=shape(row).medication,
        **warnings(checked).model_dump(),
    )


async def warnings_of(session: ReadSession | WriteSession, row: Row) -> Checked:
    """What speaks against one that is there, beside the others."""
    product = medications.product(row.medication)
    return await queries.warnings_of(session, row.mine.user_id, product, but=row.mine.id)


async def find(session: ReadSession | WriteSession, patient_id: UUID, mine_id: UUID) -> Row:
    """One of a patient's medicines.

    Raises:
        NotFoundError: when it is none of theirs.
    """
    row = await rows.find(session, patient_id, mine_id)
    if row is None:
        raise NotFoundError
    return row


async def one(
    session: ReadSession | WriteSession, patient_id: UUID, mine_id: UUID
) -> UserMedication:
    """One of a patient's medicines as sent."""
    return shape(await find(session, patient_id, mine_id))


def shape(row: Row) -> UserMedication:
    """A patient's medicine as sent."""
    mine, medication = row.mine, row.medication
    own = {name: getattr(mine, name) for name in UserMedication.model_fields.keys() - _OTHERS}
    prescriber = (
        None
        if mine.prescribed_by_id is None
        else Prescriber(id=mine.prescribed_by_id, name=row.prescriber)
    )
    shown = own | {
        "medication": medication,
        "category": medication.category,
        "prescribed_by": prescriber,
    }
    return UserMedication.model_validate(shown, from_attributes=True)


def warning(found: Finding) -> MedicationWarning:
    """A warning as sent."""
    return MedicationWarning(
        code=found.code,
        kind=found.kind,
        severity=found.severity,
        about=found.other,
        about_id=None if found.other_id is None else UUID(found.other_id),
        source=found.source,
        quote=found.quote,
    )


def warnings(checked: Checked) -> Warnings:
    """Warnings as sent, with what was looked at."""
    return Warnings(
        warnings=[warning(one) for one in checked.findings],
        medicines_checked=checked.medicines,
        allergies_recorded=checked.allergies,
        conditions_recorded=checked.conditions,
    )


def _check_acknowledgement(body: UserMedicationInput | StatusInput) -> None:
    if body.acknowledge_warnings and not body.acknowledgement_reason:
        raise InvalidInputError(
            errors=at("acknowledgement_reason", "is required with acknowledge_warnings")
        )


def at(field: str, reason: str) -> list[FieldProblem]:
    """What is wrong with one field of the body."""
    return [FieldProblem(location="body", field=field, reason=reason)]
