"""Devices, their keys, and the ledger that accounts for every message of theirs."""

from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    text,
)
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.accounts import User
from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey

DEVICE_STATUSES = ("ACTIVE", "INACTIVE", "MAINTENANCE", "REVOKED")
_CALLED: Final = ("name", "manufacturer", "model")


class IoTDevice(Entity):
    """A wearable, monitor or simulated device; `device_id` is its name on the wire."""

    __tablename__ = "iot_devices"
    __table_args__ = (
        CheckConstraint(
            "status IN ('ACTIVE', 'INACTIVE', 'MAINTENANCE', 'REVOKED')", name="status"
        ),
        Index("ix_iot_devices_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_iot_devices_created_at_device_id", "created_at", "device_id"),
        Index("ix_iot_devices_updated_at_device_id", "updated_at", "device_id"),
        # Groups of devices that may fall silent together.
        Index("ix_iot_devices_gateway", "gateway", postgresql_where=text("gateway <> ''")),
        Index("ix_iot_devices_model_firmware_version", "model", "firmware_version"),
        # Any part of what administrators know it by.
        Index(
            "ix_iot_devices_trigrams",
            *_CALLED,
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(_CALLED, "gin_trgm_ops"),
        ),
    )

    device_id: Mapped[UUID] = mapped_column(
        unique=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    name: Mapped[str] = mapped_column(default="", server_default="")
    device_type: Mapped[str]
    manufacturer: Mapped[str] = mapped_column(default="", server_default="")
    model: Mapped[str] = mapped_column(default="", server_default="")
    firmware_version: Mapped[str] = mapped_column(default="", server_default="")
    gateway: Mapped[str] = mapped_column(default="", server_default="")
    """Through which gateway it is connected, as its status says; empty: through none."""
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """The patient whose vitals the device measures."""
    registered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[str] = mapped_column(default="ACTIVE", server_default="ACTIVE")
    is_verified: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_online: Mapped[bool] = mapped_column(default=False, server_default="false")
    """As the device's last status message or will says."""
    status_boot: Mapped[int | None] = mapped_column(BigInteger)
    """Boot of that status; a will of an older boot is ignored."""
    last_seen: Mapped[Instant | None]
    battery_level: Mapped[float | None]
    """Percent."""
    last_maintenance: Mapped[Instant | None]
    """When somebody last finished looking after it."""
    owned_since: Mapped[CreatedAt]
    """Since when it measures its present owner; what it reported before is not the owner's."""
    removed_at: Mapped[Instant | None]
    """When it was taken out of every list; its readings stay."""

    owner: Mapped[User] = relationship(foreign_keys=[owner_id], lazy="raise")
    keys: Mapped[list["DeviceKey"]] = relationship(back_populates="device", lazy="raise")


class DeviceKey(Base):
    """SHA-256 digest of a device key; the key is shown once and never stored."""

    __tablename__ = "device_keys"
    __table_args__ = (
        Index(
            "ix_device_keys_expiring",
            "expires_at",
            postgresql_where=text("revoked_at IS NULL AND expires_at IS NOT NULL"),
        ),
    )

    id: Mapped[UuidKey]
    device_id: Mapped[UUID] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Instant | None]
    """End of life of the older key after a rotation; null while it is the current one."""
    revoked_at: Mapped[Instant | None]

    device: Mapped[IoTDevice] = relationship(back_populates="keys", lazy="raise")


class DeviceLedger(Base):
    """Account of one boot of one device, to the message and to the reading.

    Messages: published (highest seq) = stored + duplicate + quarantined + rejected + missing,
    where missing is what `seen` leaves out of 1..max_seq.
    Boot -1 gathers messages that carry no boot and seq.
    """

    __tablename__ = "device_ledgers"

    device_id: Mapped[UUID] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="CASCADE"), primary_key=True
    )
    boot: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seen = Column(INT8MULTIRANGE, nullable=False, server_default=text("'{}'"))
    """Message numbers accounted for, as ranges."""
    max_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    stored: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    duplicate: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    quarantined: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    rejected: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    redelivered: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Arrivals of a number already accounted for; no part of the sum above."""
    readings_stored: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    readings_duplicate: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    readings_rejected: Mapped[dict[str, int]] = mapped_column(
        JSONB, default=dict, server_default="{}"
    )
    """Reason -> number of readings."""
    opened_at: Mapped[CreatedAt]
    """When the boot was first heard of."""
    updated_at: Mapped[CreatedAt]


class DeviceHabit(Base):
    """What the firmware of a device does in one boot, as it was seen on the way in.

    Only what is worth telling is counted (`telemetry.habits`): a device without faults costs a row
    at most when it connects, leaves or sends backlog. Boot -1 gathers what carries no boot.
    """

    __tablename__ = "device_habits"

    device_id: Mapped[UUID] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="CASCADE"), primary_key=True
    )
    boot: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    habit: Mapped[str] = mapped_column(primary_key=True)
    """A member of `telemetry.habits.Habit`."""
    times: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[CreatedAt]
    last_at: Mapped[CreatedAt]


class DeviceMaintenance(Base):
    """Somebody looks after a device; while it lasts, nothing is taken from it."""

    __tablename__ = "device_maintenance"
    __table_args__ = (
        Index("ix_device_maintenance_device_id_started_at_id", "device_id", "started_at", "id"),
        Index(
            "ix_device_maintenance_open",
            "device_id",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: Mapped[UuidKey]
    device_id: Mapped[UUID] = mapped_column(ForeignKey("iot_devices.device_id", ondelete="CASCADE"))
    started_at: Mapped[CreatedAt]
    started_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    finished_at: Mapped[Instant | None]
    finished_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    note: Mapped[str] = mapped_column(default="", server_default="")


class DeviceClock(Base):
    """A device's clock as it was understood from `valid_from` (by that clock) on.

    One row when a boot's clock is first understood, and another when it moves notably
    (`telemetry.clocks`); the newest row of the highest boot is the current one. Readings keep the
    device's time; the view `vitals_corrected` puts both together.
    """

    __tablename__ = "device_clocks"
    __table_args__ = (CheckConstraint("state IN ('good', 'ahead', 'back')", name="state"),)

    device_id: Mapped[UUID] = mapped_column(
        ForeignKey("iot_devices.device_id", ondelete="CASCADE"), primary_key=True
    )
    boot: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    valid_from: Mapped[Instant] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    """Message sent at `valid_from`."""
    offset_ms: Mapped[int] = mapped_column(BigInteger)
    """To be added to the device's time."""
    drift_ppm: Mapped[float] = mapped_column(REAL)
    uncertainty_ms: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    """good, or jumped: ahead or back. Readings of a clock that jumped are quarantined."""
    recorded_at: Mapped[CreatedAt]


class DeviceError(Base):
    """A fault that a device reported of itself."""

    __tablename__ = "device_errors"
    __table_args__ = (Index("ix_device_errors_device_id_received_at", "device_id", "received_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("iot_devices.device_id", ondelete="CASCADE"))
    received_at: Mapped[CreatedAt]
    occurred_at: Mapped[Instant | None]
    """By the device's clock, when it said so and the time was plausible."""
    boot: Mapped[int | None] = mapped_column(BigInteger)
    code: Mapped[str]
    message: Mapped[str] = mapped_column(default="", server_default="")
