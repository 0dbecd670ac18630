"""What devices are told to do, and how they are to be set."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Sequence,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UuidKey

CONFIG_VERSIONS = Sequence("device_config_versions", metadata=Base.metadata)


class DeviceCommand(Base):
    """One command to one device, and its answer."""

    __tablename__ = "device_commands"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'sent', 'succeeded', 'failed', 'timed_out')", name="status"
        ),
        Index("ix_device_commands_device_id_created_at", "device_id", "created_at", "id"),
        Index("ix_device_commands_created_at", "created_at"),
        Index(
            "ix_device_commands_waiting",
            "expires_at",
            postgresql_where=text("status IN ('pending', 'sent')"),
        ),
    )

    id: Mapped[UuidKey]
    device_id: Mapped[UUID] = mapped_column(ForeignKey("iot_devices.device_id", ondelete="CASCADE"))
    requested_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    status: Mapped[str] = mapped_column(server_default="pending")
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[Instant | None]
    """When the broker had it."""
    expires_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    """Later than `expires_at` when the answer came too late."""
    result: Mapped[bytes | None] = mapped_column(LargeBinary)
    """JSON as the device sent it: not all of it is JSON that PostgreSQL can hold."""
    error: Mapped[str | None]


class DeviceConfig(Base):
    """The settings that a device is to have, and which of them it says that it has."""

    __tablename__ = "device_configs"

    device_id: Mapped[UUID] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(BigInteger, server_default=CONFIG_VERSIONS.next_value())
    """Rises with every change, and is never used twice, whatever fails."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    updated_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    updated_at: Mapped[CreatedAt]
    acknowledged_version: Mapped[int | None] = mapped_column(BigInteger)
    acknowledged_at: Mapped[Instant | None]
    error: Mapped[str | None]
    """Why the device did not take the version that it acknowledged."""
