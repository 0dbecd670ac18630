"""Registering, verifying, naming and revoking devices, and their ledgers."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.settings import Settings
from telemetry.keys import digest
from tests.support.http import People, Person
from tests.support.queries import counted

WATCH = {"device_type": "SMARTWATCH", "manufacturer": "Acme", "model": "W1"}


async def registered(person: Person, **more: object) -> dict[str, Any]:
    answer = await person.post("/api/iot/devices/register/", WATCH | more)
    assert answer.status_code == 201
    return dict(answer.json())


def account_file(settings: Settings, device_id: str) -> Path:
    return settings.broker_accounts_dir / device_id[:2] / device_id


async def test_a_device_can_connect_once_it_is_registered(
    people: People, settings: Settings
) -> None:
    owner = await people.patient()
    told = await registered(owner)
    root = f"jeg/v1/{str(owner.id)[0]}/{told['device_id']}"
    assert told["topics"] == {
        "telemetry": f"{root}/up/telemetry",
        "status": f"{root}/up/status",
        "error": f"{root}/up/error",
        "reply": f"{root}/up/reply",
        "receipt": f"{root}/down/receipt",
        "cmd": f"{root}/down/cmd",
        "config": f"{root}/down/config",
    }
    assert told["broker"] == {"host": settings.broker_host, "port": settings.broker_port}
    assert told["api_key"].startswith("jk_")
    assert told["is_verified"] is False
    assert len(account_file(settings, told["device_id"]).read_text().split()) == 1


async def test_a_key_is_shown_once_and_never_stored(
    people: People, db: psycopg.AsyncConnection
) -> None:
    owner = await people.patient()
    told = await registered(owner)
    row = await (
        await db.execute(
            "SELECT string_agg(device_keys::text || iot_devices::text, ' ') FROM device_keys"
            " JOIN iot_devices USING (device_id) WHERE device_id = %s",
            (told["device_id"],),
        )
    ).fetchone()
    assert row is not None
    assert told["api_key"] not in row[0]
    assert told["api_key"] not in (await owner.get("/api/iot/devices/")).text
    assert told["api_key"] not in (await owner.get(f"/api/iot/devices/{told['device_id']}/")).text


async def test_both_addresses_register(people: People) -> None:
    developer = await people.person("developer")
    answer = await developer.post("/api/iot/devices/", WATCH)
    assert answer.status_code == 201
    # Whoever is measured is a patient, and so on the board.
    board = (await developer.get("/api/ward/")).json()["results"]
    assert [row["patient"]["id"] for row in board] == [str(developer.id)]


async def test_a_device_is_for_somebody_visible(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.patient()
    patient = await people.patient(nurse)
    told = await registered(nurse, owner_id=str(patient.id), provisioned=True)
    assert (told["owner_id"], told["is_verified"]) == (str(patient.id), True)
    for owner in (stranger.id, uuid4()):
        answer = await nurse.post("/api/iot/devices/", WATCH | {"owner_id": str(owner)})
        assert answer.status_code == 404
        assert (
            await patient.post("/api/iot/devices/", WATCH | {"owner_id": str(owner)})
        ).status_code == 404


async def test_verifying_takes_the_key(people: People, client: AsyncClient) -> None:
    owner = await people.patient()
    told = await registered(owner)
    proof = {"device_id": told["device_id"], "api_key": told["api_key"]}
    other = await registered(owner)
    for wrong in (
        {"api_key": "jk_" + "x" * 43},
        {"api_key": other["api_key"]},
        {"device_id": str(uuid4())},
    ):
        answer = await client.post("/api/iot/devices/verify/", json=proof | wrong)
        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:jeghealth:problem:invalid-key"
    answer = await client.post("/api/iot/devices/verify/", json=proof)
    assert (answer.status_code, answer.json()["is_verified"]) == (200, True)
    device = (await owner.get(f"/api/iot/devices/{told['device_id']}/")).json()
    assert device["is_verified"] is True


async def test_bad_input_never_repeats_a_key(people: People, client: AsyncClient) -> None:
    answer = await client.post(
        "/api/iot/devices/verify/", json={"device_id": "91x4", "api_key": "jk_91x4" * 50}
    )
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"device_id", "api_key"}
    assert "91x4" not in answer.text
    owner = await people.patient()
    answer = await owner.post("/api/iot/devices/", {"device_type": " ", "owner_id": "91x4"})
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"device_type", "owner_id"}
    assert (await client.post("/api/iot/devices/", json=WATCH)).status_code == 401


async def test_a_revoked_device_is_out_everywhere(
    people: People, client: AsyncClient, settings: Settings, database_url: str
) -> None:
    owner = await people.patient()
    told = await registered(owner, provisioned=True)
    device_id = told["device_id"]
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as listener:
        await listener.execute("LISTEN jeg_keys")
        answer = await owner.post(f"/api/iot/devices/{device_id}/revoke/")
        heard = [one.payload async for one in listener.notifies(timeout=30, stop_after=1)]
    assert (answer.status_code, answer.json()["status"]) == (200, "REVOKED")
    assert heard == [device_id]
    assert not account_file(settings, device_id).exists()
    proof = {"device_id": device_id, "api_key": told["api_key"]}
    assert (await client.post("/api/iot/devices/verify/", json=proof)).status_code == 401
    assert (await owner.post(f"/api/iot/devices/{device_id}/revoke/")).status_code == 200


async def test_a_full_disk_does_not_take_the_key_away(
    people: People, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(app.state.services.accounts, "put", full)
    assert (await registered(await people.patient()))["api_key"]


async def test_renaming(people: People) -> None:
    owner, stranger = await people.patient(), await people.patient()
    device = await people.device(owner)
    answer = await owner.patch(f"/api/iot/devices/{device}/", {"name": "Bedside"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Bedside")
    assert answer.json()["status"] == "ACTIVE"
    assert (await owner.patch(f"/api/iot/devices/{device}/", {"name": " "})).status_code == 422
    refused = await stranger.patch(f"/api/iot/devices/{device}/", {"name": "Mine"})
    assert refused.status_code == 404


async def test_states_are_told_to_ingest_and_revoked_is_for_good(
    people: People, database_url: str
) -> None:
    owner = await people.patient()
    path = f"/api/iot/devices/{await people.device(owner)}/"
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as listener:
        await listener.execute("LISTEN jeg_keys")
        for status in ("MAINTENANCE", "INACTIVE", "ACTIVE"):
            answer = await owner.patch(path, {"status": status})
            assert (answer.status_code, answer.json()["status"]) == (200, status)
        heard = [one.payload async for one in listener.notifies(timeout=30, stop_after=3)]
    assert len(heard) == 3
    assert (await owner.patch(path, {"status": "REVOKED"})).status_code == 422
    assert (await owner.post(f"{path}revoke/")).json()["status"] == "REVOKED"
    for body in ({"status": "ACTIVE"}, {"name": "Back"}):
        answer = await owner.patch(path, body)
        assert (answer.status_code, answer.json()["type"]) == (
            409,
            "urn:jeghealth:problem:device-revoked",
        )
    assert (await owner.post(f"{path}rotate-key/")).status_code == 409
    assert (await owner.get(path)).json()["status"] == "REVOKED"


async def holds(client: AsyncClient, device_id: str, key: str) -> bool:
    proof = {"device_id": device_id, "api_key": key}
    answer = await client.post("/api/iot/devices/verify/", json=proof)
    return answer.status_code == 200


async def test_two_keys_live_during_a_rotation_and_never_three(
    people: People, client: AsyncClient, settings: Settings
) -> None:
    owner, stranger = await people.patient(), await people.patient()
    told = await registered(owner)
    device_id, keys = told["device_id"], [told["api_key"]]
    path = f"/api/iot/devices/{device_id}/rotate-key/"
    assert (await stranger.post(path)).status_code == 404
    ends = []
    for _ in range(3):
        answer = await owner.post(path)
        assert answer.status_code == 200
        keys.append(answer.json()["api_key"])
        ends.append(dt.datetime.fromisoformat(answer.json()["old_key_ends_at"]))
        assert len(account_file(settings, device_id).read_text().split()) == 2
    assert [await holds(client, device_id, key) for key in keys] == [False, False, True, True]
    day = dt.timedelta(hours=24)
    assert abs(ends[-1] - dt.datetime.now(dt.UTC) - day) < dt.timedelta(minutes=1)
    answer = await owner.post(f"{path}?immediately=true")
    keys.append(answer.json()["api_key"])
    assert answer.json()["old_key_ends_at"] is None
    assert [await holds(client, device_id, key) for key in keys] == [False] * 4 + [True]
    (line,) = account_file(settings, device_id).read_text().split()
    assert line == digest(keys[-1]).hex()


async def test_rotations_at_once_leave_two_keys(
    people: People, client: AsyncClient, settings: Settings
) -> None:
    owner = await people.patient()
    told = await registered(owner)
    path = f"/api/iot/devices/{told['device_id']}/rotate-key/"
    answers = await asyncio.gather(*(owner.post(path) for _ in range(5)))
    keys = [answer.json()["api_key"] for answer in answers]
    live = {key for key in keys if await holds(client, told["device_id"], key)}
    assert len(live) == 2
    lines = set(account_file(settings, told["device_id"]).read_text().split())
    assert lines == {digest(key).hex() for key in live}


@pytest.mark.parametrize("path", ["", "ledger/", "errors/"])
async def test_other_peoples_devices_do_not_exist(
    people: People, client: AsyncClient, path: str
) -> None:
    owner, stranger = await people.patient(), await people.patient()
    device = await people.device(owner)
    assert (await owner.get(f"/api/iot/devices/{device}/{path}")).status_code == 200
    assert (await stranger.get(f"/api/iot/devices/{device}/{path}")).status_code == 404
    assert (await client.get(f"/api/iot/devices/{device}/{path}")).status_code == 401


async def test_a_developer_keeps_sight_of_a_device_but_not_of_its_patient(people: People) -> None:
    developer = await people.person("developer")
    patient = await people.patient(developer)
    told = await registered(developer, owner_id=str(patient.id))
    await people.end_care(developer, patient)
    assert (await developer.get(f"/api/iot/devices/{told['device_id']}/")).status_code == 200
    assert (await developer.get(f"/api/patients/{patient.id}/")).status_code == 404


async def test_pages_newest_first(people: People) -> None:
    owner = await people.patient()
    made = [str(await people.device(owner)) for _ in range(5)]
    found: list[str] = []
    query: dict[str, object] = {"limit": 2, "owner": str(owner.id)}
    while True:
        page = (await owner.get("/api/iot/devices/", **query)).json()
        found += [one["device_id"] for one in page["results"]]
        await people.device(owner)
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == made[::-1]


async def test_queries_do_not_grow_with_devices(people: People) -> None:
    owner = await people.patient()
    for _ in range(6):
        await people.device(owner)
    with counted(people.parts.database) as statements:
        await owner.get("/api/iot/devices/")
    assert len(statements) == 1


async def ledger(people: People, owner: Person, *rows: tuple[object, ...]) -> dict[str, object]:
    device: UUID = await people.device(owner)
    for row in rows:
        await people.db.execute(
            "INSERT INTO device_ledgers (device_id, boot, seen, max_seq, stored, duplicate,"
            " quarantined, rejected, readings_stored, readings_duplicate, readings_rejected)"
            " VALUES (%s, %s, %s::int8multirange, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)",
            (device, *row),
        )
    answer = await owner.get(f"/api/iot/devices/{device}/ledger/")
    assert answer.status_code == 200
    return dict(answer.json())


async def test_a_ledger_adds_up_and_names_its_gaps(people: People) -> None:
    owner = await people.patient()
    found = await ledger(
        people,
        owner,
        (1, "{[1,4),[6,10)}", 12, 4, 1, 1, 1, 40, 3, '{"out_of_range": 2}'),
        (2, "{[1,3)}", 2, 2, 0, 0, 0, 20, 0, '{"out_of_range": 1, "unknown_unit": 5}'),
        (-1, "{}", 0, 7, 0, 0, 1, 7, 0, "{}"),
        (0, "{[1,2)}", 1, 1, 0, 0, 0, 0, 0, "{}"),
    )
    boots = found["boots"]
    assert isinstance(boots, list)
    assert [boot["boot"] for boot in boots] == [2, 1, 0, -1]
    assert boots[0]["missing_ranges"] == []
    assert boots[1]["missing_ranges"] == [[4, 5], [10, 12]]
    assert boots[1]["messages"] == {
        "published": 12,
        "stored": 4,
        "duplicate": 1,
        "quarantined": 1,
        "rejected": 1,
        "missing": 5,
    }
    assert boots[2]["messages"]["published"] == 1
    assert boots[3]["messages"]["published"] == 8
    for boot in boots:
        counts = dict(boot["messages"])
        assert counts.pop("published") == sum(counts.values())
    assert found["readings"] == {
        "stored": 67,
        "duplicate": 3,
        "rejected": {"out_of_range": 3, "unknown_unit": 5},
    }


async def test_a_device_that_sent_nothing_has_an_empty_ledger(people: People) -> None:
    found = await ledger(people, await people.patient())
    assert found["boots"] == []
    assert found["readings"] == {"stored": 0, "duplicate": 0, "rejected": {}}


async def test_faults_newest_first(people: People) -> None:
    owner = await people.patient()
    device = await people.device(owner)
    for number in range(3):
        await people.db.execute(
            "INSERT INTO device_errors (device_id, code, message) VALUES (%s, %s, 'off')",
            (device, f"E{number}"),
        )
    path = f"/api/iot/devices/{device}/errors/"
    first = (await owner.get(path, limit=2)).json()
    rest = (await owner.get(path, limit=2, cursor=first["next"])).json()
    assert [one["code"] for one in first["results"] + rest["results"]] == ["E2", "E1", "E0"]
    assert first["results"][0]["message"] == "off"
    assert rest["next"] is None


async def test_kinds_of_devices_are_a_list(people: People) -> None:
    owner = await people.patient()
    answer = await owner.post("/api/iot/devices/", {"device_type": "toaster"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "device_type"
    told = await owner.post("/api/iot/devices/", {"device_type": " pulse_oximeter"})
    page = await owner.get(f"/api/iot/devices/{told.json()['device_id']}/")
    assert page.json()["device_type"] == "PULSE_OXIMETER"
