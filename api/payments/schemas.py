"""Shapes of payments. Amounts are decimals as text, with the places of their currency."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas import Input, ShortText
from storage.models import Payment as PaymentRow
from storage.models import PaymentRefund, PaymentTransition
from telemetry.money import amount_of
from telemetry.payments import ProviderName, RefundState, State

Money = Annotated[Decimal, Field(examples=["45.50"])]


class Payment(BaseModel):
    """A payment for an appointment."""

    id: UUID
    appointment_id: UUID | None = Field(description="Null once the appointment was erased.")
    patient_id: UUID | None = Field(description="Who pays; null once they were erased.")
    provider: ProviderName = Field(description="Who takes the money.")
    amount: Money
    currency: str = Field(description="ISO 4217.", examples=["USD"])
    refunded_amount: Money = Field(description="How much of it went back.")
    state: State
    reason: str = Field(description="Why it failed, in the provider's code; else empty.")
    flag: str | None = Field(
        description="What somebody must look at: amount_mismatch, disputed, paid_twice, "
        "refund_failed, stuck; shown to those with payments.manage alone."
    )
    created_at: dt.datetime
    paid_at: dt.datetime | None


class BegunPayment(Payment):
    """A payment, and how the payer goes on."""

    client_secret: str | None = Field(
        description="Of Stripe's PaymentIntent, for the payer's browser alone; null elsewhere."
    )
    publishable_key: str | None = Field(description="Of the Stripe account.")
    approval_url: str | None = Field(description="Where the payer agrees, at PayPal.")
    test_methods: list[str] = Field(
        description="Of the local ledger in development: what `method` of a confirmation may be, "
        "to try out success and failure."
    )
    at_desk: bool = Field(
        description="Whether it is paid at the desk, and confirmed there (payments.manage)."
    )


class Confirmation(Input):
    """How to go on with a payment; an empty object sees what became of it at the provider."""

    method: str | None = Field(
        default=None,
        pattern=r"^(pm|ledger)_[A-Za-z0-9_]{1,100}$",
        description="A PaymentMethod that Stripe made in the payer's browser (pm_...), or one of "
        "`test_methods`; never anything of a card.",
        examples=["ledger_approve"],
    )


class RefundInput(Input):
    """How much goes back, and why."""

    amount: Decimal | None = Field(
        default=None,
        gt=0,
        max_digits=12,
        decimal_places=3,
        description="In the payment's currency; left out: all that is left.",
        examples=["10.00"],
    )
    reason: ShortText = Field(description="For the books; not told to the payer.")


class Refund(BaseModel):
    """Money that went back, or is on its way."""

    id: UUID
    amount: Money
    reason: str
    state: RefundState
    error: str | None = Field(description="Why it failed: a code.")
    created_at: dt.datetime
    finished_at: dt.datetime | None


class PaymentStep(BaseModel):
    """One change of a payment's state."""

    from_state: State | None
    to_state: State
    cause: str
    at: dt.datetime


class PaymentDetail(Payment):
    """A payment with what it went through."""

    refunds: list[Refund]
    steps: list[PaymentStep]


class Received(BaseModel):
    """The webhook is kept; the work is done after this answer."""

    received: bool = True


def fields(row: PaymentRow, *, manages: bool) -> dict[str, Any]:
    """A payment as it is sent."""
    shown: dict[str, Any] = {name: getattr(row, name) for name in Payment.model_fields}
    shown["amount"] = amount_of(row.amount, row.currency)
    shown["refunded_amount"] = amount_of(row.refunded_amount, row.currency)
    shown["flag"] = row.flag if manages else None
    return shown


def shape(row: PaymentRow, *, manages: bool) -> Payment:
    """One payment of a list."""
    return Payment.model_validate(fields(row, manages=manages))


def detail(
    row: PaymentRow,
    refunds: list[PaymentRefund],
    steps: list[PaymentTransition],
    *,
    manages: bool,
) -> PaymentDetail:
    """One payment with everything."""
    found = [
        Refund.model_validate(
            {
                **{name: getattr(one, name) for name in Refund.model_fields},
                "amount": amount_of(one.amount, row.currency),
            }
        )
        for one in refunds
    ]
    return PaymentDetail(
        **fields(row, manages=manages),
        refunds=found,
        steps=[PaymentStep.model_validate(one, from_attributes=True) for one in steps],
    )
