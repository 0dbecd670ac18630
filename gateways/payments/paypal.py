"""PayPal by its HTTP interface: Orders v2, refunds of captures, webhooks that PayPal verifies."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from gateways.http_calls import Answer, Request, ask, judge
from gateways.outgoing import TIMEOUT_SECONDS, RefusedError, TryLaterError
from gateways.payments import paypal_forms as forms
from gateways.payments.paypal_token import Token
from gateways.payments.protocol import Charge, ForgedError, Return, UnknownPaymentError
from telemetry.payments import ProviderEvent, ProviderName, RefundStanding, Standing

PAYPAL_URL: Final = "https://api-m.paypal.com"
_NOT_FOUND: Final = 404
_UNPROCESSABLE: Final = 422
_UNAUTHORISED: Final = 401
_CONFLICT: Final = 409
_SIGNED: Final = {
    "auth_algo": "paypal-auth-algo",
    "cert_url": "paypal-cert-url",
    "transmission_id": "paypal-transmission-id",
    "transmission_sig": "paypal-transmission-sig",
    "transmission_time": "paypal-transmission-time",
}
"""Field of the verification -> header of the webhook."""
_LONGEST_HEADER: Final = 500
_DONE: Final = "ORDER_ALREADY_CAPTURED"
_NOT_APPROVED: Final = "ORDER_NOT_APPROVED"
_DECLINED: Final = frozenset({"INSTRUMENT_DECLINED", "PAYER_ACTION_REQUIRED"})


class PayPalPayments:
    """Takes money by one PayPal account."""

    name: ProviderName = "paypal"

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        webhook_id: str,
        url: str = PAYPAL_URL,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = url.rstrip("/")
        self._webhook_id = webhook_id
        self._timeout_seconds = timeout_seconds
        self._token = Token(self._url, client_id, client_secret, timeout_seconds)

    async def begin(self, charge: Charge) -> Standing:
        """Create an order that the payer approves at PayPal."""
        order = {
            "intent": "CAPTURE",
            "purchase_units": [
                {
                    "custom_id": str(charge.payment_id),
                    "description": charge.description[:127],
                    "amount": forms.money(charge.amount, charge.currency),
                }
            ],
            "payment_source": {
                "paypal": {
                    "experience_context": {
                        "user_action": "PAY_NOW",
                        "shipping_preference": "NO_SHIPPING",
                        "return_url": charge.return_url,
                        "cancel_url": charge.return_url,
                    }
                }
            },
        }
        answer = await self._ask("POST", "/v2/checkout/orders", order, charge.key)
        return forms.standing(_judged(answer))

    async def look(self, ref: str) -> Standing:
        """Show an order; PayPal forgets those that nobody approved."""
        return forms.standing(_judged(await self._ask("GET", _order(ref))))

    async def confirm(self, ref: str, key: str, method: str | None) -> Standing:  # noqa: ARG002
        """Capture what the payer approved; `method` is chosen at PayPal."""
        answer = await self._ask("POST", f"{_order(ref)}/capture", {}, key)
        if answer.status != _UNPROCESSABLE:
            return forms.standing(_judged(answer))
        issue = forms.issue(answer)
        found = await self.look(ref)
        if issue in {_DONE, _NOT_APPROVED} or found.state == "paid":
            return replace(found, to_confirm=False)
        if issue in _DECLINED:
            return replace(found, state="failed", reason=issue.lower(), to_confirm=False)
        code = f"paypal: HTTP {answer.status} {issue}"
        raise RefusedError(code)

    async def cancel(self, ref: str, key: str) -> Standing:  # noqa: ARG002 - nothing is sent
        """Nothing is captured of an order that we do not capture: it runs out at PayPal."""
        found = await self.look(ref)
        open_still = found.state in {"pending", "requires_action", "failed"}
        return replace(found, state="cancelled", to_confirm=False) if open_still else found

    async def refund(self, wanted: Return) -> RefundStanding:
        """Refund a capture."""
        if wanted.capture_ref is None:
            code = "paypal: nothing was captured"
            raise RefusedError(code)
        body = {
            "amount": forms.money(wanted.amount, wanted.currency),
            "custom_id": str(wanted.refund_id),
        }
        path = f"/v2/payments/captures/{quote(wanted.capture_ref, safe='')}/refund"
        return forms.refund(_judged(await self._ask("POST", path, body, wanted.key)))

    async def look_refund(self, ref: str) -> RefundStanding:
        """Show a refund."""
        path = f"/v2/payments/refunds/{quote(ref, safe='')}"
        return forms.refund(_judged(await self._ask("GET", path)))

    async def verify(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Have PayPal say whether the webhook is its own, then read the event."""
        signed = {field: headers.get(name, "") for field, name in _SIGNED.items()}
        if not all(0 < len(value) <= _LONGEST_HEADER for value in signed.values()):
            raise ForgedError
        try:
            event = forms.event(json.loads(body))
        except (ValueError, KeyError, TypeError, RecursionError, RefusedError):
            raise ForgedError from None
        known = json.dumps({**signed, "webhook_id": self._webhook_id}).encode()
        # The event goes as it came: what is signed are its very bytes.
        asked = known[:-1] + b', "webhook_event": ' + body + b"}"
        path = "/v1/notifications/verify-webhook-signature"
        try:
            said = _judged(await self._ask("POST", path, asked))
        except RefusedError:
            raise ForgedError from None
        if said.get("verification_status") != "SUCCESS":
            raise ForgedError
        return event

    async def close(self) -> None:
        """Every request has a connection of its own."""

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None, key: str = ""
    ) -> Answer:
        answer = await self._once(method, path, body, key)
        if answer.status == _UNAUTHORISED:
            # The token was taken back before its time.
            self._token.forget()
            answer = await self._once(method, path, body, key)
        return answer

    async def _once(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None, key: str
    ) -> Answer:
        headers = {
            "Authorization": f"Bearer {await self._token.get()}",
            "Prefer": "return=representation",
        }
        if key:
            headers["PayPal-Request-Id"] = key
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(self._url + path, method, headers=headers, content=content)
        return await ask("paypal", request, timeout_seconds=self._timeout_seconds)


def _order(ref: str) -> str:
    return f"/v2/checkout/orders/{quote(ref, safe='')}"


def _judged(answer: Answer) -> dict[str, Any]:
    """Read what PayPal answered.

    Raises:
        TryLaterError: It is away, busy, at this very request already, or not understood.
        UnknownPaymentError: It knows nothing of it.
        RefusedError: It does not do it.

    """
    if answer.accepted:
        return forms.document(answer)
    issue = forms.issue(answer)
    if answer.status == _NOT_FOUND:
        code = "paypal: HTTP 404"
        raise UnknownPaymentError(code)
    if answer.status == _CONFLICT:
        code = "paypal: HTTP 409"
        raise TryLaterError(code)
    judge("paypal", answer, f" {issue}" if issue else "")
    raise AssertionError
