"""What people may ask for of their own data, and how long each class of data is kept."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UuidKey


class Export(Base):
    """Everything of a person as one file, for as long as it may be fetched."""

    __tablename__ = "exports"
    __table_args__ = (
        Index("ix_exports_person_id_created_at_id", "person_id", "created_at", "id"),
        Index("ix_exports_expires_at", "expires_at"),
        CheckConstraint("(finished_at IS NULL) = (sha256 IS NULL)", name="finished"),
    )

    id: Mapped[UuidKey]
    """Also the name of its file."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    requested_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    job_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("background_jobs.id", ondelete="SET NULL"), index=True
    )
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None]
    """Of the whole file."""
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[Instant | None]
    expires_at: Mapped[Instant]
    """From then on nobody gets it, and the next housekeeping deletes it."""


class Erasure(Base):
    """A person who is erased, or was: what is known of it, without anything that names them.

    No foreign key to people: it outlives whom it is about. The numbers of devices and series are
    kept so that the proof can be made again; they lead to nobody any more.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        Index("ix_erasures_requested_at_id", "requested_at", "id"),
        Index("uq_erasures_person_id", "person_id", unique=True),
        CheckConstraint(
            "(finished_at IS NULL) = (document IS NULL) AND (finished_at IS NULL) = (sha256 IS"
            " NULL)",
            name="finished",
        ),
    )

    id: Mapped[UuidKey]
    person_id: Mapped[UUID]
    requested_by_id: Mapped[UUID]
    """The person, or an administrator."""
    reason: Mapped[str]
    """A word of `storage.queries.erasures.Reason`: free text might name the person."""
    job_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("background_jobs.id", ondelete="SET NULL"), index=True
    )
    device_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    series_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default="{}")
    files: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Keys that are still to be deleted from the store of files."""
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Rows of each table that were deleted or made nobody's by now."""
    requested_at: Mapped[CreatedAt]
    finished_at: Mapped[Instant | None]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The proof."""
    sha256: Mapped[bytes | None]
    """Of the document as canonical JSON."""


class RetentionPeriod(Base):
    """For how long a class of data is kept, as the housekeeping has it."""

    __tablename__ = "retention_periods"

    name: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[float | None]
    """Null: until somebody deletes it."""
    deleted: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Rows, or files, in all."""
    applied_at: Mapped[Instant | None]
    """Null: not yet."""
