"""Payments by jobs: releases of what nobody paid, questions about what nobody heard of again."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from gateways.payments.protocol import Charge
from gateways.payments.providers import Providers
from gateways.payments.settings import PaymentSettings
from jobs import unpaid
from jobs.payments import Cashier
from jobs.settings import Settings
from jobs.unpaid import reconcile, release
from jobs.worker import HOUSEKEEPING, Worker
from storage.engine import Database, connect
from storage.queries import payments
from storage.queries.announce import News, announce
from storage.queries.payment_work import MOST_LOOKS
from telemetry.notices import QUEUE, URGENT_QUEUE
from tests.support.clinic import Clinic
from tests.support.money import STRIPE_SECRET, StripeServer, answered, running

# The official library hands its forms to httpx in a way that httpx would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
HOLD = dt.timedelta(hours=1)


@dataclass
class Till:
    """A database of this test, with somebody who takes money."""

    db: psycopg.AsyncConnection[Any]
    database: Database
    cashier: Cashier

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Rows as dictionaries."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def one(self, statement: str, *values: Any) -> Any:
        """The only value of the only row."""
        [row] = await self.rows(statement, *values)
        [value] = row.values()
        return value

    async def booked(self, *, prepaid: bool = True, hours_ago: float = 1) -> UUID:
        """Commit an appointment that is to be paid for, made some time ago."""
        patient = uuid4()
        await self.db.execute(
            "INSERT INTO users (id, username, email, first_name, last_name)"
            " VALUES (%s, %s, %s, 'Efua', 'Addo')",
            (patient, str(patient), f"{patient}@clinic.example"),
        )
        clinic = Clinic(self.db)
        provider = await clinic.provider(requires_prepayment=prepaid)
        now = dt.datetime.now(dt.UTC)
        return await clinic.appointment(
            provider,
            patient,
            now + dt.timedelta(days=2),
            consultation_fee=Decimal("45.50"),
            payment_status="pending",
            created_at=now - dt.timedelta(hours=hours_ago),
        )

    async def begun(self, appointment: UUID) -> UUID:
        """Begin its payment, as the API does."""
        provider = self.cashier.providers.chosen
        async with self.database.write() as session:
            wanted = await payments.payable(session, appointment)
            assert wanted is not None
            row = await payments.begin(session, wanted, provider.name, wanted.fee, "USD")
        charge = Charge(row.id, row.idempotency_key, Decimal("45.50"), "USD", "x", "https://x")
        said = await provider.begin(charge)
        async with self.database.write() as session:
            assert await payments.settle(session, row.id, said, "begin") == "unchanged"
        return row.id

    async def ref(self, payment: UUID) -> str:
        """Its name at the provider."""
        return str(await self.one("SELECT provider_ref FROM payments WHERE id = %s", payment))

    async def state(self, payment: UUID) -> str:
        """State of a payment."""
        return str(await self.one("SELECT state FROM payments WHERE id = %s", payment))

    async def overdue(self, payment: UUID) -> None:
        """Its next look was due a minute ago."""
        await self.db.execute(
            "UPDATE payments SET next_look_at = now() - interval '1 min' WHERE id = %s", (payment,)
        )

    async def work(self) -> list[str]:
        """Do what waits in the queue of payments."""
        jobs = await self.rows(
            "DELETE FROM procrastinate_jobs WHERE queue_name = 'payments' RETURNING id, task_name,"
            " args"
        )
        done = []
        for job in sorted(jobs, key=lambda one: one["id"]):
            [key] = job["args"].values()
            does = getattr(self.cashier, job["task_name"].removeprefix("payment_"))
            done.append(await does(UUID(key), 0))
        return done


@pytest.fixture
async def server() -> AsyncIterator[StripeServer]:
    server = StripeServer()
    async with running(server):
        yield server


@pytest.fixture
async def till(fresh_database_url: str, server: StripeServer) -> AsyncIterator[Till]:
    settings = PaymentSettings.model_validate(
        {
            "payments_via": "stripe",
            "stripe_secret_key": "sk_test_1",
            "stripe_webhook_secret": STRIPE_SECRET,
            "stripe_url": server.url,
        }
    )
    database = Database(fresh_database_url, pool_size=4)
    async with (
        await connect(fresh_database_url, application_name="tests") as db,
        Providers(settings, database, trying=True) as providers,
    ):
        yield Till(db, database, Cashier(database, providers))
    await database.close()


async def test_what_was_not_paid_in_time_is_released_once(till: Till, server: StripeServer) -> None:
    late = await till.booked()
    payment = await till.begun(late)
    young = await till.booked(hours_ago=0.1)
    later = await till.booked(prepaid=False)
    counts = await asyncio.gather(
        *(release(till.database, minutes=30, hold=HOLD) for _ in range(3))
    )
    assert sum(counts) == 1
    assert await release(till.database, minutes=30, hold=HOLD) == 0
    status = "SELECT status FROM appointments WHERE id = %s"
    assert await till.one(status, late) == "cancelled"
    assert await till.one(status, young) == "scheduled"
    assert await till.one(status, later) == "scheduled"
    assert await till.state(payment) == "cancelled"
    assert await till.work() == ["unchanged"]
    assert server.intents[await till.ref(payment)]["status"] == "canceled"
    told = await till.rows("SELECT kind, payload ->> 'about' AS about FROM notifications")
    assert {(one["kind"], one["about"]) for one in told} == {
        ("appointment", "cancelled"),
        ("payment", "released"),
    }


async def test_what_has_begun_does_not_keep_others_from_being_released(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpaid, "MOST_AT_ONCE", 1)
    begun, late = await till.booked(hours_ago=3), await till.booked(hours_ago=2)
    await till.db.execute(
        "UPDATE appointments SET appointment_date = now() - interval '1 hour' WHERE id = %s",
        (begun,),
    )
    assert await release(till.database, minutes=30, hold=HOLD) == 1
    status = "SELECT status FROM appointments WHERE id = %s"
    assert await till.one(status, late) == "cancelled"
    assert await till.one(status, begun) == "scheduled"


async def test_money_that_comes_after_the_release_goes_back(
    till: Till, server: StripeServer
) -> None:
    appointment = await till.booked()
    payment = await till.begun(appointment)
    ref = await till.ref(payment)
    # Paid in the very moment in which it is called off.
    server.pay(ref)
    assert await release(till.database, minutes=30, hold=HOLD) == 1
    assert await till.work() == ["paid"]
    assert await till.state(payment) == "refund_pending"
    assert await till.work() == ["succeeded"]
    assert await till.state(payment) == "refunded"
    assert len(server.refunds) == 1
    status = "SELECT payment_status FROM appointments WHERE id = %s"
    assert await till.one(status, appointment) == "refunded"


async def test_a_payment_under_way_keeps_its_appointment(till: Till, server: StripeServer) -> None:
    appointment = await till.booked()
    payment = await till.begun(appointment)
    server.intents[await till.ref(payment)]["status"] = "processing"
    await till.overdue(payment)
    assert await reconcile(till.cashier) == 1
    assert await till.state(payment) == "processing"
    assert await release(till.database, minutes=30, hold=HOLD) == 0


async def test_a_webhook_that_never_came_is_asked_for(till: Till, server: StripeServer) -> None:
    payment = await till.begun(await till.booked())
    assert await reconcile(till.cashier) == 0
    server.pay(await till.ref(payment))
    await till.overdue(payment)
    assert await reconcile(till.cashier) == 1
    assert await till.state(payment) == "paid"
    assert await till.one("SELECT next_look_at FROM payments WHERE id = %s", payment) is None


async def test_questions_come_later_and_later_and_end(till: Till, server: StripeServer) -> None:
    payment = await till.begun(await till.booked())
    waits = []
    for _ in range(MOST_LOOKS):
        await till.overdue(payment)
        server.next_answer = answered({"error": {"type": "api_error"}}, 503)
        assert await reconcile(till.cashier) == 1
        wait = "SELECT extract(epoch FROM next_look_at - now()) FROM payments WHERE id = %s"
        waits.append(await till.one(wait, payment))
    seconds = [float(one) for one in waits[:-1]]
    # But for the moments that the questions themselves take.
    assert all(later > before - 60 for before, later in pairwise(seconds))
    assert max(seconds) <= 6 * 3600
    assert seconds[0] < 200
    assert seconds[-1] > 5 * 3600
    assert waits[-1] is None
    assert await till.state(payment) == "cancelled"
    server.next_answer = None
    assert await till.work() == ["unchanged"]
    assert server.intents[await till.ref(payment)]["status"] == "canceled"


async def test_a_cancelled_appointment_gives_the_money_back_once(
    till: Till, server: StripeServer
) -> None:
    appointment = await till.booked()
    payment = await till.begun(appointment)
    server.pay(await till.ref(payment))
    assert await till.cashier.look(payment, "webhook", 0) == "paid"
    async with till.database.write() as session:
        assert await payments.refund_due(session, appointment, "cancelled")
    async with till.database.write() as session:
        assert not await payments.refund_due(session, appointment, "cancelled")
    assert await till.work() == ["succeeded"]
    assert len(server.refunds) == 1
    async with till.database.write() as session:
        assert not await payments.refund_due(session, uuid4(), "none")


async def test_a_refund_that_is_rolled_back_was_never_due(till: Till, server: StripeServer) -> None:
    appointment = await till.booked()
    payment = await till.begun(appointment)
    server.pay(await till.ref(payment))
    await till.cashier.look(payment, "webhook", 0)

    async def cancels_and_fails() -> None:
        async with till.database.write() as session:
            await payments.refund_due(session, appointment, "cancelled")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await cancels_and_fails()
    assert await till.state(payment) == "paid"
    assert await till.work() == []


async def test_two_payments_of_one_appointment_are_one_too_many(
    till: Till, server: StripeServer
) -> None:
    appointment = await till.booked()
    first = await till.begun(appointment)
    async with till.database.write() as session:
        held = await payments.hold(session, first)
        assert held is not None
        await payments.call_off(session, held, "superseded")
    second = await till.begun(appointment)
    for payment in (second, first):
        server.pay(await till.ref(payment))
    assert await till.cashier.look(second, "webhook", 0) == "paid"
    assert await till.work() == ["paid"]
    flag = "SELECT flag FROM payments WHERE id = %s"
    assert await till.one(flag, first) == "paid_twice"
    assert await till.work() == ["succeeded"]
    assert (await till.state(first), await till.state(second)) == ("refunded", "paid")
    status = "SELECT payment_status FROM appointments WHERE id = %s"
    assert await till.one(status, appointment) == "paid"


def test_every_queue_has_slots_and_urgent_ones_their_own() -> None:
    worker = Worker(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))
    served = [queues for queues, _ in worker._slots()]
    assert served == [(URGENT_QUEUE,), (QUEUE,), HOUSEKEEPING]
    known = {queue for queues in served for queue in queues}
    assert {task.queue for task in worker._app.tasks.values()} <= known | {"builtin"}


async def test_urgent_messages_do_not_wait_behind_others(fresh_database_url: str) -> None:
    async with await connect(fresh_database_url, application_name="tests") as db:
        user = uuid4()
        await db.execute(
            "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, 'a', 'b', 'c')",
            (user,),
        )
        news = [
            News(kind="alarm", event_key="a", user_id=user, urgent=True),
            News(kind="notice", event_key="b", user_id=user),
        ]
        await announce(db, news)
        cursor = await db.execute("SELECT queue_name FROM procrastinate_jobs ORDER BY 1")
        assert [row[0] for row in await cursor.fetchall()] == [QUEUE, URGENT_QUEUE]
