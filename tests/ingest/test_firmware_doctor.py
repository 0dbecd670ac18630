"""The firmware doctor: a good simulated device passes, and each kind of bad firmware fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aiomqtt
import psycopg
import pytest

from analytics.examination import Check, Examination
from analytics.firmware import examine
from simulators import device as simulated
from simulators.payloads import Reading
from stack.services.mosquitto import Mosquitto
from storage.engine import Database
from storage.queries.firmware import FirmwareFacts, firmware_facts
from telemetry.clock import now_ms
from telemetry.habits import LATE_MS
from telemetry.topics import Up, device_topics
from tests.support.worlds import Device, add_device, beat, connected, ingesting, until

Db = psycopg.AsyncConnection[Any]
Firmware = Callable[[aiomqtt.Client, Device], Awaitable[None]]


class World:
    """A broker, a database and ingest between them."""

    def __init__(self, broker: Mosquitto, db: Db, database: Database) -> None:
        self.broker, self.db = broker, db
        self._database = database

    async def facts(self, device: Device) -> FirmwareFacts:
        """What is known by now."""
        async with self._database.read() as session:
            found = await firmware_facts(session, device.device_id, boots=1)
        assert found is not None
        return found

    async def examined(self, device: Device) -> Examination:
        """The doctor's report."""
        return examine(await self.facts(device))

    async def until(self, device: Device, name: str, result: str) -> Check:
        """Wait until a check comes to a result."""
        found: list[Check] = []

        async def so() -> bool:
            checks = {check.name: check for check in (await self.examined(device)).checks}
            found[:] = [checks[name]]
            return checks[name].result == result

        try:
            await until(so, seconds=30)
        except TimeoutError:
            pytest.fail(f"{found[0]}")
        return found[0]


@pytest.fixture
async def world(broker: Mosquitto, database_url: str, db: Db) -> AsyncIterator[World]:
    """Ingest, running."""
    database = Database(database_url, pool_size=1)
    async with ingesting(broker, database_url):
        yield World(broker, db, database)
    await database.close()


@asynccontextmanager
async def simulating(world: World, device: Device, boot: int) -> AsyncIterator[simulated.Device]:
    """A simulated device, online until the block ends."""
    topics = device_topics(device.partition, device.device_id)
    identity = simulated.Identity(str(device.device_id), device.key, topics)
    link = simulated.Link(world.broker.host, world.broker.port)
    one = simulated.Device(identity, link, boot)
    async with simulated.running(one):
        await one.online()
        yield one


async def test_a_good_device_passes(world: World) -> None:
    device = await add_device(world.db, world.broker)
    for boot in (1, 2):
        async with simulating(world, device, boot) as one:
            start = now_ms() - 2 * LATE_MS + boot * 60_000
            late = [Reading("heart_rate", start, 70.0)]
            await one.send(late, historical=True)
            for beats in range(12):
                seq = await one.send([Reading("heart_rate", now_ms(), 70.0 + beats)])
                await asyncio.sleep(0.02)
            async with asyncio.timeout(30):
                await one.receipted(seq)
    await world.until(device, "will", "pass")
    report = await world.examined(device)
    assert [check for check in report.checks if check.result != "pass"] == []
    assert report.result == "pass"


async def _fine(client: aiomqtt.Client, device: Device, messages: int = 12, **more: Any) -> None:
    for _ in range(messages):
        await client.publish(device.up(), device.message(beat(), **more), qos=1)
        await asyncio.sleep(0.002)


def _without(message: bytes, *names: str) -> bytes:
    body = json.loads(message)
    return json.dumps({name: body[name] for name in body if name not in names}).encode()


def _status(state: str, boot: int) -> bytes:
    return json.dumps({"boot": boot, "state": state}).encode()


async def no_will(client: aiomqtt.Client, device: Device) -> None:
    for boot in (1, 2):
        await client.publish(device.up(Up.STATUS), _status("online", boot), qos=1, retain=True)


async def fleeting_status(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(Up.STATUS), _status("online", 1), qos=1)


async def status_without_boot(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(Up.STATUS), b'{"state": "online"}', qos=1, retain=True)


async def no_status(client: aiomqtt.Client, device: Device) -> None:
    await _fine(client, device)


async def no_numbers(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), _without(device.message(beat()), "boot", "seq"), qos=1)


async def same_boot_again(client: aiomqtt.Client, device: Device) -> None:
    await _fine(client, device, 3)
    device.seq = 0
    await _fine(client, device, 3)


async def numbers_from_seven(client: aiomqtt.Client, device: Device) -> None:
    device.seq = 6
    await _fine(client, device, 3)


async def unset_clock(client: aiomqtt.Client, device: Device) -> None:
    early = 1_000_000
    message = device.message({"c": "heart_rate", "t": early, "v": 70}, sent=early)
    await client.publish(device.up(), message, qos=1)


async def seconds_for_milliseconds(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), device.message(beat(t=now_ms() // 1000)), qos=1)


async def no_sent(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), _without(device.message(beat()), "sent"), qos=1)


async def wrong_unit(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), device.message(beat() | {"u": "furlong"}), qos=1)


async def not_json(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), b"hr=70", qos=1)


async def at_most_once(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), device.message(beat()), qos=0)


async def retained(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), device.message(beat()), qos=1, retain=True)


async def unmarked_backlog(client: aiomqtt.Client, device: Device) -> None:
    late = beat(t=now_ms() - LATE_MS - 60_000)
    await client.publish(device.up(), device.message(late), qos=1)


async def forgets_messages(client: aiomqtt.Client, device: Device) -> None:
    await _fine(client, device, 3)
    device.seq += 4
    await _fine(client, device, 3)


async def deaf_to_receipts(client: aiomqtt.Client, device: Device) -> None:
    messages = [device.message(beat(t=now_ms() - 100 + n)) for n in range(12)]
    for message in messages + messages:
        await client.publish(device.up(), message, qos=1)


async def wrong_key(client: aiomqtt.Client, device: Device) -> None:
    await client.publish(device.up(), device.message(beat(), key="jk_wrong"), qos=1)


BAD: list[tuple[Firmware, str]] = [
    (no_will, "will"),
    (fleeting_status, "will"),
    (status_without_boot, "will"),
    (no_status, "will"),
    (no_numbers, "boot_and_seq"),
    (same_boot_again, "boot_and_seq"),
    (numbers_from_seven, "boot_and_seq"),
    (unset_clock, "clock"),
    (seconds_for_milliseconds, "clock"),
    (no_sent, "clock"),
    (wrong_unit, "units"),
    (not_json, "form"),
    (at_most_once, "qos"),
    (retained, "retained"),
    (unmarked_backlog, "backfill"),
    (forgets_messages, "receipts"),
    (deaf_to_receipts, "receipts"),
    (wrong_key, "key"),
]


@pytest.mark.parametrize(("firmware", "name"), BAD, ids=[one.__name__ for one, _ in BAD])
async def test_bad_firmware_fails_and_is_told_why(
    world: World, firmware: Firmware, name: str
) -> None:
    device = await add_device(world.db, world.broker)
    async with connected(world.broker, device) as client:
        await firmware(client, device)
    check = await world.until(device, name, "fail")
    assert check.found
    assert check.remedy
    report = await world.examined(device)
    assert report.result == "fail"


async def test_a_device_that_never_proved_its_key_is_told_to(world: World) -> None:
    device = await add_device(world.db, world.broker, verified=False)
    check = await world.until(device, "key", "fail")
    assert "/api/iot/devices/verify/" in check.remedy


async def refuse(world: World, device_id: UUID, reason: str, readings: int) -> None:
    """Commit a dead letter of a device."""
    await world.db.execute(
        "INSERT INTO dead_letters (reason, device_id, topic, payload, readings)"
        " VALUES (%s, %s, 'jeg/v1/a/b/up/telemetry', '{}', %s)",
        (reason, device_id, readings),
    )


async def test_what_came_before_the_key_was_proven_is_no_wrong_key(world: World) -> None:
    device = await add_device(world.db, world.broker)
    await refuse(world, device.device_id, "device_unverified", 1)
    check = await world.until(device, "key", "fail")
    assert "/api/iot/devices/verify/" in check.remedy
    assert "user property" not in check.remedy


async def test_a_flood_is_told_of(world: World) -> None:
    device = await add_device(world.db, world.broker)
    await refuse(world, device.device_id, "rate_limited", 40)
    check = await world.until(device, "rate", "fail")
    assert "40 rate_limited" in check.found


async def test_a_new_boot_is_judged_by_itself(world: World) -> None:
    device = await add_device(world.db, world.broker)
    async with connected(world.broker, device) as client:
        await at_most_once(client, device)
        await world.until(device, "qos", "fail")
        device.boot, device.seq = 2, 0
        await _fine(client, device)
    await world.until(device, "qos", "pass")
