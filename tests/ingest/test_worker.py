"""The worker between a real broker and a real database."""

import json
from typing import Any

import aiomqtt
import psycopg
import pytest

from stack.services.mosquitto import Mosquitto
from telemetry.clock import from_ms, now_ms
from telemetry.errors import Reason
from telemetry.topics import Up
from tests.support.worlds import (
    Device,
    add_device,
    beat,
    connected,
    count,
    ingesting,
    letters,
    receipt,
    until,
)

Db = psycopg.AsyncConnection[Any]


async def ledger(db: Db, device: Device, boot: int = 1) -> dict[str, Any]:
    cursor = await db.execute(
        "SELECT to_jsonb(l) - 'seen' FROM device_ledgers l WHERE device_id = %s AND boot = %s",
        (device.device_id, boot),
    )
    row = await cursor.fetchone()
    return {} if row is None else row[0]


async def test_a_reading_is_stored_and_receipted(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        measured = now_ms() - 1500
        await client.publish(device.up(), device.message(beat(72.5, measured)), qos=1)
        assert await receipt(client) == {
            "boot": 1,
            "seq": 1,
            "stored": 1,
            "duplicate": 0,
            "rejected": 0,
        }
    cursor = await db.execute(
        "SELECT patient_id, metric, v.time, v.value, l.value, l.time FROM vitals v"
        " JOIN series s ON s.id = v.series_id JOIN latest l ON l.series_id = s.id"
        " WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchall() == [
        (device.owner_id, 1, from_ms(measured), 72.5, 72.5, from_ms(measured))
    ]
    assert (await ledger(db, device))["stored"] == 1


async def test_the_named_forms_are_stored_with_their_units_converted(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    one = {
        "device_id": str(device.device_id),
        "api_key": device.key,
        "metric_type": "blood_pressure",
        "systolic": 16.0,
        "diastolic": 10.0,
        "unit": "kPa",
        "timestamp": from_ms(now_ms()).isoformat(),
    }
    several = {
        "device_id": str(device.device_id),
        "api_key": device.key,
        "metrics": [
            {"type": "body_temperature", "value": 100.4, "unit": "degF", "timestamp": now_ms()},
            {"type": "weight", "value": 70.5, "unit": "kg", "timestamp": now_ms()},
        ],
    }
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), json.dumps(one), qos=1)
        await client.publish(device.up(), json.dumps(several), qos=1)

        async def all_there() -> bool:
            return await count(db, "vitals", device) == 4

        await until(all_there)
    cursor = await db.execute(
        "SELECT metric, round(value::numeric, 1)::float8 FROM vitals"
        " JOIN series ON id = series_id WHERE device_id = %s ORDER BY metric",
        (device.device_id,),
    )
    assert await cursor.fetchall() == [(4, 120.0), (5, 75.0), (6, 38.0), (7, 70.5)]


async def test_resending_adds_nothing_and_is_receipted_again(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    payload = device.message(beat(70), {"c": "oxygen_saturation", "t": now_ms(), "v": 97})
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), payload, qos=1)
        first = await receipt(client)
        await client.publish(device.up(), payload, qos=1)
        second = await receipt(client)
    assert (first["stored"], second["stored"], second["duplicate"]) == (2, 0, 2)
    assert second["seq"] == 1
    assert await count(db, "vitals", device) == 2
    entry = await ledger(db, device)
    assert (entry["stored"], entry["duplicate"], entry["redelivered"]) == (1, 0, 1)


async def test_another_value_for_the_same_instant_is_kept_apart(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    instant = now_ms()
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(beat(70, instant)), qos=1)
        await receipt(client)
        await client.publish(device.up(), device.message(beat(75, instant), beat(71)), qos=1)
        assert (await receipt(client))["rejected"] == 1
    [(reason, payload)] = await letters(db, device)
    assert reason == Reason.CONFLICTING_DUPLICATE
    assert json.loads(payload)["m"][0]["v"] == 75
    assert await count(db, "vitals", device) == 2


async def test_a_gap_is_missing_and_the_receipt_names_what_lies_beyond(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(beat(70)), qos=1)
        await receipt(client)
        device.seq = 4
        await client.publish(device.up(), device.message(beat(71)), qos=1)
        told = await receipt(client)
    assert (told["seq"], told["ranges"]) == (1, [[1, 1], [5, 5]])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda body: body | {"key": "jk_" + "x" * 43}, Reason.WRONG_KEY),
        (lambda body: {k: v for k, v in body.items() if k != "key"}, Reason.MISSING_KEY),
        (lambda body: body | {"device_id": "someone-else"}, Reason.SPOOFED_DEVICE),
        (lambda body: body | {"m": []}, Reason.NO_READINGS),
        (lambda body: body | {"m": 5}, Reason.INVALID_PAYLOAD),
        (lambda body: body | {"m": [beat(900)]}, Reason.OUT_OF_RANGE),
        (lambda body: body | {"m": [beat(70, now_ms() // 1000)]}, Reason.TIME_IN_SECONDS),
        (lambda body: body | {"m": [beat(70, "2026-01-01T00:00:00")]}, Reason.TIME_NAIVE),
        (lambda body: body | {"m": [beat(70, 0)]}, Reason.TIME_IMPLAUSIBLE),
        (lambda body: body | {"m": [beat(70, now_ms() + 3_600_000)]}, Reason.TIME_IN_FUTURE),
        (lambda body: body | {"m": [{"c": "heart_rate", "v": 70}]}, Reason.TIME_MISSING),
        (lambda body: body | {"m": [beat(70) | {"u": "furlong"}]}, Reason.UNKNOWN_UNIT),
        (lambda body: body | {"m": [beat(70) | {"c": "aura"}]}, Reason.UNKNOWN_METRIC),
        (lambda body: body | {"m": [beat(70) | {"v": "high"}]}, Reason.NOT_A_NUMBER),
    ],
)
async def test_what_cannot_be_used_is_kept_with_its_reason_and_without_the_key(
    broker: Mosquitto, database_url: str, db: Db, spoil: Any, reason: Reason
) -> None:
    device = await add_device(db, broker)
    spoiled = json.dumps(spoil(json.loads(device.message(beat()))))
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), spoiled, qos=1)
        await client.publish(device.up(), device.message(beat()), qos=1)
        await receipt(client)

        async def both() -> bool:
            return await count(db, "dead_letters", device) == 1

        await until(both)
    [(kept, payload)] = await letters(db, device)
    assert kept == reason
    assert device.key.encode() not in payload
    assert b"jk_" not in payload
    assert await count(db, "vitals", device) == 1


async def test_broken_json_and_foreign_topics_cost_only_themselves(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), b'{"key":"' + device.key.encode(), qos=1)
        await client.publish(f"jeg/v1/0/{device.device_id}/up/nonsense", b"{}", qos=1)
        await client.publish(device.up(), device.message(beat()), qos=1)
        assert (await receipt(client))["stored"] == 1
    assert [reason for reason, _ in await letters(db, device)] == [Reason.INVALID_JSON]
    cursor = await db.execute(
        "SELECT reason FROM dead_letters WHERE topic = %s",
        (f"jeg/v1/0/{device.device_id}/up/nonsense",),
    )
    assert await cursor.fetchall() == [(Reason.FOREIGN_TOPIC,)]


@pytest.mark.parametrize(
    ("status", "verified", "reason"),
    [
        ("REVOKED", True, Reason.DEVICE_REVOKED),
        ("MAINTENANCE", True, Reason.DEVICE_INACTIVE),
        ("ACTIVE", False, Reason.DEVICE_UNVERIFIED),
    ],
)
async def test_a_device_that_may_not_send_is_refused(
    broker: Mosquitto, database_url: str, db: Db, status: str, verified: bool, reason: Reason
) -> None:
    device = await add_device(db, broker, status=status, verified=verified)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(beat()), qos=1)

        async def refused() -> bool:
            return await count(db, "dead_letters", device) == 1

        await until(refused)
    assert [kept for kept, _ in await letters(db, device)] == [reason]
    assert await count(db, "vitals", device) == 0


async def test_a_device_registered_later_is_known_after_its_notification(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(beat()), qos=1)
        await receipt(client)
        await db.execute(
            "UPDATE device_keys SET revoked_at = now() WHERE device_id = %s", (device.device_id,)
        )
        await db.execute("SELECT pg_notify('jeg_keys', %s)", (str(device.device_id),))

        async def refused() -> bool:
            await client.publish(device.up(), device.message(beat()), qos=1)
            return await count(db, "dead_letters", device) > 0

        await until(refused)
    assert {kept for kept, _ in await letters(db, device)} == {Reason.WRONG_KEY}


async def test_backlog_is_stored_but_is_no_news(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    now = now_ms()
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(beat(70, now)), qos=1)
        await receipt(client)
        await client.publish(device.up(), device.message(beat(50, now - 60_000)), qos=1)
        run = {"c": "heart_rate", "t0": now - 600_000, "dt": 1000, "v": [60, 61, 62]}
        await client.publish(device.up(), device.message(run, h=True), qos=1)
        while (await receipt(client))["seq"] < 3:
            pass
    assert await count(db, "vitals", device) == 5
    cursor = await db.execute(
        "SELECT value FROM latest JOIN series ON id = series_id WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchall() == [(70,)]


async def test_a_will_of_an_earlier_boot_is_out_of_date(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    topic = device.up(Up.STATUS)
    words = [
        {"boot": 1, "state": "online", "battery": 80},
        {"boot": 2, "state": "online", "firmware": "2.1"},
        {"boot": 1, "state": "offline"},
    ]
    async with ingesting(broker, database_url), connected(broker, device) as client:
        for word in words:
            await client.publish(topic, json.dumps(word), qos=1, retain=True)
        await client.publish(device.up(), device.message(beat()), qos=1)
        await receipt(client)
    cursor = await db.execute(
        "SELECT is_online, status_boot, battery_level, firmware_version FROM iot_devices"
        " WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchone() == (True, 2, 80, "2.1")


async def test_a_devices_own_fault_is_kept(broker: Mosquitto, database_url: str, db: Db) -> None:
    device = await add_device(db, broker)
    fault = {"boot": 3, "code": "SENSOR_FAIL", "message": "electrode off", "t": now_ms() // 1000}
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(Up.ERROR), json.dumps(fault), qos=1)
        await client.publish(device.up(Up.ERROR), json.dumps({"code": ""}), qos=1)
        await client.publish(device.up(), device.message(beat()), qos=1)
        await receipt(client)
    cursor = await db.execute(
        "SELECT boot, code, message, occurred_at FROM device_errors WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchall() == [(3, "SENSOR_FAIL", "electrode off", None)]
    assert [reason for reason, _ in await letters(db, device)] == [Reason.INVALID_PAYLOAD]


@pytest.mark.parametrize("protocol", [aiomqtt.ProtocolVersion.V311, aiomqtt.ProtocolVersion.V5])
@pytest.mark.parametrize("qos", [1, 2])
async def test_either_protocol_and_quality_of_service_is_receipted_once(
    broker: Mosquitto, database_url: str, db: Db, protocol: aiomqtt.ProtocolVersion, qos: int
) -> None:
    device = await add_device(db, broker)
    async with (
        ingesting(broker, database_url),
        connected(broker, device, protocol) as client,
    ):
        await client.publish(device.up(), device.message(beat()), qos=qos)
        assert (await receipt(client))["stored"] == 1
    assert await count(db, "vitals", device) == 1
    assert (await ledger(db, device))["redelivered"] == 0
