"""The pages of the admin panel: what is shown, found and done, by whom, and what the log says."""

import datetime as dt
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.routing import Mount, Route

from api.admin.panel import Panel
from api.settings import Settings
from storage.audit_check import verify
from storage.panel.tables import SHEETS
from tests.support.http import People
from tests.support.members import PASSWORD
from tests.support.panel import Browser, account, address_of, at_the_panel

TABLES = [*SHEETS, "dead_jobs"]


@pytest.fixture
async def browser(app: FastAPI, people: People) -> AsyncIterator[Browser]:
    """An administrator's."""
    browser, _ = await at_the_panel(app, people)
    async with browser:
        yield browser


async def one(db: psycopg.AsyncConnection[Any], query: str, *values: object) -> Any:
    """The first column of the first row."""
    row = await (await db.execute(query.encode(), values)).fetchone()
    return None if row is None else row[0]


async def newest_record(people: People, resource: str) -> tuple[Any, ...]:
    """What the log says last of a page; the chain is whole."""
    await people.parts.trail._append()
    async with people.parts.database.plain() as connection:
        verdict = await verify(connection)
    assert verdict.broken is None
    cursor = await people.db.execute(
        "SELECT actor_id, action, resource_id, outcome, address, patient_ids FROM audit_log"
        " LEFT JOIN audit_patients ON digest = patients WHERE resource = %s"
        " ORDER BY seq DESC LIMIT 1",
        (resource,),
    )
    row: tuple[Any, ...] | None = await cursor.fetchone()
    assert row is not None
    return row


def rows(answer: Response) -> list[str]:
    """Keys of the rows of a list."""
    assert answer.status_code == 200, answer.text[:2000]
    return re.findall(r'<tr data-sa-pk="([^"]*)"', answer.text)


# Every page, and who may not see it


async def test_every_table_has_its_page(browser: Browser) -> None:
    for table in TABLES:
        answer = await browser.get(f"{table}/list")
        assert answer.status_code == 200, (table, answer.text[:2000])


async def test_the_menu_leads_everywhere(browser: Browser) -> None:
    home = await browser.get("")
    linked = set(re.findall(r"/admin/(\w+)/list", home.text))
    assert linked == set(TABLES)


def _every_route(settings: Settings) -> list[tuple[str, str]]:
    """Method and path of each route of the panel."""
    found = []
    for route in Panel(settings).routes:
        assert isinstance(route, Route | Mount)
        if isinstance(route, Mount):
            assert route.name == "static"
            continue
        path = route.path.replace("{key}", "users").replace("{storage}/{path:path}", "files/x")
        found += [(method, path) for method in sorted((route.methods or set()) - {"HEAD"})]
    return found


OPEN = {"/login", "/login/code", "/login/enrol"}


@pytest.mark.parametrize("role", ["patient", "clinician", "developer", "auditor", None])
async def test_every_route_refuses_everybody_but_admins(
    app: FastAPI, people: People, settings: Settings, role: str | None
) -> None:
    """Somebody with another role, even with a session that was opened for them."""
    routes = _every_route(settings)
    assert len(routes) > 12
    browser = Browser(app) if role is None else (await at_the_panel(app, people, role))[0]
    async with browser:
        await browser.get("login")
        token = browser.client.cookies.get("starlette_admin_csrftoken") or browser.fields.get(
            "csrftoken", ""
        )
        for method, path in routes:
            if path in OPEN:
                continue
            answer = await browser.client.request(
                method,
                f"/admin{path}",
                params={"pk": str(uuid4()), "name": "deactivate"},
                headers={"X-CSRFToken": token},
            )
            if role is None and method == "GET" and "/_api/" not in path:
                assert answer.status_code == 303, path
                assert answer.headers["location"].startswith("/admin/login?next="), path
            else:
                assert answer.status_code == (401 if role is None else 403), (method, path)


async def test_a_session_of_one_factor_is_none(app: FastAPI, people: People) -> None:
    browser, admin = await at_the_panel(app, people)
    await people.db.execute(
        "UPDATE login_sessions SET is_strong = false WHERE user_id = %s", (admin.id,)
    )
    async with browser:
        assert (await browser.get("users/list")).status_code == 303


async def test_who_may_use_the_panel_but_not_see_patients_sees_none(
    app: FastAPI, people: People
) -> None:
    role = uuid4()
    await people.db.execute(
        "INSERT INTO roles (id, name, permissions) VALUES (%s, %s, '[\"panel.use\"]')",
        (role, f"clerk-{role}"),
    )
    clerk = await account(people)
    await people.db.execute(
        "INSERT INTO user_roles (user_id, role_id) VALUES (%s, %s)", (clerk.id, role)
    )
    async with Browser(app) as browser:
        assert (await browser.enrol(address_of(clerk.id))).status_code == 200
        assert (await browser.get("hospitals/list")).status_code == 200
        for table, sheet in SHEETS.items():
            answer = await browser.get(f"{table}/list")
            assert answer.status_code == (200 if sheet.patient is None else 403), table
        refused = await browser.act("alarms", uuid4(), "close")
        assert refused.status_code == 400
    await people.db.execute("DELETE FROM user_roles WHERE role_id = %s", (role,))
    await people.db.execute("DELETE FROM roles WHERE id = %s", (role,))


# Looking


async def test_a_patient_is_found_opened_and_leads_to_what_is_theirs(
    browser: Browser, people: People
) -> None:
    name = f"Quartey{uuid4().hex[:8]}"
    patient = await people.patient(last_name=name)
    device = await people.device(patient)
    assert rows(await browser.get("users/list", q=name[:-2].lower())) == [str(patient.id)]
    detail = await browser.get("users/detail", pk=patient.id)
    assert detail.status_code == 200
    assert name in detail.text
    assert "argon2" not in detail.text
    related = f"iot_devices/list?filter=owner_id__eq={patient.id}"
    assert related in detail.text
    assert rows(await browser.get("iot_devices/list", filter=f"owner_id__eq={patient.id}")) == [
        str(device)
    ]
    one_device = await browser.get("iot_devices/detail", pk=device)
    assert re.search(
        rf'href="[^"]*/admin/users/detail\?pk={patient.id}[^"]*"[^>]*>Ama {name}<', one_device.text
    )
    assert "Revoke" in one_device.text
    await browser.get("users/detail", pk=patient.id)
    seen = await newest_record(people, "/admin/{key}/detail")
    assert (seen[1], seen[2], seen[3]) == ("GET", f"users/{patient.id}", "success")
    assert seen[5] == [patient.id]
    listed = await newest_record(people, "/admin/{key}/list")
    assert patient.id in listed[5]
    assert listed[4] == "127.0.0.1"


async def test_what_is_not_there_is_not_found(browser: Browser) -> None:
    for path in (
        f"users/detail?pk={uuid4()}",
        "users/detail?pk=nonsense",
        "users/detail",
        "password_hashes/list",
        "latest/detail?pk=1,2",
        f"dead_jobs/detail?pk={2**64}",
    ):
        assert (await browser.client.get(f"/admin/{path}")).status_code == 404, path


async def test_lists_are_sorted_filtered_and_paged(browser: Browser, people: People) -> None:
    mark = f"Yeboah{uuid4().hex[:8]}"
    ids = [(await people.patient(last_name=f"{mark}{i:02}")).id for i in range(30)]
    first = rows(await browser.get("users/list", q=mark, sort="last_name__asc"))
    assert first == [str(one) for one in ids[:25]]
    second = rows(await browser.get("users/list", q=mark, sort="last_name__asc", page=2))
    assert second == [str(one) for one in ids[25:]]
    backwards = rows(await browser.get("users/list", q=mark, sort="last_name__desc", page_size=10))
    assert backwards == [str(one) for one in reversed(ids[-10:])]
    chosen = f'last_name__startswith="{mark}0" AND is_active__is_true'
    assert len(rows(await browser.get("users/list", filter=chosen))) == 10
    either = f"id__eq={ids[0]} OR id__eq={ids[1]}"
    assert set(rows(await browser.get("users/list", filter=either))) == {
        str(one) for one in ids[:2]
    }


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "password_hash__startswith=a"},
        {"filter": "first_name__eq=a"},
        {"filter": "id__eq=nonsense"},
        {"filter": "id__like=%"},
        {"page": "100000"},
        {"page_size": "100000"},
        {"page_size": "-1"},
    ],
)
async def test_what_cannot_be_asked_is_told(browser: Browser, query: dict[str, str]) -> None:
    assert (await browser.get("users/list", **query)).status_code == 400


async def test_readings_are_shown_of_one_series_and_never_of_all(
    browser: Browser, people: People
) -> None:
    patient = await people.patient()
    start = dt.datetime.now(dt.UTC).replace(microsecond=0)
    values = [(start - dt.timedelta(minutes=i), 60.0 + i) for i in range(3)]
    series = await people.measure(patient, "heart_rate", values)
    nothing = await browser.get("vitals/list")
    assert rows(nothing) == []
    assert "Filter by series first" in nothing.text
    mine = await browser.get("series/list", filter=f"patient_id__eq={patient.id}")
    assert rows(mine) == [str(series)]
    assert "heart_rate" in mine.text
    found = await browser.get("vitals/list", filter=f"series_id__eq={series}")
    assert [one.split(",")[1] for one in rows(found)] == [time.isoformat() for time, _ in values]
    seen = await newest_record(people, "/admin/{key}/list")
    assert seen[5] == [patient.id]


async def test_secrets_and_words_are_on_no_page(browser: Browser, people: People) -> None:
    person = await account(people, "patient")
    hashed = await one(people.db, "SELECT password_hash FROM users WHERE id = %s", person.id)
    hook = await one(
        people.db,
        "INSERT INTO webhook_endpoints (user_id, url, secret, kinds)"
        " VALUES (%s, 'https://hook.example/x', 'whsec_verysecret', '{}') RETURNING id",
        person.id,
    )
    talk = await one(
        people.db,
        "INSERT INTO conversations (user_id, title, summary)"
        " VALUES (%s, 'about my cough', 'coughs at night') RETURNING id",
        person.id,
    )
    await people.db.execute(
        "INSERT INTO messages (conversation_id, position, sender, content)"
        " VALUES (%s, 1, 'user', 'I cough at night')",
        (talk,),
    )
    pages = [
        await browser.get("users/detail", pk=person.id),
        await browser.get("webhook_endpoints/detail", pk=hook),
        await browser.get("webhook_endpoints/list"),
        await browser.get("conversations/detail", pk=talk),
        await browser.get("messages/list", filter=f"conversation_id__eq={talk}"),
    ]
    assert len(rows(pages[-1])) == 1
    for page in pages:
        assert page.status_code == 200
        assert not re.search(r"argon2|whsec_|verysecret|cough", page.text)
        assert hashed not in page.text


async def test_what_somebody_wrote_is_text_and_no_markup(browser: Browser, people: People) -> None:
    patient = await people.patient(last_name="<img src=x onerror=alert(1)>")
    for path in (f"users/detail?pk={patient.id}", f"users/list?filter=id__eq={patient.id}"):
        answer = await browser.client.get(f"/admin/{path}")
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert "&lt;img" in answer.text


CHANGED = {
    ("healthcare_providers", "edit"),
    ("hospitals", "create"),
    ("hospitals", "edit"),
    ("iot_devices", "edit"),
    ("medication_categories", "create"),
    ("medication_categories", "edit"),
    ("medications", "create"),
    ("medications", "edit"),
}
"""What the API lets administrators enter and change."""


async def test_nothing_is_changed_or_deleted_that_the_api_does_not(browser: Browser) -> None:
    token = {"X-CSRFToken": browser.client.cookies["starlette_admin_csrftoken"]}
    for table in TABLES:
        for path in ("create", f"edit?pk={uuid4()}"):
            if (table, path.split("?", maxsplit=1)[0]) in CHANGED:
                continue
            answer = await browser.client.post(f"/admin/{table}/{path}", headers=token)
            assert answer.status_code == 403, (table, path)
        assert (await browser.act(table, uuid4(), "delete")).status_code == 400, table
        for name in ("export", "delete"):
            path = f"/admin/_api/{table}/action?name={name}&all=1"
            assert (await browser.client.post(path, headers=token)).status_code == 400, table
        path = f"/admin/_api/{table}/import?preview=1"
        assert (await browser.client.post(path, headers=token)).status_code == 403, table


# Doing


async def test_revoking_a_device_ends_its_keys_at_once_everywhere(
    browser: Browser, people: People, settings: Settings
) -> None:
    patient = await people.patient()
    made = await patient.post("/api/iot/devices/", {"device_type": "MONITOR", "name": "Bed 1"})
    device, key = UUID(made.json()["device_id"]), made.json()["api_key"]
    accounts = [one for one in settings.broker_accounts_dir.rglob("*") if str(device) in one.name]
    assert accounts, "the broker lets it in"
    proof = {"device_id": str(device), "api_key": key}
    assert (await browser.client.post("/api/iot/devices/verify/", json=proof)).is_success

    done = await browser.act("iot_devices", device, "revoke")
    assert done.status_code == 200, done.text
    assert (
        await one(people.db, "SELECT status FROM iot_devices WHERE device_id = %s", device)
        == "REVOKED"
    )
    assert (await browser.client.post("/api/iot/devices/verify/", json=proof)).status_code == 401
    left = [path for path in accounts if path.exists() and key_lives(path.read_text())]
    assert left == [], "the broker lets it in no more"
    told = await newest_record(people, "/admin/_api/{key}/row-action")
    assert (told[1], told[2], told[3]) == ("POST", f"iot_devices/{device}/revoke", "success")
    assert told[5] == [patient.id]
    again = await browser.act("iot_devices", device, "revoke")
    assert again.status_code == 400, "it is revoked for good"
    assert (await newest_record(people, "/admin/_api/{key}/row-action"))[3] == "refused"


def key_lives(text: str) -> bool:
    """Whether an account at the broker has a key."""
    return bool(text.strip())


async def test_a_device_is_renamed_in_the_shape_of_the_api(
    browser: Browser, people: People
) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    path = f"iot_devices/edit?pk={device}"
    form = await browser.client.get(f"/admin/{path}")
    assert form.status_code == 200
    assert 'name="owner_id"' not in form.text
    browser._read(form)
    typed = {"device_type": "MONITOR", "manufacturer": "", "model": "", "firmware_version": ""}
    done = await browser.post(path, name="Bed 7", status="ACTIVE", **typed)
    assert done.status_code == 303, done.text[:3000]
    row = "SELECT name || status FROM iot_devices WHERE device_id = %s"
    assert await one(people.db, row, device) == "Bed 7ACTIVE"
    bad = await browser.post(path, name="x" * 300, status="ACTIVE", **typed)
    assert bad.status_code == 422
    assert await one(people.db, row, device) == "Bed 7ACTIVE"
    bad = await browser.post(path, name="Bed 7", status="REVOKED", owner_id=str(uuid4()), **typed)
    assert bad.status_code == 422
    assert await one(people.db, row, device) == "Bed 7ACTIVE"


async def test_closing_an_alarm_leaves_its_transition_and_what_was_said(
    browser: Browser, people: People
) -> None:
    patient = await people.patient()
    alarm = await people.alarm(patient, state="latched")
    version = await one(people.db, "SELECT version FROM alarms WHERE id = %s", alarm)
    done = await browser.act("alarms", alarm, "close", version=version, note="seen at the bed")
    assert done.status_code == 200, done.text
    assert await one(people.db, "SELECT state FROM alarms WHERE id = %s", alarm) == "closed"
    steps = "SELECT count(*) FROM alarm_transitions WHERE alarm_id = %s AND to_state = 'closed'"
    assert await one(people.db, steps, alarm) >= 1
    note = "SELECT text FROM alarm_notes WHERE alarm_id = %s"
    assert await one(people.db, note, alarm) == "seen at the bed"
    told = await newest_record(people, "/admin/_api/{key}/row-action")
    assert told[2] == f"alarms/{alarm}/close"
    assert told[5] == [patient.id]


async def test_nobody_closes_what_lasts_or_what_they_have_not_seen(
    browser: Browser, people: People
) -> None:
    patient = await people.patient()
    active = await people.alarm(patient)
    refused = await browser.act("alarms", active, "close")
    assert refused.status_code == 400
    latched = await people.alarm(patient, state="latched", condition="heart_rate_low")
    stale = await browser.act("alarms", latched, "close", version="999")
    assert stale.status_code == 400
    long = await browser.act("alarms", latched, "close", note="x" * 3000)
    assert long.status_code == 400
    states = "SELECT array_agg(DISTINCT state) FROM alarms WHERE id IN (%s, %s)"
    assert "closed" not in await one(people.db, states, active, latched)


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
    assert await one(people.db, "SELECT is_active FROM users WHERE id = %s", admin.id)


async def test_roles_are_given_and_taken(browser: Browser, people: People) -> None:
    person = await account(people, "patient")
    held = (
        "SELECT array_agg(r.name ORDER BY r.name) FROM user_roles h"
        " JOIN roles r ON r.id = h.role_id WHERE h.user_id = %s"
    )
    assert (await browser.act("users", person.id, "assign_role", role="developer")).is_success
    assert await one(people.db, held, person.id) == ["developer", "patient"]
    by = "SELECT assigned_by_id IS NOT NULL FROM user_roles WHERE user_id = %s ORDER BY 1 DESC"
    assert await one(people.db, by, person.id)
    unknown = await browser.act("users", person.id, "assign_role", role="emperor")
    assert unknown.status_code == 400
    assert (await browser.act("users", person.id, "withdraw_role", role="patient")).is_success
    row = await one(people.db, "SELECT id FROM user_roles WHERE user_id = %s", person.id)
    assert (await browser.act("user_roles", row, "withdraw")).is_success
    assert await one(people.db, held, person.id) is None


async def test_sessions_and_care_are_ended(browser: Browser, people: People) -> None:
    clinician = await people.person("clinician")
    patient = await people.patient(clinician)
    care = await one(
        people.db, "SELECT id FROM care_relationships WHERE patient_id = %s", patient.id
    )
    assert (await clinician.get(f"/api/patients/{patient.id}/viewers/")).status_code == 200
    assert (await browser.act("care_relationships", care, "end")).is_success
    assert (await clinician.get(f"/api/patients/{patient.id}/viewers/")).status_code == 404
    session = await one(people.db, "SELECT id FROM login_sessions WHERE user_id = %s", clinician.id)
    assert (await browser.act("login_sessions", session, "end")).is_success
    assert (await clinician.get("/api/auth/profile/")).status_code == 401


async def test_a_dead_job_is_done_again(browser: Browser, people: People) -> None:
    job = await one(
        people.db,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
        " VALUES ('default', 'deliver', '{\"delivery_id\":"
        " \"00000000-0000-0000-0000-000000000001\"}', 'failed', 5) RETURNING id",
    )
    assert str(job) in rows(await browser.get("dead_jobs/list"))
    assert (await browser.get("dead_jobs/detail", pk=job)).status_code == 200
    assert (await browser.act("dead_jobs", job, "retry")).is_success
    assert (
        await one(people.db, "SELECT status::text FROM procrastinate_jobs WHERE id = %s", job)
        == "todo"
    )
    assert (await browser.act("dead_jobs", job, "retry")).status_code == 400


async def test_a_dead_letter_is_judged_again_and_no_other(browser: Browser, people: People) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    letters = [
        await one(
            people.db,
            "INSERT INTO dead_letters (received_at, reason, device_id, topic, payload, readings,"
            " boot, seq, outcome, replayable)"
            " VALUES (now(), 'device_inactive', %s, 'jeg/v1/0/none', '{}', 1, 1, %s, 2, true)"
            " RETURNING id",
            device,
            seq,
        )
        for seq in (1, 2)
    ]
    refused = await browser.act("dead_letters", letters[0], "retry")
    assert refused.status_code == 400
    assert "stays refused" in refused.json()["msg"]
    released = "SELECT count(released_at) FROM dead_letters WHERE id = ANY(%s)"
    assert await one(people.db, released, letters) == 0


async def test_webhooks_of_hospitals_are_removed_and_peoples_own_are_not(
    browser: Browser, people: People
) -> None:
    person = await people.patient()
    hospital = await one(
        people.db, "INSERT INTO hospitals (name) VALUES (%s) RETURNING id", str(uuid4())
    )
    make = (
        "INSERT INTO webhook_endpoints (user_id, hospital_id, url, secret, kinds)"
        " VALUES (%s, %s, 'https://hook.example/', 'whsec_x', '{}') RETURNING id"
    )
    own = await one(people.db, make, person.id, None)
    theirs = await one(people.db, make, None, hospital)
    assert (await browser.act("webhook_endpoints", theirs, "remove")).is_success
    assert (await browser.act("webhook_endpoints", own, "remove")).status_code == 400
    left = "SELECT array_agg(id) FROM webhook_endpoints WHERE id IN (%s, %s)"
    assert await one(people.db, left, own, theirs) == [own]


async def test_requests_of_the_panel_are_counted_like_those_of_the_api(
    app: FastAPI, people: People
) -> None:
    browser, _ = await at_the_panel(app, people)
    async with browser:
        answer = await browser.get("roles/list")
        assert "user" in answer.headers["ratelimit-policy"]
        login = await browser.client.post("/admin/login", data={})
        assert "attempts" in login.headers["ratelimit-policy"]


async def _provider(people: People, licence: str) -> UUID:
    made: UUID = await one(
        people.db,
        "INSERT INTO healthcare_providers (first_name, last_name, email, license_number)"
        " VALUES ('Ama', 'Owusu', %s, %s) RETURNING id",
        f"{uuid4()}@x.example",
        licence,
    )
    return made


async def test_a_licence_is_verified_with_the_register(browser: Browser, people: People) -> None:
    await people.db.execute(
        "UPDATE healthcare_providers SET license_number = gen_random_uuid()::text"
        " WHERE license_number = '1234567893'"
    )
    good = await _provider(people, "1234567893")
    bad = await _provider(people, f"{uuid4()}")
    done = await browser.act("healthcare_providers", good, "verify_licence")
    assert done.status_code == 200, done.text
    refused = await browser.act("healthcare_providers", bad, "verify_licence")
    assert refused.status_code == 400
    assert "National Provider Identifier" in refused.json()["msg"]
    state = "SELECT licence_state FROM healthcare_providers WHERE id = %s"
    assert await one(people.db, state, good) == "valid"
    assert await one(people.db, state, bad) == "unchecked"
    told = await newest_record(people, "/admin/_api/{key}/row-action")
    assert told[2] == f"healthcare_providers/{bad}/verify_licence"
    await people.db.execute("DELETE FROM healthcare_providers WHERE id IN (%s, %s)", (good, bad))


async def test_a_hospital_is_entered_and_changed(browser: Browser, people: People) -> None:
    name = f"Ridge {uuid4()}"
    assert (await browser.get("hospitals/create")).status_code == 200
    made = await browser.post("hospitals/create", name=name, city="Accra", country="Ghana")
    assert made.status_code == 303, made.text[-3000:]
    hospital = await one(people.db, "SELECT id FROM hospitals WHERE name = %s", name)
    again = await browser.post("hospitals/create", name=name)
    assert again.status_code == 422
    form = await browser.get("hospitals/edit", pk=hospital)
    assert form.status_code == 200
    path = f"hospitals/edit?pk={hospital}"
    typed = {"name": name, "city": "Kumasi", "country": "Ghana", "hospital_type": "general"}
    plain = {"time_zone": "Africa/Accra", "is_active": "on", "bed_capacity": "120"}
    done = await browser.post(path, **typed, **plain, appointment_booking_available="on")
    assert done.status_code == 303, done.text[-3000:]
    row = "SELECT city || bed_capacity || is_active FROM hospitals WHERE id = %s"
    assert await one(people.db, row, hospital) == "Kumasi120true"
    bad = await browser.post(path, **typed, **plain | {"bed_capacity": "many"})
    assert bad.status_code == 422
    assert await one(people.db, row, hospital) == "Kumasi120true"
