"""The providers that the settings name: one for new payments, the others for what they began."""

from types import TracebackType
from typing import Self

from gateways.outgoing import TryLaterError
from gateways.payments.local import LocalPayments
from gateways.payments.paypal import PayPalPayments
from gateways.payments.protocol import Payments
from gateways.payments.settings import PaymentSettings
from gateways.payments.stripe import StripePayments
from storage.engine import Database


class Providers:
    """Every provider that can be spoken to, by name. Nothing is connected before it is asked."""

    def __init__(self, settings: PaymentSettings, database: Database, *, trying: bool) -> None:
        """Take accounts from the settings; `trying` lets failures be tried out in the ledger."""
        local = LocalPayments(database, trying=trying)
        self._known: dict[str, Payments] = {local.name: local}
        if settings.has_stripe:
            stripe = StripePayments(
                settings.stripe_secret_key.get_secret_value(),
                settings.stripe_webhook_secret.get_secret_value(),
                settings.stripe_url,
            )
            self._known[stripe.name] = stripe
        if settings.has_paypal:
            paypal = PayPalPayments(
                settings.paypal_client_id,
                settings.paypal_client_secret.get_secret_value(),
                settings.paypal_webhook_id,
                settings.paypal_url,
            )
            self._known[paypal.name] = paypal
        self.chosen = self._known[settings.payments_via]

    def find(self, name: str) -> Payments | None:
        """The provider of this name, where its keys are set."""
        return self._known.get(name)

    def of(self, name: str) -> Payments:
        """The provider of this name.

        Raises:
            TryLaterError: Its keys are not set, or no longer.

        """
        found = self.find(name)
        if found is None:
            code = f"{name}: its keys are not set"
            raise TryLaterError(code)
        return found

    async def close(self) -> None:
        """Let go of connections."""
        for one in self._known.values():
            await one.close()

    async def __aenter__(self) -> Self:
        """Use them for a while."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Let go of them."""
        await self.close()
