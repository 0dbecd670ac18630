"""What every page of the admin panel carries and asks for: tokens, a policy, addresses."""

import re

import pytest
from fastapi import FastAPI

from tests.support.http import People
from tests.support.members import PASSWORD
from tests.support.panel import Browser, account, address_of, at_the_panel


async def test_a_form_without_its_token_is_refused(people: People, stranger: Browser) -> None:
    admin = await account(people, "admin")
    await stranger.get("login")
    form = {"username": address_of(admin.id), "password": PASSWORD}
    assert (await stranger.client.post("/admin/login", data=form)).status_code == 403


async def test_an_action_without_its_token_or_from_another_site_does_nothing(
    app: FastAPI, people: People
) -> None:
    browser, _ = await at_the_panel(app, people)
    async with browser:
        patient = await people.patient()
        device = await people.device(patient)
        token = browser.client.cookies["starlette_admin_csrftoken"]
        path = f"/admin/_api/iot_devices/row-action?pk={device}&name=revoke"
        for headers in (
            {},
            {"X-CSRFToken": "forged"},
            {"X-CSRFToken": token, "Origin": "https://elsewhere.example"},
            {"X-CSRFToken": token, "Sec-Fetch-Site": "cross-site"},
        ):
            refused = await browser.client.post(path, headers=headers)
            assert refused.status_code == 403, headers
        cursor = await people.db.execute(
            "SELECT status FROM iot_devices WHERE device_id = %s", (device,)
        )
        assert await cursor.fetchone() == ("ACTIVE",)


async def test_what_comes_next_is_a_page_of_this_site(people: People, stranger: Browser) -> None:
    admin = await account(people, "admin")
    await stranger.name(address_of(admin.id))
    path = "login/enrol?next=https://elsewhere.example/"
    done = await stranger.post(path, code=stranger.code())
    assert done.status_code == 200
    assert "elsewhere" not in re.findall(r'href="([^"]*)">Go on', done.text)[0]


async def test_pages_load_nothing_from_elsewhere_and_run_only_scripts_with_the_nonce(
    app: FastAPI, people: People
) -> None:
    browser, _ = await at_the_panel(app, people)
    async with browser:
        for path in ("", "users/list", "roles/list", "login"):
            answer = await browser.get(path)
            policy = answer.headers["content-security-policy"]
            nonce = re.search(r"'nonce-([^']+)'", policy)
            assert nonce
            assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
            assert answer.headers["cache-control"] == "no-store"
            scripts = re.findall(r"<script([^>]*)>", answer.text)
            assert all(f'nonce="{nonce[1]}"' in one for one in scripts)
            loaded = re.findall(r'(?:src|href|url\()=?["\'(]?(https?://[^"\')]+)', answer.text)
            assert [one for one in loaded if not one.startswith("http://jeg.test/")] == []
            assert not re.search(r"\son(click|change|submit|load)=", answer.text)
            for one in re.findall(
                r'(?:src|href)="(http://jeg.test/admin/static/[^"]+)"', answer.text
            ):
                assert (await browser.client.get(one)).status_code == 200, one


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/users/list/", "/admin/users/list"])
async def test_slashes_at_the_end_lead_to_the_same_page(
    app: FastAPI, people: People, path: str
) -> None:
    browser, _ = await at_the_panel(app, people)
    async with browser:
        answer = await browser.client.get(path, follow_redirects=True)
        assert answer.status_code == 200
        assert "JEGHealth" in answer.text
