"""Stripe, by its official library: PaymentIntents, refunds, signed webhooks.

The payer's browser confirms the PaymentIntent with its client secret, or names a PaymentMethod
(`pm_...`) that Stripe made of a card; the card itself never comes here.
"""

import asyncio
import json
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

import stripe

from gateways.http_calls import retry_after
from gateways.outgoing import TIMEOUT_SECONDS, RefusedError, TryLaterError
from gateways.payments import stripe_forms as forms
from gateways.payments.protocol import Charge, ForgedError, Return, UnknownPaymentError
from telemetry.payments import ProviderEvent, ProviderName, RefundStanding, Standing

STRIPE_URL: Final = "https://api.stripe.com"
TOLERANCE_SECONDS: Final = 300
"""How old a webhook's signature may be."""
_SIGNATURE: Final = "stripe-signature"
_BUSY: Final = 429
_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_CLIENT_ERROR: Final = 400
_SERVER_ERROR: Final = 500
Answered = TypeVar("Answered")


class StripePayments:
    """Takes money by one Stripe account."""

    name: ProviderName = "stripe"

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str,
        url: str = STRIPE_URL,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._webhook_secret = webhook_secret
        self._timeout_seconds = timeout_seconds
        self._http = stripe.HTTPXClient(timeout=timeout_seconds)
        # Repeating is the queue's part, under the same key.
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": url.rstrip("/")},
            http_client=self._http,
            max_network_retries=0,
        )

    async def begin(self, charge: Charge) -> Standing:
        """Create a PaymentIntent."""
        params: Any = {
            "amount": forms.units(charge.amount, charge.currency),
            "currency": charge.currency.lower(),
            "automatic_payment_methods": {"enabled": True},
            "description": charge.description,
            "metadata": {"payment": str(charge.payment_id)},
        }
        options: Any = {"idempotency_key": charge.key}
        made = self._client.v1.payment_intents.create_async(params, options)
        return forms.standing(await self._asked(made))

    async def look(self, ref: str) -> Standing:
        """Retrieve it, with what was refunded of its charge."""
        params: Any = {"expand": ["latest_charge"]}
        found = self._client.v1.payment_intents.retrieve_async(ref, params)
        return forms.standing(await self._asked(found))

    async def confirm(self, ref: str, key: str, method: str | None) -> Standing:
        """Confirm it with a PaymentMethod; without one, see what the browser confirmed."""
        if method is None:
            return await self.look(ref)
        params: Any = {"payment_method": method}
        options: Any = {"idempotency_key": key}
        confirmed = self._client.v1.payment_intents.confirm_async(ref, params, options)
        with suppress(_DeclinedError):  # the PaymentIntent says why
            await self._asked(confirmed)
        return await self.look(ref)

    async def cancel(self, ref: str, key: str) -> Standing:
        """Cancel it, unless it is too late for that."""
        params: Any = {"cancellation_reason": "abandoned"}
        options: Any = {"idempotency_key": key}
        cancelled = self._client.v1.payment_intents.cancel_async(ref, params, options)
        try:
            return forms.standing(await self._asked(cancelled))
        except UnknownPaymentError:
            raise
        except RefusedError:
            return await self.look(ref)

    async def refund(self, wanted: Return) -> RefundStanding:
        """Send it back, unless a refund of this name was made already.

        Stripe forgets keys after a day; the name that it keeps with the refund stays.
        """
        made = await self._made_before(wanted)
        if made is not None:
            return made
        params: Any = {
            "payment_intent": wanted.ref,
            "amount": forms.units(wanted.amount, wanted.currency),
            "reason": "requested_by_customer",
            "metadata": {"refund": str(wanted.refund_id), "key": wanted.key},
        }
        options: Any = {"idempotency_key": wanted.key}
        answered = self._client.v1.refunds.create_async(params, options)
        return forms.refund(await self._asked(answered))

    async def _made_before(self, wanted: Return) -> RefundStanding | None:
        params: Any = {"payment_intent": wanted.ref, "limit": 100}
        found = forms.plain(await self._asked(self._client.v1.refunds.list_async(params)))
        for one in forms.field(found, "data", list):
            if isinstance(one, dict) and (one.get("metadata") or {}).get("key") == wanted.key:
                return forms.refund(one)
        return None

    async def look_refund(self, ref: str) -> RefundStanding:
        """Retrieve it."""
        return forms.refund(await self._asked(self._client.v1.refunds.retrieve_async(ref)))

    async def verify(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Check the signature and its age, then read the event."""
        try:
            stripe.WebhookSignature.verify_header(
                body, headers.get(_SIGNATURE), self._webhook_secret, TOLERANCE_SECONDS
            )
            return forms.event(json.loads(body))
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError):
            # Its message would quote what was sent.
            raise ForgedError from None

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _asked(self, call: Awaitable[Answered]) -> Answered:
        try:
            async with asyncio.timeout(3 * self._timeout_seconds):
                return await call
        except TimeoutError:
            code = "stripe: no answer in time"
            raise TryLaterError(code) from None
        except stripe.APIConnectionError:
            code = "stripe: no connection"
            raise TryLaterError(code) from None
        except stripe.CardError as error:
            raise _DeclinedError(_code(error)) from None
        except stripe.StripeError as error:
            raise _judged(error) from None


class _DeclinedError(RefusedError):
    """The card was."""


def _code(error: stripe.StripeError) -> str:
    """What went wrong, without Stripe's sentence about it."""
    return f"stripe: HTTP {error.http_status} {error.code or ''}".strip()


def _judged(error: stripe.StripeError) -> Exception:
    status = error.http_status or 0
    busy = status in {_BUSY, _CONFLICT} or status >= _SERVER_ERROR
    if status == _NOT_FOUND:
        return UnknownPaymentError(_code(error))
    if busy or status < _CLIENT_ERROR:
        code = _code(error) if busy else "stripe: the answer is not understood"
        return TryLaterError(code, retry_after(error.headers or {}))
    return RefusedError(_code(error))
