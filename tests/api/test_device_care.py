"""Looking after devices: changing, removing, transferring and maintaining them; how they are."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from httpx import AsyncClient, Response

from telemetry.clock import now_ms
from telemetry.topics import partition_of
from tests.support.http import People, Person

Db = psycopg.AsyncConnection[Any]
ROOT = "/api/iot/devices/"
NOBODY = str(uuid4())


async def registered(person: Person, **more: Any) -> dict[str, Any]:
    body = {"device_type": "MONITOR", "provisioned": True} | more
    answer = await person.post(ROOT, body)
    assert answer.status_code == 201
    return dict(answer.json())


async def verified(client: AsyncClient, told: dict[str, Any], key: str | None = None) -> int:
    proof = {"device_id": told["device_id"], "api_key": key or told["api_key"]}
    return (await client.post(f"{ROOT}verify/", json=proof)).status_code


async def sent(client: AsyncClient, told: dict[str, Any], value: float = 72) -> Response:
    body = {"device_id": told["device_id"], "api_key": told["api_key"]}
    reading = {"type": "heart_rate", "value": value, "timestamp": now_ms()}
    return await client.post("/api/iot/data/stream/", json=body | {"metrics": [reading]})


def kind(answer: Response) -> str:
    return str(answer.json()["type"]).rsplit(":", 1)[1]


async def test_a_registration_can_be_scanned(people: People) -> None:
    owner = await people.patient()
    told = await registered(owner)
    code = told["qr_code"]
    for secret in (told["device_id"], told["api_key"]):
        assert secret in code["text"]
    assert code["svg"].startswith("data:image/svg+xml")
    assert code["png"].startswith("data:image/png;base64,")
    rotated = (await owner.post(f"{ROOT}{told['device_id']}/rotate-key/")).json()
    assert rotated["api_key"] in rotated["qr_code"]["text"]
    assert told["api_key"] not in rotated["qr_code"]["text"]


async def test_a_registration_that_comes_twice_makes_one_device(people: People) -> None:
    owner = await people.patient()
    headers = owner.headers | {"Idempotency-Key": str(uuid4())}
    first, second = [
        await owner.client.post(ROOT, json={"device_type": "ECG"}, headers=headers)
        for _ in range(2)
    ]
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert len((await owner.get(ROOT)).json()["results"]) == 1
    assert await verified(owner.client, first.json()) == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_what_a_device_is_can_be_changed(people: People, method: str) -> None:
    owner = await people.patient()
    path = f"{ROOT}{(await registered(owner, model='W1'))['device_id']}/"
    seen = (await owner.get(path)).headers["ETag"]

    async def change(body: Any, **headers: str) -> Response:
        return await owner.client.request(method, path, json=body, headers=owner.headers | headers)

    answer = await change({"name": "Updated Device Name"}, **{"If-Match": seen})
    assert (answer.status_code, answer.json()["name"]) == (200, "Updated Device Name")
    assert answer.json()["model"] == "W1"
    late = await change({"name": "Another"}, **{"If-Match": seen})
    assert (late.status_code, kind(late)) == (412, "precondition-failed")
    assert (await owner.get(path)).json()["name"] == "Updated Device Name"
    more = {"device_type": "scale", "manufacturer": "Acme", "firmware_version": "2"}
    answer = await change(more, **{"If-Match": answer.headers["ETag"]})
    assert answer.json()["device_type"] == "SCALE"
    headers = owner.headers | {"If-Match": seen}
    assert (await owner.client.delete(path, headers=headers)).status_code == 412
    assert (await owner.get(path)).status_code == 200
    assert (await change({"name": ""})).status_code == 422
    assert (await change({"colour": "red"})).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "", {"name": "Mine"}),
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("GET", "health/", None),
        ("GET", "doctor/", None),
        ("GET", "maintenance/", None),
        ("POST", "maintenance/", {}),
        ("PUT", "maintenance/", {}),
        ("POST", "transfer/", {"owner_id": NOBODY}),
        ("POST", "rotate-key/", None),
        ("POST", "revoke/", None),
    ],
)
async def test_other_peoples_devices_cannot_be_looked_after(
    people: People, client: AsyncClient, method: str, path: str, body: Any
) -> None:
    owner, stranger = await people.patient(), await people.patient()
    device = await people.device(owner)
    for headers, status in ((stranger.headers, 404), ({}, 401)):
        answer = await client.request(method, f"{ROOT}{device}/{path}", json=body, headers=headers)
        assert answer.status_code == status
    unknown = await client.request(
        method, f"{ROOT}{uuid4()}/{path}", json=body, headers=owner.headers
    )
    assert unknown.status_code == 404


async def test_a_removed_device_is_gone_and_its_readings_stay(
    people: People, client: AsyncClient, db: Db
) -> None:
    owner = await people.patient()
    told = await registered(owner)
    assert (await sent(client, told)).status_code == 200
    path = f"{ROOT}{told['device_id']}/"
    assert (await owner.delete(path)).status_code == 204
    assert (await owner.get(path)).status_code == 404
    assert (await owner.delete(path)).status_code == 404
    assert (await owner.get(ROOT)).json()["results"] == []
    assert (await sent(client, told)).status_code == 401
    assert await verified(client, told) == 401
    cursor = await db.execute(
        "SELECT count(*) FROM vitals JOIN series ON id = series_id WHERE patient_id = %s",
        (owner.id,),
    )
    assert await cursor.fetchone() == (1,)


async def test_maintenance_takes_a_device_out_of_use_until_it_is_finished(
    people: People, client: AsyncClient
) -> None:
    owner = await people.patient()
    told = await registered(owner)
    path = f"{ROOT}{told['device_id']}/"
    assert kind(await owner.put(f"{path}maintenance/", {})) == "not-under-maintenance"
    begun = await owner.post(f"{path}maintenance/", {"note": "New sensor"})
    assert (begun.status_code, begun.json()["finished_at"]) == (201, None)
    assert (await owner.get(path)).json()["status"] == "MAINTENANCE"
    assert (await sent(client, told)).status_code == 422
    again = await owner.post(f"{path}maintenance/", {})
    assert (again.status_code, kind(again)) == (409, "under-maintenance")
    ended = await owner.put(f"{path}maintenance/", {"note": "Sensor 2"})
    assert (ended.status_code, ended.json()["note"]) == (200, "Sensor 2")
    assert ended.json()["finished_by_id"] == str(owner.id)
    device = (await owner.get(path)).json()
    assert device["status"] == "ACTIVE"
    assert device["last_maintenance"] == ended.json()["finished_at"]
    assert (await sent(client, told)).status_code == 200
    done = await owner.post(f"{path}maintenance/", {"note": "Cleaned", "finished": True})
    assert done.json()["finished_at"] is not None
    assert (await owner.get(path)).json()["status"] == "ACTIVE"
    first = (await owner.get(f"{path}maintenance/", limit=1)).json()
    rest = (await owner.get(f"{path}maintenance/", cursor=first["next"])).json()
    assert [one["note"] for one in first["results"] + rest["results"]] == ["Cleaned", "Sensor 2"]


async def test_a_state_begins_and_finishes_a_maintenance(people: People) -> None:
    owner = await people.patient()
    path = f"{ROOT}{await people.device(owner)}/"
    await owner.patch(path, {"status": "MAINTENANCE"})
    (record,) = (await owner.get(f"{path}maintenance/")).json()["results"]
    assert record["finished_at"] is None
    device = (await owner.patch(path, {"status": "ACTIVE"})).json()
    (record,) = (await owner.get(f"{path}maintenance/")).json()["results"]
    assert record["finished_at"] == device["last_maintenance"] is not None
    await owner.post(f"{path}revoke/")
    for answer in (
        await owner.post(f"{path}maintenance/", {}),
        await owner.put(f"{path}maintenance/", {}),
        await owner.post(f"{path}transfer/", {"owner_id": str(owner.id)}),
    ):
        assert (answer.status_code, kind(answer)) == (409, "device-revoked")


async def test_a_transferred_device_takes_nothing_along(
    people: People, client: AsyncClient, db: Db
) -> None:
    nurse = await people.person("clinician")
    before, after = await people.patient(nurse), await people.patient(nurse)
    told = await registered(nurse, owner_id=str(before.id))
    device_id = told["device_id"]
    path = f"{ROOT}{device_id}/"
    assert (await sent(client, told, 71)).json()["stored"] == 1
    await db.execute(
        "INSERT INTO device_conditions (device_id, kind, since, heard_at, raised)"
        " VALUES (%s, 'no_data', now(), now(), true)",
        (device_id,),
    )
    alarm = await people.alarm(before, condition=f"no_data:{device_id}")
    await db.execute("UPDATE alarms SET category = 'technical' WHERE id = %s", (alarm,))
    await db.execute(
        "INSERT INTO device_errors (device_id, code, message) VALUES (%s, 'OLD', '')", (device_id,)
    )
    await db.execute(
        "INSERT INTO device_commands (device_id, name, expires_at)"
        " VALUES (%s, 'ping', now() + interval '1 hour')",
        (device_id,),
    )
    answer = await nurse.post(f"{path}transfer/", {"owner_id": str(after.id)})
    assert answer.status_code == 200
    anew = answer.json()
    assert anew["owner_id"] == str(after.id)
    root = f"jeg/v1/{partition_of(after.id)}/{device_id}"
    assert anew["topics"]["telemetry"] == f"{root}/up/telemetry"
    assert anew["is_verified"] is False
    # The old key is worth nothing: what is still queued under it is never the new owner's.
    assert (await sent(client, told, 99)).status_code == 401
    assert (await sent(client, anew, 98)).status_code == 422
    assert await verified(client, told) == 401
    assert await verified(client, anew) == 200
    assert (await sent(client, anew, 65)).json()["stored"] == 1
    cursor = await db.execute(
        "SELECT patient_id, value FROM vitals JOIN series ON id = series_id WHERE device_id = %s",
        (device_id,),
    )
    assert dict(await cursor.fetchall()) == {before.id: 71, after.id: 65}
    assert (await after.get(path)).json()["owned_since"] > told.get("created_at", "")
    assert (await before.get(path)).status_code == 404
    for part in ("errors/", "commands/"):
        assert (await after.get(path + part)).json()["results"] == []
    cursor = await db.execute("SELECT state FROM alarms WHERE id = %s", (alarm,))
    assert await cursor.fetchone() == ("closed",)
    same = await nurse.post(f"{path}transfer/", {"owner_id": str(after.id)})
    assert (same.status_code, kind(same)) == (409, "same-owner")


async def test_a_device_is_only_given_to_whom_one_may_see(people: People) -> None:
    owner, other = await people.patient(), await people.patient()
    path = f"{ROOT}{(await registered(owner))['device_id']}/transfer/"
    for to_id in (str(other.id), NOBODY):
        assert (await owner.post(path, {"owner_id": to_id})).status_code == 404
    assert (await owner.post(path, {})).status_code == 422


async def health(person: Person, device: UUID | str) -> dict[str, Any]:
    answer = await person.get(f"{ROOT}{device}/health/")
    assert answer.status_code == 200
    return dict(answer.json())


async def test_health_of_a_device_that_is_well(people: People, client: AsyncClient) -> None:
    owner = await people.patient()
    told = await registered(owner)
    fresh = await health(owner, told["device_id"])
    assert (fresh["connectivity"], fresh["data_quality"]) == ("UNKNOWN", "UNKNOWN")
    assert [one["code"] for one in fresh["issues"]] == ["never_seen"]
    assert (await sent(client, told)).status_code == 200
    assert (await health(owner, told["device_id"]))["issues"] == [], "it was heard of just now"
    await people.db.execute(
        "UPDATE iot_devices SET last_seen = now(), battery_level = 81 WHERE device_id = %s",
        (told["device_id"],),
    )
    found = await health(owner, told["device_id"])
    assert found["issues"] == []
    assert (found["status"], found["connectivity"], found["data_quality"]) == (
        "ACTIVE",
        "GOOD",
        "HIGH",
    )
    assert found["battery_level"] == 81
    assert found["measured"]["readings"] == 1


async def test_health_tells_what_is_wrong(people: People) -> None:
    owner = await people.patient()
    device = await people.device(owner)
    now = dt.datetime.now(dt.UTC)
    await people.measure(owner, "heart_rate", [(now, 70.0)], device)
    db = people.db
    await db.execute(
        "UPDATE iot_devices SET last_seen = now(), battery_level = 7, is_online = true,"
        " owned_since = now() - interval '2 days' WHERE device_id = %s",
        (device,),
    )
    await db.execute(
        "INSERT INTO device_ledgers (device_id, boot, seen, max_seq, stored)"
        " VALUES (%s, 4, '{[1,6)}', 9, 5)",
        (device,),
    )
    await db.execute(
        "INSERT INTO dead_letters (reason, device_id, topic, payload, readings)"
        " VALUES ('unknown_unit', %s, 't', '', 3)",
        (device,),
    )
    await db.execute(
        "INSERT INTO device_errors (device_id, code, message) VALUES (%s, 'SENSOR_FAIL', '')",
        (device,),
    )
    await db.execute(
        "INSERT INTO device_conditions (device_id, kind, since, heard_at)"
        " VALUES (%s, 'probe_off', now(), now())",
        (device,),
    )
    await db.execute(
        "INSERT INTO device_clocks (device_id, boot, valid_from, seq, offset_ms, drift_ppm,"
        " uncertainty_ms, state) VALUES (%s, 4, now(), 1, 90000, 0, 10, 'ahead')",
        (device,),
    )
    found = await health(owner, device)
    assert {one["code"]: one["severity"] for one in found["issues"]} == {
        "probe_off": "warning",
        "battery": "critical",
        "gaps": "warning",
        "refused_unknown_unit": "warning",
        "clock_jumped": "warning",
        "error_SENSOR_FAIL": "warning",
    }
    assert (found["connectivity"], found["data_quality"]) == ("POOR", "LOW")
    assert found["measured"]["missing"] == 4
    assert found["measured"]["clock_offset_ms"] == 90000
    await db.execute(
        "UPDATE iot_devices SET is_online = false, last_seen = now() - interval '1 hour'"
        " WHERE device_id = %s",
        (device,),
    )
    assert (await health(owner, device))["connectivity"] == "OFFLINE"


async def test_a_device_that_sent_nothing_cannot_be_judged(people: People) -> None:
    owner = await people.patient()
    answer = await owner.get(f"{ROOT}{await people.device(owner)}/doctor/")
    report = answer.json()
    assert (answer.status_code, report["result"], report["boot"]) == (200, "unknown", None)
    assert {one["result"] for one in report["checks"]} == {"unknown"}
    assert all(one["remedy"] for one in report["checks"])
    path = f"{ROOT}{await people.device(owner)}/doctor/"
    assert (await owner.get(path, boots=0)).status_code == 422
