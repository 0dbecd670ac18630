"""One batch is one transaction, however often it is tried."""

from typing import Any

import psycopg
import pytest

from storage.devices import Devices
from storage.lease import Lease, partitions_of
from storage.writer import Committed, commit
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.clock import Window, now_ms
from telemetry.clocks import Model
from telemetry.devices import Device as Known
from telemetry.judge import Judge
from telemetry.keys import digest
from telemetry.outbox import unpack
from telemetry.topics import parse_up
from tests.support.worlds import Device, add_device, beat, count

Db = psycopg.AsyncConnection[Any]


def known(device: Device) -> Known:
    keys = ((digest(device.key), None),)
    return Known(
        device.device_id, device.owner_id, device.partition, "ACTIVE", is_verified=True, keys=keys
    )


def batch_of(device: Device, *payloads: bytes) -> Batch:
    batch, judge, entry = Batch(), Judge(), known(device)
    for payload in payloads:
        topic = device.up()
        judge.take(Arrival(topic, parse_up(topic), payload, None, Window(now_ms())), entry, batch)
    return batch


def totals(committed: Committed) -> tuple[int, int, int]:
    return committed.stored, committed.duplicate, committed.conflicting


async def ledger(db: Db, device: Device) -> tuple[Any, ...]:
    cursor = await db.execute(
        "SELECT max_seq, stored, duplicate, quarantined, rejected, redelivered, seen::text"
        " FROM device_ledgers WHERE device_id = %s",
        (device.device_id,),
    )
    row = await cursor.fetchone()
    assert row is not None
    return tuple(row)


async def test_a_batch_committed_twice_is_stored_once(db: Db) -> None:
    device = await add_device(db)
    now = now_ms()
    batch = batch_of(device, *(device.message(beat(70, now - i)) for i in range(5)))
    assert totals(await commit(db, batch)) == (5, 0, 0)
    assert totals(await commit(db, batch)) == (0, 5, 0)
    assert await ledger(db, device) == (5, 5, 0, 0, 0, 5, "{[1,6)}")


async def test_the_same_reading_twice_in_a_batch_is_stored_once(db: Db) -> None:
    device = await add_device(db)
    now = now_ms()
    batch = batch_of(
        device,
        device.message(beat(70, now)),
        device.message(beat(70, now)),
        device.message(beat(99, now)),
        device.message(beat(71, now - 1)),
    )
    assert totals(await commit(db, batch)) == (2, 1, 1)
    assert await ledger(db, device) == (4, 2, 1, 0, 1, 0, "{[1,5)}")


async def test_published_is_the_sum_of_its_outcomes(db: Db) -> None:
    device = await add_device(db)
    now = now_ms()
    first = [device.message(beat(70, now - 5)), device.message(beat(900, now))]
    device.seq += 2
    second = [device.message(beat(70, now - 5)), device.message(beat(70, now // 1000))]
    await commit(db, batch_of(device, *first))
    await commit(db, batch_of(device, *first, *second))
    published, *outcomes, redelivered, seen = await ledger(db, device)
    missing = 2
    assert published == sum(outcomes) + missing == 6
    assert (outcomes, redelivered) == ([1, 1, 1, 1], 2)
    assert seen == "{[1,3),[5,7)}"


async def test_only_what_is_new_waits_for_the_engine(db: Db) -> None:
    device = await add_device(db)
    now = now_ms()
    one, two = device.message(beat(70, now - 9)), device.message(beat(71, now))
    await commit(db, batch_of(device, one))
    committed = await commit(db, batch_of(device, one, two))
    cursor = await db.execute("SELECT readings, payload FROM outbox ORDER BY id DESC LIMIT 1")
    row = await cursor.fetchone()
    assert row is not None
    waiting = unpack(row[1])
    assert (row[0], waiting.value.tolist(), waiting.time_ms.tolist()) == (1, [71], [now])
    assert waiting.series.tolist() == list(committed.series.values())


async def test_a_failed_batch_leaves_nothing_behind(db: Db) -> None:
    device = await add_device(db)
    batch = batch_of(device, device.message(beat(70)))
    batch.letters.append(None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        await commit(db, batch)
    assert await count(db, "vitals", device) == 0
    batch.letters.clear()
    assert totals(await commit(db, batch)) == (1, 0, 0)


async def test_a_group_has_one_holder_whatever_the_number_of_groups(
    db: Db, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other:
        mine, theirs = Lease(db, 4), Lease(other, 16)
        await mine.be_present()
        await theirs.be_present()
        assert await mine.fair_share() == 2
        assert await mine.take(2) == {0, 1}
        assert await theirs.take(16) == set(range(8, 16))
        await mine.give_back(1)
        assert await theirs.take(16) == set(range(4, 8))
    assert not await mine.take_one(0) or mine.held == {0}
    assert "".join(partitions_of(group, 4) for group in range(4)) == "0123456789abcdef"


async def test_clocks_are_kept_and_the_oldest_given_up(db: Db) -> None:
    device = await add_device(db)
    await db.execute(
        "INSERT INTO device_clocks SELECT %s, 1, to_timestamp(n), n, 0, 0, 1, 'good',"
        " now() - interval '1 day' + n * interval '1 second' FROM generate_series(1, 1010) n",
        (device.device_id,),
    )

    async def keep(seq: int) -> tuple[Any, ...]:
        batch = Batch()
        for offset in (7, 9):
            batch.clocks.append((device.device_id, Model(2, seq, now_ms(), offset, -1.5, 3)))
        await commit(db, batch)
        cursor = await db.execute(
            "SELECT count(*), min(seq), (SELECT offset_ms FROM device_clocks c"
            " WHERE c.device_id = d.device_id AND boot = 2 AND seq = %s ORDER BY valid_from DESC"
            " LIMIT 1) FROM device_clocks d WHERE device_id = %s GROUP BY device_id",
            (seq, device.device_id),
        )
        row = await cursor.fetchone()
        assert row is not None
        return tuple(row)

    assert (await keep(33))[1:] == (1, 9)
    rows, oldest, offset = await keep(64)
    assert (offset, oldest > 10) == (9, True)
    assert 1000 <= rows <= 1002
    devices = Devices()
    await devices.load(db, [device.device_id])
    entry = devices.get(device.device_id)
    assert entry is not None
    assert entry.clock is not None
    assert entry.clock.model is not None
    assert (entry.clock.boot, entry.clock.model.offset_ms) == (2, 9)
    assert entry.clock.model.drift_ppm == -1.5
