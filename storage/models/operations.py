"""What could not be used, kept with its reason."""

from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant


class DeadLetter(Base):
    """A message, or the part of it, that was refused; its payload has no key in it."""

    __tablename__ = "dead_letters"
    __table_args__ = (
        Index("ix_dead_letters_received_at", "received_at"),
        Index("ix_dead_letters_reason_received_at", "reason", "received_at"),
        Index("ix_dead_letters_device_id_received_at", "device_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    received_at: Mapped[CreatedAt]
    reason: Mapped[str]
    """A member of `telemetry.errors.Reason`."""
    device_id: Mapped[UUID | None]
    """As named in the topic; no foreign key, since the device may be unknown."""
    topic: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    readings: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many readings the reason took out; for rate_limited, messages."""
    boot: Mapped[int | None] = mapped_column(BigInteger)
    """Ledger that the message was counted in; null where it was not."""
    seq: Mapped[int | None] = mapped_column(BigInteger)
    """Its number, 0 for a message without."""
    outcome: Mapped[int | None] = mapped_column(SmallInteger)
    """What the message was counted as (`telemetry.batch.Outcome`)."""
    replayable: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether it can be judged again: the device had proven who it is, and nothing is cut off."""
    released_at: Mapped[Instant | None]
    """When its readings were stored after all."""
