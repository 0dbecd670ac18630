"""Hospitals, providers, and who cares for whom."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.accounts import User
from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey

BREAK_GLASS = "break_glass"
"""Kind of a relationship that somebody opened in an emergency: short, and with a reason."""


class Hospital(Entity):
    """A hospital or clinic."""

    __tablename__ = "hospitals"
    __table_args__ = (Index("ix_hospitals_updated_at_id", "updated_at", "id"),)

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
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class HealthcareProvider(Entity):
    """A clinician as a professional; `user_id` ties it to the account that logs in."""

    __tablename__ = "healthcare_providers"
    __table_args__ = (Index("ix_healthcare_providers_updated_at_id", "updated_at", "id"),)

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
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class ProviderHospital(Base):
    """A provider works at a hospital."""

    __tablename__ = "provider_hospitals"

    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE"), primary_key=True
    )
    hospital_id: Mapped[UUID] = mapped_column(
        ForeignKey("hospitals.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_primary: Mapped[bool] = mapped_column(default=False, server_default="false")


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
