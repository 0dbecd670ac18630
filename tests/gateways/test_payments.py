"""Stripe, PayPal and the ledger, each spoken to by its published interface."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateways.outgoing import RefusedError, TryLaterError
from gateways.payments.local import METHODS, LocalPayments
from gateways.payments.paypal import PayPalPayments
from gateways.payments.protocol import (
    Charge,
    ForgedError,
    Payments,
    Return,
    UnknownPaymentError,
)
from gateways.payments.settings import PaymentSettings
from gateways.payments.stripe import TOLERANCE_SECONDS, StripePayments
from gateways.payments.stripe_forms import units
from storage.engine import Database
from telemetry.money import MoneyError, amount_of
from telemetry.payments import Standing
from tests.support.money import STRIPE_SECRET, PayPalServer, StripeServer, answered, running
from tests.support.servers import Answered, serving

# The official library hands its forms to httpx in a way that httpx would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
SHORT: Any = {"timeout_seconds": 0.5}


def charge(amount: str = "45.50", currency: str = "USD") -> Charge:
    payment_id = uuid4()
    key = f"payment-{payment_id}"
    return Charge(payment_id, key, Decimal(amount), currency, "Appointment", "https://jeg.example")


def sent_back(found: Standing, amount: str = "45.50", refund_id: UUID | None = None) -> Return:
    refund_id = refund_id or uuid4()
    key = f"refund-{refund_id}-0"
    return Return(found.ref, found.capture_ref, refund_id, key, Decimal(amount), found.currency)


def provider(name: str, url: str, **more: Any) -> Payments:
    if name == "stripe":
        return StripePayments("sk_test_1", STRIPE_SECRET, url, **{**SHORT, **more})
    return PayPalPayments("client", "secret", "WH-ID", url, **{**SHORT, **more})


@asynccontextmanager
async def stripe() -> AsyncIterator[tuple[StripeServer, Payments]]:
    server = StripeServer()
    async with running(server):
        gateway = provider("stripe", server.url, timeout_seconds=5)
        yield server, gateway
        await gateway.close()


@asynccontextmanager
async def paypal() -> AsyncIterator[tuple[PayPalServer, Payments]]:
    server = PayPalServer()
    async with running(server):
        yield server, provider("paypal", server.url, timeout_seconds=5)


@pytest.fixture
async def ledger(database_url: str) -> AsyncIterator[LocalPayments]:
    database = Database(database_url, pool_size=2)
    yield LocalPayments(database, trying=True)
    await database.close()


OUTSIDE = ["stripe", "paypal"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_busy_and_broken_are_tried_later_as_long_as_they_ask(name: str, status: int) -> None:
    behaviour = Answered(status, b'{"error": {"type": "api_error"}}', {"Retry-After": "17"})
    async with serving(lambda _: behaviour) as server:
        gateway = provider(name, server.url)
        with pytest.raises(TryLaterError) as error:
            await gateway.begin(charge())
        await gateway.close()
    assert error.value.after_seconds == 17
    assert error.value.code.startswith(f"{name}: HTTP {status}")
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", OUTSIDE)
async def test_silence_is_given_up(name: str) -> None:
    async with serving(lambda _: Answered(200, after_seconds=3)) as server:
        gateway, started = provider(name, server.url), time.monotonic()
        with pytest.raises(TryLaterError):
            await gateway.look("pi_1")
        await gateway.close()
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("name", OUTSIDE)
async def test_a_connection_that_drops_is_tried_later(name: str) -> None:
    async def drop(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(drop, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    gateway = provider(name, f"http://127.0.0.1:{port}")
    with pytest.raises(TryLaterError):
        await gateway.begin(charge())
    await gateway.close()
    listening.close()
    await listening.wait_closed()
    nobody = provider(name, f"http://127.0.0.1:{port}")
    with pytest.raises(TryLaterError):
        await nobody.begin(charge())
    await nobody.close()


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(
    "body",
    [
        b"<html>gateway</html>",
        b"[]",
        b"{}",
        b'{"id": "x", "status": "new_word", "currency": "usd", "amount": 4550}',
        b'{"id": "x", "status": "processing", "currency": "usd", "amount": "lots"}',
        b'{"id": "x", "status": "new_word", "purchase_units": [{"amount": {"value": "lots"}}]}',
        b'{"id": "x", "status": null, "purchase_units": []}',
    ],
)
async def test_an_answer_that_is_not_understood_is_asked_for_again(name: str, body: bytes) -> None:
    token = b'{"access_token": "t", "expires_in": 3600}'
    async with serving(
        lambda asked: Answered(200, token if "oauth2" in asked.path else body)
    ) as server:
        gateway = provider(name, server.url)
        with pytest.raises(TryLaterError) as error:
            await gateway.begin(charge())
        await gateway.close()
    assert "lots" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("name", OUTSIDE)
async def test_wrong_keys_are_refused_without_being_told(name: str) -> None:
    async with serving(lambda _: Answered(401, b'{"error": {"message": "sk_test_1"}}')) as server:
        gateway = provider(name, server.url)
        with pytest.raises(RefusedError) as error:
            await gateway.begin(charge())
        await gateway.close()
    assert "sk_test" not in str(error.value)
    assert "secret" not in str(error.value)


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


async def test_paypal_is_asked_as_its_interface_has_it() -> None:
    async with paypal() as (server, gateway):
        wanted = charge()
        begun = await gateway.begin(wanted)
        assert (begun.state, begun.amount) == ("requires_action", Decimal("45.50"))
        assert begun.approval_url == f"https://www.paypal.test/checkoutnow?token={begun.ref}"
        assert (await gateway.begin(wanted)).ref == begun.ref
        token, order = server.asked[:2]
        assert base64.b64decode(token.headers["authorization"].split()[1]) == b"client:secret"
        assert token.form == {"grant_type": "client_credentials"}
        assert (order.method, order.path) == ("POST", "/v2/checkout/orders")
        assert order.headers["paypal-request-id"] == wanted.key
        said = json.loads(order.body)
        assert said["intent"] == "CAPTURE"
        unit = said["purchase_units"][0]
        assert unit["amount"] == {"currency_code": "USD", "value": "45.50"}
        assert unit["custom_id"] == str(wanted.payment_id)
        # The token is asked for once.
        assert server.tokens == 1


async def test_paypal_captures_what_the_payer_approved() -> None:
    async with paypal() as (server, gateway):
        begun = await gateway.begin(charge())
        assert (await gateway.confirm(begun.ref, "c0", None)).state == "requires_action"
        server.approve(begun.ref)
        assert (await gateway.look(begun.ref)).to_confirm
        paid = await gateway.confirm(begun.ref, "c1", None)
        assert (paid.state, paid.to_confirm) == ("paid", False)
        assert paid.capture_ref
        # Captured already, under another name.
        assert (await gateway.confirm(begun.ref, "c2", None)).state == "paid"
        refund = await gateway.refund(sent_back(paid, "5.50"))
        assert refund.state == "succeeded"
        assert (await gateway.look(begun.ref)).refunded == Decimal("5.50")
        assert (await gateway.look_refund(refund.ref)).state == "succeeded"
        with pytest.raises(UnknownPaymentError):
            await gateway.look("NONE")


async def test_an_instrument_that_paypal_declines_leaves_the_order_open() -> None:
    async with paypal() as (server, gateway):
        begun = await gateway.begin(charge())
        server.approve(begun.ref)
        server.declines = True
        declined = await gateway.confirm(begun.ref, "c1", None)
        assert (declined.state, declined.reason) == ("failed", "instrument_declined")
        assert (await gateway.cancel(begun.ref, "k")).state == "cancelled"


async def test_a_paypal_token_that_was_taken_back_is_asked_for_anew() -> None:
    async with paypal() as (server, gateway):
        begun = await gateway.begin(charge())
        server.next_answer = answered({"error": "invalid_token"}, 401)
        assert (await gateway.look(begun.ref)).ref == begun.ref
        assert server.tokens == 2


async def test_paypal_takes_no_other_currency_and_no_parts_of_a_forint() -> None:
    async with paypal() as (_, gateway):
        for amount, currency in (("10.00", "GHS"), ("10.50", "HUF"), ("0.5", "JPY")):
            with pytest.raises(RefusedError):
                await gateway.begin(charge(amount, currency))
        assert (await gateway.begin(charge("1000.00", "HUF"))).amount == Decimal(1000)


async def test_paypal_says_itself_whether_a_webhook_is_its_own() -> None:
    async with paypal() as (server, gateway):
        begun = await gateway.begin(charge())
        server.approve(begun.ref)
        paid = await gateway.confirm(begun.ref, "c", None)
        capture = server.orders[begun.ref]["purchase_units"][0]["payments"]["captures"][0]
        # Spaces that another writer of JSON would leave out.
        body = server.event("PAYMENT.CAPTURE.COMPLETED", capture).replace(b"{", b"{ ")
        event = await gateway.verify(server.headers(), body)
        assert (event.ref, event.capture_ref) == (begun.ref, paid.capture_ref)
        assert (event.amount, event.whole) == (Decimal("45.50"), True)
        asked = server.asked[-1]
        assert body in asked.body
        assert json.loads(asked.body)["webhook_id"] == "WH-ID"
        server.verification = "FAILURE"
        with pytest.raises(ForgedError):
            await gateway.verify(server.headers(), body)
        before = len(server.asked)
        for headers, what in (({}, body), (server.headers(), b"{"), (server.headers(), b"[]")):
            with pytest.raises(ForgedError):
                await gateway.verify(headers, what)
        # What cannot be PayPal's is not shown to PayPal.
        assert len(server.asked) == before
        server.next_answer = answered({}, 503)
        with pytest.raises(TryLaterError):
            await gateway.verify(server.headers(), body)


async def test_a_paypal_refund_names_the_capture_that_it_is_of() -> None:
    async with paypal() as (server, gateway):
        about = {
            "id": "REF1",
            "amount": {"currency_code": "USD", "value": "5.50"},
            "links": [{"rel": "up", "href": "https://x.test/v2/payments/captures/CAP1"}],
        }
        body = server.event("PAYMENT.CAPTURE.REFUNDED", about)
        event = await gateway.verify(server.headers(), body)
        assert (event.capture_ref, event.refund_ref, event.whole) == ("CAP1", "REF1", False)


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_every_way_to_pay_into_the_ledger(ledger: LocalPayments, method: str) -> None:
    wanted = charge()
    begun = await ledger.begin(wanted)
    assert await ledger.begin(wanted) == begun
    if method == "ledger_away":
        with pytest.raises(TryLaterError):
            await ledger.confirm(begun.ref, "k", method)
        return
    found = await ledger.confirm(begun.ref, "k", method)
    expected = {
        "ledger_approve": ("paid", ""),
        "ledger_decline": ("failed", "card_declined"),
        "ledger_no_funds": ("failed", "insufficient_funds"),
        "ledger_action": ("requires_action", ""),
        "ledger_slow": ("processing", ""),
    }
    assert (found.state, found.reason) == expected[method]
    after = await ledger.look(begun.ref)
    assert after.state == ("paid" if method == "ledger_slow" else found.state)
    if method in {"ledger_action", "ledger_decline"}:
        assert (await ledger.confirm(begun.ref, "k", None)).state == "paid"


@pytest.mark.parametrize(
    ("amount", "state"),
    [("10.91", "failed"), ("10.92", "failed"), ("10.93", "requires_action"), ("10.90", "paid")],
)
async def test_amounts_that_stand_for_failure(
    ledger: LocalPayments, amount: str, state: str
) -> None:
    begun = await ledger.begin(charge(amount))
    assert (await ledger.confirm(begun.ref, "k", None)).state == state


async def test_in_production_no_amount_stands_for_anything(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    serious = LocalPayments(database, trying=False)
    begun = await serious.begin(charge("10.91"))
    assert (await serious.confirm(begun.ref, "k", "ledger_decline")).state == "paid"
    await database.close()


async def test_the_ledger_sends_back_once_and_never_more_than_there_is(
    ledger: LocalPayments,
) -> None:
    begun = await ledger.begin(charge("30.00"))
    with pytest.raises(RefusedError):
        await ledger.refund(sent_back(begun, "1.00"))
    await ledger.confirm(begun.ref, "k", None)
    wanted = sent_back(begun, "20.00")
    first = await ledger.refund(wanted)
    assert await ledger.refund(wanted) == first
    assert (await ledger.look(begun.ref)).refunded == Decimal(20)
    assert (await ledger.look_refund(first.ref)).state == "succeeded"
    results = await asyncio.gather(
        *(ledger.refund(sent_back(begun, "6.00")) for _ in range(4)), return_exceptions=True
    )
    assert sum(not isinstance(one, Exception) for one in results) == 1
    with pytest.raises(UnknownPaymentError):
        await ledger.look("ledger_none")
    with pytest.raises(ForgedError):
        await ledger.verify({}, b"{}")


async def test_refunds_of_the_ledger_can_fail_or_take_their_time(ledger: LocalPayments) -> None:
    for amount, state in (("10.96", "failed"), ("10.97", "pending")):
        begun = await ledger.begin(charge(amount))
        await ledger.confirm(begun.ref, "k", "ledger_approve")
        assert (await ledger.refund(sent_back(begun, amount))).state == state


def test_settings_want_all_of_a_provider_or_nothing() -> None:
    assert PaymentSettings().payments_via == "local"
    with pytest.raises(ValueError, match="JEG_STRIPE_SECRET_KEY"):
        PaymentSettings.model_validate({"payments_via": "stripe"})
    with pytest.raises(ValueError, match="JEG_PAYPAL_CLIENT_ID"):
        PaymentSettings.model_validate({"payments_via": "paypal"})
    with pytest.raises(ValueError, match="ISO 4217"):
        PaymentSettings.model_validate({"payment_currency": "DUCATS"})


def test_no_amount_is_rounded() -> None:
    assert amount_of(Decimal("1.230"), "USD") == Decimal("1.23")
    for amount, currency in (("1.234", "USD"), ("0.1", "JPY"), ("NaN", "USD"), ("1", "XXX")):
        with pytest.raises(MoneyError):
            amount_of(Decimal(amount), currency)
