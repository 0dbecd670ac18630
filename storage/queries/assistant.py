"""What the assistant's tools read of one person, how many tokens they have, what was proposed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import (
    Appointment,
    AssistantUsage,
    BookingProposal,
    Consent,
    ConsentText,
    HealthcareProvider,
    Hospital,
    Medication,
    ProviderAvailability,
    User,
    UserMedication,
    UserProfile,
)

SCOPE: Final = "ai_assistant"
"""Consent to let the assistant read one's health data."""
Session = ReadSession | WriteSession


async def consented(session: Session, user_id: UUID) -> bool:
    """Whether a user agrees to the current text about the assistant."""
    current = (
        select(func.max(ConsentText.version)).where(ConsentText.scope == SCOPE).scalar_subquery()
    )
    statement = select(
        exists().where(
            Consent.patient_id == user_id,
            Consent.scope == SCOPE,
            Consent.version == current,
            Consent.revoked_at.is_(None),
        )
    )
    return bool(await session.scalar(statement))


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a person; names and contact are what must not be sent anywhere."""

    date_of_birth: dt.date | None
    time_zone: str
    names: tuple[str, ...]
    contacts: tuple[str, ...]
    phone_number: str
    gender: str
    medical_conditions: str
    allergies: str


async def background(session: Session, user_id: UUID) -> Background:
    """Account and profile of one person."""
    saw(user_id)
    row = (
        await session.execute(
            select(User, UserProfile)
            .outerjoin(UserProfile, UserProfile.user_id == User.id)
            .where(User.id == user_id)
        )
    ).one()
    user: User = row[0]
    profile: UserProfile | None = row[1]
    names = (user.first_name, user.last_name, user.username, user.emergency_contact_name)
    contacts = (user.email or "", user.phone_number, user.emergency_contact_phone)
    return Background(
        date_of_birth=user.date_of_birth,
        time_zone=user.time_zone,
        names=tuple(one for one in names if one),
        contacts=tuple(one for one in contacts if one),
        phone_number=user.phone_number,
        gender=profile.gender if profile else "",
        medical_conditions=profile.medical_conditions if profile else "",
        allergies=profile.allergies if profile else "",
    )


@dataclass(frozen=True, slots=True)
class TakenMedication:
    """A medication that somebody takes now."""

    id: UUID
    name: str
    dosage: str
    frequency: str
    instructions: str
    start_date: dt.date
    end_date: dt.date | None


async def medications(session: Session, user_id: UUID, *, limit: int) -> list[TakenMedication]:
    """Medications that a person takes now, the newest first."""
    saw(user_id)
    taken = UserMedication
    statement = (
        select(
            taken.id,
            Medication.name,
            taken.dosage,
            taken.frequency,
            taken.instructions,
            taken.start_date,
            taken.end_date,
        )
        .join(Medication, Medication.id == taken.medication_id)
        .where(
            taken.user_id == user_id,
            taken.status == "active",
            or_(taken.end_date.is_(None), taken.end_date >= func.current_date()),
        )
        .order_by(taken.created_at.desc(), taken.id.desc())
        .limit(limit)
    )
    return [TakenMedication(*row) for row in await session.execute(statement)]


@dataclass(frozen=True, slots=True)
class NextAppointment:
    """An appointment that is to come."""

    id: UUID
    starts_at: dt.datetime
    duration_minutes: int
    appointment_type: str
    status: str
    chief_complaint: str
    provider: str
    specialization: str
    hospital: str


async def next_appointments(
    session: Session, user_id: UUID, now: dt.datetime, *, limit: int
) -> list[NextAppointment]:
    """Appointments of a person that are to come, the next one first."""
    saw(user_id)
    provider = HealthcareProvider
    statement = (
        select(
            Appointment.id,
            Appointment.appointment_date,
            Appointment.duration_minutes,
            Appointment.appointment_type,
            Appointment.status,
            Appointment.chief_complaint,
            func.trim(provider.first_name + " " + provider.last_name),
            provider.specialization,
            func.coalesce(Hospital.name, ""),
        )
        .join(provider, provider.id == Appointment.healthcare_provider_id)
        .outerjoin(Hospital, Hospital.id == Appointment.hospital_id)
        .where(
            Appointment.patient_id == user_id,
            Appointment.appointment_date >= now,
            Appointment.status.in_(("scheduled", "confirmed")),
        )
        .order_by(Appointment.appointment_date, Appointment.id)
        .limit(limit)
    )
    return [NextAppointment(*row) for row in await session.execute(statement)]


async def bookable_providers(
    session: Session, user_id: UUID, specialization: str, name: str = "", *, limit: int
) -> list[HealthcareProvider]:
    """Providers with whom a person could book: those whom they know first, then by name.

    Every word of `name` is to stand in their own.
    """
    provider = HealthcareProvider
    known = exists().where(
        Appointment.patient_id == user_id, Appointment.healthcare_provider_id == provider.id
    )
    times = ProviderAvailability
    bookable = exists().where(
        times.provider_id == provider.id,
        or_(times.last_date.is_(None), times.last_date >= func.current_date() - 1),
    )
    statement = select(provider).where(
        provider.is_active, provider.user_id.is_distinct_from(user_id), bookable
    )
    if specialization:
        statement = statement.where(
            provider.specialization.icontains(specialization, autoescape=True)
        )
    called = func.concat_ws(" ", provider.first_name, provider.last_name)
    for word in name.split():
        statement = statement.where(called.icontains(word, autoescape=True))
    order = (case((known, 0), else_=1), provider.last_name, provider.first_name, provider.id)
    return list(await session.scalars(statement.order_by(*order).limit(limit)))


async def tokens_used(session: Session, user_id: UUID, today: dt.date) -> tuple[int, int]:
    """Tokens of a user (of this UTC day, of this month)."""
    usage = AssistantUsage
    statement = select(
        func.coalesce(func.sum(usage.tokens).filter(usage.day == today), 0),
        func.coalesce(func.sum(usage.tokens), 0),
    ).where(usage.user_id == user_id, usage.day >= today.replace(day=1), usage.day <= today)
    day, month = (await session.execute(statement)).one()
    return int(day), int(month)


async def spend(session: WriteSession, user_id: UUID, today: dt.date, tokens: int) -> None:
    """Add tokens to what a user has used on a day; a negative number gives some back."""
    usage = AssistantUsage
    statement = insert(usage).values(user_id=user_id, day=today, tokens=max(tokens, 0))
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "day"],
            set_={"tokens": func.greatest(usage.tokens + tokens, 0)},
        )
    )


async def open_proposal(session: Session, conversation_id: UUID) -> BookingProposal | None:
    """The proposal that waits for a yes in a conversation."""
    found: BookingProposal | None = await session.scalar(
        select(BookingProposal).where(
            BookingProposal.conversation_id == conversation_id,
            BookingProposal.state == "proposed",
        )
    )
    return found


async def propose(session: WriteSession, conversation_id: UUID, values: dict[str, Any]) -> UUID:
    """Keep a proposal; the one before in the same conversation does not wait any longer."""
    await session.execute(
        update(BookingProposal)
        .where(
            BookingProposal.conversation_id == conversation_id,
            BookingProposal.state == "proposed",
        )
        .values(state="replaced", decided_at=func.now())
    )
    made: UUID | None = await session.scalar(
        insert(BookingProposal)
        .values(conversation_id=conversation_id, **values)
        .returning(BookingProposal.id)
    )
    if made is None:
        raise LookupError
    return made


async def decide(
    session: WriteSession, proposal_id: UUID, state: str, appointment_id: UUID | None = None
) -> bool:
    """End a proposal, once; whether it was still open."""
    done = await session.scalar(
        update(BookingProposal)
        .where(BookingProposal.id == proposal_id, BookingProposal.state == "proposed")
        .values(state=state, decided_at=func.now(), appointment_id=appointment_id)
        .returning(BookingProposal.id)
    )
    return done is not None
