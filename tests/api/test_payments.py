"""Paying for appointments over HTTP: the ledger, Stripe and PayPal, webhooks, refunds."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from psycopg.rows import dict_row

from api.app import create_app
from api.settings import Settings
from gateways.payments.providers import Providers
from jobs.notifications import AgainError
from jobs.payments import Cashier
from telemetry.payments import NEXT
from tests.support.clinic import Clinic
from tests.support.http import People, Person
from tests.support.money import STRIPE_SECRET, PayPalServer, StripeServer, refused, running
from tests.support.servers import Answered

# The official library hands its forms to httpx in a way that httpx would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@dataclass
class Desk:
    """A patient with an appointment to pay for, and the jobs that follow."""

    people: People
    patient: Person
    appointment: UUID
    settings: Settings

    @property
    def path(self) -> str:
        """Its payment."""
        return f"/api/appointments/{self.appointment}/payment/"

    async def begin(self) -> dict[str, Any]:
        """Begin to pay."""
        answer = await self.patient.post(self.path)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def confirm(self, method: str | None = None) -> Response:
        """Go on."""
        body = {} if method is None else {"method": method}
        return await self.patient.post(f"{self.path}confirm/", body)

    async def shown(self) -> dict[str, Any]:
        """The payment as the patient sees it."""
        return dict((await self.patient.get(self.path)).json())

    async def status(self) -> str:
        """payment_status of the appointment."""
        found = await self.rows(
            "SELECT payment_status FROM appointments WHERE id = %s", self.appointment
        )
        return str(found[0]["payment_status"])

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Rows as dictionaries."""
        async with self.people.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def told(self) -> list[str]:
        """What the patient was told about payments."""
        rows = await self.rows(
            "SELECT payload ->> 'about' AS about FROM notifications WHERE user_id = %s"
            " AND kind = 'payment' ORDER BY created_at",
            self.patient.id,
        )
        return [row["about"] for row in rows]

    async def work(self) -> list[str]:
        """Do what waits in the queue of payments; what came of it, or of which error."""
        async with self.people.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE queue_name = 'payments'"
                " RETURNING id, task_name, args"
            )
            jobs = sorted(await cursor.fetchall(), key=lambda job: job["id"])
        database = self.people.parts.database
        outcomes = []
        async with Providers(self.settings, database, trying=True) as providers:
            cashier = Cashier(database, providers)
            for job in jobs:
                [key] = job["args"].values()
                does = getattr(cashier, job["task_name"].removeprefix("payment_"))
                try:
                    outcomes.append(await does(UUID(key), 0))
                except Exception as error:  # noqa: BLE001 - what the queue would see
                    outcomes.append(type(error).__name__)
        return outcomes


async def booked(people: People, settings: Settings, fee: str = "45.50") -> Desk:
    patient = await people.patient()
    clinic = Clinic(people.db)
    provider = await clinic.provider(consultation_fee=Decimal(fee))
    appointment = await clinic.appointment(
        provider,
        patient.id,
        dt.datetime.now(dt.UTC) + dt.timedelta(days=3),
        consultation_fee=Decimal(fee),
        payment_status="pending",
    )
    return Desk(people, patient, appointment, settings)


@pytest.fixture
async def desk(people: People, settings: Settings) -> Desk:
    # Jobs of other tests are none of this one's.
    await people.db.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'payments'")
    return await booked(people, settings)


@asynccontextmanager
async def paying_by(
    name: str, url: str, settings: Settings, db: psycopg.AsyncConnection[Any]
) -> AsyncIterator[Desk]:
    """An application of its own whose money a server takes."""
    keys = {
        "stripe_secret_key": "sk_test_1",
        "stripe_publishable_key": "pk_test_1",
        "stripe_webhook_secret": STRIPE_SECRET,
        "paypal_client_id": "client",
        "paypal_client_secret": "secret",
        "paypal_webhook_id": "WH-ID",
        f"{name}_url": url,
        "payments_via": name,
    }
    mine = Settings.model_validate({**settings.model_dump(), **keys})
    app = create_app(mine)
    await db.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'payments'")
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://jeg.test") as client:
            people = People(app.state.services, client, db)
            yield await booked(people, mine)


@pytest.fixture
async def stripe(
    settings: Settings, db: psycopg.AsyncConnection[Any]
) -> AsyncIterator[tuple[StripeServer, Desk]]:
    server = StripeServer()
    async with running(server), paying_by("stripe", server.url, settings, db) as desk:
        yield server, desk


@pytest.fixture
async def paypal(
    settings: Settings, db: psycopg.AsyncConnection[Any]
) -> AsyncIterator[tuple[PayPalServer, Desk]]:
    server = PayPalServer()
    async with running(server), paying_by("paypal", server.url, settings, db) as desk:
        yield server, desk


async def hook(desk: Desk, name: str, signed: tuple[bytes, dict[str, str]]) -> Response:
    body, headers = signed
    path = f"/api/payments/webhooks/{name}/"
    return await desk.people.client.post(path, content=body, headers=headers)


async def ref_of(desk: Desk) -> str:
    [row] = await desk.rows(
        "SELECT provider_ref FROM payments WHERE appointment_id = %s"
        " ORDER BY created_at DESC LIMIT 1",
        desk.appointment,
    )
    return str(row["provider_ref"])


async def test_an_appointment_is_paid_into_the_ledger(desk: Desk) -> None:
    begun = await desk.begin()
    assert (begun["state"], begun["amount"], begun["currency"]) == ("pending", "45.50", "USD")
    assert "ledger_approve" in begun["test_methods"]
    assert not begun["at_desk"]
    assert (await desk.begin())["id"] == begun["id"]
    declined = (await desk.confirm("ledger_no_funds")).json()
    assert (declined["state"], declined["reason"]) == ("failed", "insufficient_funds")
    assert await desk.status() == "failed"
    assert (await desk.begin())["id"] == begun["id"]
    paid = (await desk.confirm("ledger_approve")).json()
    assert (paid["state"], paid["id"]) == ("paid", begun["id"])
    assert paid["paid_at"]
    assert await desk.status() == "paid"
    assert await desk.told() == ["failed", "received"]
    shown = await desk.shown()
    assert [(one["from_state"], one["to_state"]) for one in shown["steps"]] == [
        (None, "pending"),
        ("pending", "failed"),
        ("failed", "paid"),
    ]
    # Paid is paid.
    assert (await desk.confirm("ledger_decline")).json()["state"] == "paid"
    again = await desk.patient.post(desk.path)
    assert again.status_code == 409
    assert again.json()["type"].endswith("nothing-to-pay")


async def test_a_second_step_and_a_slow_payment(desk: Desk) -> None:
    await desk.begin()
    assert (await desk.confirm("ledger_action")).json()["state"] == "requires_action"
    assert await desk.status() == "pending"
    assert (await desk.confirm("ledger_slow")).json()["state"] == "processing"
    assert (await desk.confirm("ledger_approve")).json()["state"] == "processing"


async def test_a_provider_that_is_away_is_told_as_such(desk: Desk) -> None:
    await desk.begin()
    answer = await desk.confirm("ledger_away")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert await desk.status() == "pending"
    assert (await desk.confirm("ledger_nonsense")).status_code == 409
    assert (await desk.confirm("4242424242424242")).status_code == 422


async def test_many_who_begin_at_once_begin_one_payment(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.patient.post(desk.path) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await desk.rows("SELECT 1 FROM ledger_entries WHERE ref = %s", await ref_of(desk)))


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ("payment_status = 'not_required', consultation_fee = 0", "nothing-to-pay"),
        ("status = 'cancelled'", "nothing-to-pay"),
    ],
)
async def test_what_need_not_be_paid_cannot_be(desk: Desk, columns: str, kind: str) -> None:
    await desk.people.db.execute(
        f"UPDATE appointments SET {columns} WHERE id = %s",  # noqa: S608 - of this test
        (desk.appointment,),
    )
    answer = await desk.patient.post(desk.path)
    assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (409, kind)


async def test_a_fee_that_the_currency_cannot_say_is_not_rounded(
    people: People, settings: Settings, app: FastAPI
) -> None:
    desk = await booked(people, settings, "45.50")
    parts = app.state.services
    yen = Settings.model_validate({**settings.model_dump(), "payment_currency": "JPY"})
    object.__setattr__(parts, "settings", yen)
    try:
        answer = await desk.patient.post(desk.path)
    finally:
        object.__setattr__(parts, "settings", settings)
    assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (409, "fee-not-payable")


async def test_money_goes_back_in_parts_and_never_more_than_came(desk: Desk) -> None:
    payment = await desk.begin()
    await desk.confirm("ledger_approve")
    clerk = await desk.people.person("admin")
    path = f"/api/payments/{payment['id']}/refund/"
    first = await clerk.post(path, {"amount": "5.50", "reason": "came late"})
    assert first.status_code == 202, first.text
    assert first.json()["state"] == "refund_pending"
    assert await desk.status() == "paid" or await desk.status() == "refund_pending"
    assert await desk.work() == ["succeeded"]
    shown = await desk.shown()
    assert (shown["state"], shown["refunded_amount"]) == ("partially_refunded", "5.50")
    assert await desk.status() == "paid"
    too_much = await clerk.post(path, {"amount": "40.01", "reason": "x"})
    assert too_much.status_code == 409
    finer = await clerk.post(path, {"amount": "1.001", "reason": "x"})
    assert finer.status_code == 422
    asked = await asyncio.gather(
        *(clerk.post(path, {"amount": "30", "reason": "x"}) for _ in range(4))
    )
    assert sorted(one.status_code for one in asked) == [202, 409, 409, 409]
    rest = await clerk.post(path, {"reason": "all of it"})
    assert rest.status_code == 202
    assert await desk.work() == ["succeeded", "succeeded"]
    shown = await desk.shown()
    assert (shown["state"], shown["refunded_amount"]) == ("refunded", "45.50")
    assert [one["amount"] for one in shown["refunds"]] == ["5.50", "30.00", "10.00"]
    assert await desk.status() == "refunded"
    assert (await clerk.post(path, {"reason": "x"})).status_code == 409
    assert await desk.told() == ["received", "refunded", "refunded", "refunded"]


async def test_a_refund_that_is_refused_is_dead_and_can_be_started_again(
    people: People, settings: Settings
) -> None:
    desk = await booked(people, settings, "45.96")
    payment = await desk.begin()
    await desk.confirm("ledger_approve")
    clerk = await people.person("admin")
    await clerk.post(f"/api/payments/{payment['id']}/refund/", {"reason": "x"})
    [job] = await desk.rows(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'payment_refund'"
        " ORDER BY id DESC LIMIT 1"
    )
    assert (await desk.work())[-1] == "DeadError"
    shown = (await clerk.get(f"/api/payments/{payment['id']}/")).json()
    assert (shown["state"], shown["flag"]) == ("paid", "refund_failed")
    assert (await desk.shown())["flag"] is None
    assert shown["refunds"][0]["error"] == "refund_refused"
    assert await desk.told() == ["received", "refund_failed"]
    # It is among the dead jobs, with its reason.
    await desk.people.db.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
        " VALUES ('payments', 'payment_refund', %s, 'failed', 1)",
        (json.dumps(job["args"]),),
    )
    dead = (await clerk.get("/api/dead-jobs/")).json()["results"][0]
    assert (dead["task"], dead["reason"]) == ("payment_refund", "refund_refused")
    # Somebody starts it again, and the bank takes it this time.
    serious = Providers(settings, people.parts.database, trying=False)
    outcome = await Cashier(people.parts.database, serious).refund(
        UUID(job["args"]["refund_id"]), 0
    )
    assert outcome == "succeeded"
    assert await desk.status() == "refunded"


async def test_lists_are_filtered_and_walked(desk: Desk) -> None:
    await desk.begin()
    mine = (await desk.patient.get("/api/payments/")).json()
    assert [one["appointment_id"] for one in mine["results"]] == [str(desk.appointment)]
    clerk = await desk.people.person("admin")
    for query, found in (
        ({"patient": str(desk.patient.id)}, 1),
        ({"patient": str(desk.patient.id), "state": "paid"}, 0),
        ({"appointment": str(desk.appointment), "state": ["paid", "pending"]}, 1),
        ({"patient": str(desk.patient.id), "provider": "stripe"}, 0),
        ({"patient": str(desk.patient.id), "flagged": "true"}, 0),
        ({"patient": str(desk.patient.id), "since": "2100-01-01T00:00:00Z"}, 0),
        ({"patient": str(desk.patient.id), "until": "2100-01-01T00:00:00Z"}, 1),
    ):
        answer = await clerk.get("/api/payments/", **query)
        assert len(answer.json()["results"]) == found, query
    stranger = await desk.people.patient()
    other = await stranger.get("/api/payments/", patient=str(desk.patient.id))
    assert other.json()["results"] == []
    first = (await clerk.get("/api/payments/", limit=1)).json()
    if first["next"] is not None:
        second = (await clerk.get("/api/payments/", limit=1, cursor=first["next"])).json()
        assert second["results"][0]["id"] != first["results"][0]["id"]


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
    await desk.begin()
    ref = await ref_of(desk)
    server.pay(ref)
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
    begun = await desk.begin()
    ref = await ref_of(desk)
    server.pay(ref)
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
    await desk.begin()
    ref = await ref_of(desk)
    server.pay(ref)
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


async def test_stripe_is_asked_again_when_it_was_away(stripe: tuple[StripeServer, Desk]) -> None:
    server, desk = stripe
    payment = await desk.begin()
    ref = await ref_of(desk)
    server.pay(ref)
    assert (await desk.confirm()).json()["state"] == "paid"
    clerk = await desk.people.person("admin")
    refund = await clerk.post(f"/api/payments/{payment['id']}/refund/", {"reason": "x"})
    database = desk.people.parts.database
    refund_id = UUID(refund.json()["refunds"][0]["id"])
    async with Providers(desk.settings, database, trying=False) as providers:
        cashier = Cashier(database, providers)
        server.next_answer = refused_once()
        with pytest.raises(AgainError):
            await cashier.refund(refund_id, 0)
        # Ten workers that all believe that the others have died.
        results = await asyncio.gather(*(cashier.refund(refund_id, 0) for _ in range(10)))
    assert set(results) <= {"succeeded", "unchanged"}
    assert len(server.refunds) == 1
    assert await desk.told() == ["received", "refunded"]
    assert await desk.status() == "refunded"


def refused_once() -> Answered:
    """Stripe has no time."""
    return refused(429, "rate_limit")


async def test_money_sent_back_at_the_provider_is_noticed(
    stripe: tuple[StripeServer, Desk],
) -> None:
    server, desk = stripe
    await desk.begin()
    ref = await ref_of(desk)
    server.pay(ref)
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
    payment = await desk.begin()
    ref = await ref_of(desk)
    server.pay(ref)
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
    server.next_answer = refused_once()
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


async def test_the_database_holds_the_states(desk: Desk) -> None:
    """Every pair of states: what the machine has may follow, nothing else."""
    db, states = desk.people.db, list(NEXT)
    for before in states:
        for after in states:
            payment = uuid4()
            await db.execute(
                "INSERT INTO payments (id, provider, amount, currency, state, idempotency_key)"
                " VALUES (%s, 'local', 1, 'USD', %s, %s)",
                (payment, before, str(payment)),
            )
            change = "UPDATE payments SET state = %s WHERE id = %s"
            if after in NEXT[before] or after == before:
                await db.execute(change, (after, payment))
            else:
                with pytest.raises(psycopg.errors.CheckViolation):
                    await db.execute(change, (after, payment))


async def test_what_was_written_down_stays(desk: Desk) -> None:
    payment = await desk.begin()
    for statement in (
        "DELETE FROM ledger_entries",
        "UPDATE ledger_entries SET amount = 1",
        "DELETE FROM payment_transitions",
        "DELETE FROM payment_events",
        "TRUNCATE payment_events",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await desk.people.db.execute(statement)
    event = uuid4()
    await desk.people.db.execute(
        "INSERT INTO payment_events (id, provider, event_id, kind, facts)"
        " VALUES (%s, 'stripe', %s, 'x', '{\"ref\": \"pi\"}')",
        (event, str(event)),
    )
    outcome = "UPDATE payment_events SET outcome = %s, handled_at = now() WHERE id = %s"
    await desk.people.db.execute(outcome, ("paid", event))
    other = "UPDATE payment_events SET facts = %s WHERE id = %s"
    for change, value in ((outcome, "refused"), (other, '{"a": 1}')):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await desk.people.db.execute(change, (value, event))
    # With its person it is emptied.
    await desk.people.db.execute("UPDATE payment_events SET facts = '{}' WHERE id = %s", (event,))
    for column, said in (("amount", 1), ("currency", "EUR"), ("provider", "stripe")):
        with pytest.raises(psycopg.errors.CheckViolation):
            await desk.people.db.execute(
                f"UPDATE payments SET {column} = %s WHERE id = %s",  # noqa: S608 - of this test
                (said, payment["id"]),
            )
    with pytest.raises(psycopg.errors.CheckViolation):
        await desk.people.db.execute(
            "UPDATE appointments SET payment_status = 'refunded' WHERE id = %s",
            (desk.appointment,),
        )
