"""Several writers of the same devices and readings: all right, none in another's way for ever."""

import asyncio
import random
from typing import Any

import psycopg

from storage.engine import connect
from storage.writer import Committed, commit
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.clock import Window, now_ms
from telemetry.devices import Device as Known
from telemetry.judge import Judge
from telemetry.keys import digest
from telemetry.topics import parse_up
from tests.support.worlds import Device, add_device, beat, count

Db = psycopg.AsyncConnection[Any]
METRICS = ("heart_rate", "oxygen_saturation", "respiratory_rate")


def known(device: Device) -> Known:
    return Known(
        device.device_id,
        device.owner_id,
        device.partition,
        "ACTIVE",
        is_verified=True,
        keys=((digest(device.key), None),),
    )


def batch_of(messages: list[tuple[Device, bytes]]) -> Batch:
    """Judge messages as a writer does that has never heard of their devices."""
    batch, judge = Batch(), Judge()
    entries: dict[Any, Known] = {}
    for device, payload in messages:
        entry = entries.setdefault(device.device_id, known(device))
        topic = device.up()
        judge.take(Arrival(topic, parse_up(topic), payload, None, Window(now_ms())), entry, batch)
    return batch


async def write_all(url: str, batches: list[Batch]) -> list[Committed]:
    async with await connect(url, application_name="writer") as connection:
        return [await commit(connection, batch) for batch in batches]


async def deadlocks(db: Db) -> int:
    await db.execute("SELECT pg_stat_force_next_flush()")
    cursor = await db.execute(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def test_one_series_over_both_roads(database_url: str, db: Db) -> None:
    """A worker's batches of many devices, and the same messages one by one as over HTTP."""
    devices = [await add_device(db) for _ in range(8)]
    now = now_ms()
    messages = []
    for turn in range(12):
        for device in devices:
            samples = [beat(60 + turn, now - 1000 * turn) | {"c": code} for code in METRICS]
            random.shuffle(samples)
            messages.append((device, device.message(*samples)))
    before = await deadlocks(db)
    by_worker = [batch_of(messages[i : i + 32]) for i in range(0, len(messages), 32)]
    alone = [batch_of([message]) for message in messages]
    random.shuffle(alone)
    written = await asyncio.wait_for(
        asyncio.gather(
            write_all(database_url, by_worker),
            *(write_all(database_url, alone[i::4]) for i in range(4)),
        ),
        60,
    )
    every = [committed for one in written for committed in one]
    assert await deadlocks(db) == before
    readings = len(messages) * len(METRICS)
    assert sum(one.stored for one in every) == readings
    assert sum(one.duplicate for one in every) == readings
    assert sum(one.conflicting for one in every) == 0
    for device in devices:
        assert await count(db, "vitals", device) == 12 * len(METRICS)
        cursor = await db.execute(
            "SELECT max_seq, stored + duplicate, redelivered, seen::text, readings_stored,"
            " readings_duplicate FROM device_ledgers WHERE device_id = %s",
            (device.device_id,),
        )
        assert await cursor.fetchall() == [(12, 12, 12, "{[1,13)}", 36, 36)]


async def test_two_values_at_once_leave_one_and_a_conflict(database_url: str, db: Db) -> None:
    device, now = await add_device(db), now_ms()
    batches = [batch_of([(device, device.message(beat(60 + i, now)))]) for i in range(6)]
    written = await asyncio.gather(*(write_all(database_url, [batch]) for batch in batches))
    every = [committed for one in written for committed in one]
    assert sorted((one.stored, one.conflicting) for one in every) == [(0, 1)] * 5 + [(1, 0)]
    assert sum(len(one.conflicts) for one in every) == 5
    assert await count(db, "vitals", device) == 1
    assert await count(db, "dead_letters", device) == 5
