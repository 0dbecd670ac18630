"""When providers can be booked: times that recur or not, and exceptions from them."""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Entity, UuidKey


class ProviderAvailability(Entity):
    """A provider can be booked on a date from one time to another, once or by a rule.

    Times are on the wall clock of `time_zone`, whatever the season does to it. Nothing here is a
    slot: those are made when somebody asks for them (`telemetry.availability`).
    """

    __tablename__ = "provider_availability"
    __table_args__ = (
        Index("ix_provider_availability_provider_id_date", "provider_id", "date"),
        CheckConstraint("end_time = '00:00' OR end_time > start_time", name="times"),
        CheckConstraint("last_date IS NULL OR last_date >= date", name="last_date"),
        CheckConstraint("rrule <> '' OR last_date = date", name="single"),
    )

    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE")
    )
    hospital_id: Mapped[UUID | None] = mapped_column(ForeignKey("hospitals.id"), index=True)
    """Where; null: nowhere, for appointments by video alone."""
    date: Mapped[dt.date]
    """The day, or the first one of a rule."""
    last_date: Mapped[dt.date | None]
    """No day after this one; null: a rule without an end."""
    start_time: Mapped[dt.time]
    end_time: Mapped[dt.time]
    """Midnight is the end of the day."""
    time_zone: Mapped[str]
    """IANA name."""
    rrule: Mapped[str] = mapped_column(default="", server_default="")
    """RRULE (RFC 5545) without its name; empty: once."""
    slot_minutes: Mapped[int | None]
    """Length of a slot; null: the provider's."""
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class AvailabilityException(Base):
    """Days on which a provider is not there, or a day on which other hours hold."""

    __tablename__ = "availability_exceptions"
    __table_args__ = (
        Index("ix_availability_exceptions_provider_id_last_date", "provider_id", "last_date"),
        Index("ix_availability_exceptions_availability_id", "availability_id"),
        CheckConstraint("last_date >= first_date", name="dates"),
        CheckConstraint("(start_time IS NULL) = (end_time IS NULL)", name="hours"),
        CheckConstraint(
            "start_time IS NULL OR (availability_id IS NOT NULL AND first_date = last_date"
            " AND (end_time = '00:00' OR end_time > start_time))",
            name="changed_hours",
        ),
    )

    id: Mapped[UuidKey]
    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE")
    )
    availability_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("provider_availability.id", ondelete="CASCADE")
    )
    """Which one it is an exception from; null: from all of the provider's."""
    first_date: Mapped[dt.date]
    last_date: Mapped[dt.date]
    start_time: Mapped[dt.time | None]
    """Other hours, in place of the usual ones; null: none at all."""
    end_time: Mapped[dt.time | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """For the provider and administrators."""
    created_at: Mapped[CreatedAt]
