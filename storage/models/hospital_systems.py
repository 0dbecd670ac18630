"""Hospitals' own systems that are told who works there, and what they said to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UpdatedAt, UuidKey


class HospitalSystem(Base):
    """Where a hospital's own system is told of its providers."""

    __tablename__ = "hospital_systems"
    __table_args__ = (CheckConstraint("kind IN ('webhook', 'fhir')", name="kind"),)

    hospital_id: Mapped[UUID] = mapped_column(
        ForeignKey("hospitals.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str]
    """webhook: a signed event; fhir: PractitionerRole at a FHIR R4 server."""
    url: Mapped[str]
    secret: Mapped[str]
    """What the webhook is signed with, or the FHIR server's bearer token; never shown again."""
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class HospitalSync(Base):
    """One change of who works at a hospital, on its way to the hospital's own system.

    A newer change of the same provider supersedes it while it has not been confirmed.
    """

    __tablename__ = "hospital_syncs"
    __table_args__ = (
        Index("ix_hospital_syncs_hospital_id_created_at_id", "hospital_id", "created_at", "id"),
        Index(
            "ix_hospital_syncs_provider_id_hospital_id_created_at",
            "provider_id",
            "hospital_id",
            "created_at",
        ),
        CheckConstraint("event IN ('linked', 'changed', 'unlinked')", name="event"),
        CheckConstraint(
            "state IN ('pending', 'confirmed', 'failed', 'dead', 'superseded')", name="state"
        ),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
    )

    id: Mapped[UuidKey]
    hospital_id: Mapped[UUID] = mapped_column(ForeignKey("hospitals.id", ondelete="CASCADE"))
    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE")
    )
    event: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending", server_default="pending")
    """failed: it will be tried again; dead: not until somebody asks for it."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The provider and the hospital as they were."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]
    claimed_until: Mapped[Instant | None]
    """A worker has it in hand until then."""
    created_at: Mapped[CreatedAt]
    confirmed_at: Mapped[Instant | None]
    remote_id: Mapped[str | None]
    """What the other system calls it."""
    remote_version: Mapped[str | None]
