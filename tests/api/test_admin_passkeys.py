"""Logging in to the admin panel with a passkey alone."""

import html
import json
import re

from fastapi import FastAPI
from httpx import Response

from tests.support.authenticator import Authenticator
from tests.support.http import People, Person
from tests.support.members import PASSWORD
from tests.support.panel import Browser, account, address_of, is_login

PAGE = "users/list"
ORIGIN = "http://localhost:8000"


async def _with_passkey(people: People, *roles: str) -> tuple[Person, Authenticator]:
    """Somebody who has a passkey and no app."""
    person, device = await account(people, *roles), Authenticator(ORIGIN)
    asked = await person.post("/api/auth/passkeys/options/", {"current_password": PASSWORD})
    assert asked.status_code == 200, asked.text
    made = device.create(asked.json()["public_key"])
    body = {"id": asked.json()["id"], "name": "Key", "credential": made}
    assert (await person.post("/api/auth/passkeys/", body)).status_code == 201
    return person, device


async def _use(browser: Browser, device: Authenticator, **changed: str) -> Response:
    """Log in as the page's script does."""
    await browser.get("login")
    page = await browser.post("login/passkey")
    found = re.search(r'data-passkey="([^"]*)"', page.text)
    asked = re.search(r'name="asked" value="([^"]*)"', page.text)
    assert found
    assert asked
    answer = json.dumps(device.get(json.loads(html.unescape(found[1]))))
    return await browser.post(
        "login/passkey", **{"asked": asked[1], "credential": answer} | changed
    )


async def test_a_passkey_opens_the_panel_alone(
    app: FastAPI, people: People, stranger: Browser
) -> None:
    admin, device = await _with_passkey(people, "admin")
    told = await stranger.name(address_of(admin.id))
    assert told.status_code == 403
    assert "log in with the passkey" in told.text
    assert "<svg" not in told.text, "a password alone adds no app beside a passkey"
    assert "Log in with a passkey" in told.text
    done = await _use(stranger, device)
    assert done.status_code == 303, done.text[-2000:]
    assert (await stranger.get(PAGE)).status_code == 200
    async with Browser(app) as again:
        assert (await _use(again, device, credential="{}")).status_code == 401
        for wrong in ("no answer", "[" * 5000, '{"id":' * 1000):
            assert (await _use(again, device, credential=wrong)).status_code == 401
        assert (await _use(again, Authenticator(ORIGIN))).status_code == 401
        assert is_login(await again.get(PAGE))
        assert (await _use(again, device)).status_code == 303


async def test_a_passkey_of_somebody_else_opens_nothing(people: People, stranger: Browser) -> None:
    _, device = await _with_passkey(people, "patient")
    assert (await _use(stranger, device)).status_code == 403
    assert is_login(await stranger.get(PAGE))
