"""Changes of appointments. Who comes first is decided by the database's exclusion constraints."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg.errors import ExclusionViolation
from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.exc import IntegrityError

from storage.engine import ReadSession, WriteSession
from storage.models import (
    Appointment,
    AppointmentTransition,
    CareRelationship,
    HealthcareProvider,
    Hospital,
    ProviderHospital,
)
from storage.models.appointments import PATIENT_BUSY
from storage.queries.care_team import may_care
from storage.queries.locks import lock

CARE_KIND: Final = "appointment"
CARE_DAYS: Final = 30
"""How long after an appointment its provider goes on seeing the patient."""


class TimeTakenError(Exception):
    """Somebody has this time already.

    Attributes:
        of_patient: It is the patient who is elsewhere then, not the provider.

    """

    def __init__(self, *, of_patient: bool) -> None:
        super().__init__()
        self.of_patient = of_patient


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """An appointment to be made."""

    patient_id: UUID
    healthcare_provider_id: UUID
    hospital_id: UUID | None
    appointment_date: dt.datetime
    duration_minutes: int
    appointment_type: str
    priority: str
    chief_complaint: str
    symptoms: str
    notes: str
    consultation_fee: Decimal
    created_by_id: UUID


@dataclass(frozen=True, slots=True)
class ProviderPolicy:
    """What a provider lets people book."""

    id: UUID
    user_id: UUID | None
    is_active: bool
    consultation_fee: Decimal
    slot_minutes: int
    buffer_minutes: int
    lead_minutes: int
    booking_days: int
    cancellation_hours: int


def span(start: dt.datetime, end: dt.datetime) -> Range[dt.datetime]:
    """From the beginning, up to and without the end."""
    return Range(start, end)


async def policy(session: ReadSession | WriteSession, provider_id: UUID) -> ProviderPolicy | None:
    """How appointments with a provider are booked; None where there is no such provider."""
    provider = HealthcareProvider
    row = (
        await session.execute(
            select(
                provider.id,
                provider.user_id,
                provider.is_active,
                provider.consultation_fee,
                provider.slot_minutes,
                provider.buffer_minutes,
                provider.lead_minutes,
                provider.booking_days,
                provider.cancellation_hours,
            ).where(provider.id == provider_id)
        )
    ).one_or_none()
    return None if row is None else ProviderPolicy(*row)


async def receives(
    session: ReadSession | WriteSession, provider_id: UUID, hospital_id: UUID
) -> bool:
    """Whether a hospital takes bookings, and this provider works there."""
    statement = select(
        exists().where(
            ProviderHospital.provider_id == provider_id,
            ProviderHospital.hospital_id == hospital_id,
            Hospital.id == ProviderHospital.hospital_id,
            Hospital.is_active,
            Hospital.appointment_booking_available,
        )
    )
    return bool(await session.scalar(statement))


async def takes_bookings(session: ReadSession | WriteSession, hospital_id: UUID) -> bool:
    """Whether a hospital takes bookings."""
    statement = select(
        exists().where(
            Hospital.id == hospital_id, Hospital.is_active, Hospital.appointment_booking_available
        )
    )
    return bool(await session.scalar(statement))


async def take_turn_of(session: WriteSession, provider_id: UUID) -> None:
    """Wait for whoever books with this provider."""
    await lock(session, f"appointments:{provider_id}")


async def take_turn(session: WriteSession, provider_id: UUID, patient_id: UUID) -> None:
    """Wait for whoever books with this provider or for this patient.

    The constraints alone keep times apart, but two who insert at once would each wait for the
    other until one is ended as a deadlock.
    """
    for name in sorted((f"appointments:{provider_id}", f"appointments:{patient_id}")):
        await lock(session, name)


async def busy(
    session: WriteSession, provider_id: UUID, span: Range[dt.datetime], but: UUID | None = None
) -> bool:
    """Whether a provider has an appointment then, other than `but`; after `take_turn`."""
    statement = select(
        exists().where(
            Appointment.healthcare_provider_id == provider_id,
            Appointment.status.not_in(("cancelled", "no_show")),
            Appointment.during.op("&&")(span),
            *([] if but is None else [Appointment.id != but]),
        )
    )
    return bool(await session.scalar(statement))


async def add(session: WriteSession, new: NewAppointment) -> UUID:
    """Make an appointment, with the first step of its history.

    Raises:
        TimeTakenError: when provider or patient have another one then. The transaction goes on.
    """
    values = {name: getattr(new, name) for name in NewAppointment.__slots__}
    values["id"] = appointment_id = uuid4()
    values["payment_status"] = "pending" if new.consultation_fee else "not_required"
    await _exclusively(session, insert(Appointment).values(values))
    await step(session, appointment_id, None, "scheduled", new.created_by_id)
    return appointment_id


async def change(session: WriteSession, appointment_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of an appointment; another time begins its reminders anew.

    Raises:
        TimeTakenError: when the other time is taken. The transaction goes on.
    """
    more: dict[str, Any] = {"updated_at": func.clock_timestamp()}
    if "appointment_date" in values:
        more |= {
            "armed_at": func.now(),
            "reminder_sent": False,
            "reminder_sent_at": None,
            "day_reminded_at": None,
            "hour_reminded_at": None,
        }
    await _exclusively(
        session,
        update(Appointment).where(Appointment.id == appointment_id).values({**values, **more}),
    )


async def _exclusively(session: WriteSession, statement: Any) -> None:  # noqa: ANN401
    try:
        async with session.begin_nested():
            await session.execute(statement)
    except IntegrityError as error:
        if not isinstance(error.orig, ExclusionViolation):
            raise
        patient = error.orig.diag.constraint_name == PATIENT_BUSY
        raise TimeTakenError(of_patient=patient) from error


async def lock_row(session: WriteSession, appointment_id: UUID) -> None:
    """Keep others from changing an appointment until the transaction ends."""
    await session.execute(
        select(Appointment.id).where(Appointment.id == appointment_id).with_for_update()
    )


async def step(  # noqa: PLR0913, PLR0917 - what a step is made of
    session: WriteSession,
    appointment_id: UUID,
    before: str | None,
    after: str,
    by_id: UUID | None,
    reason: str = "",
) -> None:
    """Write down a step, with the time that is agreed on now."""
    agreed = select(Appointment.appointment_date).where(Appointment.id == appointment_id)
    await session.execute(
        insert(AppointmentTransition).values(
            appointment_id=appointment_id,
            from_status=before,
            to_status=after,
            appointment_date=agreed.scalar_subquery(),
            at=func.clock_timestamp(),
            by_id=by_id,
            reason=reason,
        )
    )


async def tend_care(
    session: WriteSession, patient_id: UUID, provider_id: UUID, by_id: UUID | None
) -> None:
    """Let the provider's account see the patient until 30 days after the last appointment.

    Where no appointment holds that any more, it ends now.
    """
    clinician = await session.scalar(
        select(HealthcareProvider.user_id).where(HealthcareProvider.id == provider_id)
    )
    if clinician is None or clinician == patient_id:
        return
    until = await session.scalar(
        select(func.max(func.upper(Appointment.during))).where(
            Appointment.patient_id == patient_id,
            Appointment.healthcare_provider_id == provider_id,
            Appointment.status != "cancelled",
        )
    )
    ends_at = None if until is None else until + dt.timedelta(days=CARE_DAYS)
    changed = await session.scalars(
        update(CareRelationship)
        .where(
            CareRelationship.patient_id == patient_id,
            CareRelationship.clinician_id == clinician,
            CareRelationship.kind == CARE_KIND,
            or_(CareRelationship.ends_at.is_(None), CareRelationship.ends_at > func.now()),
        )
        .values(
            ends_at=func.now() if ends_at is None else ends_at,
            ended_by_id=by_id if ends_at is None else None,
        )
        .returning(CareRelationship.id)
    )
    if changed.all() or ends_at is None or not await may_care(session, clinician):
        return
    session.add(
        CareRelationship(
            patient_id=patient_id,
            clinician_id=clinician,
            kind=CARE_KIND,
            ends_at=ends_at,
            opened_by_id=by_id,
        )
    )
    await session.flush()
