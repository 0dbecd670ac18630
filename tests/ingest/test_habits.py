"""What the firmware of devices does, as it is seen between a real broker and a real database."""

import json
from typing import Any

import aiomqtt
import psycopg
import pytest

from gateways.broker_accounts import FileBrokerAccounts
from stack.services.mosquitto import Mosquitto
from telemetry.clock import now_ms
from telemetry.habits import LATE_MS
from telemetry.keys import digest, new_key
from telemetry.topics import Up
from tests.support.worlds import Device, add_device, beat, connected, count, ingesting, until

Db = psycopg.AsyncConnection[Any]


async def habits(db: Db, device: Device) -> dict[tuple[int, str], int]:
    cursor = await db.execute(
        "SELECT boot, habit, times FROM device_habits WHERE device_id = %s", (device.device_id,)
    )
    return {(boot, habit): times for boot, habit, times in await cursor.fetchall()}


def status(state: str, boot: int = 1) -> bytes:
    return json.dumps({"boot": boot, "state": state}).encode()


def late() -> dict[str, Any]:
    return beat(t=now_ms() - LATE_MS - 60_000)


async def test_a_device_without_faults_is_not_counted(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(Up.STATUS), status("online"), qos=1, retain=True)
        for ago_ms in (3, 2, 1):
            await client.publish(device.up(), device.message(beat(t=now_ms() - ago_ms * 9)), qos=1)
        await until(lambda: _stored(db, device, 3))
    assert await habits(db, device) == {}


async def _stored(db: Db, device: Device, readings: int) -> bool:
    return await count(db, "vitals", device) == readings


@pytest.mark.parametrize(
    ("habit", "boot", "more", "how"),
    [
        ("at_most_once", 1, {}, {"qos": 0}),
        ("retained", 1, {}, {"qos": 1, "retain": True}),
        ("unnumbered", -1, {"boot": None, "seq": None}, {"qos": 1}),
        ("untimed", 1, {"sent": None}, {"qos": 1}),
        ("backlog", 1, {"h": True}, {"qos": 1}),
    ],
)
async def test_how_telemetry_is_sent(
    broker: Mosquitto,
    database_url: str,
    db: Db,
    *,
    habit: str,
    boot: int,
    more: dict[str, Any],
    how: dict[str, Any],
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        message = json.loads(device.message(beat(), **more))
        kept = {name: value for name, value in message.items() if value is not None}
        await client.publish(device.up(), json.dumps(kept).encode(), **how)
        await until(lambda: _stored(db, device, 1))
    assert await habits(db, device) == {(boot, habit): 1}


@pytest.mark.parametrize(("marked", "habit"), [(True, "backlog"), (False, "unmarked_backlog")])
async def test_late_readings_are_marked_or_not(
    broker: Mosquitto, database_url: str, db: Db, *, marked: bool, habit: str
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(late(), h=marked), qos=1)
        await until(lambda: _stored(db, device, 1))
    assert await habits(db, device) == {(1, habit): 1}


async def test_a_will_is_seen_and_so_is_its_absence(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    topic = device.up(Up.STATUS)

    async def seen(wanted: dict[tuple[int, str], int]) -> None:
        async def there() -> bool:
            return await habits(db, device) == wanted

        await until(there)

    async with ingesting(broker, database_url):
        will = aiomqtt.Will(topic, status("offline"), qos=1, retain=True)
        client = aiomqtt.Client(
            broker.host,
            broker.port,
            username=str(device.device_id),
            password=device.key,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=will,
        )
        async with client:
            await client.publish(topic, status("online"), qos=1, retain=True)
            # The power goes: the socket ends without a DISCONNECT, and the broker sends the will.
            client._client._sock_close()
            await seen({(1, "left"): 1})
        async with connected(broker, device) as second:
            await second.publish(topic, status("online", 2), qos=1, retain=True)
            await second.publish(topic, status("online", 2), qos=1, retain=True)
            await second.publish(topic, status("online", 3), qos=1)
            await seen({(1, "left"): 1, (3, "vanished"): 1, (3, "status_not_retained"): 1})


async def test_the_older_of_two_keys(broker: Mosquitto, database_url: str, db: Db) -> None:
    device = await add_device(db, broker)
    newer = new_key()
    await db.execute(
        "UPDATE device_keys SET expires_at = now() + interval '1 day' WHERE device_id = %s",
        (device.device_id,),
    )
    await db.execute(
        "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)",
        (device.device_id, digest(newer)),
    )
    accounts = FileBrokerAccounts(broker.accounts_folder)
    accounts.put(device.device_id, [digest(device.key), digest(newer)])
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(beat(71, now_ms() - 9)), qos=1)
        device.key = newer
        await client.publish(device.up(), device.message(beat(72)), qos=1)
        await until(lambda: _stored(db, device, 2))
    assert await habits(db, device) == {(1, "old_key"): 1}
