"""PayPal's documents, read and written: orders, captures, refunds, events."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from gateways.http_calls import Answer
from gateways.outgoing import RefusedError, TryLaterError
from telemetry.money import MoneyError, amount_of, parsed, places
from telemetry.payments import ProviderEvent, RefundStanding, RefundState, Standing, State

_TAKEN: Final = (
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD"
    " USD"
)
_WHOLE_ONLY: Final = frozenset({"HUF", "JPY", "TWD"})
"""Currencies of which PayPal takes no decimals, whatever ISO 4217 says."""
_ORDERS: Final[Mapping[str, State]] = {
    "CREATED": "requires_action",
    "SAVED": "requires_action",
    "PAYER_ACTION_REQUIRED": "requires_action",
    "APPROVED": "requires_action",
    "VOIDED": "cancelled",
}
_CAPTURES: Final[Mapping[str, State]] = {
    "COMPLETED": "paid",
    "PARTIALLY_REFUNDED": "paid",
    "REFUNDED": "paid",
    "PENDING": "processing",
    "DECLINED": "failed",
    "FAILED": "failed",
}
_REFUNDS: Final[Mapping[str, RefundState]] = {
    "COMPLETED": "succeeded",
    "PENDING": "pending",
    "CANCELLED": "failed",
    "FAILED": "failed",
}
_APPROVE: Final = frozenset({"approve", "payer-action"})


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount as PayPal has it.

    Raises:
        RefusedError: PayPal does not take such amounts of this currency.

    >>> money(Decimal("10.50"), "EUR"), money(Decimal("500.00"), "HUF")
    ({'currency_code': 'EUR', 'value': '10.50'}, {'currency_code': 'HUF', 'value': '500'})
    """
    try:
        if currency not in _TAKEN.split():
            code = "paypal: the currency is not taken"
            raise RefusedError(code)
        exact = amount_of(amount, currency)
    except MoneyError as error:
        code = "paypal: not an amount of this currency"
        raise RefusedError(code) from error
    if currency in _WHOLE_ONLY:
        if exact != exact.to_integral_value():
            code = "paypal: the currency has no decimals there"
            raise RefusedError(code)
        exact = exact.quantize(Decimal(1))
    return {"currency_code": currency, "value": str(exact)}


def document(answer: Answer) -> dict[str, Any]:
    """A JSON object.

    Raises:
        TryLaterError: It is none.

    """
    try:
        read = json.loads(answer.body)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise _puzzled()
    return read


def issue(answer: Answer) -> str:
    """Name of what PayPal finds wrong, empty where it does not say."""
    try:
        said = json.loads(answer.body)
        details = said.get("details") or [{}]
        name = str(details[0].get("issue") or said.get("name") or "")
    except (ValueError, AttributeError, IndexError, TypeError, KeyError):
        return ""
    return name if name.replace("_", "").isalnum() else ""


def standing(order: dict[str, Any]) -> Standing:
    """How an order stands.

    Raises:
        TryLaterError: It is no order as published.

    """
    try:
        unit = order["purchase_units"][0]
        payments = unit.get("payments") or {}
        captures = payments.get("captures") or []
        capture = captures[-1] if captures else None
        amount, currency = _amount((capture or unit)["amount"])
        state = _CAPTURES[capture["status"]] if capture else _ORDERS[order["status"]]
        return Standing(
            ref=str(order["id"]),
            state=state,
            amount=amount,
            currency=currency,
            refunded=sum(_returned(payments), _nothing(currency)),
            capture_ref=str(capture["id"]) if capture else None,
            approval_url=_approval(order),
            reason=_why(capture),
            to_confirm=capture is None and order["status"] == "APPROVED",
        )
    except (KeyError, TypeError, IndexError, AttributeError, MoneyError):
        raise _puzzled() from None


def _nothing(currency: str) -> Decimal:
    """No money, with the decimals of a currency."""
    return Decimal(0).scaleb(-places(currency))


def refund(said: dict[str, Any]) -> RefundStanding:
    """How a refund stands.

    Raises:
        TryLaterError: It is no refund as published.

    """
    try:
        reason = (said.get("status_details") or {}).get("reason", "")
        return RefundStanding(str(said["id"]), _REFUNDS[said["status"]], str(reason).lower())
    except (KeyError, TypeError, AttributeError):
        raise _puzzled() from None


def event(said: dict[str, Any]) -> ProviderEvent:
    """Read what an event is about.

    Raises:
        KeyError, TypeError: It is none.
        MoneyError: It names no amount.

    """
    kind, about = str(said["event_type"]), said["resource"]
    event_id = str(said["id"])
    if kind.startswith("CHECKOUT.ORDER."):
        amount, currency = _amount(about["purchase_units"][0]["amount"])
        ref = str(about["id"])
        return ProviderEvent(event_id, kind, ref, amount=amount, currency=currency, whole=True)
    if not kind.startswith("PAYMENT.CAPTURE."):
        return ProviderEvent(event_id, kind)
    related = (about.get("supplementary_data") or {}).get("related_ids") or {}
    amount, currency = _amount(about["amount"])
    whole = kind.rsplit(".", 1)[1] in {"COMPLETED", "PENDING", "DENIED"}
    return ProviderEvent(
        event_id,
        kind,
        ref=str(related.get("order_id", "")),
        capture_ref=str(about["id"]) if whole else _captured(about),
        refund_ref="" if whole else str(about["id"]),
        amount=amount,
        currency=currency,
        whole=whole,
    )


def _captured(about: Mapping[str, Any]) -> str:
    """Which capture a refund is of: the last part of its link upwards."""
    up = [one.get("href", "") for one in about.get("links") or [] if one.get("rel") == "up"]
    return up[0].rstrip("/").rsplit("/", 1)[-1] if up else ""


def _amount(said: Mapping[str, Any]) -> tuple[Decimal, str]:
    currency = str(said["currency_code"])
    return parsed(said["value"], currency), currency


def _returned(payments: Mapping[str, Any]) -> Iterator[Decimal]:
    for one in payments.get("refunds") or []:
        if one["status"] == "COMPLETED":
            yield _amount(one["amount"])[0]


def _approval(order: Mapping[str, Any]) -> str | None:
    links = order.get("links") or []
    found = [one.get("href") for one in links if one.get("rel") in _APPROVE]
    return str(found[0]) if found else None


def _why(capture: Mapping[str, Any] | None) -> str:
    details = (capture or {}).get("status_details") or {}
    return str(details.get("reason", "")).lower()


def _puzzled() -> TryLaterError:
    return TryLaterError("paypal: the answer is not understood")
