"""Stripe, spoken to by its published interface."""

import time
from decimal import Decimal

import pytest

from gateways.outgoing import RefusedError
from gateways.payments.protocol import (
    ForgedError,
    UnknownPaymentError,
)
from gateways.payments.stripe import TOLERANCE_SECONDS
from gateways.payments.stripe_forms import units
from tests.support.money import StripeServer
from tests.support.paying import charge, sent_back, stripe

# The official library hands its forms to httpx in a way that httpx would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


async def test_stripe_is_asked_as_its_interface_has_it() -> None:
    async with stripe() as (server, gateway):
        wanted = charge()
        begun = await gateway.begin(wanted)
        again = await gateway.begin(wanted)
        assert (begun.ref, begun.client_secret) == (again.ref, again.client_secret)
        assert len(server.intents) == 1
        first = server.asked[0]
        assert (first.method, first.path) == ("POST", "/v1/payment_intents")
        assert first.headers["authorization"] == "Bearer sk_test_1"
        assert first.headers["idempotency-key"] == wanted.key
        assert first.form["amount"] == "4550"
        assert first.form["currency"] == "usd"
        assert first.form["metadata[payment]"] == str(wanted.payment_id)
        assert begun.state == "pending"
        assert "secret" not in repr(begun)
        server.pay(begun.ref)
        found = await gateway.look(begun.ref)
        assert (found.state, found.amount, found.currency) == ("paid", Decimal("45.50"), "USD")
        assert "expand[0]" in server.asked[-1].query


async def test_a_stripe_card_is_declined_and_another_one_pays() -> None:
    async with stripe() as (_, gateway):
        begun = await gateway.begin(charge())
        declined = await gateway.confirm(begun.ref, "c1", "pm_card_chargeDeclined")
        assert (declined.state, declined.reason) == ("failed", "generic_decline")
        paid = await gateway.confirm(begun.ref, "c2", "pm_card_visa")
        assert (paid.state, paid.reason) == ("paid", "")
        with pytest.raises(UnknownPaymentError):
            await gateway.look("pi_none")


async def test_stripe_cancels_what_is_not_paid() -> None:
    async with stripe() as (server, gateway):
        begun = await gateway.begin(charge())
        assert (await gateway.cancel(begun.ref, "k")).state == "cancelled"
        paid = await gateway.begin(charge())
        server.pay(paid.ref)
        assert (await gateway.cancel(paid.ref, "k2")).state == "paid"


async def test_a_stripe_refund_is_made_once_even_when_its_key_is_forgotten() -> None:
    async with stripe() as (server, gateway):
        begun = await gateway.begin(charge())
        server.pay(begun.ref)
        wanted = sent_back(begun, "10.00")
        first = await gateway.refund(wanted)
        server.keys.clear()
        assert await gateway.refund(wanted) == first
        assert first.state == "succeeded"
        assert (await gateway.look(begun.ref)).refunded == Decimal(10)
        assert await gateway.look_refund(first.ref) == first
        with pytest.raises(RefusedError, match="charge_already_refunded"):
            await gateway.refund(sent_back(begun, "40.00"))


@pytest.mark.parametrize(
    ("amount", "currency", "counted"),
    [
        ("10.00", "USD", 1000),
        ("500", "JPY", 500),
        ("500", "XOF", 500),
        ("5", "ISK", 500),
        ("5.00", "MGA", 5),
        ("1.230", "KWD", 1230),
    ],
)
def test_stripe_counts_in_the_units_of_the_currency(
    amount: str, currency: str, counted: int
) -> None:
    assert units(Decimal(amount), currency) == counted


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.234", "KWD"), ("5.50", "MGA"), ("0.5", "JPY"), ("100", "UGX")]
)
def test_what_stripe_cannot_take_is_refused_before_it_is_asked(amount: str, currency: str) -> None:
    with pytest.raises(RefusedError):
        units(Decimal(amount), currency)


async def test_a_stripe_webhook_is_believed_only_with_its_signature() -> None:
    async with stripe() as (server, gateway):
        begun = await gateway.begin(charge())
        server.pay(begun.ref)
        body, headers = server.event("payment_intent.succeeded", server.intents[begun.ref])
        event = await gateway.verify(headers, body)
        assert (event.ref, event.amount, event.whole) == (begun.ref, Decimal("45.50"), True)
        old = StripeServer.signed(body, int(time.time()) - TOLERANCE_SECONDS - 5)
        elsewhere = {"stripe-signature": headers["stripe-signature"].replace("v1=", "v1=0")}
        for given, what in (
            (elsewhere, body),
            ({}, body),
            ({"stripe-signature": "nonsense"}, body),
            (headers, body.replace(b"4550", b"1")),
            (old[1], body),
            StripeServer.signed(b"not json")[::-1],
            StripeServer.signed(b"[]")[::-1],
            (headers, b"\xff"),
        ):
            with pytest.raises(ForgedError):
                await gateway.verify(given, what)
