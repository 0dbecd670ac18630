"""The pages of the admin panel: who may see them, what is found there and what is not shown."""

import datetime as dt
import html
import re
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from api.admin.entities import SPECIAL
from api.admin.entity import Entity
from api.admin.panel import Panel
from api.admin.platform import DeadJobs
from api.admin.read_only import READ_ONLY
from api.settings import Settings
from storage.panel.tables import SHEETS
from storage.permissions import PERMISSIONS
from tests.support.http import People
from tests.support.panel import (
    SITE,
    Browser,
    account,
    address_of,
    at_the_panel,
    newest_record,
    one,
    rows,
)

TABLES = [*SHEETS, "dead_jobs"]
BUILT_IN = {"view", "edit", "delete"}


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


OPEN = {"/login", "/login/code", "/login/enrol", "/login/passkey"}


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


def test_every_deed_asks_for_a_permission_or_is_the_panels_own() -> None:
    deeds = {
        (key, name): handler.deed.needs  # type: ignore[attr-defined]
        for key, view in SPECIAL.items()
        for name, handler in view(SHEETS[key])._row_actions_handlers.items()
        if name not in BUILT_IN
    }
    own = {key for key, needs in deeds.items() if needs is None}
    assert own == {("users", "activate"), ("users", "deactivate"), ("login_sessions", "end")}
    assert {needs for needs in deeds.values() if needs} <= PERMISSIONS.keys()


async def test_a_deed_is_done_by_who_may_do_it_over_the_api(app: FastAPI, people: People) -> None:
    role, admin, patient = uuid4(), await people.person("admin"), await people.patient()
    await people.db.execute(
        "INSERT INTO roles (id, name, permissions)"
        ' VALUES (%s, %s, \'["panel.use", "patients.view_all"]\')',
        (role, f"reader-{role}"),
    )
    path = f"/api/alarm-rules/heart_rate_high/?patient={patient.id}"
    put = await admin.put(path, {"limit": 150, "reason": "Runs"})
    assert put.status_code == 200, put.text
    row = await one(people, "SELECT id FROM alarm_rules WHERE patient_id = %s", patient.id)
    browser, _ = await at_the_panel(app, people, f"reader-{role}")
    async with browser:
        assert rows(await browser.get("alarm_rules/list", q=str(row))) == [str(row)]
        refused = await browser.act("alarm_rules", row, "withdraw", reason="Runs no more")
    assert (refused.status_code, "Forbidden" in refused.text) == (400, True), refused.text
    await people.db.execute("DELETE FROM user_roles WHERE role_id = %s", (role,))
    await people.db.execute("DELETE FROM roles WHERE id = %s", (role,))


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
        {"filter": "phone_number__eq=a"},
        {"filter": "id__eq=nonsense"},
        {"filter": "last_name__contains=a\0b"},
        {"filter": "last_name__eq=a,b"},
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
    assert "filter by series first" in nothing.text
    mine = await browser.get("series/list", filter=f"patient_id__eq={patient.id}")
    assert rows(mine) == [str(series)]
    assert "heart_rate" in mine.text
    found = await browser.get("vitals/list", filter=f"series_id__eq={series}")
    assert [one.split(",")[1] for one in rows(found)] == [time.isoformat() for time, _ in values]
    seen = await newest_record(people, "/admin/{key}/list")
    assert seen[5] == [patient.id]


async def test_secrets_and_words_are_on_no_page(browser: Browser, people: People) -> None:
    person = await account(people, "patient")
    hashed = await one(people, "SELECT password_hash FROM users WHERE id = %s", person.id)
    hook = await one(
        people,
        "INSERT INTO webhook_endpoints (user_id, url, secret, kinds)"
        " VALUES (%s, 'https://hook.example/x', 'whsec_verysecret', '{}') RETURNING id",
        person.id,
    )
    talk = await one(
        people,
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
    ("alarm_rules", "create"),
    ("alarm_rules", "edit"),
    ("availability_exceptions", "create"),
    ("escalation_policies", "create"),
    ("escalation_policies", "edit"),
    ("healthcare_providers", "create"),
    ("healthcare_providers", "edit"),
    ("hospitals", "create"),
    ("hospitals", "edit"),
    ("iot_devices", "edit"),
    ("medication_categories", "create"),
    ("medication_categories", "edit"),
    ("medications", "create"),
    ("medications", "edit"),
    ("provider_availability", "create"),
    ("provider_availability", "edit"),
    ("provider_hospitals", "create"),
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


async def test_nothing_is_deleted_taken_out_or_brought_in_by_the_lot(
    browser: Browser, settings: Settings
) -> None:
    token = {"X-CSRFToken": browser.client.cookies["starlette_admin_csrftoken"]}
    views = [one for group in Panel(settings)._views for one in getattr(group, "views", ())]
    assert {one.key for one in views} == set(TABLES)
    for view in views:
        assert (*view.exporters, *view.importers) == (), view.key
        assert type(view).can_delete in {Entity.can_delete, DeadJobs.can_delete}, view.key
    for table in ("users", "hospitals", "dead_jobs"):
        assert (await browser.act(table, uuid4(), "delete")).status_code == 400, table
        for name in ("export", "delete"):
            path = f"/admin/_api/{table}/action?name={name}&all=1"
            assert (await browser.client.post(path, headers=token)).status_code == 400, table
        path = f"/admin/_api/{table}/import?preview=1"
        assert (await browser.client.post(path, headers=token)).status_code == 403, table


async def test_what_cannot_be_made_or_changed_says_why(browser: Browser) -> None:
    both = {table for table in SHEETS if {(table, "create"), (table, "edit")} <= CHANGED}
    assert READ_ONLY.keys() == SHEETS.keys() - both, "a form in api/admin/, or a reason"
    for table in SHEETS:
        shown = (await browser.get(f"{table}/list")).text
        offered = f'href="{SITE}/admin/{table}/create' in shown  # the log's rows name pages too
        assert offered is ((table, "create") in CHANGED), table
        assert html.escape(READ_ONLY.get(table, ""), quote=True) in shown.replace("&#39;", "&#x27;")


async def test_links_of_a_page_are_not_looked_for_among_the_routes_of_the_api(
    app: FastAPI, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(*_args: object, **_kwargs: object) -> None:
        raise AssertionError

    monkeypatch.setattr(app.router, "url_path_for", looked)
    for path in ("", "users/list", "roles/list?page_size=10", "hospitals/create"):
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert f'href="{SITE}/admin/users/list' in answer.text
