"""Paying by Stripe over HTTP: its webhooks, what it is not believed, its refunds."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from api.settings import Settings
from gateways.payments.providers import Providers
from jobs.notifications import AgainError
from jobs.payments import Cashier
from tests.support.desk import Desk, hook, paying_by, ref_of
from tests.support.money import StripeServer, refused

# The official library hands its forms to httpx in a way that httpx would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
async def stripe(
    settings: Settings, db: psycopg.AsyncConnection[Any]
) -> AsyncIterator[tuple[StripeServer, Desk]]:
    async with paying_by("stripe", StripeServer(), settings, db) as both:
        yield both


async def paid(server: StripeServer, desk: Desk) -> tuple[dict[str, Any], str]:
    """Begin to pay, and pay at the provider: the payment, and the provider's name of it."""
    begun = await desk.begin()
    ref = await ref_of(desk)
    server.pay(ref)
    return begun, ref


async def test_stripe_takes_the_money_and_tells_of_it(stripe: tuple[StripeServer, Desk]) -> None:
    server, desk = stripe
    begun = await desk.begin()
    ref = await ref_of(desk)
    assert begun["client_secret"] == server.intents[ref]["client_secret"]
    assert begun["publishable_key"] == "pk_test_1"
    assert "client_secret" not in await desk.shown()
    server.pay(ref)
    signed = server.event("payment_intent.succeeded", server.intents[ref])
    for _ in range(3):
        answer = await hook(desk, "stripe", signed)
        assert (answer.status_code, answer.json()) == (200, {"received": True})
    # One event, one job.
    assert await desk.work() == ["paid"]
    assert await desk.status() == "paid"
    assert await desk.told() == ["received"]
    # What was said before it comes after it.
    old = {**server.intents[ref], "status": "requires_payment_method", "amount_received": 0}
    late = await hook(desk, "stripe", server.event("payment_intent.payment_failed", old))
    assert late.is_success
    assert await desk.work() == ["unchanged"]
    assert await desk.status() == "paid"
    [row] = await desk.rows(
        "SELECT count(*) AS events, count(outcome) AS handled FROM payment_events e"
        " JOIN payments p ON p.id = e.payment_id WHERE p.appointment_id = %s",
        desk.appointment,
    )
    assert row == {"events": 2, "handled": 2}


async def test_forged_webhooks_change_nothing(stripe: tuple[StripeServer, Desk]) -> None:
    server, desk = stripe
    _, ref = await paid(server, desk)
    body, headers = server.event("payment_intent.succeeded", server.intents[ref])
    before = await desk.rows("SELECT count(*) FROM payment_events")
    for given in (
        (body, {}),
        (body, {"stripe-signature": "t=1,v1=00"}),
        (body.replace(b"4550", b"0001"), headers),
        StripeServer.signed(body, 1_700_000_000),
    ):
        answer = await hook(desk, "stripe", given)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("forged-webhook")
    assert await desk.rows("SELECT count(*) FROM payment_events") == before
    assert await desk.work() == []
    assert await desk.status() == "pending"


@pytest.mark.parametrize(
    "lie", [{"amount_received": 1}, {"currency": "eur"}, {"amount_received": 999_999}]
)
async def test_another_amount_is_refused_and_flagged(
    stripe: tuple[StripeServer, Desk], lie: dict[str, Any]
) -> None:
    server, desk = stripe
    begun, ref = await paid(server, desk)
    said = server.event("payment_intent.succeeded", {**server.intents[ref], **lie})
    assert (await hook(desk, "stripe", said)).is_success
    assert await desk.work() == ["refused: amount"]
    assert await desk.status() == "pending"
    clerk = await desk.people.person("admin")
    shown = (await clerk.get(f"/api/payments/{begun['id']}/")).json()
    assert (shown["state"], shown["flag"]) == ("pending", "amount_mismatch")


async def test_the_provider_itself_is_not_believed_about_another_amount(
    stripe: tuple[StripeServer, Desk],
) -> None:
    server, desk = stripe
    _, ref = await paid(server, desk)
    server.intents[ref]["amount_received"] = 100
    assert (await desk.confirm()).json()["state"] == "pending"
    assert await desk.status() == "pending"


async def test_webhooks_that_overtake_us_wait(stripe: tuple[StripeServer, Desk]) -> None:
    server, desk = stripe
    await desk.begin()
    ref = await ref_of(desk)
    unknown = {**server.intents[ref], "id": "pi_of_somebody_else"}
    await hook(desk, "stripe", server.event("payment_intent.created", unknown))
    await hook(desk, "stripe", server.event("customer.created", {"object": "customer"}))
    assert await desk.work() == [AgainError.__name__, "ignored"]


async def test_a_payment_that_stripe_did_not_begin_is_no_success_in_the_log(
    stripe: tuple[StripeServer, Desk],
) -> None:
    server, desk = stripe
    server.next_answer = refused(429, "rate_limit")
    assert (await desk.patient.post(desk.path)).status_code == 503
    await desk.begin()
    assert await desk.people.outcomes(desk.patient) == ["failed", "success"]


async def test_stripe_is_asked_again_when_it_was_away(stripe: tuple[StripeServer, Desk]) -> None:
    server, desk = stripe
    payment, _ = await paid(server, desk)
    assert (await desk.confirm()).json()["state"] == "paid"
    clerk = await desk.people.person("admin")
    refund = await clerk.post(f"/api/payments/{payment['id']}/refund/", {"reason": "x"})
    database = desk.people.parts.database
    refund_id = UUID(refund.json()["refunds"][0]["id"])
    async with Providers(desk.settings, database, trying=False) as providers:
        cashier = Cashier(database, providers)
        server.next_answer = refused(429, "rate_limit")
        with pytest.raises(AgainError):
            await cashier.refund(refund_id, 0)
        # Ten workers that all believe that the others have died.
        results = await asyncio.gather(*(cashier.refund(refund_id, 0) for _ in range(10)))
    assert set(results) <= {"succeeded", "unchanged"}
    assert len(server.refunds) == 1
    assert await desk.told() == ["received", "refunded"]
    assert await desk.status() == "refunded"


async def test_money_sent_back_at_the_provider_is_noticed(
    stripe: tuple[StripeServer, Desk],
) -> None:
    server, desk = stripe
    _, ref = await paid(server, desk)
    await desk.confirm()
    charge = server.intents[ref]["latest_charge"]
    charge["amount_refunded"] = 4550
    about = {**charge, "amount": 4550, "currency": "usd", "payment_intent": ref}
    await hook(desk, "stripe", server.event("charge.refunded", about))
    assert await desk.work() == ["refunded"]
    assert (await desk.shown())["refunds"][0]["reason"] == "at the provider"
    dispute = {"object": "dispute", "id": "dp_1", "amount": 4550, "currency": "usd"}
    dispute["payment_intent"] = ref
    await hook(desk, "stripe", server.event("charge.dispute.created", dispute))
    await desk.work()
    [row] = await desk.rows("SELECT flag FROM payments WHERE appointment_id = %s", desk.appointment)
    assert row["flag"] == "disputed"


async def test_a_refund_that_a_bank_returns_has_failed_after_all(
    stripe: tuple[StripeServer, Desk],
) -> None:
    server, desk = stripe
    payment, _ = await paid(server, desk)
    await desk.confirm()
    clerk = await desk.people.person("admin")
    await clerk.post(f"/api/payments/{payment['id']}/refund/", {"reason": "x"})
    assert await desk.work() == ["succeeded"]
    [refund] = server.refunds.values()
    refund["status"] = "failed"
    await hook(desk, "stripe", server.event("refund.failed", refund))
    assert await desk.work() == ["failed"]
    assert (await desk.shown())["state"] == "paid"
    assert await desk.status() == "paid"
