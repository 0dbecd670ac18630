"""A fault that a device reports is told to its owner."""

import json
from typing import Any

import psycopg

from stack.services.mosquitto import Mosquitto
from telemetry.topics import Up
from tests.support.worlds import Device, add_device, beat, connected, count, ingesting, until

Db = psycopg.AsyncConnection[Any]


async def told(db: Db, device: Device) -> list[tuple[str, dict[str, Any]]]:
    cursor = await db.execute(
        "SELECT kind, payload FROM notifications WHERE user_id = %s ORDER BY created_at",
        (device.owner_id,),
    )
    return await cursor.fetchall()


async def test_an_owner_is_told_once_an_hour_that_a_device_needs_maintenance(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        for code in ("PROBE_OFF", "SENSOR_FAIL", "SENSOR_FAIL", "FAN"):
            fault = json.dumps({"boot": 1, "code": code}).encode()
            await client.publish(device.up(Up.ERROR), fault, qos=1)
        await client.publish(device.up(), device.message(beat()), qos=1)

        async def stored() -> bool:
            return await count(db, "vitals", device) == 1

        await until(stored)
    ((kind, payload),) = await told(db, device)
    assert (kind, payload["title"]) == ("device", "Device maintenance required")
    assert payload["path"] == f"/devices/{device.device_id}"
    assert payload["code"] in {"SENSOR_FAIL", "FAN"}
    cursor = await db.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notify'"
        " AND args ->> 'notification_id' IN"
        " (SELECT id::text FROM notifications WHERE user_id = %s)",
        (device.owner_id,),
    )
    assert await cursor.fetchone() == (1,)
