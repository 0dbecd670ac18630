"""What is paid for appointments: payments, what providers said of them, refunds, the local ledger.

Money is numeric with the decimals of its currency. Nothing of a card is ever here. A payment stays
as an entry of the books when the person or the appointment is erased; then it points to nobody.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Entity, Instant, UuidKey

MONEY = Numeric(12, 3)
"""Three decimals at most (ISO 4217), and far more than a consultation costs."""
_CURRENCY = "currency ~ '^[A-Z]{3}$'"


class Payment(Entity):
    """One payment of one appointment; triggers hold its states and tell the appointment."""

    __tablename__ = "payments"
    __table_args__ = (
        Index(
            "uq_payments_open_appointment",
            "appointment_id",
            unique=True,
            postgresql_where=text(
                "state IN ('pending', 'requires_action', 'processing', 'failed')"
            ),
        ),
        Index("ix_payments_appointment_id_created_at", "appointment_id", "created_at"),
        Index("ix_payments_patient_id_created_at_id", "patient_id", "created_at", "id"),
        Index("ix_payments_created_at_id", "created_at", "id"),
        Index(
            "ix_payments_flagged",
            "created_at",
            "id",
            postgresql_where=text("flag IS NOT NULL"),
        ),
        Index(
            "uq_payments_provider_provider_ref",
            "provider",
            "provider_ref",
            unique=True,
            postgresql_where=text("provider_ref IS NOT NULL"),
        ),
        Index("ix_payments_capture_ref", "provider", "capture_ref"),
        Index(
            "ix_payments_next_look_at",
            "next_look_at",
            postgresql_where=text("next_look_at IS NOT NULL"),
        ),
        CheckConstraint("provider IN ('local', 'stripe', 'paypal')", name="provider"),
        CheckConstraint(
            "state IN ('pending', 'requires_action', 'processing', 'paid', 'failed', 'cancelled',"
            " 'refund_pending', 'partially_refunded', 'refunded')",
            name="state",
        ),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("refunded_amount >= 0 AND refunded_amount <= amount", name="refunded"),
        CheckConstraint(_CURRENCY, name="currency"),
    )

    appointment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("appointments.id", ondelete="SET NULL")
    )
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Who pays."""
    provider: Mapped[str]
    provider_ref: Mapped[str | None]
    """The provider's name of it: a PaymentIntent, an order, an account of the ledger."""
    capture_ref: Mapped[str | None]
    """What refunds name at the provider, where that is another."""
    amount: Mapped[Decimal] = mapped_column(MONEY)
    currency: Mapped[str]
    refunded_amount: Mapped[Decimal] = mapped_column(MONEY, default=Decimal(0), server_default="0")
    state: Mapped[str] = mapped_column(default="pending", server_default="pending")
    cause: Mapped[str] = mapped_column(default="", server_default="")
    """What brought it into this state: begin, confirm, webhook, reconciliation, refund..."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it failed, in the provider's code."""
    flag: Mapped[str | None]
    """What somebody must look at: amount_mismatch, disputed, refund_failed, paid_twice."""
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    """The provider is asked under this name, however often."""
    paid_at: Mapped[Instant | None]
    next_look_at: Mapped[Instant | None]
    """When the provider is asked what became of it, if nothing was heard; null: never."""
    looks: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How often it was asked in vain."""


class PaymentTransition(Base):
    """One change of state, written by a trigger; only ever added to."""

    __tablename__ = "payment_transitions"
    __table_args__ = (Index("ix_payment_transitions_payment_id_at", "payment_id", "at"),)

    id: Mapped[UuidKey]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    cause: Mapped[str]
    at: Mapped[CreatedAt]


class PaymentEvent(Base):
    """A webhook of a provider whose signature was right; only its outcome is filled in, once."""

    __tablename__ = "payment_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index("ix_payment_events_payment_id", "payment_id"),
        Index("ix_payment_events_received_at", "received_at"),
        CheckConstraint("(outcome IS NULL) = (handled_at IS NULL)", name="handled"),
    )

    id: Mapped[UuidKey]
    provider: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`telemetry.payments.ProviderEvent`: names and amounts, nothing about people."""
    received_at: Mapped[CreatedAt]
    outcome: Mapped[str | None]
    handled_at: Mapped[Instant | None]


class PaymentRefund(Base):
    """Money that goes back; a trigger holds the sum within the payment."""

    __tablename__ = "payment_refunds"
    __table_args__ = (
        Index("ix_payment_refunds_payment_id_created_at", "payment_id", "created_at"),
        CheckConstraint("state IN ('pending', 'succeeded', 'failed')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state = 'pending') = (finished_at IS NULL)", name="finished"),
    )

    id: Mapped[UuidKey]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    amount: Mapped[Decimal] = mapped_column(MONEY)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="pending", server_default="pending")
    provider_ref: Mapped[str | None]
    round: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """Part of its name at the provider: a refund that was refused is asked for under a new one."""
    error: Mapped[str | None]
    """Why it failed: a code."""
    requested_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[Instant | None]


class LedgerEntry(Base):
    """One line of the local ledger, the provider that needs no account; only ever added to."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("ref", "key"),
        CheckConstraint(
            "entry IN ('opened', 'action', 'processing', 'paid', 'declined', 'cancelled',"
            " 'refunded')",
            name="entry",
        ),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(_CURRENCY, name="currency"),
    )

    id: Mapped[UuidKey]
    ref: Mapped[str]
    """Which payment."""
    key: Mapped[str]
    """Name of what was asked for: the same again adds nothing."""
    entry: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(MONEY)
    currency: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[CreatedAt]
