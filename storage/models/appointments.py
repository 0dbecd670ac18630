"""Appointments, what belongs to them, and who waits for one."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey

NOT_FREE = "status NOT IN ('cancelled', 'no_show')"
"""What holds for an appointment that takes up its time."""
PROVIDER_BUSY = "ex_appointments_provider_during"
PATIENT_BUSY = "ex_appointments_patient_during"
OFFER_HELD = "ex_waiting_list_offers_provider_during"

_SPAN = (
    "tstzrange(appointment_date, timezone('UTC'::text,"
    " (timezone('UTC'::text, appointment_date) + make_interval(mins => duration_minutes))))"
)
"""Only in UTC is adding minutes the same whatever the session's zone, as a column must be."""


class Appointment(Entity):
    """A patient meets a provider; neither can be at two of them at once."""

    __tablename__ = "appointments"
    __table_args__ = (
        ExcludeConstraint(
            ("healthcare_provider_id", "="),
            ("during", "&&"),
            using="gist",
            where=text(NOT_FREE),
            name=PROVIDER_BUSY,
        ),
        ExcludeConstraint(
            ("patient_id", "="),
            ("during", "&&"),
            using="gist",
            where=text(NOT_FREE),
            name=PATIENT_BUSY,
        ),
        Index("ix_appointments_patient_id_date_id", "patient_id", "appointment_date", "id"),
        Index(
            "ix_appointments_provider_id_date_id",
            "healthcare_provider_id",
            "appointment_date",
            "id",
        ),
        Index("ix_appointments_status_date_id", "status", "appointment_date", "id"),
        Index("ix_appointments_date_id", "appointment_date", "id"),
        Index("ix_appointments_updated_at_id", "updated_at", "id"),
        Index(
            "ix_appointments_unpaid",
            "created_at",
            postgresql_where=text(
                "status IN ('scheduled', 'confirmed')"
                " AND payment_status IN ('pending', 'failed', 'cancelled')"
            ),
        ),
        CheckConstraint("duration_minutes BETWEEN 5 AND 480", name="duration"),
        CheckConstraint("appointment_type IN ('in_person', 'video')", name="type"),
        CheckConstraint(
            "status IN ('scheduled', 'confirmed', 'checked_in', 'completed', 'cancelled',"
            " 'no_show')",
            name="status",
        ),
        CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="priority"),
        CheckConstraint(
            "payment_status IN ('not_required', 'pending', 'paid', 'failed', 'refund_pending',"
            " 'refunded', 'cancelled')",
            name="payment_status",
        ),
        CheckConstraint("consultation_fee >= 0", name="fee"),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    healthcare_provider_id: Mapped[UUID] = mapped_column(ForeignKey("healthcare_providers.id"))
    hospital_id: Mapped[UUID | None] = mapped_column(ForeignKey("hospitals.id"), index=True)
    """Null for a practice of the provider's own, or for a video call from nowhere in particular."""
    appointment_date: Mapped[Instant]
    """When it begins."""
    duration_minutes: Mapped[int]
    during: Mapped[Range[object]] = mapped_column(TSTZRANGE, Computed(_SPAN, persisted=True))
    appointment_type: Mapped[str] = mapped_column(default="in_person", server_default="in_person")
    status: Mapped[str] = mapped_column(default="scheduled", server_default="scheduled")
    priority: Mapped[str] = mapped_column(default="normal", server_default="normal")
    chief_complaint: Mapped[str] = mapped_column(Text, default="", server_default="")
    symptoms: Mapped[str] = mapped_column(Text, default="", server_default="")
    notes: Mapped[str] = mapped_column(Text, default="", server_default="")
    diagnosis: Mapped[str] = mapped_column(Text, default="", server_default="")
    treatment_plan: Mapped[str] = mapped_column(Text, default="", server_default="")
    prescribed_medications: Mapped[str] = mapped_column(Text, default="", server_default="")
    """As words, one prescription a line; each is a user's medication besides."""
    follow_up_instructions: Mapped[str] = mapped_column(Text, default="", server_default="")
    next_appointment_recommended: Mapped[bool] = mapped_column(
        default=False, server_default="false"
    )
    consultation_fee: Mapped[Decimal] = mapped_column(
        Numeric(10, 2), default=Decimal(0), server_default="0"
    )
    """The provider's at the time of booking."""
    payment_status: Mapped[str] = mapped_column(
        default="not_required", server_default="not_required"
    )
    reminder_sent: Mapped[bool] = mapped_column(default=False, server_default="false")
    reminder_sent_at: Mapped[Instant | None]
    """The newest reminder of the time that is agreed on now."""
    day_reminded_at: Mapped[Instant | None]
    hour_reminded_at: Mapped[Instant | None]
    armed_at: Mapped[CreatedAt]
    """When this time was agreed on: no reminder of what was arranged a moment ago."""
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Revision of the invitation (RFC 5545, 3.8.7.4)."""
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class AppointmentTransition(Base):
    """A step of an appointment from one status to another, or to another time."""

    __tablename__ = "appointment_transitions"
    __table_args__ = (
        Index("ix_appointment_transitions_appointment_id_at", "appointment_id", "at", "id"),
    )

    id: Mapped[UuidKey]
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"))
    from_status: Mapped[str | None]
    """Null for the booking."""
    to_status: Mapped[str]
    """The same as before where the time alone changed."""
    appointment_date: Mapped[Instant]
    """The time that was agreed on from then on."""
    at: Mapped[CreatedAt]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")


class AppointmentFile(Base):
    """A document of an appointment, for its patient and its provider."""

    __tablename__ = "appointment_files"
    __table_args__ = (
        Index("ix_appointment_files_appointment_id_created_at", "appointment_id", "created_at"),
        CheckConstraint("file_size > 0", name="size"),
    )

    id: Mapped[UuidKey]
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"))
    file: Mapped[str]
    """Key in the store of files."""
    file_name: Mapped[str]
    """As its owner calls it, without a path."""
    file_type: Mapped[str]
    """Media type that its bytes show."""
    file_size: Mapped[int]
    """Bytes."""
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    uploaded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]


class AppointmentRating(Base):
    """What a patient says of a completed appointment, once."""

    __tablename__ = "appointment_ratings"
    __table_args__ = (
        Index(
            "ix_appointment_ratings_healthcare_provider_id",
            "healthcare_provider_id",
            "created_at",
        ),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("punctuality_rating BETWEEN 1 AND 5", name="punctuality"),
        CheckConstraint("communication_rating BETWEEN 1 AND 5", name="communication"),
    )

    id: Mapped[UuidKey]
    appointment_id: Mapped[UUID] = mapped_column(
        ForeignKey("appointments.id", ondelete="CASCADE"), unique=True
    )
    healthcare_provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE")
    )
    """Whose sum and count a trigger keeps, also when the appointment is gone already."""
    rating: Mapped[int] = mapped_column(SmallInteger)
    feedback: Mapped[str] = mapped_column(Text, default="", server_default="")
    would_recommend: Mapped[bool | None]
    punctuality_rating: Mapped[int | None] = mapped_column(SmallInteger)
    communication_rating: Mapped[int | None] = mapped_column(SmallInteger)
    created_at: Mapped[CreatedAt]


class WaitingListEntry(Entity):
    """A patient waits for a free time: with a provider, or with any of a specialization."""

    __tablename__ = "waiting_list_entries"
    __table_args__ = (
        Index("ix_waiting_list_entries_patient_id_created_at", "patient_id", "created_at", "id"),
        Index(
            "uq_waiting_list_entries_open",
            "patient_id",
            "healthcare_provider_id",
            "specialization",
            unique=True,
            postgresql_where=text("status = 'waiting'"),
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "ix_waiting_list_entries_provider",
            "healthcare_provider_id",
            "created_at",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_waiting_list_entries_specialization",
            "specialization",
            "created_at",
            postgresql_where=text("status = 'waiting' AND healthcare_provider_id IS NULL"),
        ),
        Index(
            "ix_waiting_list_entries_latest",
            "latest",
            postgresql_where=text("status = 'waiting'"),
        ),
        CheckConstraint("status IN ('waiting', 'booked', 'left', 'expired')", name="status"),
        CheckConstraint("(healthcare_provider_id IS NULL) = (specialization <> '')", name="wanted"),
        CheckConstraint("earliest < latest", name="window"),
        CheckConstraint("appointment_type IN ('in_person', 'video')", name="type"),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    healthcare_provider_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE")
    )
    specialization: Mapped[str] = mapped_column(default="", server_default="")
    hospital_id: Mapped[UUID | None] = mapped_column(ForeignKey("hospitals.id", ondelete="CASCADE"))
    """Only there; null for anywhere."""
    appointment_type: Mapped[str] = mapped_column(default="in_person", server_default="in_person")
    chief_complaint: Mapped[str] = mapped_column(Text, default="", server_default="")
    earliest: Mapped[Instant]
    latest: Mapped[Instant]
    status: Mapped[str] = mapped_column(default="waiting", server_default="waiting")


class WaitingListOffer(Base):
    """A time that came free, kept for one who waits until `expires_at`."""

    __tablename__ = "waiting_list_offers"
    __table_args__ = (
        ExcludeConstraint(
            ("healthcare_provider_id", "="),
            ("during", "&&"),
            using="gist",
            where=text("state = 'open'"),
            name=OFFER_HELD,
        ),
        Index("ix_waiting_list_offers_entry_id", "entry_id", "created_at"),
        Index(
            "ix_waiting_list_offers_expires_at",
            "expires_at",
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("state IN ('open', 'accepted', 'declined', 'expired')", name="state"),
    )

    id: Mapped[UuidKey]
    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("waiting_list_entries.id", ondelete="CASCADE")
    )
    healthcare_provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE")
    )
    hospital_id: Mapped[UUID | None] = mapped_column(ForeignKey("hospitals.id", ondelete="CASCADE"))
    appointment_date: Mapped[Instant]
    duration_minutes: Mapped[int]
    during: Mapped[Range[object]] = mapped_column(TSTZRANGE, Computed(_SPAN, persisted=True))
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Instant]
    appointment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("appointments.id", ondelete="SET NULL"), index=True
    )
    """What came of it."""


class CalendarFeed(Base):
    """Somebody's appointments as a calendar that a program subscribes to, by a secret address.

    The address is made of the id and the secret key and is kept nowhere; another id is another one.
    """

    __tablename__ = "calendar_feeds"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[UUID] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
