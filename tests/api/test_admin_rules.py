"""What the admin panel does about medicines, rules, policies, times of providers and payments."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from tests.support.http import People
from tests.support.panel import Browser, at_the_panel


@pytest.fixture
async def browser(app: FastAPI, people: People) -> AsyncIterator[Browser]:
    """An administrator's."""
    browser, _ = await at_the_panel(app, people)
    async with browser:
        yield browser


async def one(people: People, query: str, *values: object) -> Any:
    """The first column of the first row."""
    row = await (await people.db.execute(query.encode(), values)).fetchone()
    return None if row is None else row[0]


async def test_medicines_and_categories_are_entered_and_changed(
    browser: Browser, people: People
) -> None:
    name = f"Heart {uuid4()}"
    made = await browser.post("medication_categories/create", name=name)
    assert made.status_code == 303, made.text[-2000:]
    category = await one(people, "SELECT id FROM medication_categories WHERE name = %s", name)
    assert (await browser.post("medication_categories/create", name=name)).status_code == 422
    path = f"medication_categories/edit?pk={category}"
    assert (await browser.post(path, name=name, description="Of the heart")).status_code == 303
    described = "SELECT name || description FROM medication_categories WHERE id = %s"
    assert await one(people, described, category) == f"{name}Of the heart"

    typed = {"name": name, "strength": "5 mg", "category_id": str(category), "is_active": "on"}
    made = await browser.post("medications/create", **typed)
    assert made.status_code == 303, made.text[-2000:]
    medicine = await one(people, "SELECT id FROM medications WHERE name = %s", name)
    form = await browser.get("medications/edit", pk=medicine)
    assert f'value="{category}"' in form.text
    path = f"medications/edit?pk={medicine}"
    assert (await browser.post(path, **typed | {"strength": "10 mg"})).status_code == 303
    kept = "SELECT strength FROM medications WHERE id = %s AND category_id = %s"
    assert await one(people, kept, medicine, category) == "10 mg"
    bad = await browser.post(path, **typed | {"category_id": f"{uuid4()}"})
    assert bad.status_code == 422

    used = await browser.act("medication_categories", category, "remove")
    assert used.status_code == 400
    assert (await browser.post(path, **typed | {"category_id": ""})).status_code == 303
    assert (await browser.act("medication_categories", category, "remove")).status_code == 200
    assert await one(people, described, category) is None


async def test_the_current_rule_is_withdrawn_with_its_reason(
    browser: Browser, people: People
) -> None:
    admin, patient = await people.person("admin"), await people.patient()
    path = f"/api/alarm-rules/heart_rate_high/?patient={patient.id}"
    put = await people.client.put(
        path, json={"limit": 150, "reason": "Runs"}, headers=admin.headers
    )
    assert put.status_code == 200, put.text
    row = await one(people, "SELECT id FROM alarm_rules WHERE patient_id = %s", patient.id)
    assert (await browser.act("alarm_rules", row, "withdraw", reason="")).status_code == 400
    done = await browser.act("alarm_rules", row, "withdraw", reason="Runs no more")
    assert done.status_code == 200, done.text
    newest = "SELECT reason FROM alarm_rules WHERE patient_id = %s AND withdrawn"
    assert await one(people, newest, patient.id) == "Runs no more"
    again = await browser.act("alarm_rules", row, "withdraw", reason="Once more")
    assert again.status_code == 400


async def test_a_policy_is_taken_out_of_force(browser: Browser, people: People) -> None:
    admin, ward = await people.person("admin"), f"{uuid4()}"
    step = {"after_seconds": 0, "who": "care_team", "channels": ["in_app"]}
    put = await people.client.put(
        "/api/escalation-policies/",
        json={"priority": "high", "ward": ward, "steps": [step]},
        headers=admin.headers,
    )
    assert put.status_code == 200, put.text
    row = put.json()["id"]
    done = await browser.act("escalation_policies", row, "end")
    assert done.status_code == 200, done.text
    ended = "SELECT superseded_at IS NOT NULL FROM escalation_policies WHERE id = %s"
    assert await one(people, ended, row) is True
    assert (await browser.act("escalation_policies", row, "end")).status_code == 400


async def test_times_of_providers_are_taken_away(browser: Browser, people: People) -> None:
    admin = await people.person("admin")
    provider = await one(
        people,
        "INSERT INTO healthcare_providers"
        " (id, first_name, last_name, email, phone_number, specialization, license_number)"
        " VALUES (gen_random_uuid(), 'Ama', 'Osei', %s, '', 'Cardiology', %s) RETURNING id",
        f"{uuid4()}@x.example",
        f"{uuid4()}",
    )
    path = f"/api/providers/{provider}/availability/"
    time = {"date": "2090-01-02", "start_time": "09:00", "end_time": "12:00"}
    made = await admin.post(path, time)
    assert made.status_code == 201, made.text
    away = await admin.post(f"{path}exceptions/", {"first_date": "2090-01-02"})
    assert away.status_code == 201, away.text
    for table, row in (
        ("availability_exceptions", away.json()["id"]),
        ("provider_availability", made.json()["id"]),
    ):
        done = await browser.act(table, row, "remove")
        assert done.status_code == 200, done.text
        assert (await browser.act(table, row, "remove")).status_code == 400


async def test_money_is_sent_back_as_far_as_there_is_any(browser: Browser, people: People) -> None:
    payment = uuid4()
    await people.db.execute(
        "INSERT INTO payments (id, provider, amount, currency, state, idempotency_key)"
        " VALUES (%s, 'local', 1, 'USD', 'paid', %s)",
        (payment, str(payment)),
    )
    more = await browser.act("payments", payment, "refund", amount="1.50", reason="Twice")
    assert more.status_code == 400
    done = await browser.act("payments", payment, "refund", amount="0.40", reason="Late")
    assert done.status_code == 200, done.text
    kept = "SELECT amount || ' ' || reason FROM payment_refunds WHERE payment_id = %s"
    assert (await one(people, kept, payment)).endswith(" Late")
    assert (await browser.act("payments", uuid4(), "refund", reason="Late")).status_code == 400
