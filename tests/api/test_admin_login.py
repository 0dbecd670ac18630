"""Logging in to the admin panel, staying logged in, and everything that ends it."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI

from api.accounts import totp
from tests.support.http import People
from tests.support.members import PASSWORD
from tests.support.panel import Browser, account, address_of, at_the_panel, is_login

PAGE = "users/list"


async def audited(db: psycopg.AsyncConnection[Any], like: str) -> list[tuple[Any, ...]]:
    """Records of the log about the panel, the oldest first."""
    cursor = await db.execute(
        "SELECT actor_id, action, resource, resource_id, outcome, status, address FROM audit_log"
        " WHERE resource LIKE %s ORDER BY seq",
        (like,),
    )
    return await cursor.fetchall()


async def test_who_has_no_authenticator_sets_one_up_and_sees_it_once(
    app: FastAPI, people: People, stranger: Browser
) -> None:
    admin = await account(people, "admin")
    first = await stranger.name(address_of(admin.id))
    assert "<svg" in first.text
    assert stranger.secret
    wrong = await stranger.post("login/enrol", code="000000")
    assert wrong.status_code == 401
    assert "<svg" not in wrong.text
    assert stranger.secret not in wrong.text
    done = await stranger.post("login/enrol", code=stranger.code())
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>", done.text)) == totp.CODES
    assert (await stranger.get("")).status_code == 200

    async with Browser(app) as later:
        later.secret = stranger.secret
        second = await later.name(address_of(admin.id))
        assert "<svg" not in second.text
        again = await later.post("login/code", code=stranger.code())
        assert again.status_code == 401, "a code is good once"
        entered = await later.post("login/code", code=stranger.code(1))
        assert entered.status_code == 303
        assert (await later.get(PAGE)).status_code == 200


async def test_a_recovery_code_stands_in_for_the_app(
    app: FastAPI, people: People, stranger: Browser
) -> None:
    admin = await account(people, "admin")
    done = await stranger.enrol(address_of(admin.id))
    codes = re.findall(r"<li><code>([^<]+)", done.text)
    async with Browser(app) as later:
        await later.name(address_of(admin.id))
        assert (await later.post("login/code", code=codes[0])).status_code == 303
        assert (await later.get(PAGE)).status_code == 200


async def test_the_password_alone_opens_nothing(people: People, stranger: Browser) -> None:
    admin = await account(people, "admin")
    await stranger.name(address_of(admin.id))
    assert is_login(await stranger.get(PAGE))


@pytest.mark.parametrize("name", ["address", "username"])
async def test_a_name_is_an_address_in_any_case_or_a_username(
    people: People, stranger: Browser, name: str
) -> None:
    admin = await account(people, "admin")
    typed = address_of(admin.id).upper() if name == "address" else str(admin.id)
    assert (await stranger.enrol(typed)).status_code == 200


async def test_the_cookie_is_for_this_site_alone_and_signed(
    app: FastAPI, people: People, stranger: Browser
) -> None:
    admin = await account(people, "admin")
    done = await stranger.enrol(address_of(admin.id))
    cookie = next(one for one in done.headers.get_list("set-cookie") if "jeg_panel=" in one)
    assert {"httponly", "samesite=strict", "path=/admin"} <= set(cookie.lower().split("; "))
    value = stranger.client.cookies["jeg_panel"]
    async with Browser(app) as forger:
        forger.client.cookies.set("jeg_panel", value[:-3] + "abc", path="/admin")
        assert is_login(await forger.get(PAGE))
        bearer = people.parts.tokens.issue("access", admin.id, admin.id)[0]
        forger.client.cookies.set("jeg_panel", bearer, path="/admin")
        assert is_login(await forger.get(PAGE))
    api = await stranger.client.get(
        "/api/auth/profile/", headers={"Authorization": f"Bearer {value}"}
    )
    assert api.status_code == 401, "the cookie is no access token"


async def test_behind_https_the_cookie_is_secure(app: FastAPI, people: People) -> None:
    admin = await account(people, "admin")
    async with Browser(app) as browser:
        browser.client.base_url = "https://jeg.test"
        done = await browser.enrol(address_of(admin.id))
    cookies = done.headers.get_list("set-cookie")
    assert "secure" in next(one for one in cookies if "jeg_panel=" in one).lower()


async def test_logging_out_ends_the_session_for_a_copy_of_the_cookie_too(
    app: FastAPI, people: People
) -> None:
    browser, _ = await at_the_panel(app, people)
    async with browser, Browser(app) as copy:
        copy.client.cookies = browser.client.cookies
        value = browser.client.cookies["jeg_panel"]
        await browser.get(PAGE)
        assert (await browser.post("logout")).status_code == 303
        copy.client.cookies.set("jeg_panel", value, path="/admin")
        assert is_login(await copy.get(PAGE))


async def test_a_session_that_nobody_uses_ends(app: FastAPI, people: People) -> None:
    browser, admin = await at_the_panel(app, people)
    idle = people.parts.settings.panel_idle_minutes
    async with browser:
        await _age(people, admin.id, dt.timedelta(minutes=idle - 1))
        assert (await browser.get(PAGE)).status_code == 200
        await _age(people, admin.id, dt.timedelta(minutes=2))
        assert (await browser.get(PAGE)).status_code == 200, "the use before counted"
        await _age(people, admin.id, dt.timedelta(minutes=idle, seconds=5))
        assert is_login(await browser.get(PAGE))


async def _age(people: People, user_id: object, by: dt.timedelta) -> None:
    await people.db.execute(
        "UPDATE login_sessions SET last_used_at = last_used_at - %s WHERE user_id = %s",
        (by, user_id),
    )


async def test_a_new_password_ends_the_panels_session(app: FastAPI, people: People) -> None:
    admin = await account(people, "admin")
    async with Browser(app) as browser:
        assert (await browser.enrol(address_of(admin.id))).status_code == 200
        changed = await admin.post(
            "/api/auth/password/change/",
            {"current_password": PASSWORD, "new_password": "another horse battery"},
        )
        assert changed.is_success, changed.text
        assert is_login(await browser.get(PAGE))


async def test_the_permission_is_asked_at_every_request(app: FastAPI, people: People) -> None:
    browser, admin = await at_the_panel(app, people)
    async with browser:
        assert (await browser.get(PAGE)).status_code == 200
        await people.db.execute("DELETE FROM user_roles WHERE user_id = %s", (admin.id,))
        assert (await browser.get(PAGE)).status_code == 403
        assert (await browser.get("login")).status_code == 200
        colleague = await account(people, "admin")
        assert (await browser.enrol(address_of(colleague.id))).status_code == 200
        assert (await browser.get(PAGE)).status_code == 200
    found = await audited(people.db, "/admin/{key}/list")
    assert any(row[0] == admin.id and row[4] == "denied" for row in found)


async def test_an_account_that_is_ended_is_out_at_once(app: FastAPI, people: People) -> None:
    browser, admin = await at_the_panel(app, people)
    async with browser:
        await people.db.execute("UPDATE users SET is_active = false WHERE id = %s", (admin.id,))
        assert is_login(await browser.get(PAGE))


@pytest.mark.parametrize("role", ["patient", "clinician", "developer", "auditor"])
async def test_nobody_else_gets_in_with_the_right_password(
    people: People, stranger: Browser, role: str
) -> None:
    person = await account(people, role)
    answer = await stranger.name(address_of(person.id))
    assert answer.status_code == 403
    assert "<svg" not in answer.text
    assert is_login(await stranger.get(PAGE))
    found = [row for row in await audited(people.db, "/admin/login") if row[0] == person.id]
    assert [(row[1], row[4], row[5]) for row in found] == [("POST", "denied", 403)]


async def test_wrong_guesses_lock_the_account_here_and_at_the_api(
    people: People, stranger: Browser
) -> None:
    admin = await account(people, "admin")
    free = people.parts.settings.account_failures
    for _ in range(free + 1):
        refused = await stranger.name(address_of(admin.id), "wrong horse battery")
        assert refused.status_code == 401
    locked = await stranger.name(address_of(admin.id))
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0
    body = {"email": address_of(admin.id), "password": PASSWORD}
    assert (await stranger.client.post("/api/auth/login/", json=body)).status_code == 429


async def test_wrong_codes_lock_as_well(app: FastAPI, people: People) -> None:
    admin = await account(people, "admin")
    async with Browser(app) as first:
        assert (await first.enrol(address_of(admin.id))).status_code == 200
    async with Browser(app) as browser:
        await browser.name(address_of(admin.id))
        for _ in range(people.parts.settings.account_failures + 1):
            assert (await browser.post("login/code", code="123456")).status_code == 401
        assert (await browser.post("login/code", code="123456")).status_code == 429


async def test_an_unknown_name_is_answered_as_a_wrong_password_is(stranger: Browser) -> None:
    answer = await stranger.name("nobody@clinic.example")
    assert answer.status_code == 401
    assert "do not" in answer.text or "wrong" in answer.text


async def test_good_and_bad_logins_are_in_the_log(people: People, stranger: Browser) -> None:
    admin = await account(people, "admin")
    await stranger.name(address_of(admin.id), "wrong horse battery")
    await stranger.enrol(address_of(admin.id))
    await people.parts.trail._append()
    bad = [row for row in await audited(people.db, "/admin/login") if row[3] == str(admin.id)]
    assert sorted((row[1], row[4], row[6]) for row in bad) == [
        ("POST", "denied", "127.0.0.1"),
        # The password was right; who that is shows the second step.
        ("POST", "success", "127.0.0.1"),
    ]
    good = [row for row in await audited(people.db, "/admin/login/enrol") if row[0] == admin.id]
    assert [(row[1], row[4]) for row in good] == [("POST", "success")]


async def test_what_is_refused_is_never_a_success_in_the_log(app: FastAPI, people: People) -> None:
    admin = await account(people, "admin")
    patient = await people.patient()
    async with Browser(app) as browser:
        await browser.name(address_of(admin.id), "wrong horse battery")
        await browser.name(address_of(admin.id))
        await browser.post("login/enrol", code="000000")
        await browser.post("login/enrol", code=browser.code())
        for work in (
            browser.act("users", admin.id, "deactivate"),
            browser.act("users", patient.id, "assign_role", role="emperor"),
            browser.act("users", patient.id, "withdraw_role", role="auditor"),
            browser.act("alarms", await people.alarm(patient), "close"),
            browser.post("hospitals/create", name=""),
            browser.post("medications/create", name="x", category_id=f"{uuid4()}"),
        ):
            assert (await work).status_code in {400, 422}
        wrong = await admin.post(
            "/api/auth/password/change/",
            {"current_password": "wrong horse battery", "new_password": "another horse battery"},
        )
        assert wrong.status_code == 400, wrong.text
    await people.parts.trail._append()
    cursor = await people.db.execute(
        "SELECT resource, outcome FROM audit_log"
        " WHERE (actor_id = %s OR resource_id LIKE %s) AND action = 'POST' ORDER BY seq",
        (admin.id, f"%{admin.id}%"),
    )
    assert sorted(await cursor.fetchall()) == sorted(
        [
            ("/admin/login", "denied"),
            ("/admin/login", "success"),
            ("/admin/login/enrol", "denied"),
            ("/admin/login/enrol", "success"),
            *[("/admin/_api/{key}/row-action", "refused")] * 4,
            *[("/admin/{key}/create", "refused")] * 2,
            ("/api/auth/password/change/", "refused"),
        ]
    )
