"""What devices say of themselves, between a real broker and a real database."""

import json
from typing import Any

import psycopg
import pytest

from stack.services.mosquitto import Mosquitto
from telemetry.clock import now_ms
from telemetry.topics import Up
from tests.support.worlds import Device, add_device, beat, connected, ingesting, until

Db = psycopg.AsyncConnection[Any]
HOUR_MS = 3_600_000


async def facts(db: Db, device: Device) -> list[tuple[str, str, int]]:
    cursor = await db.execute(
        "SELECT kind, code, amount FROM device_facts WHERE device_id = %s ORDER BY id",
        (device.device_id,),
    )
    return await cursor.fetchall()


def status(state: str, boot: int = 1, **more: str) -> bytes:
    return json.dumps({"boot": boot, "state": state} | more).encode()


async def test_status_and_will_are_facts_unless_they_are_of_an_earlier_boot(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    topic = device.up(Up.STATUS)
    async with ingesting(broker, database_url), connected(broker, device) as client:

        async def told(count: int) -> None:
            async def there() -> bool:
                return len(await facts(db, device)) == count

            await until(there)

        await client.publish(topic, status("online", boot=2, gateway="gw-7"), qos=1, retain=True)
        await told(1)
        await client.publish(topic, status("offline", boot=1), qos=1, retain=True)
        await client.publish(topic, status("offline", boot=2), qos=1, retain=True)
        await told(2)
    assert [kind for kind, _, _ in await facts(db, device)] == ["online", "offline"]
    row = await (
        await db.execute(
            "SELECT gateway FROM iot_devices WHERE device_id = %s", (device.device_id,)
        )
    ).fetchone()
    assert row == ("gw-7",)


@pytest.mark.parametrize(
    ("code", "kind"), [("LEAD_OFF", "probe_off"), ("probe_on", "probe_on"), ("E42", None)]
)
async def test_an_error_of_the_probe_is_a_fact(
    broker: Mosquitto, database_url: str, db: Db, code: str, kind: str | None
) -> None:
    device = await add_device(db, broker)
    fault = json.dumps({"boot": 1, "code": code}).encode()
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(Up.ERROR), fault, qos=1)
        await client.publish(device.up(), device.message(beat()), qos=1)

        async def kept() -> bool:
            cursor = await db.execute(
                "SELECT 1 FROM device_errors WHERE device_id = %s", (device.device_id,)
            )
            return await cursor.fetchone() is not None

        await until(kept)
    assert await facts(db, device) == ([] if kind is None else [(kind, code, 1)])


async def test_readings_held_back_are_facts_with_their_number(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    timeless = [{"c": "heart_rate", "v": 70 + i} for i in range(3)]
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(*timeless), qos=1)
        ahead = device.message(beat(t=now_ms() + HOUR_MS), sent=now_ms() + HOUR_MS)
        await client.publish(device.up(), ahead, qos=1)

        async def there() -> bool:
            return len(await facts(db, device)) == 2

        await until(there)
    assert sorted(await facts(db, device)) == [
        ("clock_wrong", "clock_ahead", 1),
        ("quarantined", "time_missing", 3),
    ]


async def test_a_stranger_raises_nothing_in_a_devices_name(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    real, device.key = device.key, "jk_wrong"
    body = device.message({"c": "heart_rate", "v": 70})
    device.key = real
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), body, qos=1)

        async def refused() -> bool:
            cursor = await db.execute(
                "SELECT 1 FROM dead_letters WHERE device_id = %s", (device.device_id,)
            )
            return await cursor.fetchone() is not None

        await until(refused)
    assert await facts(db, device) == []
