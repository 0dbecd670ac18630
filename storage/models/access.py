"""Texts of consents, and the audit log: append-only, every record chained to the one before."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant


class ConsentText(Base):
    """What a patient agrees to, word for word; a version is never changed, only followed."""

    __tablename__ = "consent_texts"

    scope: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[CreatedAt]


class AuditPatients(Base):
    """A set of patients that were seen at once, kept once, under the digest of its content."""

    __tablename__ = "audit_patients"
    __table_args__ = (
        Index("ix_audit_patients_patient_ids", "patient_ids", postgresql_using="gin"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of the ids, sorted."""
    patient_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class AuditRecord(Base):
    """One access or change. No foreign key to people: a record outlives whom it is about.

    Free text and addresses are its particulars. The hash covers their seal and not themselves, so
    that they can be erased with a person while the chain holds.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_patients_seq", "patients", "seq"),
        Index("ix_audit_log_actor_id_seq", "actor_id", "seq"),
        Index("ix_audit_log_at", "at"),
        # What administrators look for in it, the newest first.
        Index("ix_audit_log_action_seq", "action", "seq"),
        Index("ix_audit_log_resource_seq", "resource", "seq"),
        Index("ix_audit_log_address", "address", postgresql_ops={"address": "text_pattern_ops"}),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3, ... without a gap."""
    at: Mapped[Instant]
    actor_id: Mapped[UUID | None]
    """Null: nobody was logged in."""
    actor_roles: Mapped[str]
    """Names, with commas between."""
    action: Mapped[str]
    """An HTTP method, or what a command of the operator did."""
    resource: Mapped[str]
    """Path with the names of its parameters."""
    resource_id: Mapped[str]
    """Values of the path's parameters."""
    patients: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Whose data, by `AuditPatients.digest`; null: no patient's. No foreign key: checking one takes
    a lock that nobody has the right to any more."""
    purpose: Mapped[str]
    """Code of HL7's PurposeOfUse."""
    reason: Mapped[str]
    address: Mapped[str]
    request_id: Mapped[str]
    outcome: Mapped[str]
    """success, denied, refused or failed."""
    status: Mapped[int] = mapped_column(SmallInteger)
    """HTTP status; 0 for a change that was recorded in its own transaction."""
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Chance that nobody can guess the particulars from their seal; null: they were erased."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the salt and the particulars: reason, address and request id."""
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the hash before and of every other column but salt and particulars."""


class AuditPending(Base):
    """A record that was written in the transaction of its change and is not in the chain yet."""

    __tablename__ = "audit_pending"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    record: Mapped[str] = mapped_column(Text)


class AuditHead(Base):
    """Both ends of the chain; who appends holds its only row locked."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("singleton", name="singleton"),)

    singleton: Mapped[bool] = mapped_column(primary_key=True, default=True, server_default="true")
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    start_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Up to here the records were let go of; 0 while all are there."""
    start_hash: Mapped[bytes] = mapped_column(
        LargeBinary, default=bytes(32), server_default=text("decode(repeat('00', 32), 'hex')")
    )
