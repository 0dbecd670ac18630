"""What the programs need of whoever takes the money, and how it can fail.

Every call names itself with a key: made again with the same key it does nothing a second time.
Nothing of a card passes through here; the payer gives it to the provider alone. Calls raise
`gateways.outgoing.TryLaterError` (away, busy, slow, not understood) and `RefusedError`; neither
holds more than a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from gateways.outgoing import RefusedError
from telemetry.payments import ProviderEvent, ProviderName, RefundStanding, Standing


class UnknownPaymentError(RefusedError):
    """The provider has no such payment, or no longer."""


class ForgedError(Exception):
    """The webhook does not come from the provider, or is too old."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid.

    Attributes:
        payment_id: Ours; the provider keeps it with the payment.
        key: Names the request.
        amount: With exactly the decimals of its currency.
        currency: ISO 4217.
        description: For the payer's statement; says nothing about health.
        return_url: Where the payer's browser comes back to.

    """

    payment_id: UUID
    key: str
    amount: Decimal
    currency: str
    description: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Return:
    """Money that is to go back.

    Attributes:
        ref: The payment, as the provider names it.
        capture_ref: What was captured, where that has a name of its own.
        refund_id: Ours; the provider keeps it with the refund.
        key: Names the request.
        amount: With exactly the decimals of its currency.
        currency: ISO 4217.

    """

    ref: str
    capture_ref: str | None
    refund_id: UUID
    key: str
    amount: Decimal
    currency: str


class Payments(Protocol):
    """Takes money, and sends it back."""

    @property
    def name(self) -> ProviderName:
        """Which provider it is."""

    async def begin(self, charge: Charge) -> Standing:
        """Open a payment."""

    async def look(self, ref: str) -> Standing:
        """How a payment stands now.

        Raises:
            UnknownPaymentError: There is none of that name.

        """

    async def confirm(self, ref: str, key: str, method: str | None) -> Standing:
        """Go on with what the payer agreed to; `method` names how, where the provider asks."""

    async def cancel(self, ref: str, key: str) -> Standing:
        """Call a payment off; how it stands then, which may be paid."""

    async def refund(self, wanted: Return) -> RefundStanding:
        """Send money back."""

    async def look_refund(self, ref: str) -> RefundStanding:
        """How a refund stands now."""

    async def verify(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Read a webhook, once its signature is right.

        Raises:
            ForgedError: It is not.
            TryLaterError: It cannot be told now.

        """

    async def close(self) -> None:
        """Let go of connections."""
