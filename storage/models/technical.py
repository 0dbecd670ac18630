"""What devices and the platform say of themselves, on its way to technical alarms."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UuidKey


class DeviceFact(Base):
    """One thing that happened to a device, waiting for the analytics worker.

    Written in the transaction that stores what it came from, removed in the one that writes the
    alarms that come of it.
    """

    __tablename__ = "device_facts"
    __table_args__ = (Index("ix_device_facts_device_id", "device_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("iot_devices.device_id", ondelete="CASCADE"))
    kind: Mapped[str]
    """A member of `telemetry.device_facts.Fact`."""
    code: Mapped[str] = mapped_column(default="", server_default="")
    """The device's own word for it, or the reason."""
    amount: Mapped[int] = mapped_column(default=1, server_default="1")
    """Readings that it is about, where it is about some."""
    at: Mapped[CreatedAt]


class DeviceCondition(Base):
    """Something technical that is wrong with a device now; the row goes when it is over."""

    __tablename__ = "device_conditions"
    __table_args__ = (
        Index("ix_device_conditions_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_device_conditions_kind_since", "kind", "since"),
        Index(
            "ix_device_conditions_parent_id",
            "parent_id",
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
    )

    device_id: Mapped[UUID] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    """A member of `analytics.technical.Kind`."""
    since: Mapped[Instant]
    heard_at: Mapped[Instant]
    """The last fact that speaks for it."""
    amount: Mapped[int] = mapped_column(default=0, server_default="0")
    code: Mapped[str] = mapped_column(default="", server_default="")
    due_at: Mapped[Instant | None]
    """When the clock must look at it next."""
    raised: Mapped[bool] = mapped_column(default=False, server_default="false")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("alarms.id", ondelete="SET NULL"))
    """The alarm of the group with which the device fell silent."""


class CanaryRun(Base):
    """One walk of the synthetic patient's desaturation through every channel."""

    __tablename__ = "canary_runs"
    __table_args__ = (Index("ix_canary_runs_started_at", "started_at"),)

    id: Mapped[UuidKey]
    started_at: Mapped[CreatedAt]
    finished_at: Mapped[Instant | None]
    channels: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Channel -> milliseconds from publication to arrival; null where it did not come in time."""
