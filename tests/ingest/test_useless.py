"""Messages of which nothing can be used are accounted for, and stop nobody."""

import json
from typing import Any

import psycopg
import pytest

from stack.services.mosquitto import Mosquitto
from storage.writer import commit
from telemetry.arrivals import Arrival
from telemetry.batch import UNNUMBERED, Batch
from telemetry.clock import Window, now_ms
from telemetry.devices import Device as Known
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.keys import digest
from telemetry.topics import Up, parse_up
from tests.support.worlds import Device, add_device, beat, connected, count, ingesting, until

Db = psycopg.AsyncConnection[Any]


def judged(device: Device, *payloads: bytes) -> Batch:
    known = Known(
        device.device_id,
        device.owner_id,
        device.partition,
        "ACTIVE",
        is_verified=True,
        keys=((digest(device.key), None),),
    )
    batch, judge, topic = Batch(), Judge(), device.up()
    for payload in payloads:
        judge.take(Arrival(topic, parse_up(topic), payload, None, Window(now_ms())), known, batch)
    return batch


async def counts(db: Db, device: Device, boot: int) -> tuple[int, int, dict[str, int]]:
    cursor = await db.execute(
        "SELECT stored, rejected, readings_rejected FROM device_ledgers"
        " WHERE device_id = %s AND boot = %s",
        (device.device_id, boot),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0], row[1], row[2]


async def reasons(db: Db, device: Device) -> list[str]:
    cursor = await db.execute(
        "SELECT reason FROM dead_letters WHERE device_id = %s ORDER BY id", (device.device_id,)
    )
    return [reason for (reason,) in await cursor.fetchall()]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [({"m": []}, Reason.NO_READINGS), ({"m": 7}, Reason.INVALID_PAYLOAD)],
)
async def test_a_numbered_message_without_a_usable_reading_is_accounted_and_receipted(
    db: Db, spoil: dict[str, Any], reason: Reason
) -> None:
    device = await add_device(db)
    useless = json.dumps(json.loads(device.message(beat())) | spoil).encode()
    committed = await commit(db, judged(device, useless, device.message(beat())))
    assert [(one.seq, one.stored, one.rejected) for one in committed.receipts] == [(2, 1, 1)]
    assert await counts(db, device, device.boot) == (1, 1, {reason: 1})
    assert await reasons(db, device) == [reason]


async def test_a_refused_message_without_a_number_is_counted_apart(db: Db) -> None:
    device = await add_device(db)
    stranger = device.message(beat(), key="jk_" + "x" * 43)
    batch = judged(device, b"{", stranger, device.message(beat()))
    committed = await commit(db, batch)
    assert [one.seq for one in committed.receipts] == [0]
    assert await counts(db, device, UNNUMBERED) == (
        0,
        2,
        {Reason.INVALID_JSON: 1, Reason.WRONG_KEY: 1},
    )
    assert await counts(db, device, device.boot) == (1, 0, {})


@pytest.mark.parametrize(
    ("leaf", "word"),
    [
        (Up.ERROR, {"code": "NUL\0"}),
        (Up.ERROR, {"code": "A", "message": "a\0b"}),
        (Up.STATUS, {"boot": 1, "state": "online", "firmware": "2\0"}),
    ],
)
async def test_a_word_that_no_column_holds_does_not_stop_the_worker(
    broker: Mosquitto, database_url: str, db: Db, leaf: Up, word: dict[str, Any]
) -> None:
    device = await add_device(db, broker)
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await client.publish(device.up(leaf), json.dumps(word), qos=1)
        await client.publish(device.up(leaf), b'{"x":' + b"[" * 5_000, qos=1)
        await client.publish(device.up(), device.message(beat()), qos=1)

        async def stored() -> bool:
            return await count(db, "vitals", device) == 1

        await until(stored)
    assert len(await reasons(db, device)) == 2
