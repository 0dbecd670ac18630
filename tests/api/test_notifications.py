"""Notifications over HTTP: the list, wishes, contacts, and what only administrators may see."""

import asyncio
import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from gateways.mailbox import Mailbox
from gateways.outgoing import Email
from storage.queries.announce import News, announce
from tests.support.http import People, Person
from tests.support.queries import counted

ESI = {"emergency_contact_name": "Esi Mensah", "emergency_contact_phone": "+233201234568"}


async def tell(people: People, person: Person, *titles: str) -> None:
    for title in titles:
        one = News("notice", f"t:{uuid4()}", {"title": title}, user_id=person.id)
        await announce(people.db, [one])


async def test_the_list_is_the_callers_own_in_pages_with_the_unread_counted(people: People) -> None:
    ama, other = await people.person("patient"), await people.person("patient")
    await tell(people, ama, "one", "two", "three")
    await tell(people, other, "not yours")
    first = (await ama.get("/api/notifications/", limit=2)).json()
    assert [one["payload"]["title"] for one in first["results"]] == ["three", "two"]
    assert first["unread"] == 3
    second = (await ama.get("/api/notifications/", limit=2, cursor=first["next"])).json()
    assert [one["payload"]["title"] for one in second["results"]] == ["one"]
    assert second["next"] is None


async def test_titles_are_in_the_callers_language_and_old_ones_are_shown(people: People) -> None:
    ama = await people.person("patient")
    told = [
        News("payment", f"p:{uuid4()}", {"title": "Payment received", "about": about}, ama.id)
        for about in ("released", "received")
    ]
    for one in told:
        await announce(people.db, [one])

    async def titles() -> list[str]:
        found = (await ama.get("/api/notifications/")).json()["results"]
        return [one["title"] for one in reversed(found)]

    # An amount is missing in the second: it is shown as it was announced.
    assert (await titles())[1] == "Payment received"
    english = (await titles())[0]
    await ama.put("/api/notifications/preferences/", {"language": "fr"})
    french = (await titles())[0]
    assert "rendez-vous" in french.lower()
    assert french != english


async def test_reading_marks_the_callers_own_only(people: People) -> None:
    ama, other = await people.person("patient"), await people.person("patient")
    await tell(people, ama, "one", "two")
    await tell(people, other, "theirs")
    theirs = (await other.get("/api/notifications/")).json()["results"][0]["id"]
    mine = (await ama.get("/api/notifications/")).json()["results"][0]["id"]
    answer = await ama.post("/api/notifications/read/", {"ids": [mine, theirs]})
    assert answer.json() == {"unread": 1}
    assert (await other.get("/api/notifications/")).json()["unread"] == 1
    left = (await ama.get("/api/notifications/", unread=True)).json()["results"]
    assert [one["payload"]["title"] for one in left] == ["one"]
    assert (await ama.post("/api/notifications/read/", {})).json() == {"unread": 0}


async def test_a_long_list_takes_no_more_queries(people: People, app: FastAPI) -> None:
    ama = await people.person("patient")
    await tell(people, ama, "one")
    database = app.state.services.database
    with counted(database) as few:
        await ama.get("/api/notifications/")
    await tell(people, ama, *"abcdefghij")
    with counted(database) as many:
        await ama.get("/api/notifications/")
    assert len(many) == len(few)


async def test_wishes_are_kept_and_wrong_ones_refused(people: People) -> None:
    ama = await people.person("patient")
    path = "/api/notifications/preferences/"
    before = (await ama.get(path)).json()
    assert (before["channels"], before["quiet_from"], before["language"]) == ({}, None, "en")
    assert "alarm" in {one["kind"] for one in before["kinds"]}
    wish = {
        "channels": {"reminder": ["sms", "push"], "notice": []},
        "quiet_from": "22:00:00",
        "quiet_until": "06:30:00",
        "time_zone": "Africa/Accra",
        "language": "fr",
    }
    assert (await ama.put(path, wish)).status_code == 200
    after = (await ama.get(path)).json()
    assert after["channels"] == {"reminder": ["push", "sms"], "notice": []}
    assert (after["quiet_until"], after["language"]) == ("06:30:00", "fr")
    half = await ama.put(path, {"quiet_from": "22:00"})
    assert half.json()["errors"][0]["reason"] == "quiet_from and quiet_until go together"
    for wrong in (
        {"channels": {"gossip": ["email"]}},
        {"channels": {"notice": ["pigeon"]}},
        {"quiet_from": "22:00+01:00", "quiet_until": "06:00"},
        {"time_zone": "Mars/Olympus"},
        {"language": "tlh"},
        {"colour": "red"},
    ):
        assert (await ama.put(path, wrong)).status_code == 422, wrong


async def test_the_patient_alone_says_whether_the_contact_may_be_told(people: People) -> None:
    ama = await people.person("patient")
    path = "/api/notifications/emergency-contact/"
    assert (await ama.get(path)).json() == {"name": "", "phone": "", "consented_at": None}
    for refused in (
        await ama.put(path, {"consent": True}),
        await ama.post("/api/consents/", {"scope": "emergency_contact", "version": 1}),
    ):
        assert (refused.status_code, refused.json()["type"]) == (
            409,
            "urn:jeghealth:problem:no-emergency-contact",
        )
    assert (await ama.put(path, {"consent": False})).status_code == 200
    assert (await ama.patch("/api/auth/profile/", ESI)).status_code == 200
    given = (await ama.put(path, {"consent": True})).json()["consented_at"]
    assert given is not None
    assert (await ama.put(path, {"consent": True})).json()["consented_at"] == given
    assert (await ama.put(path, {"consent": False})).json()["consented_at"] is None
    row = await (
        await people.db.execute(
            "SELECT count(*), count(revoked_at) FROM consents WHERE patient_id = %s", (ama.id,)
        )
    ).fetchone()
    assert row == (1, 1)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"emergency_contact_phone": "+233209999999"}, False),
        ({"emergency_contact_name": "Kofi Mensah"}, False),
        ({"emergency_contact_phone": ""}, False),
        ({**ESI, "allergies": "Penicillin"}, True),
        ({"allergies": "Penicillin"}, True),
    ],
)
async def test_a_consent_ends_with_the_contact_it_was_given_for(
    people: People, change: dict[str, str], *, kept: bool
) -> None:
    ama, kwame = await people.person("patient"), await people.person("patient")
    path = "/api/notifications/emergency-contact/"
    for person in (ama, kwame):
        assert (await person.patch("/api/auth/profile/", ESI)).status_code == 200
        assert (await person.put(path, {"consent": True})).status_code == 200
    changed = await ama.patch("/api/auth/profile/", change)
    assert changed.status_code == 200, changed.text
    assert ((await ama.get(path)).json()["consented_at"] is not None) is kept
    assert (await kwame.get(path)).json()["consented_at"] is not None


async def dead_delivery(people: People, person: Person) -> int:
    await tell(people, person, "lost")
    cursor = await people.db.execute(
        "INSERT INTO deliveries (notification_id, channel, address_class, state, last_error)"
        " SELECT id, 'email', 'account', 'dead', 'smtp: 550' FROM notifications"
        " WHERE user_id = %s ORDER BY created_at DESC LIMIT 1 RETURNING id",
        (person.id,),
    )
    row = await cursor.fetchone()
    assert row is not None
    cursor = await people.db.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)"
        " VALUES ('notifications', 'deliver', 'failed', 7, %s) RETURNING id",
        (json.dumps({"delivery_id": str(row[0])}),),
    )
    job = await cursor.fetchone()
    assert job is not None
    return int(job[0])


async def test_dead_jobs_are_seen_and_done_again_by_administrators(people: People) -> None:
    admin, ama = await people.person("admin"), await people.person("clinician")
    job = await dead_delivery(people, ama)
    assert (await ama.get("/api/dead-jobs/")).status_code == 403
    [shown] = (await admin.get("/api/dead-jobs/", limit=1)).json()["results"]
    assert (shown["id"], shown["task"], shown["channel"], shown["reason"]) == (
        job,
        "deliver",
        "email",
        "smtp: 550",
    )
    log = (await admin.get("/api/notifications/deliveries/", state="dead")).json()["results"]
    assert log[0]["recipient"] == f"user:{ama.id}"
    assert (await ama.get("/api/notifications/deliveries/")).status_code == 403
    assert (await ama.post(f"/api/dead-jobs/{job}/retry/")).status_code == 403
    assert (await admin.post(f"/api/dead-jobs/{job}/retry/")).status_code == 202
    assert (await admin.post(f"/api/dead-jobs/{job}/retry/")).status_code == 404
    assert (await admin.post("/api/dead-jobs/0/retry/")).status_code == 404
    row = await (
        await people.db.execute(
            "SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", (job,)
        )
    ).fetchone()
    assert row == ("todo", 0)


async def test_dead_jobs_come_in_pages(people: People) -> None:
    admin = await people.person("admin")
    jobs = [await dead_delivery(people, admin) for _ in range(3)]
    first = (await admin.get("/api/dead-jobs/", limit=2)).json()
    assert [one["id"] for one in first["results"]] == jobs[:0:-1]
    following = (await admin.get("/api/dead-jobs/", limit=1, cursor=first["next"])).json()
    assert [one["id"] for one in following["results"]] == jobs[:1]


async def test_open_pages_hear_of_news(people: People, app: FastAPI) -> None:
    ama, hub = await people.person("patient"), app.state.services.hub
    async with asyncio.timeout(60):
        while not hub.connected:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.02)
        with hub.subscribed(ama.id) as mine, hub.subscribed(uuid4()) as other:
            await tell(people, ama, "one")
            heard = await mine.next(30)
            assert heard == b"event: notification\ndata: {}\n\n"
            assert (await other.next(0.1)).startswith(b": ping")


@pytest.mark.parametrize(("environment", "shown"), [("development", True), ("production", False)])
async def test_the_mailbox_is_shown_in_development_only(
    app: FastAPI, client: AsyncClient, tmp_path: Any, environment: str, *, shown: bool
) -> None:
    parts = app.state.services
    changed = {"mailbox_dir": tmp_path, "environment": environment}
    await Mailbox(tmp_path).send(
        Email("k", "a@b.example", "A", "<script>x</script>", "words", "<p>words</p>")
    )
    app.state.services = replace(parts, settings=parts.settings.model_copy(update=changed))
    page = await client.get("/dev/mailbox")
    app.state.services = parts
    assert (page.status_code == 200) is shown
    assert ("&lt;script&gt;" in page.text) is shown
    assert "<script>" not in page.text
    if shown:
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
