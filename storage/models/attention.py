"""Who is called when an alarm is not answered, and how far that has gone."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UuidKey


class EscalationPolicy(Base):
    """One version of who is called for alarms of one priority: everywhere, or on one ward.

    A change is a new version; the old one gets `superseded_at`. Without a row the built-in steps
    of `analytics.escalation` apply.
    """

    __tablename__ = "escalation_policies"
    __table_args__ = (
        Index(
            "uq_escalation_policies_current",
            "hospital_id",
            "ward",
            "priority",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("priority IN ('high', 'medium', 'low')", name="priority"),
        CheckConstraint("repeat_seconds >= 30", name="repeat_seconds"),
        CheckConstraint("ward IS NULL OR ward <> ''", name="ward"),
        CheckConstraint("hospital_id IS NULL OR ward IS NOT NULL", name="hospital"),
    )

    id: Mapped[UuidKey]
    hospital_id: Mapped[UUID | None] = mapped_column(ForeignKey("hospitals.id", ondelete="CASCADE"))
    """Null: a ward of this name in any hospital."""
    ward: Mapped[str | None]
    """Null: every ward that has none of its own."""
    priority: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    """`after_seconds`, `who`, `channels` of each, in order."""
    repeat_seconds: Mapped[float | None]
    """Seconds between reminders; null for what the alarm's rule says."""
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    superseded_at: Mapped[Instant | None]


class AlarmAttention(Base):
    """How an alarm is being called out: by which policy, since when, how often.

    Each time it calls anew (it was raised, it came back, its snooze ended) is a round, named by
    the transition that made it call.
    """

    __tablename__ = "alarm_attention"

    alarm_id: Mapped[UUID] = mapped_column(
        ForeignKey("alarms.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(BigInteger)
    """Id of that transition."""
    policy: Mapped[str]
    """builtin:1, default:<version> or ward:<version>."""
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    """The policy's steps as they were when the round began."""
    repeat_seconds: Mapped[float | None]
    began_at: Mapped[Instant]
    told_at: Mapped[Instant | None]
    """When somebody was last told."""
    reminders: Mapped[int] = mapped_column(default=0, server_default="0")


class Consent(Base):
    """What a patient allowed, until they take it back. Taken back it is kept, as history."""

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "uq_consents_standing",
            "patient_id",
            "scope",
            "grantee_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "ix_consents_grantee_id_patient_id",
            "grantee_id",
            "patient_id",
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_consents_patient_id_granted_at_id", "patient_id", "granted_at", "id"),
        ForeignKeyConstraint(
            ["scope", "version"], ["consent_texts.scope", "consent_texts.version"]
        ),
        CheckConstraint("(grantee_id IS NOT NULL) = (scope LIKE 'share_with_%')", name="grantee"),
    )

    id: Mapped[UuidKey]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    scope: Mapped[str]
    """What for: one of `consent_texts`."""
    version: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    """Of the text that was agreed to."""
    grantee_id: Mapped[UUID | None]
    """With whom data are shared: a clinician's account, or a hospital, as the scope says."""
    granted_at: Mapped[CreatedAt]
    revoked_at: Mapped[Instant | None]
