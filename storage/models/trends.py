"""What a patient aims for and has reached."""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey


class HealthGoal(Entity):
    """A value of one metric that a patient wants to reach and keep; one goal per metric."""

    __tablename__ = "health_goals"
    __table_args__ = (
        Index("uq_health_goals_patient_id_metric", "patient_id", "metric", unique=True),
        CheckConstraint("direction IN ('at_most', 'at_least')", name="direction"),
        CheckConstraint("due_on IS NULL OR due_on > starts_on", name="dates"),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    metric: Mapped[int] = mapped_column(SmallInteger)
    """`telemetry.metrics.Metric.id`."""
    target: Mapped[float] = mapped_column(Double)
    """In the metric's canonical unit; of steps, those of one local day."""
    direction: Mapped[str]
    """at_most or at_least."""
    starts_on: Mapped[dt.date]
    due_on: Mapped[dt.date | None]
    start_value: Mapped[float | None] = mapped_column(Double)
    """Newest reading when the goal was set: where progress is counted from."""


class Milestone(Base):
    """Something reached, once: the key says what, such as `steps_day:10000`."""

    __tablename__ = "milestones"
    __table_args__ = (
        Index("uq_milestones_patient_id_key", "patient_id", "key", unique=True),
        Index("ix_milestones_patient_id_achieved_on", "patient_id", "achieved_on"),
    )

    id: Mapped[UuidKey]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str]
    kind: Mapped[str]
    """steps_day, steps_record, streak, goal or goal_streak."""
    metric: Mapped[int | None] = mapped_column(SmallInteger)
    value: Mapped[float] = mapped_column(Double)
    """A level of steps, the days of a streak, or what was measured."""
    achieved_on: Mapped[dt.date]
    """Day in the zone that the patient had then."""
    created_at: Mapped[CreatedAt]


class MilestoneCheck(Base):
    """When a patient's milestones are to be looked for again."""

    __tablename__ = "milestone_checks"
    __table_args__ = (Index("ix_milestone_checks_next_at", "next_at"),)

    patient_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    next_at: Mapped[Instant]
    checked_at: Mapped[Instant | None]
    checked_until: Mapped[dt.date | None]
    """Last local day that was over at the last look."""
