"""What the worker holds back, what it knows of queueing, and what it tells of it."""

import asyncio
import json
import time
from typing import Any

import aiomqtt
import psycopg
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from prometheus_client import REGISTRY

from ingest import backlog, packets, rates
from ingest.backlog import UNKNOWN_MS, Backlog
from ingest.link import Doorbell, Wire
from stack.services.mosquitto import Mosquitto
from telemetry.clock import now_ms
from telemetry.errors import Reason
from tests.support.worlds import Device, add_device, beat, connected, count, ingesting, until

Db = psycopg.AsyncConnection[Any]
HOUR = 3_600_000


async def receipted(client: aiomqtt.Client, seq: int) -> None:
    """Wait for the receipt of a message."""
    async with asyncio.timeout(30):
        async for message in client.messages:
            if json.loads(message.payload)["seq"] >= seq:
                return


async def letters(db: Db, device: Device) -> dict[str, int]:
    """Readings refused, by reason."""
    cursor = await db.execute(
        "SELECT reason, sum(readings)::int FROM dead_letters WHERE device_id = %s GROUP BY 1",
        (device.device_id,),
    )
    return dict(await cursor.fetchall())


def told(name: str) -> float:
    """What Prometheus would be told."""
    return REGISTRY.get_sample_value(name) or 0.0


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker's queue is known to be empty at once."""
    monkeypatch.setattr(backlog, "CALM_SECONDS", 0.0)


@pytest.mark.usefixtures("calm")
async def test_a_flooding_device_is_held_back_and_others_are_not(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    flooding, other = await add_device(db, broker), await add_device(db, broker)
    start, before = now_ms() - 1000, told("jeg_ingest_rate_limited_total")
    async with (
        ingesting(broker, database_url, rate_per_second=0.01, rate_burst=20) as worker,
        connected(broker, flooding) as flood,
        connected(broker, other) as calm,
    ):
        await until(lambda: worker._pipeline._backlog.longest_ms() < 1000)
        for i in range(100):
            await flood.publish(flooding.up(), flooding.message(beat(70, start + i)), qos=1)
        await calm.publish(other.up(), other.message(beat(70)), qos=1)
        await receipted(calm, 1)

        async def all_told() -> bool:
            return (await letters(db, flooding)).get(Reason.RATE_LIMITED) == 79

        await until(all_told)
    assert await count(db, "vitals", flooding) == 21
    cursor = await db.execute(
        "SELECT max_seq, stored, rejected FROM device_ledgers WHERE device_id = %s",
        (flooding.device_id,),
    )
    assert await cursor.fetchone() == (21, 21, 0), "what is held back was never there"
    assert told("jeg_ingest_rate_limited_total") - before == 79


async def test_a_queue_that_comes_all_at_once_is_no_flood(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with connected(broker, device) as client:
        async with ingesting(broker, database_url):
            await client.publish(device.up(), device.message(beat()), qos=1)
            await receipted(client, 1)
        start = now_ms() - 1000
        for i in range(200):
            await client.publish(device.up(), device.message(beat(60, start + i)), qos=1)
        async with ingesting(broker, database_url, rate_per_second=1, rate_burst=5):
            await receipted(client, 201)
    assert await letters(db, device) == {}


@pytest.mark.usefixtures("calm")
async def test_a_clock_that_is_wrong_is_quarantined_until_it_is_right(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with (
        ingesting(broker, database_url) as worker,
        connected(broker, device) as client,
    ):
        await until(lambda: worker._pipeline._backlog.longest_ms() < 1000)

        async def send(lead_ms: int, **more: Any) -> None:
            at = now_ms() + lead_ms
            await client.publish(device.up(), device.message(beat(70, at), sent=at, **more), qos=1)
            await receipted(client, device.seq)

        await send(-HOUR)
        await send(-HOUR, h=True)
        for _ in range(4):
            await send(0)
        await send(120_000)
        await send(130_000)
        await send(0)
        await send(-90_000)
        await send(86_400_000)
        await send(0)
    assert await letters(db, device) == {
        Reason.CLOCK_BEHIND: 1, Reason.CLOCK_JUMPED: 3, Reason.CLOCK_AHEAD: 1
    }  # fmt: skip
    assert await count(db, "vitals", device) == 7
    cursor = await db.execute(
        "SELECT state, abs(offset_ms) < 60000 AS right FROM device_clocks"
        " WHERE device_id = %s ORDER BY recorded_at, seq",
        (device.device_id,),
    )
    states = await cursor.fetchall()
    assert states[:2] == [("good", True), ("ahead", False)]
    assert ("back", False) in states


async def test_the_next_worker_knows_the_clock(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with connected(broker, device) as client:
        async with ingesting(broker, database_url):
            for _ in range(3):
                await client.publish(device.up(), device.message(beat()), qos=1)
                await receipted(client, device.seq)
        at = now_ms() - HOUR
        async with ingesting(broker, database_url):
            await client.publish(device.up(), device.message(beat(70, at), sent=at), qos=1)
            await receipted(client, 4)
    assert await letters(db, device) == {Reason.CLOCK_JUMPED: 1}
    cursor = await db.execute(
        "SELECT max(abs(extract(epoch FROM corrected_time - v.time)))::float8 < 60,"
        " max(uncertainty_ms) < 60000 FROM vitals_corrected v JOIN series ON id = series_id"
        " WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchone() == (True, True)


async def test_a_senml_pack_is_numbered_by_user_properties(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.UserProperty = [
        ("key", device.key), ("boot", "7"), ("seq", "1"), ("sent", str(now_ms()))
    ]  # fmt: skip
    pack = [
        {"bn": f"urn:uuid:{device.device_id}:", "bt": now_ms() / 1000, "n": "heart_rate", "v": 72},
        {"n": "8310-5", "u": "K", "v": 310.15},
    ]
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), json.dumps(pack), qos=1, properties=properties)
        async with asyncio.timeout(30):
            told = json.loads((await anext(aiter(client.messages))).payload)
    assert (told["boot"], told["seq"], told["stored"]) == (7, 1, 2)
    assert await count(db, "vitals", device) == 2


async def test_the_brokers_drops_and_the_delays_are_told(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    rates.BROKER_DROPPED.set(-1)
    before = told("jeg_ingest_end_to_end_seconds_count")
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(), device.message(beat(70, now_ms() - 2000)), qos=1)
        await receipted(client, 1)
        await until(lambda: told("jeg_broker_dropped_messages") == 0)
    assert told("jeg_ingest_end_to_end_seconds_count") - before == 1
    assert 2 <= told("jeg_ingest_lag_seconds") < 60
    buckets = [
        sample.value
        for sample in next(iter(rates.END_TO_END.collect())).samples
        if sample.name.endswith("_bucket")
    ]
    assert buckets == sorted(buckets)


async def test_the_wait_is_known_once_the_queue_was_seen_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    queue, wires = Backlog(20_000), [Wire(Doorbell())]
    queue.look(wires, 0)
    assert queue.longest_ms() == UNKNOWN_MS
    now = 101.0
    queue.look(wires, 999)
    assert queue.longest_ms() == 0
    now = 110.0
    queue.look(wires, 1000)
    now = 110.5
    queue.look(wires, 0)
    assert queue.longest_ms() == 9500
    now = 112.0
    queue.look(wires, 0)
    queue.look([], 0)
    now = 200.0
    queue.look([], 0)
    assert queue.longest_ms() == 88_000
    queue.look([Wire(Doorbell())], 0)
    assert queue.longest_ms() == UNKNOWN_MS, "of a session that is new here nothing is known"
    queue.look(wires, 0)
    now = 201.0
    queue.look(wires, 0)
    assert queue.longest_ms() == 0
    queue.stood_still(0.5)
    queue.look(wires, 0)
    assert queue.longest_ms() == 0
    queue.stood_still(5)
    now = 201.9
    queue.look(wires, 0)
    assert queue.longest_ms() == 900


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (("17", "4", "1750000000000"), (17, 4, 1_750_000_000_000)),
        (("17", "4", None), (17, 4, None)),
        (("17", "4", "noon"), (17, 4, None)),
        (("17", "0", None), None),
        (("17", None, None), None),
        (("-1", "4", None), None),
        (("²", "4", None), None),
        (("17", "9" * 16, None), None),
    ],
)
def test_numbers_from_user_properties(
    texts: tuple[str | None, ...], numbers: tuple[int, int, int | None] | None
) -> None:
    pairs = [(k, v) for k, v in zip(("boot", "seq", "sent"), texts, strict=True) if v is not None]
    encoded = b"".join(b"\x26" + packets._text(k) + packets._text(v) for k, v in pairs)
    assert packets.numbers(encoded) == numbers
