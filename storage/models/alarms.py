"""Alarms, what made them, and every step of their lives."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.accounts import User
from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey

_PRIORITIES = "priority IN ('high', 'medium', 'low')"
_IS_OPEN = text("state <> 'closed'")
_NEEDS_ATTENTION = text("attention_at IS NOT NULL")
_WAS_SNOOZED = text("snoozed_by_id IS NOT NULL")
ALARM_WORDS = text("to_tsvector('simple'::regconfig, (title || ' '::text) || message)")
"""What of an alarm is looked for by words."""


class AlarmRule(Base):
    """One version of a rule: of one patient, of one ward, or (neither) of everybody.

    Overrides the wider scope's limit of the same condition, at last the one built into
    `analytics.rules`; null columns keep what is wider. A change is a new version; the old one gets
    `superseded_at`.
    """

    __tablename__ = "alarm_rules"
    __table_args__ = (
        Index(
            "uq_alarm_rules_version",
            "patient_id",
            "hospital_id",
            "ward",
            "condition",
            "version",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "uq_alarm_rules_current",
            "patient_id",
            "hospital_id",
            "ward",
            "condition",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(_PRIORITIES, name="priority"),
        CheckConstraint("hysteresis > 0", name="hysteresis"),
        CheckConstraint("delay_seconds >= 0 AND clear_delay_seconds >= 0", name="delays"),
        CheckConstraint("repeat_seconds > 0", name="repeat"),
        CheckConstraint(
            "severe_delay_seconds >= 0 AND severe_clear_delay_seconds >= 0", name="severe_delays"
        ),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint(
            "(patient_id IS NULL OR ward IS NULL)"
            " AND (hospital_id IS NULL OR ward IS NOT NULL) AND ward <> ''",
            name="scope",
        ),
    )

    id: Mapped[UuidKey]
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    hospital_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hospitals.id", ondelete="CASCADE"), index=True
    )
    """Whose ward; null for a ward of no hospital in particular, as in `encounters`."""
    ward: Mapped[str | None]
    condition: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default="false")
    """From this version on the wider scope's rule holds again."""
    enabled: Mapped[bool | None]
    limit_value: Mapped[float | None]
    """In the metric's canonical unit; the alarm comes at the limit or beyond."""
    severe_limit: Mapped[float | None]
    """From here on the priority is high."""
    priority: Mapped[str | None]
    delay_seconds: Mapped[float | None]
    clear_delay_seconds: Mapped[float | None]
    severe_delay_seconds: Mapped[float | None]
    severe_clear_delay_seconds: Mapped[float | None]
    repeat_seconds: Mapped[float | None]
    hysteresis: Mapped[float | None]
    """How far back inside the limit a value must come to clear, in the metric's unit."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was changed, in the words of whoever did."""
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    superseded_at: Mapped[Instant | None]


class Alarm(Entity):
    """One condition of one patient from its beginning to its end (IEC 60601-1-8).

    Without a patient it is about the platform itself, a site or a gateway.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        # Two writers a few milliseconds apart can never both open one.
        Index(
            "uq_alarms_open",
            "patient_id",
            "condition",
            unique=True,
            postgresql_where=text("state <> 'closed'"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_alarms_started_at_id", "started_at", "id"),
        Index("ix_alarms_updated_at_id", "updated_at", "id"),
        Index("ix_alarms_patient_id_started_at", "patient_id", "started_at"),
        Index("ix_alarms_open_started_at", "started_at", "id", postgresql_where=_IS_OPEN),
        Index("ix_alarms_device_id_started_at", "device_id", "started_at"),
        Index("ix_alarms_assignee_id_started_at", "assignee_id", "started_at"),
        Index("ix_alarms_condition_started_at", "condition", "started_at"),
        # A condition that returns looks for the one that it was before.
        Index("ix_alarms_patient_id_condition_closed_at", "patient_id", "condition", "closed_at"),
        # What the clock has to look at is a handful, however many alarms there were.
        Index("ix_alarms_attention_at", "attention_at", postgresql_where=_NEEDS_ATTENTION),
        Index("ix_alarms_snoozed_by_id", "snoozed_by_id", postgresql_where=_WAS_SNOOZED),
        Index("ix_alarms_words", ALARM_WORDS, postgresql_using="gin"),
        CheckConstraint("category IN ('physiological', 'technical')", name="category"),
        CheckConstraint(_PRIORITIES, name="priority"),
        CheckConstraint(
            "state IN ('pending', 'suppressed', 'active_unacknowledged', 'active_acknowledged',"
            " 'latched', 'closed')",
            name="state",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("NOT retrospective OR state = 'closed'", name="retrospective"),
    )

    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    device_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="SET NULL")
    )
    """The device that a technical alarm is about."""
    condition: Mapped[str]
    """What is wrong, in a word that never changes: heart_rate_high, news2, no_data:<device>."""
    category: Mapped[str]
    priority: Mapped[str]
    state: Mapped[str]
    retrospective: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Found in data that came late: a finding, never a siren."""
    title: Mapped[str]
    message: Mapped[str]
    metric: Mapped[str | None]
    unit: Mapped[str | None]
    value: Mapped[float | None]
    """The worst value of the present episode, as of the newest step; a latched alarm whose
    condition comes back has another episode."""
    worst_value: Mapped[float | None]
    """The worst value that any step of it was about."""
    worst_at: Mapped[Instant | None]
    """When that was measured; of a score, when it was taken."""
    limit_value: Mapped[float | None]
    severe_limit: Mapped[float | None]
    """From here on the priority is high; null where the rule has no such step."""
    rule_version: Mapped[str]
    """builtin:1, default:<version> or patient:<version>."""
    started_at: Mapped[Instant]
    """When the condition began, by measured time."""
    activated_at: Mapped[Instant | None]
    """When it had lasted for the delay; null while pending, or if it never did."""
    acknowledged_at: Mapped[Instant | None]
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    cleared_at: Mapped[Instant | None]
    """When the condition ended; a latched alarm waits on for somebody to have seen it."""
    closed_at: Mapped[Instant | None]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who has taken it on, or was asked to."""
    snoozed_until: Mapped[Instant | None]
    """Until then it calls nobody. It outlives the alarm's end: what returns is still snoozed."""
    snoozed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    escalation_step: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How many steps of its escalation have been taken."""
    attention_at: Mapped[Instant | None]
    """When the clock must next look at it: a reminder, an escalation, an end of snooze or shelf."""
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("alarms.id", ondelete="SET NULL"), index=True
    )
    """The one alarm that speaks for this and others like it."""
    latching: Mapped[bool] = mapped_column(default=False, server_default="false")
    """It has called with high priority and nobody has seen it since: it outlasts its condition."""
    reopened: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How often it was opened again after it had been closed."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised by every change, so that nobody undoes what they have not seen."""
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Readings, rule and scores that it came from; enough to compute it again."""

    patient: Mapped[User | None] = relationship(foreign_keys=[patient_id], lazy="raise")
    acknowledged_by: Mapped[User | None] = relationship(
        foreign_keys=[acknowledged_by_id], lazy="raise"
    )
    transitions: Mapped[list["AlarmTransition"]] = relationship(
        order_by="AlarmTransition.id", lazy="raise"
    )


class AlarmTransition(Base):
    """One step of an alarm: from which state to which, when, why and by whom."""

    __tablename__ = "alarm_transitions"
    __table_args__ = (Index("ix_alarm_transitions_alarm_id_id", "alarm_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    alarm_id: Mapped[UUID] = mapped_column(ForeignKey("alarms.id", ondelete="CASCADE"))
    at: Mapped[Instant]
    """When the step belongs to, by the clock of whoever made it."""
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str]
    priority: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Who did it; null where the engine or the clock did."""
    note_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("alarm_notes.id", ondelete="CASCADE"), index=True
    )
    """What was said with it."""
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """What else the step was: to whom it was assigned, until when it was snoozed."""
    recorded_at: Mapped[CreatedAt]


class AlarmNote(Base):
    """What somebody wrote about an alarm; never changed afterwards."""

    __tablename__ = "alarm_notes"
    __table_args__ = (
        Index("ix_alarm_notes_alarm_id_at", "alarm_id", "at"),
        CheckConstraint("text <> ''", name="text"),
    )

    id: Mapped[UuidKey]
    alarm_id: Mapped[UUID] = mapped_column(ForeignKey("alarms.id", ondelete="CASCADE"))
    at: Mapped[CreatedAt]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str]


class AlarmShelf(Base):
    """A condition of a patient that is to call nobody for a while, and why.

    Without a patient it is a condition of the platform itself, a site or a gateway.
    """

    __tablename__ = "alarm_shelves"
    __table_args__ = (
        Index(
            "uq_alarm_shelves_standing",
            "patient_id",
            "condition",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_alarm_shelves_patient_id_starts_at", "patient_id", "starts_at"),
        Index("ix_alarm_shelves_starts_at_id", "starts_at", "id"),
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[UuidKey]
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    condition: Mapped[str]
    reason: Mapped[str]
    starts_at: Mapped[CreatedAt]
    ends_at: Mapped[Instant]
    """It ends by itself then at the latest."""
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    ended_at: Mapped[Instant | None]
    """When it was over; null while it stands. `ends_at` where the clock ended it."""
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Who ended it early; null where the clock did."""


class EngineState(Base):
    """What the engine remembers of one channel of one patient, so that a restart is no gap."""

    __tablename__ = "engine_states"

    patient_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """`series.id`, or a negative number for a score over several series."""
    version: Mapped[int] = mapped_column(SmallInteger)
    """Layout of `payload`; another version is not read and the channel starts afresh."""
    payload: Mapped[bytes] = mapped_column(LargeBinary)
