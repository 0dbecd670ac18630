"""Stripe's objects, read: PaymentIntents, refunds, events; and amounts as Stripe counts them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

import stripe

from gateways.outgoing import RefusedError, TryLaterError
from telemetry.money import from_minor, places, to_minor
from telemetry.payments import ProviderEvent, RefundStanding, RefundState, Standing, State

_OTHER_UNITS: Final = {"ISK": 2, "MGA": 0}
"""Where Stripe counts in other units than ISO 4217."""
_CONTRADICTED: Final = frozenset({"UGX"})
"""Its documents name two units, a hundred times apart: refused rather than guessed."""
_THREE: Final = 3
_TENTHS: Final = 10
_STATES: Final[Mapping[str, State]] = {
    "requires_payment_method": "pending",
    "requires_confirmation": "pending",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_capture": "processing",
    "succeeded": "paid",
    "canceled": "cancelled",
}
_REFUNDS: Final[Mapping[str, RefundState]] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
Value = TypeVar("Value")


def _decimals(currency: str) -> int:
    if currency in _CONTRADICTED:
        code = "stripe: the unit of this currency is not certain"
        raise RefusedError(code)
    return _OTHER_UNITS.get(currency, places(currency))


def units(amount: Decimal, currency: str) -> int:
    """An amount as Stripe counts it.

    Raises:
        RefusedError: It cannot be paid by Stripe.

    >>> units(Decimal("10.10"), "USD"), units(Decimal(500), "JPY"), units(Decimal(5), "ISK")
    (1010, 500, 500)
    """
    try:
        counted = to_minor(amount, _decimals(currency))
    except ValueError as error:
        code = "stripe: the currency has no such small part there"
        raise RefusedError(code) from error
    if places(currency) == _THREE and counted % _TENTHS:
        code = "stripe: the last digit must be 0 in this currency"
        raise RefusedError(code)
    return counted


def _money(counted: int, currency: str) -> Decimal:
    return from_minor(counted, _decimals(currency))


def plain(answered: object) -> dict[str, Any]:
    """An object of the library, or of a webhook, as plain as it came."""
    if isinstance(answered, stripe.StripeObject):
        return answered.to_dict()
    return answered if isinstance(answered, dict) else {}


def field(document: Mapping[str, Any], name: str, kind: type[Value]) -> Value:
    """A field that must be there.

    Raises:
        TryLaterError: It is not.

    """
    value = document.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        code = "stripe: the answer is not understood"
        raise TryLaterError(code)
    return value


def standing(answered: object) -> Standing:
    """How a PaymentIntent stands.

    Raises:
        TryLaterError: It is none as published.

    """
    found = plain(answered)
    said = field(found, "status", str)
    currency = field(found, "currency", str).upper()
    state = _STATES.get(said)
    if state is None:
        code = "stripe: the answer is not understood"
        raise TryLaterError(code)
    error = found.get("last_payment_error") or {}
    if said == "requires_payment_method" and error:
        state = "failed"
    counted = field(found, "amount_received" if state == "paid" else "amount", int)
    charge = found.get("latest_charge")
    back = charge.get("amount_refunded", 0) if isinstance(charge, dict) else 0
    return Standing(
        ref=field(found, "id", str),
        state=state,
        amount=_money(counted, currency),
        currency=currency,
        refunded=_money(int(back), currency),
        client_secret=found.get("client_secret"),
        reason=str(error.get("decline_code") or error.get("code") or ""),
    )


def refund(answered: object) -> RefundStanding:
    """How a refund stands.

    Raises:
        TryLaterError: It is none as published.

    """
    found = plain(answered)
    state = _REFUNDS.get(field(found, "status", str))
    if state is None:
        code = "stripe: the answer is not understood"
        raise TryLaterError(code)
    return RefundStanding(field(found, "id", str), state, str(found.get("failure_reason") or ""))


def event(said: dict[str, Any]) -> ProviderEvent:
    """Read what an event is about.

    Raises:
        KeyError, TypeError: It is none.

    """
    kind, about = str(said["type"]), said["data"]["object"]
    sort = about.get("object")
    event_id = str(said["id"])
    if sort not in {"payment_intent", "charge", "refund", "dispute"}:
        return ProviderEvent(event_id, kind)
    ref = about["id"] if sort == "payment_intent" else about.get("payment_intent")
    currency = str(about["currency"]).upper()
    paid = kind == "payment_intent.succeeded"
    amount = _money(int(about["amount_received" if paid else "amount"]), currency)
    return ProviderEvent(
        event_id,
        kind,
        ref=str(ref or ""),
        refund_ref=str(about["id"]) if sort == "refund" else "",
        amount=amount,
        currency=currency,
        whole=sort in {"payment_intent", "charge"},
    )
