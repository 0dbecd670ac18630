"""Early-warning scores: what is prescribed for a patient, and their course hour by hour."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UuidKey


class EarlyWarning(Base):
    """One version of how a patient is to be scored; the newest is in force, from when it was made.

    SpO2 scale 2 of NEWS2 counts only where a clinician prescribes it, with its target range.
    """

    __tablename__ = "early_warnings"
    __table_args__ = (
        Index("uq_early_warnings_patient_id_version", "patient_id", "version", unique=True),
        Index(
            "uq_early_warnings_current",
            "patient_id",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        CheckConstraint("scale IN (1, 2)", name="scale"),
        CheckConstraint(
            "target_low BETWEEN 50 AND 100 AND target_low < target_high", name="target"
        ),
        CheckConstraint("scale = 1 OR (target_low = 88 AND target_high = 92)", name="scale_2"),
        CheckConstraint("target_high <= 100 AND version > 0", name="bounds"),
    )

    id: Mapped[UuidKey]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    version: Mapped[int]
    scale: Mapped[int] = mapped_column(SmallInteger)
    """Scale of NEWS2 for oxygen saturation, 1 or 2."""
    target_low: Mapped[int] = mapped_column(SmallInteger)
    """Target range of oxygen saturation in %, both ends included."""
    target_high: Mapped[int] = mapped_column(SmallInteger)
    pregnant: Mapped[bool] = mapped_column(default=False, server_default="false")
    """NEWS2 and the deterioration score are not for pregnancy."""
    stale_after: Mapped[dict[str, float] | None] = mapped_column(JSONB)
    """Input of NEWS2 -> seconds that its newest reading counts; the usual ones where it is null."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    superseded_at: Mapped[Instant | None]


class ScoreHistory(Base):
    """One score of one patient in one hour of measured time in which something was measured."""

    __tablename__ = "score_history"
    __table_args__ = (
        CheckConstraint("kind IN ('news2', 'qsofa', 'shock_index', 'deterioration')", name="kind"),
        CheckConstraint("minimum <= maximum", name="bounds"),
    )

    patient_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[Instant] = mapped_column(primary_key=True)
    """Start of the hour."""
    minimum: Mapped[float] = mapped_column(Double)
    """What is certain at the end of the hour."""
    maximum: Mapped[float] = mapped_column(Double)
    """The same if every unknown input were at its worst."""
    worst: Mapped[float] = mapped_column(Double)
    """The greatest `minimum` of any minute of the hour."""
    parts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What it is made of."""
    version: Mapped[str]
    """Which formula or weights made it."""
    computed_at: Mapped[CreatedAt]


class ObservationSet(Base):
    """Who recorded which observations of a patient at the bedside; the values are readings."""

    __tablename__ = "observation_sets"
    __table_args__ = (
        Index("ix_observation_sets_patient_id_measured_at_id", "patient_id", "measured_at", "id"),
    )

    id: Mapped[UuidKey]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    measured_at: Mapped[Instant]
    metrics: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    """`telemetry.metrics.Metric.id` of each."""
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    recorded_at: Mapped[CreatedAt]


class ScoreState(Base):
    """What the deterioration score remembers of a patient at the end of a UTC day, or now."""

    __tablename__ = "score_states"

    patient_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    hour: Mapped[Instant]
    """Start of the last hour of the day that is in it."""
    version: Mapped[int] = mapped_column(SmallInteger)
    """Layout of `payload`."""
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class ScoreDirty(Base):
    """An hour of a patient whose scores do not match the readings.

    No foreign key: a patient who is removed must not make a batch of the engine fail. Marks of
    nobody go with the hour.
    """

    __tablename__ = "score_dirty"

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    hour: Mapped[Instant] = mapped_column(primary_key=True)
    """Start of the hour."""
    marked_at: Mapped[CreatedAt]
    failures: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How often it could not be computed."""
    due_at: Mapped[Instant | None]
    """When it is tried again after that; null: at once."""
