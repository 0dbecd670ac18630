"""What the admin panel does about accounts, roles, logins and care."""

from uuid import uuid4

from fastapi import FastAPI

from tests.support.http import People
from tests.support.members import PASSWORD
from tests.support.panel import (
    Browser,
    account,
    address_of,
    at_the_panel,
    one,
)


async def test_ending_an_account_logs_it_out_and_is_undone(
    browser: Browser, people: People
) -> None:
    person = await account(people, "clinician")
    assert (await person.get("/api/auth/profile/")).status_code == 200
    done = await browser.act("users", person.id, "deactivate")
    assert done.status_code == 200, done.text
    assert (await person.get("/api/auth/profile/")).status_code == 401
    body = {"email": address_of(person.id), "password": PASSWORD}
    assert (await person.client.post("/api/auth/login/", json=body)).status_code == 401
    assert (await browser.act("users", person.id, "deactivate")).status_code == 400
    assert (await browser.act("users", person.id, "activate")).status_code == 200
    assert (await person.get("/api/auth/profile/")).status_code == 401, "sessions stay ended"
    assert (await person.client.post("/api/auth/login/", json=body)).status_code == 200


async def test_nobody_ends_their_own_account(app: FastAPI, people: People) -> None:
    browser, admin = await at_the_panel(app, people)
    async with browser:
        assert (await browser.act("users", admin.id, "deactivate")).status_code == 400
        assert (await browser.act("users", uuid4(), "deactivate")).status_code == 400
        assert (await browser.act("users", "nonsense", "deactivate")).status_code == 400
    assert await one(people, "SELECT is_active FROM users WHERE id = %s", admin.id)


async def test_roles_are_given_and_taken(browser: Browser, people: People) -> None:
    person = await account(people, "patient")
    held = (
        "SELECT array_agg(r.name ORDER BY r.name) FROM user_roles h"
        " JOIN roles r ON r.id = h.role_id WHERE h.user_id = %s"
    )
    assert (await browser.act("users", person.id, "assign_role", role="developer")).is_success
    assert await one(people, held, person.id) == ["developer", "patient"]
    by = "SELECT assigned_by_id IS NOT NULL FROM user_roles WHERE user_id = %s ORDER BY 1 DESC"
    assert await one(people, by, person.id)
    unknown = await browser.act("users", person.id, "assign_role", role="emperor")
    assert unknown.status_code == 400
    assert (await browser.act("users", person.id, "withdraw_role", role="patient")).is_success
    row = await one(people, "SELECT id FROM user_roles WHERE user_id = %s", person.id)
    assert (await browser.act("user_roles", row, "withdraw")).is_success
    assert await one(people, held, person.id) is None


async def test_sessions_and_care_are_ended(browser: Browser, people: People) -> None:
    clinician = await people.person("clinician")
    patient = await people.patient(clinician)
    care = await one(people, "SELECT id FROM care_relationships WHERE patient_id = %s", patient.id)
    assert (await clinician.get(f"/api/patients/{patient.id}/viewers/")).status_code == 200
    assert (await browser.act("care_relationships", care, "end")).is_success
    assert (await clinician.get(f"/api/patients/{patient.id}/viewers/")).status_code == 404
    session = await one(people, "SELECT id FROM login_sessions WHERE user_id = %s", clinician.id)
    assert (await browser.act("login_sessions", session, "end")).is_success
    assert (await clinician.get("/api/auth/profile/")).status_code == 401


async def test_a_patient_is_assigned_to_a_clinician(browser: Browser, people: People) -> None:
    clinician, patient = await people.person("clinician"), await people.patient()
    path = f"/api/patients/{patient.id}/viewers/"
    assert (await clinician.get(path)).status_code == 404
    done = await browser.act("users", patient.id, "assign_care", clinician=clinician.id)
    assert done.status_code == 200, done.text
    assert (await clinician.get(path)).status_code == 200
    for whom in (clinician.id, uuid4(), "nobody", patient.id):
        refused = await browser.act("users", patient.id, "assign_care", clinician=whom)
        assert refused.status_code == 400, whom
