"""What people enter by hand and what they bring along: notes, corrections, imported files."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UpdatedAt, UuidKey


class ManualEntry(Base):
    """Who entered a reading by hand, and the notes to it. The value is among the readings."""

    __tablename__ = "manual_entries"
    __table_args__ = (Index("ix_manual_entries_recorded_by_id", "recorded_by_id"),)

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    """Of a blood pressure the lesser of its two series."""
    time: Mapped[Instant] = mapped_column(primary_key=True)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    notes: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class ReadingAmendment(Base):
    """What a reading was before somebody corrected or deleted it: nothing is forgotten."""

    __tablename__ = "reading_amendments"
    __table_args__ = (
        Index("ix_reading_amendments_series_id_time", "series_id", "time"),
        Index("ix_reading_amendments_amended_by_id", "amended_by_id"),
        Index(
            "ix_reading_amendments_unsettled",
            "amended_at",
            postgresql_where=text("NOT settled"),
        ),
        CheckConstraint("kind IN ('corrected', 'deleted')", name="kind"),
    )

    id: Mapped[UuidKey]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    time: Mapped[Instant]
    kind: Mapped[str]
    value: Mapped[float] = mapped_column(Double)
    """As it was, in the metric's canonical unit."""
    notes: Mapped[str | None]
    """As they were; none were kept with readings of a round at the bedside."""
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Who had entered it."""
    amended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    amended_at: Mapped[CreatedAt]
    settled: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the engine has seen to what rested on it."""


class Import(Base):
    """A file that somebody brought along; `background_jobs` tells how far reading it is."""

    __tablename__ = "imports"
    __table_args__ = (
        Index("ix_imports_patient_id_created_at_id", "patient_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(
        ForeignKey("background_jobs.id", ondelete="CASCADE"), primary_key=True
    )
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Null for a file of the catalogue of medicines."""
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]


class ImportPart(Base):
    """A mebibyte of an import's file, until it is done, or of the report on its rows.

    In the database, not in a folder: every program reaches it, it is in no backup of its own, and
    it goes with the patient.
    """

    __tablename__ = "import_parts"
    __table_args__ = (CheckConstraint("kind IN ('file', 'report')", name="kind"),)

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
