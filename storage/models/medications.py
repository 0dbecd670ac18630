"""The catalogue of medicines, who takes what, how it is to be taken, and what was taken."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey


class MedicationCategory(Base):
    """A group of medicines, such as antibiotics."""

    __tablename__ = "medication_categories"

    id: Mapped[UuidKey]
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[CreatedAt]


class Medication(Entity):
    """One product of the catalogue: a substance in a form and strength."""

    __tablename__ = "medications"
    __table_args__ = (
        Index("ix_medications_name_id", "name", "id"),
        Index("ix_medications_category_id_name_id", "category_id", "name", "id"),
        Index(
            "ix_medications_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    catalogue_key: Mapped[str] = mapped_column(unique=True)
    """What an import knows it by, such as a national product number; never changes."""
    name: Mapped[str]
    generic_name: Mapped[str] = mapped_column(default="", server_default="")
    """Active ingredients, several joined by `+` or `/`."""
    brand_name: Mapped[str] = mapped_column(default="", server_default="")
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("medication_categories.id"))
    form: Mapped[str] = mapped_column(default="", server_default="")
    strength: Mapped[str] = mapped_column(default="", server_default="")
    manufacturer: Mapped[str] = mapped_column(default="", server_default="")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    side_effects: Mapped[str] = mapped_column(Text, default="", server_default="")
    contraindications: Mapped[str] = mapped_column(Text, default="", server_default="")
    interactions: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Lines `severity: name, name - effect`, read by `telemetry.medicines.notes`."""
    drug_classes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Pharmacological classes, such as penicillins: what allergies and interactions may name."""
    storage_instructions: Mapped[str] = mapped_column(Text, default="", server_default="")
    requires_prescription: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    search_text: Mapped[str] = mapped_column(
        Text,
        Computed("lower(name || ' ' || generic_name || ' ' || brand_name)", persisted=True),
    )

    category: Mapped[MedicationCategory | None] = relationship(lazy="raise")


class UserMedication(Entity):
    """Somebody takes a medicine, because a provider prescribed it or because they say so."""

    __tablename__ = "user_medications"
    __table_args__ = (
        Index("ix_user_medications_user_id_created_at_id", "user_id", "created_at", "id"),
        Index("ix_user_medications_updated_at_id", "updated_at", "id"),
        Index(
            "ix_user_medications_ending",
            "end_date",
            postgresql_where=text("status = 'active' AND end_date IS NOT NULL"),
        ),
        Index("ix_user_medications_medication_id", "medication_id"),
        Index("ix_user_medications_prescribed_by_id", "prescribed_by_id"),
        CheckConstraint("status IN ('active', 'paused', 'completed', 'stopped')", name="status"),
        CheckConstraint("end_date IS NULL OR end_date >= start_date", name="dates"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    medication_id: Mapped[UUID] = mapped_column(ForeignKey("medications.id"))
    prescribed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("healthcare_providers.id"))
    """Null for what was only reported."""
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    dosage: Mapped[str]
    frequency: Mapped[str] = mapped_column(default="", server_default="")
    """In words, as it was written."""
    schedule: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """The same, structured: see `telemetry.medicines.schedule`; null where words are all."""
    start_date: Mapped[dt.date]
    end_date: Mapped[dt.date | None]
    """The last day; null: until it is ended."""
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    instructions: Mapped[str] = mapped_column(Text, default="", server_default="")
    side_effects_experienced: Mapped[str] = mapped_column(Text, default="", server_default="")
    """In words; what was reported with a time and severity is in `side_effect_reports`."""
    reminders: Mapped[bool] = mapped_column(default=True, server_default="true")
    acknowledged_warnings: Mapped[list[Any]] = mapped_column(
        JSONB, default=list, server_default="[]"
    )
    """Codes of the warnings that were shown when it was entered."""
    acknowledgement_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why it was entered in spite of a severe one."""

    medication: Mapped[Medication] = relationship(lazy="raise")


class MedicationPlan(Base):
    """A time during which a medicine was to be taken by one schedule, in one zone.

    A pause, another schedule and another zone of the patient each end a plan: what was due in the
    past never changes.
    """

    __tablename__ = "medication_plans"
    __table_args__ = (
        Index(
            "uq_medication_plans_open",
            "user_medication_id",
            unique=True,
            postgresql_where=text("valid_until IS NULL"),
        ),
        Index("ix_medication_plans_user_medication_id", "user_medication_id", "valid_from"),
        Index(
            "ix_medication_plans_next_at",
            "next_at",
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
    )

    id: Mapped[UuidKey]
    user_medication_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_medications.id", ondelete="CASCADE")
    )
    schedule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    time_zone: Mapped[str]
    start_date: Mapped[dt.date]
    end_date: Mapped[dt.date | None]
    valid_from: Mapped[Instant]
    valid_until: Mapped[Instant | None]
    next_at: Mapped[Instant | None]
    """When a worker is to look: a dose is due, or one may have been missed; null: never."""
    looked_at: Mapped[Instant | None]
    """Until when doses were looked for."""


class MedicationIntake(Base):
    """A dose that was taken or left out."""

    __tablename__ = "medication_intakes"
    __table_args__ = (
        Index(
            "uq_medication_intakes_user_medication_id_due_at",
            "user_medication_id",
            "due_at",
            unique=True,
        ),
        Index("ix_medication_intakes_user_medication_id_at_id", "user_medication_id", "at", "id"),
        CheckConstraint("status IN ('taken', 'skipped')", name="status"),
    )

    id: Mapped[UuidKey]
    user_medication_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_medications.id", ondelete="CASCADE")
    )
    due_at: Mapped[Instant | None]
    """Which dose of the schedule; null for one that was taken as needed."""
    status: Mapped[str]
    at: Mapped[Instant]
    """When it was taken, or when it was decided to leave it out."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]


class SideEffectReport(Base):
    """A side effect that somebody noticed."""

    __tablename__ = "side_effect_reports"
    __table_args__ = (
        Index(
            "ix_side_effect_reports_user_medication_id_noticed_at_id",
            "user_medication_id",
            "noticed_at",
            "id",
        ),
        CheckConstraint("severity IN ('mild', 'moderate', 'severe')", name="severity"),
    )

    id: Mapped[UuidKey]
    user_medication_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_medications.id", ondelete="CASCADE")
    )
    description: Mapped[str] = mapped_column(Text)
    severity: Mapped[str]
    noticed_at: Mapped[Instant]
    reported_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]


class MedicationEvent(Base):
    """What happened to a person's medicine: entered, changed, paused, ended; by whom and why."""

    __tablename__ = "medication_events"
    __table_args__ = (
        Index("ix_medication_events_user_medication_id_at_id", "user_medication_id", "at", "id"),
    )

    id: Mapped[UuidKey]
    user_medication_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_medications.id", ondelete="CASCADE")
    )
    at: Mapped[CreatedAt]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[str]
    """entered, changed, status, intake or side_effect."""
    from_status: Mapped[str] = mapped_column(default="", server_default="")
    to_status: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Field -> [before, after]."""
