"""PayPal, spoken to by its published interface."""

import base64
import json
from decimal import Decimal

import pytest

from gateways.outgoing import RefusedError, TryLaterError
from gateways.payments.protocol import (
    ForgedError,
    UnknownPaymentError,
)
from tests.support.money import answered
from tests.support.paying import charge, paypal, sent_back


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
