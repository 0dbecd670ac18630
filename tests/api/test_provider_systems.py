"""Hospitals' own systems are told which providers come and go."""

from typing import Any
from uuid import UUID, uuid4

import psycopg

from storage.queries.hospital_systems import TASK
from tests.support.clinic import Clinic
from tests.support.http import People


async def told(db: psycopg.AsyncConnection, provider_id: str) -> list[tuple[Any, ...]]:
    cursor = await db.execute(
        "SELECT hospital_id, event, state FROM hospital_syncs WHERE provider_id = %s"
        " ORDER BY created_at",
        (provider_id,),
    )
    return await cursor.fetchall()


async def test_hospitals_with_a_system_are_told_who_comes_and_goes(
    people: People, clinic: Clinic
) -> None:
    admin = await people.person("admin")
    told_one, silent, other = [await clinic.hospital() for _ in range(3)]
    for hospital_id in (told_one, other):
        await clinic.db.execute(
            "INSERT INTO hospital_systems (hospital_id, kind, url, secret)"
            " VALUES (%s, 'webhook', 'https://his.example', 'whsec_x')",
            (hospital_id,),
        )
    provider_id = str(await clinic.provider(silent))
    path = f"/api/providers/{provider_id}/hospitals/"
    both = {"hospital_ids": [str(told_one), str(silent)]}
    answer = await admin.put(path, both)
    assert answer.status_code == 200, answer.text
    shown = {one["hospital"]["id"]: one for one in answer.json()["results"]}
    assert shown[str(told_one)]["sync"]["state"] == "pending"
    assert shown[str(silent)]["sync"] is None
    assert shown[str(silent)]["is_primary"], "the primary one stays while it is among them"
    assert await told(clinic.db, provider_id) == [(told_one, "linked", "pending")]
    jobs = await clinic.db.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND args ->> 'sync_id' IN"
        " (SELECT id::text FROM hospital_syncs WHERE provider_id = %s)",
        (TASK, provider_id),
    )
    assert await jobs.fetchall() == [(1,)]
    moved = await admin.put(
        path, {"hospital_ids": [str(other), str(told_one)], "primary": str(told_one)}
    )
    assert moved.status_code == 200
    # What was not told yet is replaced by what is so now.
    assert set(await told(clinic.db, provider_id)) == {
        (told_one, "linked", "superseded"),
        (told_one, "changed", "pending"),
        (other, "linked", "pending"),
    }
    left = await admin.put(path, {"hospital_ids": [str(other)]})
    assert [(one["hospital_id"], one["event"]) for one in left.json()["left"]] == [
        (str(told_one), "unlinked")
    ]
    assert left.json()["results"][0]["is_primary"]
    nobody_else = await (await people.patient()).get(path)
    assert [one["sync"] for one in nobody_else.json()["results"]] == [None]


async def test_a_system_that_was_set_later_hears_of_who_was_there(
    people: People, clinic: Clinic
) -> None:
    admin, hospital = await people.person("admin"), await clinic.hospital()
    provider_id = str(await clinic.provider(hospital))
    path, same = f"/api/providers/{provider_id}/hospitals/", {"hospital_ids": [str(hospital)]}
    await admin.put(path, same)
    assert await told(clinic.db, provider_id) == []
    await clinic.db.execute(
        "INSERT INTO hospital_systems (hospital_id, kind, url, secret)"
        " VALUES (%s, 'webhook', 'https://his.example', 'whsec_x')",
        (hospital,),
    )
    for _ in range(2):
        [shown] = (await admin.put(path, same)).json()["results"]
        assert shown["sync"]["event"] == "linked"
    assert await told(clinic.db, provider_id) == [(hospital, "linked", "pending")]


async def test_only_hospitals_that_are_open_and_named_once(people: People, clinic: Clinic) -> None:
    admin = await people.person("admin")
    closed, here = await clinic.hospital(is_active=False), await clinic.hospital()
    path = f"/api/providers/{await clinic.provider()}/hospitals/"
    for wrong in (
        {"hospital_ids": [str(closed)]},
        {"hospital_ids": [str(uuid4())]},
        {"hospital_ids": [str(here)], "primary": str(closed)},
        {"hospital_ids": [str(here)] * 51},
    ):
        assert (await admin.put(path, wrong)).status_code == 422
    twice = await admin.put(path, {"hospital_ids": [str(here), str(here)]})
    assert len(twice.json()["results"]) == 1


async def test_a_change_that_was_given_up_is_replayed(people: People, clinic: Clinic) -> None:
    admin = await people.person("admin")
    hospital = await clinic.hospital()
    provider = await clinic.provider(hospital)
    sync = await clinic.insert(
        "hospital_syncs",
        {
            "hospital_id": hospital,
            "provider_id": provider,
            "event": "linked",
            "state": "dead",
            "payload": "{}",
            "attempts": 12,
            "last_error": "webhook: HTTP 500",
        },
    )
    path = f"/api/hospitals/{hospital}/system/syncs/"
    [listed] = (await admin.get(path)).json()["results"]
    assert (listed["state"], listed["attempts"]) == ("dead", 12)
    replayed = await admin.post(f"{path}{sync}/replay/")
    assert (replayed.status_code, replayed.json()["state"]) == (202, "pending")
    assert (await admin.post(f"{path}{sync}/replay/")).status_code == 409
    elsewhere = f"/api/hospitals/{uuid4()}/system/syncs/{sync}/replay/"
    assert (await admin.post(elsewhere)).status_code == 404
    assert UUID(listed["provider_id"]) == provider
