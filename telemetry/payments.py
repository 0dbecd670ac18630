"""Payments: the states that one can be in, what leads where, and what providers say of them.

The database holds the same machine (`storage/migrations`); a test holds the two equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

State = Literal[
    "pending",
    "requires_action",
    "processing",
    "paid",
    "failed",
    "cancelled",
    "refund_pending",
    "partially_refunded",
    "refunded",
]
ProviderName = Literal["local", "stripe", "paypal"]
RefundState = Literal["pending", "succeeded", "failed"]

OPEN: Final = frozenset({"pending", "requires_action", "processing", "failed"})
"""Money may still come. One that failed can be tried again, by the same payment."""
HELD: Final = frozenset({"paid", "partially_refunded", "refund_pending"})
"""Money came, and not all of it went back."""
SETTLED: Final = HELD | {"refunded"}

NEXT: Final[Mapping[str, frozenset[str]]] = {
    "pending": frozenset({"requires_action", "processing", "paid", "failed", "cancelled"}),
    "requires_action": frozenset({"pending", "processing", "paid", "failed", "cancelled"}),
    "processing": frozenset({"requires_action", "paid", "failed", "cancelled"}),
    "failed": frozenset({"pending", "requires_action", "processing", "paid", "cancelled"}),
    # Money that was on its way when the payment was called off; it is sent back.
    "cancelled": frozenset({"paid"}),
    "paid": frozenset({"refund_pending", "partially_refunded", "refunded"}),
    "refund_pending": frozenset({"paid", "partially_refunded", "refunded"}),
    # A refund that a bank sends back fails after it had succeeded.
    "partially_refunded": frozenset({"refund_pending", "refunded", "paid"}),
    "refunded": frozenset({"partially_refunded", "paid"}),
}
"""State of a payment -> states that may follow. Everything else is news that came late."""


def may_follow(before: str, after: str) -> bool:
    """Whether a payment may go from one state into another.

    >>> may_follow("pending", "paid"), may_follow("paid", "pending"), may_follow("paid", "paid")
    (True, False, False)
    """
    return after in NEXT[before]


def after_refunds(amount: Decimal, refunded: Decimal, pending: Decimal) -> str:
    """State of a payment that was paid, from what went back and what is on its way.

    >>> after_refunds(Decimal(10), Decimal(4), Decimal(0))
    'partially_refunded'
    """
    if pending > 0:
        return "refund_pending"
    if refunded >= amount:
        return "refunded"
    return "partially_refunded" if refunded > 0 else "paid"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a provider says of a payment.

    Attributes:
        ref: The provider's name of it.
        state: One of those that a payment can be in before any refund.
        amount: Of the whole payment, in its currency's own decimals.
        currency: ISO 4217.
        refunded: How much of it went back, as far as the provider says so.
        capture_ref: What refunds name, where that is not `ref`.
        client_secret: With it the payer's browser goes on; a secret of theirs.
        approval_url: Where the payer agrees.
        reason: Why it failed, in the provider's code.
        to_confirm: The payer has agreed, and the provider waits for us to take the money.

    """

    ref: str
    state: State
    amount: Decimal
    currency: str
    refunded: Decimal = Decimal(0)
    capture_ref: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    approval_url: str | None = field(default=None, repr=False)
    reason: str = ""
    to_confirm: bool = False


@dataclass(frozen=True, slots=True)
class RefundStanding:
    """What a provider says of a refund."""

    ref: str
    state: RefundState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """What a provider's webhook said, without anything about people.

    Attributes:
        event_id: The provider's name of it: the same event comes with the same one.
        kind: Its type, as the provider names it.
        ref: The payment that it is about; empty where it names another thing.
        capture_ref: What was captured, where the event names that.
        refund_ref: The refund that it is about.
        amount: Of what it is about, with its currency; None where it does not say.
        whole: Whether `amount` is that of the whole payment.

    """

    event_id: str
    kind: str
    ref: str = ""
    capture_ref: str = ""
    refund_ref: str = ""
    amount: Decimal | None = None
    currency: str = ""
    whole: bool = False
