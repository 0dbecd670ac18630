"""Time series: what was measured, the newest of it, and its rollups."""

from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant


class Series(Base):
    """One metric of one patient from one source: a device, people, or a source of an import."""

    __tablename__ = "series"
    __table_args__ = (
        Index(
            "uq_series_patient_id_metric_device_id_source",
            "patient_id",
            "metric",
            "device_id",
            "source",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_series_device_id", "device_id"),
        CheckConstraint("source = '' OR device_id IS NULL", name="source"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    device_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="CASCADE")
    )
    source: Mapped[str] = mapped_column(default="", server_default="")
    """Of a series without a device: empty where people entered it, else what was imported."""
    metric: Mapped[int] = mapped_column(SmallInteger)
    """`telemetry.metrics.Metric.id`."""


class Vital(Base):
    """Hypertable of readings; unique (series_id, time) is its only index.

    No foreign key: a check per row would cost more than the row. Series are made by ingest
    in the same transaction and removed only with all their readings.
    """

    __tablename__ = "vitals"

    series_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    time: Mapped[Instant] = mapped_column(primary_key=True)
    value: Mapped[float] = mapped_column(Double)
    """In the metric's canonical unit."""
    quality: Mapped[float] = mapped_column(REAL)
    """0 (useless) to 1 (good); 1 where the device says nothing."""


class Latest(Base):
    """Newest reading of each series by measured time, never by arrival."""

    __tablename__ = "latest"

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    time: Mapped[Instant]
    value: Mapped[float] = mapped_column(Double)
    quality: Mapped[float] = mapped_column(REAL)
    received_at: Mapped[Instant]


class Outbox(Base):
    """A committed batch, packed (`telemetry.outbox`), waiting for the engine."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    readings: Mapped[int]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]


class RollupColumns:
    """Columns of a rollup: count, mean, least and greatest of one series in one bucket."""

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    bucket: Mapped[Instant] = mapped_column(primary_key=True)
    n: Mapped[int]
    mean: Mapped[float] = mapped_column(Double)
    min: Mapped[float] = mapped_column(Double)
    max: Mapped[float] = mapped_column(Double)


class RollupMinute(RollupColumns, Base):
    """Readings per minute."""

    __tablename__ = "rollup_minute"


class RollupHour(RollupColumns, Base):
    """Readings per hour."""

    __tablename__ = "rollup_hour"


class RollupDay(RollupColumns, Base):
    """Readings per UTC day."""

    __tablename__ = "rollup_day"


class RollupDirty(Base):
    """An hour of a series whose rollups no longer match its readings."""

    __tablename__ = "rollup_dirty"
    __table_args__ = (Index("ix_rollup_dirty_marked_at", "marked_at"),)

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    bucket: Mapped[Instant] = mapped_column(primary_key=True)
    """Start of the hour."""
    marked_at: Mapped[CreatedAt]


class ReadingHour(Base):
    """When readings of an hour of a series were last stored, corrected or deleted.

    Written when marks are taken (`rollup_dirty`), by the jobs: a reading costs nothing more for it.
    An hour that is marked has changed since.
    """

    __tablename__ = "reading_hours"
    __table_args__ = (Index("ix_reading_hours_series_id_changed_at", "series_id", "changed_at"),)

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    hour: Mapped[Instant] = mapped_column(primary_key=True)
    changed_at: Mapped[Instant]
    """Never before the change, and later by as long as the mark waited."""
