"""Paying by PayPal over HTTP: captured when the payer is back, or although nobody came."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from api.settings import Settings
from tests.support.desk import Desk, hook, paying_by, ref_of
from tests.support.money import PayPalServer, refused

# The official library hands its forms to httpx in a way that httpx would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
async def paypal(
    settings: Settings, db: psycopg.AsyncConnection[Any]
) -> AsyncIterator[tuple[PayPalServer, Desk]]:
    async with paying_by("paypal", PayPalServer(), settings, db) as both:
        yield both


async def test_paypal_captures_when_the_payer_is_back(paypal: tuple[PayPalServer, Desk]) -> None:
    server, desk = paypal
    begun = await desk.begin()
    ref = await ref_of(desk)
    assert begun["approval_url"].endswith(ref)
    assert begun["state"] == "requires_action"
    assert (await desk.confirm()).json()["state"] == "requires_action"
    server.approve(ref)
    assert (await desk.confirm()).json()["state"] == "paid"
    payment_id = (await desk.shown())["id"]
    clerk = await desk.people.person("admin")
    await clerk.post(f"/api/payments/{payment_id}/refund/", {"amount": "10", "reason": "x"})
    assert await desk.work() == ["succeeded"]
    assert (await desk.shown())["refunded_amount"] == "10.00"


async def test_an_order_that_was_approved_is_captured_although_nobody_came_back(
    paypal: tuple[PayPalServer, Desk],
) -> None:
    server, desk = paypal
    await desk.begin()
    ref = await ref_of(desk)
    server.approve(ref)
    signed = server.event("CHECKOUT.ORDER.APPROVED", server.orders[ref]), server.headers()
    assert (await hook(desk, "paypal", signed)).is_success
    assert await desk.work() == ["paid"]
    assert await desk.status() == "paid"
    server.verification = "FAILURE"
    assert (await hook(desk, "paypal", signed)).status_code == 400
    server.verification = "SUCCESS"
    server.next_answer = refused(429, "rate_limit")
    assert (await hook(desk, "paypal", signed)).status_code == 503


async def test_an_order_that_paypal_forgot_is_begun_anew(
    paypal: tuple[PayPalServer, Desk],
) -> None:
    server, desk = paypal
    first = await desk.begin()
    server.orders.clear()
    second = await desk.begin()
    assert second["id"] != first["id"]
    assert second["approval_url"].endswith(await ref_of(desk))
