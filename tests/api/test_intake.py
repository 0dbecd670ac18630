"""Readings and faults over HTTP: the same judgement and the same rows as over MQTT."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.settings import Settings
from stack.services.mosquitto import Mosquitto
from telemetry.clock import from_ms, now_ms
from tests.support.http import People
from tests.support.worlds import Device, add_device, beat, connected, count, ingesting

Db = psycopg.AsyncConnection[Any]
DATA, STREAM = "/api/iot/data/", "/api/iot/data/stream/"


def named(device: Device, **more: Any) -> dict[str, Any]:
    return {"device_id": str(device.device_id), "api_key": device.key} | more


def pulse(device: Device, value: object = 72, **more: Any) -> dict[str, Any]:
    reading = {"metric_type": "heart_rate", "value": value, "timestamp": now_ms()}
    return named(device, **reading) | more


async def rows(db: Db, device: Device) -> list[tuple[int, float]]:
    cursor = await db.execute(
        "SELECT metric, round(value::numeric, 1)::float8 FROM vitals JOIN series ON id = series_id"
        " WHERE device_id = %s ORDER BY metric, time",
        (device.device_id,),
    )
    return await cursor.fetchall()


async def letters(db: Db, device: Device) -> list[tuple[str, str]]:
    cursor = await db.execute(
        "SELECT reason, convert_from(payload, 'UTF8') FROM dead_letters WHERE device_id = %s"
        " ORDER BY id",
        (device.device_id,),
    )
    return await cursor.fetchall()


def kind(answer: Response) -> str:
    return str(answer.json()["type"]).rsplit(":", 1)[1]


async def test_a_reading_is_on_disk_when_it_is_answered(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    answer = await client.post(DATA, json=pulse(device))
    assert answer.status_code == 200
    assert answer.json() == {
        "device_id": str(device.device_id),
        "stored": 1,
        "duplicate": 0,
        "rejected": 0,
        "refused": [],
        "receipt": None,
    }
    assert await rows(db, device) == [(1, 72)]
    cursor = await db.execute("SELECT readings FROM outbox ORDER BY id DESC LIMIT 1")
    assert await cursor.fetchone() == (1,)


async def test_the_forms_of_the_http_interface(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    now = from_ms(now_ms()).isoformat()
    pressure = {"metric_type": "blood_pressure", "systolic": 16, "diastolic": 10, "unit": "kPa"}
    answer = await client.post(DATA, json=named(device, timestamp=now, **pressure))
    assert (answer.status_code, answer.json()["stored"]) == (200, 2)
    metrics = [
        {"type": "body_temperature", "value": 100.4, "unit": "degF", "timestamp": now},
        {"type": "weight", "value": 70.5, "timestamp": now},
    ]
    answer = await client.post(STREAM, json=named(device, metrics=metrics))
    assert (answer.status_code, answer.json()["stored"]) == (200, 2)
    assert await rows(db, device) == [(4, 120.0), (5, 75.0), (6, 38.0), (7, 70.5)]


async def test_numbered_messages_are_in_the_ledger(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    body = json.loads(device.message(beat(70), beat(71, now_ms() - 1000)))
    body["device_id"] = str(device.device_id)
    for stored, duplicate in ((2, 0), (0, 2)):
        answer = (await client.post(DATA, json=body)).json()
        assert (answer["stored"], answer["duplicate"]) == (stored, duplicate)
        assert answer["receipt"] == {"boot": 1, "seq": 1}
    cursor = await db.execute(
        "SELECT boot, max_seq, stored, redelivered FROM device_ledgers WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchall() == [(1, 1, 1, 1)]


async def test_a_bad_reading_costs_itself_only(client: AsyncClient, db: Db) -> None:
    device, now = await add_device(db), now_ms()
    metrics = [
        {"type": "heart_rate", "value": 71, "timestamp": now},
        {"type": "heart_rate", "value": 919191, "timestamp": now},
        {"type": "heart_rate", "value": 72, "timestamp": now // 1000},
        {"type": "shoe_size_91x4", "value": 449173, "timestamp": now},
        {"type": "spo2", "value": "ninety", "timestamp": now},
        "nonsense",
    ]
    answer = await client.post(STREAM, json=named(device, metrics=metrics))
    assert answer.status_code == 200
    found = answer.json()
    assert (found["stored"], found["rejected"]) == (1, 5)
    at = from_ms(now).isoformat().replace("+00:00", "Z")
    assert {(one["metric"], one["reason"], one["time"]) for one in found["refused"]} == {
        ("heart_rate", "out_of_range", at),
        ("heart_rate", "time_in_seconds", None),
        (None, "unknown_metric", at),
        ("oxygen_saturation", "not_a_number", at),
        (None, "invalid_payload", None),
    }
    for value in ("919191", "449173", "ninety", "91x4", "nonsense", device.key):
        assert value not in answer.text
    assert {reason for reason, _ in await letters(db, device)} == {
        one["reason"] for one in found["refused"]
    }


async def test_what_is_wholly_refused_is_a_problem_and_kept(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    answer = await client.post(DATA, json=pulse(device, 9191.5))
    assert (answer.status_code, kind(answer)) == (422, "nothing-usable")
    assert answer.json()["detail"] == "out_of_range"
    assert answer.json()["errors"] == [
        {"location": "body", "field": "heart_rate", "reason": "out_of_range"}
    ]
    empty = await client.post(STREAM, json=named(device, metrics=[]))
    assert (empty.status_code, empty.json()["detail"]) == (422, "no_readings")
    for one in (answer, empty):
        assert "9191.5" not in one.text
        assert device.key not in one.text
    kept = await letters(db, device)
    assert [reason for reason, _ in kept] == ["out_of_range", "no_readings"]
    assert device.key not in str(kept)
    assert await rows(db, device) == []


async def test_another_value_for_the_same_instant_is_told(client: AsyncClient, db: Db) -> None:
    device, now = await add_device(db), now_ms()
    assert (await client.post(DATA, json=pulse(device, 70, timestamp=now))).status_code == 200
    answer = await client.post(DATA, json=pulse(device, 71, timestamp=now))
    assert (answer.status_code, answer.json()["detail"]) == (422, "conflicting_duplicate")
    assert await rows(db, device) == [(1, 70)]


async def test_a_wrong_key_is_401_and_keeps_nothing(client: AsyncClient, db: Db) -> None:
    device, other = await add_device(db), await add_device(db)
    revoked = await add_device(db)
    await db.execute(
        "UPDATE iot_devices SET status = 'REVOKED' WHERE device_id = %s", (revoked.device_id,)
    )
    for wrong in (
        pulse(device, api_key=other.key),
        pulse(device, api_key="jk_" + "x" * 43),
        pulse(device, device_id=str(uuid4())),
        pulse(device, device_id="91x4"),
        pulse(revoked),
    ):
        for path in (DATA, STREAM):
            answer = await client.post(path, json=wrong)
            assert (answer.status_code, kind(answer)) == (401, "invalid-key")
            assert "91x4" not in answer.text
    for one in (device, other, revoked):
        assert await letters(db, one) == []
        assert await rows(db, one) == []


async def test_a_key_that_ended_is_refused_at_once(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    await db.execute(
        "UPDATE device_keys SET expires_at = now() + interval '4 seconds' WHERE device_id = %s",
        (device.device_id,),
    )
    assert (await client.post(DATA, json=pulse(device))).status_code == 200
    await asyncio.sleep(4.1)
    assert (await client.post(DATA, json=pulse(device))).status_code == 401


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"status": "INACTIVE"}, "device_inactive"),
        ({"status": "MAINTENANCE"}, "device_inactive"),
        ({"verified": False}, "device_unverified"),
    ],
)
async def test_a_device_that_may_not_send(
    client: AsyncClient, db: Db, state: dict[str, Any], reason: str
) -> None:
    device = await add_device(db, **state)
    answer = await client.post(DATA, json=pulse(device))
    assert (answer.status_code, answer.json()["detail"]) == (422, reason)
    assert [found for found, _ in await letters(db, device)] == [reason]


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"3", b'"x"', b"[]", b"{}", b'{"key": 3}'])
async def test_what_names_no_sender(client: AsyncClient, body: bytes) -> None:
    answer = await client.post(DATA, content=body)
    assert (answer.status_code, kind(answer)) == (422, "nothing-usable")


async def test_senml_names_its_sender_in_headers(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    headers = {"X-Device-ID": str(device.device_id), "X-API-Key": device.key}
    pack = [{"n": "heart_rate", "u": "beat/min", "v": 72, "t": now_ms() / 1000}]
    answer = await client.post(DATA, json=pack, headers=headers)
    assert (answer.status_code, answer.json()["stored"]) == (200, 1)
    answer = await client.post(DATA, json=pack, headers=headers | {"X-API-Key": "jk_x"})
    assert answer.status_code == 401


async def test_a_body_is_no_larger_than_over_mqtt(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    answer = await client.post(DATA, json=pulse(device, note="x" * 262_144))
    assert (answer.status_code, kind(answer)) == (413, "payload-too-large")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
async def test_no_body_is_a_failure_of_ours(client: AsyncClient, db: Db, value: object) -> None:
    device = await add_device(db)
    for more in ({"metrics": value}, {"m": [value]}, {"metric_type": "heart_rate", "value": value}):
        answer = await client.post(STREAM, content=json.dumps(named(device, **more)))
        assert answer.status_code in {200, 422}
        assert device.key not in answer.text


@pytest.fixture
async def strict(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application with room for two messages of a device."""
    app = create_app(settings.model_copy(update={"rate_per_second": 0.01, "rate_burst": 2}))
    async with app.router.lifespan_context(app):
        yield app


async def test_a_flooding_device_is_told_to_wait(strict: FastAPI, db: Db) -> None:
    flooding, other = await add_device(db), await add_device(db)
    async with AsyncClient(transport=ASGITransport(strict), base_url="http://jeg.test") as client:
        # A stranger who knows the id cannot use up what the device may send.
        for _ in range(5):
            answer = await client.post(DATA, json=pulse(flooding, api_key="jk_x"))
            assert answer.status_code == 401
        answers = [await client.post(DATA, json=pulse(flooding)) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert (await client.post(DATA, json=pulse(other))).status_code == 200


async def test_last_seen_is_gathered(people: People, db: Db) -> None:
    device = await add_device(db)
    assert (await people.client.post(DATA, json=pulse(device))).status_code == 200
    await people.parts.intake._flush()
    cursor = await db.execute(
        "SELECT last_seen > now() - interval '10 s' FROM iot_devices WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchone() == (True,)


async def test_both_roads_at_once_store_each_reading_once(
    client: AsyncClient, broker: Mosquitto, database_url: str, db: Db
) -> None:
    devices = [await add_device(db, broker) for _ in range(4)]
    now = now_ms()
    messages = {
        device.device_id: [
            json.loads(device.message(*(beat(60 + i, now - 100 * i - j) for j in range(5))))
            for i in range(20)
        ]
        for device in devices
    }

    async def over_mqtt(device: Device) -> None:
        async with connected(broker, device) as connection:
            for body in messages[device.device_id]:
                await connection.publish(device.up(), json.dumps(body), qos=1)
            async for message in connection.messages:
                if json.loads(message.payload)["seq"] == 20:
                    return

    async def over_http(device: Device) -> tuple[int, int]:
        told = [
            (await client.post(DATA, json=body | {"device_id": str(device.device_id)})).json()
            for body in messages[device.device_id]
        ]
        return sum(one["stored"] for one in told), sum(one["duplicate"] for one in told)

    async with ingesting(broker, database_url):
        http, _ = await asyncio.wait_for(
            asyncio.gather(
                asyncio.gather(*(over_http(device) for device in devices)),
                asyncio.gather(*(over_mqtt(device) for device in devices)),
            ),
            60,
        )
    for device, (stored, duplicate) in zip(devices, http, strict=True):
        assert stored + duplicate == 100
        assert await count(db, "vitals", device) == 100
        assert await count(db, "dead_letters", device) == 0
        cursor = await db.execute(
            "SELECT max_seq, stored + duplicate, redelivered, seen::text,"
            " readings_stored, readings_duplicate FROM device_ledgers WHERE device_id = %s",
            (device.device_id,),
        )
        assert await cursor.fetchall() == [(20, 20, 20, "{[1,21)}", 100, 100)]


async def test_a_fault_is_kept_with_its_device(client: AsyncClient, db: Db) -> None:
    device = await add_device(db)
    fault = {"error_code": "SENSOR_FAIL", "timestamp": from_ms(now_ms()).isoformat()}
    answer = await client.post("/api/iot/devices/error/", json=named(device, **fault))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["device_id"], told["error_code"]) == (str(device.device_id), "SENSOR_FAIL")
    assert told["received_at"]
    assert (told["occurred_at"] is None, told["time_refused"]) == (False, None)
    cursor = await db.execute(
        "SELECT code, occurred_at IS NOT NULL FROM device_errors WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchall() == [("SENSOR_FAIL", True)]
    wrong = named(device, **fault) | {"api_key": "jk_x"}
    assert (await client.post("/api/iot/devices/error/", json=wrong)).status_code == 401
    assert (await client.post("/api/iot/devices/error/", json=named(device))).status_code == 422


@pytest.mark.parametrize(
    ("claimed", "refused"),
    [
        ("2099-01-01T00:00:00Z", "time_in_future"),
        ("1999-01-01T00:00:00Z", "time_implausible"),
        ("yesterday", "time_invalid"),
        (1_764_000_000, "time_in_seconds"),
        (None, None),
    ],
)
async def test_a_fault_of_a_wrong_clock_is_kept_without_its_time(
    client: AsyncClient, db: Db, claimed: str | int | None, refused: str | None
) -> None:
    device = await add_device(db)
    fault = named(device, error_code="CLOCK", timestamp=claimed)
    answer = await client.post("/api/iot/devices/error/", json=fault)
    told = answer.json()
    assert (answer.status_code, told["occurred_at"], told["time_refused"]) == (200, None, refused)
    cursor = await db.execute(
        "SELECT occurred_at, received_at > now() - interval '1 hour' FROM device_errors"
        " WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchall() == [(None, True)]
