"""What a receipt of a payment says: who paid whom, for when, how much, and what went back."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from storage.engine import ReadSession
from storage.models import (
    Appointment,
    HealthcareProvider,
    Hospital,
    NotificationPreference,
    Payment,
    User,
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Both sides of a payment; empty for who was erased.

    Attributes:
        payer: Name of whom paid.
        language: In which they want to be written to.
        time_zone: Theirs, an IANA name.
        provider: Name of whom they saw.
        hospital: Where.
        address: Of the hospital, without its city.
        city: Of the hospital.
        country: Of the hospital.
        appointment_date: When the appointment is; None when it was erased.

    """

    payer: str
    language: str
    time_zone: str
    provider: str
    hospital: str
    address: str
    city: str
    country: str
    appointment_date: dt.datetime | None


async def parties(session: ReadSession, payment_id: UUID) -> Parties:
    """Both sides of a payment that is there."""
    who, where = HealthcareProvider, Hospital
    wants = NotificationPreference
    row = (
        await session.execute(
            select(
                func.trim(func.coalesce(User.first_name + " " + User.last_name, "")),
                func.coalesce(wants.language, "en"),
                func.coalesce(wants.time_zone, User.time_zone, where.time_zone, "UTC"),
                func.trim(func.coalesce(who.first_name + " " + who.last_name, "")),
                func.coalesce(where.name, who.hospital_clinic, ""),
                func.coalesce(where.address, who.address, ""),
                func.coalesce(where.city, ""),
                func.coalesce(where.country, ""),
                Appointment.appointment_date,
            )
            .select_from(Payment)
            .outerjoin(User, User.id == Payment.patient_id)
            .outerjoin(wants, wants.user_id == User.id)
            .outerjoin(Appointment, Appointment.id == Payment.appointment_id)
            .outerjoin(who, who.id == Appointment.healthcare_provider_id)
            .outerjoin(where, where.id == Appointment.hospital_id)
            .where(Payment.id == payment_id)
        )
    ).one()
    return Parties(*row)
