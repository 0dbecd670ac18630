"""Partition groups: shared, inherited, renumbered; and batches that cannot be stored."""

from typing import Any

import psycopg
import pytest

from ingest.link import Access, Doorbell
from stack.services.mosquitto import Mosquitto
from telemetry.clock import now_ms
from telemetry.errors import Reason
from tests.support.worlds import (
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


async def test_what_waits_at_the_broker_is_taken_by_the_next_worker(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    device = await add_device(db, broker)
    async with connected(broker, device) as client:
        async with ingesting(broker, database_url):
            await client.publish(device.up(), device.message(beat()), qos=1)
            await receipt(client)
        start = now_ms() - 1000
        for i in range(100):
            await client.publish(device.up(), device.message(beat(60 + i, start + i)), qos=1)
        async with ingesting(broker, database_url):
            while (await receipt(client))["seq"] < 101:
                pass
    assert await count(db, "vitals", device) == 101


async def test_workers_share_the_groups_and_inherit_from_the_dead(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    devices = [await add_device(db, broker) for _ in range(8)]
    async with ingesting(broker, database_url, partition_groups=4) as first:
        async with ingesting(broker, database_url, partition_groups=4) as second:
            await until(lambda: len(first.groups) == len(second.groups) == 2)
            assert not first.groups & second.groups
            for device in devices:
                async with connected(broker, device) as client:
                    await client.publish(device.up(), device.message(beat()), qos=1)
                    await receipt(client)
        await until(lambda: len(first.groups) == 4)
        for device in devices:
            async with connected(broker, device) as client:
                await client.publish(device.up(), device.message(beat()), qos=1)
                await receipt(client)
    for device in devices:
        assert await count(db, "vitals", device) == 2


@pytest.mark.parametrize(("before", "after"), [(1, 4), (4, 1), (2, 16)])
async def test_changing_the_number_of_groups_loses_nothing(
    broker: Mosquitto, database_url: str, db: Db, before: int, after: int
) -> None:
    devices = [await add_device(db, broker) for _ in range(6)]
    async with ingesting(broker, database_url, partition_groups=before) as worker:
        await until(lambda: len(worker.groups) == before)
    for device in devices:
        async with connected(broker, device) as client:
            for i in range(20):
                payload = device.message(beat(60 + i, now_ms() - 30_000 + i))
                await client.publish(device.up(), payload, qos=1)
    async with ingesting(broker, database_url, partition_groups=after) as worker:

        async def all_there() -> bool:
            return [await count(db, "vitals", device) for device in devices] == [20] * 6

        await until(all_there)
        await until(lambda: not worker.inheriting, seconds=30)
    arrived = Doorbell()
    password = broker.credentials["jeg-ingest"]
    access = Access(broker.host, broker.port, "jeg-ingest", password, 100)
    for group in range(before):
        wire, was_there = await access.open(f"jeg-ingest-{before}-{group}", arrived)
        wire.close()
        assert not was_there


async def test_a_message_that_no_transaction_takes_costs_only_itself(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    gone, stays = await add_device(db, broker), await add_device(db, broker)
    async with (
        ingesting(broker, database_url, linger_ms=300),
        connected(broker, gone) as first,
        connected(broker, stays) as second,
    ):
        for client, device in ((first, gone), (second, stays)):
            await client.publish(device.up(), device.message(beat()), qos=1)
            await receipt(client)
        # Erased behind the worker's back: a ledger for its next boot has nothing to refer to.
        await db.execute("DELETE FROM iot_devices WHERE device_id = %s", (gone.device_id,))
        gone.boot = 2
        await first.publish(gone.up(), gone.message(beat()), qos=1)
        await second.publish(stays.up(), stays.message(beat()), qos=1)
        assert (await receipt(second))["stored"] == 1

        async def kept() -> bool:
            return [reason for reason, _ in await letters(db, gone)] == [Reason.UNSTORABLE]

        await until(kept)
