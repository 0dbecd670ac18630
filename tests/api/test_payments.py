"""Paying for appointments over HTTP, into the ledger: beginning, going on, refunds, lists."""

import asyncio
import json
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI

from api.idempotency import REPLAYED
from api.routing import KEY_HEADER
from api.settings import Settings
from gateways.payments.providers import Providers
from jobs.payments import Cashier
from telemetry.payments import NEXT
from tests.support.desk import Desk, booked, ref_of
from tests.support.http import People


@pytest.fixture
async def desk(people: People, settings: Settings) -> Desk:
    # Jobs of other tests are none of this one's.
    await people.db.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'payments'")
    return await booked(people, settings)


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


async def test_with_a_key_a_payment_is_begun_and_tried_once(desk: Desk) -> None:
    begin, confirm = {KEY_HEADER: "begin-1234"}, {KEY_HEADER: "confirm-1234"}
    begun = [await desk.patient.post(desk.path, **begin) for _ in range(2)]
    assert begun[0].status_code == 201
    assert begun[1].content == begun[0].content
    # Without a key it would be tried, and declined, a second time.
    declined = [
        await desk.patient.post(f"{desk.path}confirm/", {"method": "ledger_decline"}, **confirm)
        for _ in range(2)
    ]
    assert declined[0].json()["state"] == "failed"
    assert [REPLAYED in one.headers for one in begun + declined] == [False, True] * 2
    lines = await desk.rows("SELECT entry FROM ledger_entries WHERE ref = %s", await ref_of(desk))
    assert [one["entry"] for one in lines] == ["opened", "declined"]
    # What is paid stays so, and is told the same again.
    paid = [
        await desk.patient.post(f"{desk.path}confirm/", {"method": method}, **{KEY_HEADER: key})
        for method, key in (("ledger_approve", "paid-1234"), ("ledger_decline", "paid-5678"))
        for _ in range(2)
    ]
    assert [one.json()["state"] for one in paid] == ["paid"] * 4
    assert [REPLAYED in one.headers for one in paid] == [False, True] * 2


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
    lines = await desk.rows("SELECT entry FROM ledger_entries WHERE ref = %s", await ref_of(desk))
    assert [one["entry"] for one in lines] == ["opened"]


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
    assert await desk.status() == "refund_pending"
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
    for asked in ("true", "false"):
        refused = await desk.patient.get("/api/payments/", flagged=asked)
        assert refused.status_code == 403
        assert "flagged" in refused.json()["title"]
    await (await booked(desk.people, desk.settings)).begin()
    first = (await clerk.get("/api/payments/", limit=1)).json()
    second = (await clerk.get("/api/payments/", limit=1, cursor=first["next"])).json()
    assert second["results"][0]["id"] != first["results"][0]["id"]


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
