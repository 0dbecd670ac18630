"""Who takes what: entering and prescribing it, with everything that speaks against it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import (
    Medication,
    UserMedication,
    UserProfile,
)
from storage.queries import medication_plans, medications
from storage.queries import user_medication_life as life
from storage.queries.locks import lock
from telemetry.medicines.frequency import understood
from telemetry.medicines.warnings import Background, Finding, Product, check
from telemetry.zones import zone_of

MOST_CURRENT: Final = 200
"""Medicines of one patient at a time that a new one is checked against."""
CURRENT: Final = ("active", "paused")


class UnknownMedicationError(LookupError):
    """The catalogue has no such medicine."""


class InactiveMedicationError(ValueError):
    """The medicine is not given any more."""


class EndsBeforeItBeginsError(ValueError):
    """The last day is before the first one."""


class UnacknowledgedWarningsError(ValueError):
    """A severe warning speaks against it, and nobody has said why it is given nevertheless."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Take all warnings, the worst first."""
        super().__init__()
        self.findings = list(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUserMedication:
    """What is to be taken.

    Attributes:
        schedule: See `telemetry.medicines.schedule`; None: what the words of `frequency` mean.
        start_date: First day; None: today where the patient is.
        end_date: Last day; None: until it is ended.
        acknowledgement: Why, in spite of severe warnings; empty: there must be none.

    """

    medication_id: UUID
    dosage: str
    frequency: str = ""
    schedule: Mapping[str, Any] | None = None
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    instructions: str = ""
    reminders: bool = True
    acknowledgement: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered, and what the patient and whoever entered it are warned of."""

    id: UUID
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Checked:
    """Warnings, and what they were looked for in."""

    findings: list[Finding]
    medicines: int
    allergies: bool
    conditions: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a patient that may speak against a medicine.

    Attributes:
        background: Of the profile.
        taken: What they take, each with its id in their list.

    """

    background: Background
    taken: Sequence[tuple[UUID, Product]]

    def against(self, product: Product, *, but: UUID | None = None) -> Checked:
        """What speaks against a medicine; the one of their list with the id `but` is left out."""
        others = [one for mine_id, one in self.taken if mine_id != but]
        return Checked(
            check(product, others, self.background),
            medicines=len(others),
            allergies=bool(self.background.allergies.strip()),
            conditions=bool(self.background.conditions.strip()),
        )


async def enter(
    session: WriteSession,
    patient_id: UUID,
    item: NewUserMedication,
    *,
    provider_id: UUID | None,
    actor_id: UUID | None,
) -> Entered:
    """Write down a medicine, prescribed where there is a provider, else reported.

    Its doses are planned with it, in the caller's transaction.

    Raises:
        UnknownMedicationError: The catalogue does not have it.
        InactiveMedicationError: It is not given any more.
        EndsBeforeItBeginsError: Its last day is before the first.
        UnacknowledgedWarningsError: A severe warning, and `item.acknowledgement` is empty.
    """
    saw(patient_id)
    await hold(session, patient_id)
    medication = await medications.find(session, item.medication_id)
    if medication is None:
        raise UnknownMedicationError
    if not medication.is_active:
        raise InactiveMedicationError
    checked = await warnings_of(session, patient_id, medications.product(medication))
    severe = any(one.severity == "severe" for one in checked.findings)
    if severe and not item.acknowledgement.strip():
        raise UnacknowledgedWarningsError(checked.findings)
    zone = await life.time_zone(session, patient_id)
    now = dt.datetime.now(dt.UTC)
    start = item.start_date or now.astimezone(zone_of(zone)).date()
    if item.end_date is not None and item.end_date < start:
        raise EndsBeforeItBeginsError
    schedule = item.schedule
    if schedule is None and (meant := understood(item.frequency)) is not None:
        schedule = meant.document()
    added = uuid4()
    await session.execute(
        insert(UserMedication).values(
            id=added,
            user_id=patient_id,
            medication_id=item.medication_id,
            prescribed_by_id=provider_id,
            entered_by_id=actor_id,
            dosage=item.dosage,
            frequency=item.frequency,
            schedule=None if schedule is None else dict(schedule),
            start_date=start,
            end_date=item.end_date,
            instructions=item.instructions,
            reminders=item.reminders,
            acknowledged_warnings=[one.code for one in checked.findings],
            acknowledgement_reason=item.acknowledgement if severe else "",
        )
    )
    await medication_plans.open_plan(
        session, added, schedule=schedule, time_zone=zone, start=start, end=item.end_date, at=now
    )
    reason = item.acknowledgement if severe else ""
    await life.note(session, added, actor_id, "entered", to_status="active", reason=reason)
    return Entered(added, checked.findings)


async def hold(session: WriteSession, patient_id: UUID) -> None:
    """Keep others from a patient's medicines: two entered at once would not see each other."""
    await lock(session, f"medications:{patient_id}")


async def warnings_of(
    session: ReadSession | WriteSession,
    patient_id: UUID,
    product: Product,
    *,
    but: UUID | None = None,
) -> Checked:
    """What speaks against a medicine for a patient, beside what they take; `but` is left out."""
    return (await known_of(session, patient_id)).against(product, but=but)


async def known_of(session: ReadSession | WriteSession, patient_id: UUID) -> Known:
    """What may speak against medicines for a patient: what they take, what their profile says."""
    saw(patient_id)
    profile = (
        await session.execute(
            select(
                UserProfile.allergies,
                UserProfile.medical_conditions,
                UserProfile.current_medications,
            ).where(UserProfile.user_id == patient_id)
        )
    ).one_or_none()
    background = Background(*profile) if profile else Background()
    return Known(background, await _current(session, patient_id))


async def _current(
    session: ReadSession | WriteSession, patient_id: UUID
) -> list[tuple[UUID, Product]]:
    """What a patient takes by now, paused ones too, which may be gone on with."""
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    statement = (
        select(UserMedication.id, Medication)
        .join(Medication, UserMedication.medication_id == Medication.id)
        .where(
            UserMedication.user_id == patient_id,
            UserMedication.status.in_(CURRENT),
            or_(UserMedication.end_date.is_(None), UserMedication.end_date >= yesterday),
        )
        .options(joinedload(Medication.category))
        .limit(MOST_CURRENT)
    )
    found = await session.execute(statement)
    return [(mine_id, medications.product(one)) for mine_id, one in found]
