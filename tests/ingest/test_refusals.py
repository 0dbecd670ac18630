"""What the broker refuses becomes dead letters, one each, without a key."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiomqtt
import psycopg
import pytest
from prometheus_client import REGISTRY

from ingest import refusals, rescue
from ingest.heirs import filters
from ingest.store import Store
from stack.services.mosquitto import Mosquitto
from storage.lease import GROUP_COUNTS
from storage.writer import Committed
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.clock import Window, now_ms
from telemetry.clocks import DEFAULT_LIMITS
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.topics import REFUSED, Up, up
from tests.support.shell import jeg
from tests.support.worlds import Device, add_device, beat, connected, count, ingesting, until

Db = psycopg.AsyncConnection[Any]
Row = tuple[str, UUID | None, str, bytes, int]


def counted(reason: str) -> float:
    return REGISTRY.get_sample_value("jeg_ingest_rejected_total", {"reason": reason}) or 0.0


def suppressed() -> float:
    return REGISTRY.get_sample_value("jeg_broker_refusals_suppressed_total") or 0.0


def entered(payload: bytes) -> Batch:
    batch = Batch()
    arrival = Arrival(REFUSED, None, payload, None, Window(now_ms()))
    refusals.take(Judge(), arrival, None, batch)
    return batch


async def attempt(broker: Mosquitto, device_id: UUID, key: str) -> None:
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(broker.host, broker.port, username=str(device_id), password=key):
            pass


async def kept(db: Db, device_id: UUID) -> list[Row]:
    cursor = await db.execute(
        "SELECT reason, device_id, topic, payload, readings FROM dead_letters"
        " WHERE device_id = %s ORDER BY id",
        (device_id,),
    )
    return [(a, b, c, bytes(d), e) for a, b, c, d, e in await cursor.fetchall()]


async def test_each_refusal_is_one_dead_letter_and_disturbs_nobody(
    broker: Mosquitto, database_url: str, db: Db, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    device, stranger = await add_device(db, broker), uuid4()
    key = "jk_" + "w" * 43
    foreign = up("a", uuid4(), Up.TELEMETRY)
    before = {reason: counted(reason) for reason in ("wrong_key", "unknown_device")}
    async with ingesting(broker, database_url), connected(broker, device) as client:
        await attempt(broker, device.device_id, key)
        await attempt(broker, stranger, key)
        await client.publish(foreign, device.message(beat()), qos=1)
        await client.publish(f"x/{device.key}", device.message(beat()), qos=1)
        await client.publish(device.up(), device.message(beat()), qos=1)

        async def settled() -> bool:
            return (
                await count(db, "dead_letters", device) == 3
                and await count(db, "vitals", device) == 1
                and len(await kept(db, stranger)) == 1
            )

        await until(settled)
    mine = device.device_id
    assert await kept(db, mine) == [
        ("wrong_key", mine, REFUSED, b"", 1),
        ("foreign_topic", mine, foreign, b"", 1),
        ("foreign_topic", mine, "x/[removed]", b"", 1),
    ]
    assert await kept(db, stranger) == [("unknown_device", stranger, REFUSED, b"", 1)]
    monkeypatch.setenv("JEG_HOME", str(tmp_path))
    monkeypatch.setenv("JEG_DATABASE_URL", database_url)
    shown = await jeg("dead-letters", "--reason", "wrong_key", "--device", str(mine))
    assert "wrong_key" in shown.stdout
    assert REFUSED in shown.stdout
    assert {reason: counted(reason) - n for reason, n in before.items()} == dict.fromkeys(before, 1)


async def test_what_was_refused_while_ingest_was_away_is_kept_for_it(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    stranger = uuid4()
    async with ingesting(broker, database_url):
        pass
    await attempt(broker, stranger, "jk_any")
    async with ingesting(broker, database_url):

        async def found() -> bool:
            return len(await kept(db, stranger)) == 1

        await until(found)


async def test_a_hammering_client_leaves_few_letters_and_a_count(
    broker: Mosquitto, database_url: str, db: Db
) -> None:
    hammer, other = await add_device(db, broker), await add_device(db, broker)
    before, times = suppressed(), 100
    async with ingesting(broker, database_url), connected(broker, other) as client:
        async with connected(broker, hammer) as noisy:
            for _ in range(times):
                await noisy.publish("x", b"72", qos=1)
        await client.publish(other.up(), other.message(beat()), qos=1)

        async def all_counted() -> bool:
            letters = await count(db, "dead_letters", hammer)
            return letters + suppressed() - before == times

        await until(all_counted)
        assert await count(db, "vitals", other) == 1
    assert 10 <= await count(db, "dead_letters", hammer) < 20


@pytest.mark.parametrize("groups", GROUP_COUNTS)
def test_exactly_one_session_hears_of_refusals(groups: int) -> None:
    listening = [group for group in range(groups) if REFUSED in filters(groups, group)]
    assert listening == [0]


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"\xff", b"7", b'{"reason":"no such"}', b'{"device_id":"x"}', b"{}"]
)
def test_a_refusal_that_cannot_be_read_stops_nobody(payload: bytes) -> None:
    batch = entered(payload)
    assert (len(batch), batch.letters) == (1, [])


def test_a_refusal_is_in_nobodys_ledger() -> None:
    device = Device(owner_id=uuid4())
    told = {"device_id": str(device.device_id), "reason": "foreign_topic", "topic": "a/b"}
    batch = entered(json.dumps(told).encode())
    assert not batch.accounts
    (letter,) = batch.letters
    assert (letter.reason, letter.topic, letter.replayable) == (Reason.FOREIGN_TOPIC, "a/b", False)


async def test_a_refusal_outlives_a_batch_that_cannot_be_stored(
    database_url: str, db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = uuid4()
    told = {"device_id": str(stranger), "reason": "unknown_device"}
    arrivals: rescue.Arrivals = [
        (Arrival(REFUSED, None, json.dumps(told).encode(), None, Window(now_ms())), None),
        (Arrival("x", None, b"{}", None, Window(now_ms())), None),
    ]
    store, judge, batch = Store(database_url, 1, DEFAULT_LIMITS), Judge(), Batch()
    for arrival, device in arrivals:
        refusals.take(judge, arrival, device, batch)
    commit = store.commit

    async def only_single(given: Batch) -> Committed:
        if len(given) > 1:
            raise ValueError
        return await commit(given)

    monkeypatch.setattr(store, "commit", only_single)
    try:
        done = await rescue.commit(store, judge, batch, arrivals)
    finally:
        await store.close()
    assert [[one.reason for one in part.letters] for part, _ in done] == [
        ["unknown_device"],
        ["foreign_topic"],
    ]
    assert await kept(db, stranger) == [("unknown_device", stranger, REFUSED, b"", 1)]
