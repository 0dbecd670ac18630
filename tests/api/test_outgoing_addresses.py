"""Addresses that are told of events: browsers, webhooks, hospitals' own systems."""

import asyncio
import socket
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from tests.support.http import People

PRIVATE = "must be on the public network: this address is private"
KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-"
    "Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}


async def test_a_browser_subscribes_once_and_leaves(people: People) -> None:
    ama, kofi = await people.person("patient"), await people.person("patient")
    path = "/api/notifications/push/"
    body = {"endpoint": f"https://push.example/{uuid4()}", "expirationTime": None, "keys": KEYS}
    first, second = await ama.post(path, body), await ama.post(path, body)
    assert (first.status_code, second.json()["id"]) == (201, first.json()["id"])
    state = (await ama.get(path)).json()
    assert [one["service"] for one in state["subscriptions"]] == ["push.example"]
    assert "endpoint" not in state["subscriptions"][0]
    # Somebody else logs in on the same browser: what was for the first one comes there no more.
    await kofi.post(path, body)
    assert (await ama.get(path)).json()["subscriptions"] == []
    gone = f"{path}{first.json()['id']}/"
    assert (await ama.delete(gone)).status_code == 404
    assert (await kofi.delete(gone)).status_code == 204
    wrong = {"endpoint": "ftp://push.example/x", "keys": KEYS}
    assert (await ama.post(path, wrong)).status_code == 422


async def test_a_webhook_shows_its_secret_once(people: People) -> None:
    ama, kofi = await people.person("patient"), await people.person("patient")
    path = "/api/notifications/webhooks/"
    made = await ama.post(path, {"url": "https://x.example/hook", "kinds": ["alarm"]})
    assert made.json()["secret"].startswith("whsec_")
    [shown] = (await ama.get(path)).json()["results"]
    assert "secret" not in shown
    assert (await kofi.get(path)).json()["results"] == []
    assert (await kofi.delete(f"{path}{shown['id']}/")).status_code == 404
    assert (await ama.delete(f"{path}{shown['id']}/")).status_code == 204
    unknown = {"url": "https://x.example/", "kinds": ["gossip"]}
    assert (await ama.post(path, unknown)).status_code == 422


async def test_a_user_has_so_many_webhooks_and_no_more(people: People) -> None:
    ama = await people.person("patient")
    answers = [
        (await ama.post("/api/notifications/webhooks/", {"url": f"https://x.example/{n}"}))
        for n in range(21)
    ]
    assert [answer.status_code for answer in answers] == [*([201] * 20), 422]


async def test_a_hospitals_webhook_is_for_administrators(people: People) -> None:
    ama, admin = await people.person("clinician"), await people.person("admin")
    hospital = uuid4()
    await people.db.execute(
        "INSERT INTO hospitals (id, name) VALUES (%s, %s)", (hospital, str(hospital))
    )
    path = "/api/notifications/webhooks/"
    body = {"url": "https://his.example/", "hospital_id": str(hospital)}
    assert (await ama.post(path, body)).status_code == 403
    made = await admin.post(path, body)
    assert (made.status_code, made.json()["hospital_id"]) == (201, str(hospital))
    assert (await admin.post(path, body | {"hospital_id": str(uuid4())})).status_code == 422
    assert (await admin.delete(f"{path}{made.json()['id']}/")).status_code == 204


async def enter_everywhere(people: People, url: str) -> list[Response]:
    """Have an address told: as a webhook, as a browser, as a hospital's own system."""
    admin, hospital = await people.person("admin"), uuid4()
    await people.db.execute(
        "INSERT INTO hospitals (id, name) VALUES (%s, %s)", (hospital, str(hospital))
    )
    system = {"kind": "webhook", "url": url}
    return [
        await admin.post("/api/notifications/webhooks/", {"url": url}),
        await admin.post("/api/notifications/push/", {"endpoint": url, "keys": KEYS}),
        await admin.put(f"/api/hospitals/{hospital}/system/", system),
    ]


def assert_refused(answers: list[Response], reason: str) -> None:
    for answer, field in zip(answers, ("url", "endpoint", "url"), strict=True):
        assert answer.status_code == 422, answer.text
        [problem] = answer.json()["errors"]
        assert (problem["field"], problem["reason"]) == (field, reason)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://127.0.0.1/hooks", PRIVATE),
        ("https://localhost:8443/hooks", PRIVATE),
        ("https://[::ffff:10.0.0.1]/hooks", PRIVATE),
        ("https://2130706433/hooks", PRIVATE),
        ("http://clinic.example/hooks", "must begin with https://"),
        ("https://clinic.example:99999/hooks", "is no address that can be called"),
        ("https://me@clinic.example/hooks", "is no address that can be called"),
    ],
)
async def test_an_address_that_would_never_be_called_is_refused_at_once(
    people: People, url: str, reason: str
) -> None:
    assert_refused(await enter_everywhere(people, url), reason)


@pytest.mark.parametrize(
    ("found", "refused"),
    [
        (["8.8.8.8"], False),
        (["10.0.0.8"], True),
        (["8.8.8.8", "169.254.169.254"], True),
        ([], False),
    ],
)
async def test_a_name_is_looked_up_when_it_is_entered(
    people: People, monkeypatch: pytest.MonkeyPatch, found: list[str], *, refused: bool
) -> None:
    loop, name = asyncio.get_running_loop(), "hooks.clinic.example"
    really = loop.getaddrinfo

    async def resolve(host: str, port: int, **more: Any) -> list[Any]:
        if host != name:
            known: list[Any] = await really(host, port, **more)
            return known
        if not found:
            raise socket.gaierror
        return [(2, 1, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    answers = await enter_everywhere(people, f"https://{name}/in")
    if refused:
        assert_refused(answers, PRIVATE)
    else:
        assert [one.status_code for one in answers] == [201, 201, 200]
