"""Hospitals, providers, and who cares for whom."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.accounts import User
from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey

BREAK_GLASS = "break_glass"
"""Kind of a relationship that somebody opened in an emergency: short, and with a reason."""


_HOSPITAL_WORDS: Final = text("hospital_words(name, city, specialties, description)")
_PROVIDER_WORDS: Final = text(
    "provider_words(first_name, last_name, specialization, hospital_clinic, bio)"
)
"""What full text search finds them by; functions of 0037, so that no query can differ."""


class Hospital(Entity):
    """A hospital or clinic."""

    __tablename__ = "hospitals"
    __table_args__ = (
        Index("ix_hospitals_updated_at_id", "updated_at", "id"),
        Index("ix_hospitals_search", _HOSPITAL_WORDS, postgresql_using="gin"),
        Index(
            "ix_hospitals_trigrams",
            "name",
            "city",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops", "city": "gin_trgm_ops"},
        ),
    )

    name: Mapped[str] = mapped_column(unique=True)
    hospital_type: Mapped[str] = mapped_column(default="general", server_default="general")
    address: Mapped[str] = mapped_column(Text, default="", server_default="")
    city: Mapped[str] = mapped_column(default="", server_default="", index=True)
    region: Mapped[str] = mapped_column(default="", server_default="")
    country: Mapped[str] = mapped_column(default="", server_default="")
    phone_number: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    website: Mapped[str] = mapped_column(default="", server_default="")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    specialties: Mapped[str] = mapped_column(Text, default="", server_default="")
    facilities: Mapped[str] = mapped_column(Text, default="", server_default="")
    established_year: Mapped[int | None]
    bed_capacity: Mapped[int | None]
    emergency_services: Mapped[bool] = mapped_column(default=False, server_default="false")
    appointment_booking_available: Mapped[bool] = mapped_column(default=True, server_default="true")
    time_zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    """IANA name; of times that are given for it without one of their own."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class HealthcareProvider(Entity):
    """A clinician as a professional; `user_id` ties it to the account that logs in."""

    __tablename__ = "healthcare_providers"
    __table_args__ = (
        Index("ix_healthcare_providers_updated_at_id", "updated_at", "id"),
        Index("ix_healthcare_providers_name", "last_name", "first_name", "id"),
        Index("ix_healthcare_providers_fee", "consultation_fee"),
        Index("ix_healthcare_providers_search", _PROVIDER_WORDS, postgresql_using="gin"),
        Index(
            "ix_healthcare_providers_trigrams",
            "first_name",
            "last_name",
            "specialization",
            postgresql_using="gin",
            postgresql_ops={
                "first_name": "gin_trgm_ops",
                "last_name": "gin_trgm_ops",
                "specialization": "gin_trgm_ops",
            },
        ),
        CheckConstraint("consultation_fee >= 0", name="fee"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 480", name="slot_minutes"),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 240", name="buffer_minutes"),
        CheckConstraint("lead_minutes BETWEEN 0 AND 43200", name="lead_minutes"),
        CheckConstraint("booking_days BETWEEN 1 AND 366", name="booking_days"),
        CheckConstraint("cancellation_hours BETWEEN 0 AND 720", name="cancellation_hours"),
        CheckConstraint("language IN ('en', 'fr')", name="language"),
        CheckConstraint("licence_state IN ('unchecked', 'valid')", name="licence_state"),
        CheckConstraint(
            "rating_count >= 0 AND rating_sum BETWEEN rating_count AND 5 * rating_count",
            name="ratings",
        ),
    )

    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    phone_number: Mapped[str] = mapped_column(default="", server_default="")
    specialization: Mapped[str] = mapped_column(default="", server_default="", index=True)
    license_number: Mapped[str] = mapped_column(unique=True)
    hospital_clinic: Mapped[str] = mapped_column(default="", server_default="")
    address: Mapped[str] = mapped_column(Text, default="", server_default="")
    bio: Mapped[str] = mapped_column(Text, default="", server_default="")
    years_of_experience: Mapped[int] = mapped_column(default=0, server_default="0")
    consultation_fee: Mapped[Decimal] = mapped_column(
        Numeric(10, 2), default=Decimal(0), server_default="0"
    )
    time_zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    """IANA name; days and months of the provider are those of it."""
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    """Of letters to a provider without an account."""
    slot_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    """How long an appointment is, unless the time that is booked says otherwise."""
    buffer_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Kept free between one appointment and another."""
    lead_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    """How long before it begins a slot can be booked at the latest."""
    booking_days: Mapped[int] = mapped_column(default=90, server_default="90")
    """How many days ahead slots can be booked."""
    cancellation_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    """How long before it begins an appointment can be cancelled or moved at the latest."""
    requires_prepayment: Mapped[bool] = mapped_column(default=False, server_default="false")
    licence_state: Mapped[str] = mapped_column(default="unchecked", server_default="unchecked")
    """unchecked: entered before licences were checked. An invalid one is never entered."""
    licence_checked_at: Mapped[Instant | None]
    licence_checked_by: Mapped[str] = mapped_column(default="", server_default="")
    """Which register said so: local, or nppes."""
    rating_sum: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of all ratings of this provider's appointments, kept by a trigger."""
    rating_count: Mapped[int] = mapped_column(default=0, server_default="0")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class ProviderHospital(Base):
    """A provider works at a hospital."""

    __tablename__ = "provider_hospitals"
    __table_args__ = (
        Index(
            "uq_provider_hospitals_primary",
            "provider_id",
            unique=True,
            postgresql_where=text("is_primary"),
        ),
        Index(
            "ix_provider_hospitals_updated_at_provider_id_hospital_id",
            *("updated_at", "provider_id", "hospital_id"),
        ),
    )

    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE"), primary_key=True
    )
    hospital_id: Mapped[UUID] = mapped_column(
        ForeignKey("hospitals.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_primary: Mapped[bool] = mapped_column(default=False, server_default="false")
    updated_at: Mapped[CreatedAt]
    """When it began, or the provider's specialization or activity changed (a trigger of 0034)."""


class Encounter(Entity):
    """A patient's stay on a ward (FHIR Encounter); open while `period_end` is null."""

    __tablename__ = "encounters"
    __table_args__ = (
        Index(
            "uq_encounters_open_patient",
            "patient_id",
            unique=True,
            postgresql_where=text("period_end IS NULL"),
        ),
        Index("ix_encounters_patient_id_period_start", "patient_id", "period_start"),
        Index("ix_encounters_ward", "ward", postgresql_where=text("period_end IS NULL")),
        Index("ix_encounters_ward_period_start", "ward", "period_start"),
        CheckConstraint("period_end IS NULL OR period_end >= period_start", name="period"),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    hospital_id: Mapped[UUID | None] = mapped_column(ForeignKey("hospitals.id"), index=True)
    ward: Mapped[str] = mapped_column(default="", server_default="")
    bed: Mapped[str] = mapped_column(default="", server_default="")
    period_start: Mapped[Instant]
    period_end: Mapped[Instant | None]

    patient: Mapped[User] = relationship(lazy="raise")
    hospital: Mapped[Hospital | None] = relationship(lazy="raise")


class CareRelationship(Base):
    """A clinician may see a patient, from `starts_at` until `ends_at` (null: until ended)."""

    __tablename__ = "care_relationships"
    __table_args__ = (
        Index(
            "uq_care_relationships_open",
            "clinician_id",
            "patient_id",
            "kind",
            unique=True,
            postgresql_where=text("ends_at IS NULL"),
        ),
        Index(
            "ix_care_relationships_clinician_id_patient_id",
            "clinician_id",
            "patient_id",
        ),
        Index(
            "ix_care_relationships_break_glass",
            "clinician_id",
            "ends_at",
            postgresql_where=text("kind = 'break_glass'"),
        ),
        CheckConstraint(
            "kind <> 'break_glass' OR (reason <> '' AND ends_at IS NOT NULL)", name="break_glass"
        ),
    )

    id: Mapped[UuidKey]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(default="assignment", server_default="assignment")
    """assignment, appointment or break_glass."""
    starts_at: Mapped[CreatedAt]
    ends_at: Mapped[Instant | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why, in an emergency; else empty."""
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
