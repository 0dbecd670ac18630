"""The worker among others: people, brokers, other workers and writers."""

import asyncio
import json
import threading
from typing import Any

import aiomqtt
import psycopg
import pytest

from analytics.engine import Engine
from stack.services.mosquitto import Mosquitto, prepare_mosquitto
from storage.engine import Database, connect
from telemetry.clock import now_ms
from telemetry.topics import ward_alarms
from tests.support.beds import Bed, add_bed, analysing
from tests.support.calls import acknowledge, has_both, second_by_second, states, wait_for
from tests.support.worlds import until


async def empty(bed: Bed) -> bool:
    return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)


async def buried(bed: Bed) -> bool:
    found = await bed.scalar("SELECT count(*) FROM dead_letters WHERE reason = 'engine_failed'")
    return bool(found)


async def leaders(bed: Bed) -> int:
    """Counted in this database alone: the cluster is shared with the tests that run beside."""
    return int(
        await bed.scalar(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
    )


async def test_a_patient_who_is_removed_does_not_take_others_along(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are scored in one run, and one of them goes before it is stored."""
    other = await add_bed(bed.db)
    run = Engine.run

    async with analysing(fresh_database_url) as task:
        for one in (bed, other):
            await one.send("heart_rate", [(now_ms() - 60_000, 70.0)])
        await until(lambda: empty(bed), task)
        gone = threading.Event()

        def run_late(self: Engine, readings: Any, now: int) -> Any:
            outcome = run(self, readings, now)
            if {bed.patient, other.patient} <= {one.patient_id for one in outcome.changes}:
                with psycopg.connect(fresh_database_url, autocommit=True) as connection:
                    connection.execute("DELETE FROM users WHERE id = %s", (other.patient,))
                gone.set()
            return outcome

        monkeypatch.setattr(Engine, "run", run_late)
        async with bed.db.transaction():
            for one in (other, bed):
                await one.send("oxygen_saturation", second_by_second(86, seconds=20))
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
        await until(lambda: empty(bed), task)
    assert gone.is_set()
    assert not await buried(bed)
    remembered = await bed.db.execute("SELECT DISTINCT patient_id FROM engine_states")
    assert await remembered.fetchall() == [(bed.patient,)]


async def test_only_one_worker_is_at_work_and_another_takes_over(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url) as first:
        await until(lambda: leaders(bed), first)
        async with analysing(fresh_database_url) as second:
            await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
            await wait_for(bed, first, ("oxygen_saturation_low", "active_unacknowledged"))
            assert await leaders(bed) == 1
            first.cancel()
            await asyncio.wait({first})
            await bed.send("heart_rate", second_by_second(135, seconds=20))
            await until(lambda: has_both(bed), second)


async def test_an_alarm_is_published_to_its_patients_topic(
    bed: Bed, fresh_database_url: str, broker: Mosquitto
) -> None:
    topic, ward = f"jeg/v1/alarms/{bed.patient}", ward_alarms(None, "3 West")
    await bed.db.execute(
        "INSERT INTO encounters (patient_id, ward, period_start) VALUES (%s, '3 West', now())",
        (bed.patient,),
    )
    broker.stop()
    lines = [f"topic read {name}" for name in (topic, ward)]
    broker = prepare_mosquitto(broker.folder, guests={"ward": lines})
    broker.start()
    heard: list[aiomqtt.Message] = []
    listens = asyncio.Event()
    options = {
        "broker_host": broker.host,
        "broker_port": broker.port,
        "broker_password": broker.credentials["jeg-analytics"],
    }

    async def listen() -> None:
        async with aiomqtt.Client(
            broker.host,
            broker.port,
            username="ward",
            password=broker.credentials["ward"],
        ) as client:
            await client.subscribe([(topic, 0), (ward, 0)])
            listens.set()
            async for message in client.messages:
                heard.append(message)  # noqa: PERF401 (each is looked at as it comes)

    async def seen() -> bool:
        return bool(json.loads(heard[-1].payload)["state"] == "active_acknowledged")

    listener, database = asyncio.create_task(listen()), Database(fresh_database_url)
    try:
        async with analysing(fresh_database_url, **options) as task:
            await asyncio.wait_for(listens.wait(), 30)
            await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
            await until(lambda: heard, listener)
            # What people do about it is told by the same worker.
            (alarm,) = await bed.alarms()
            async with database.write() as session:
                await acknowledge(session, alarm["id"], bed.patient)
            await until(seen, listener)
            assert not task.done()
    finally:
        listener.cancel()
        await database.close()
    assert json.loads(heard[-1].payload)["acknowledged_by_id"] == str(bed.patient)
    told = json.loads(heard[0].payload)
    assert told["condition"] == "oxygen_saturation_low"
    assert told["patient_id"] == str(bed.patient)
    assert not heard[0].retain
    # The ward's display, whoever lies there.
    assert {str(message.topic) for message in heard} == {topic, ward}
    assert told == json.loads(heard[1].payload)
    assert "ward" not in told


async def test_a_broker_that_is_away_does_not_stop_the_engine(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url, broker_host="127.0.0.1", broker_port=1) as task:
        await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))


async def test_fifty_writers_open_one_alarm(bed: Bed, fresh_database_url: str) -> None:
    statement = """
        INSERT INTO alarms (patient_id, condition, category, priority, state, title, message,
                            rule_version, started_at)
        VALUES (%s, 'heart_rate_high', 'physiological', 'high', 'pending', 't', 'm', 'b', now())
    """

    async def write() -> bool:
        async with await connect(fresh_database_url, application_name="racer") as connection:
            try:
                await connection.execute(statement, (bed.patient,))
            except psycopg.errors.UniqueViolation:
                return False
            return True

    won = await asyncio.gather(*(write() for _ in range(50)))
    assert sum(won) == 1


async def test_the_engine_joins_an_alarm_that_another_writer_opens_first(
    bed: Bed, fresh_database_url: str
) -> None:
    """The other writer has inserted but not yet committed when the engine comes."""
    await bed.send("heart_rate", second_by_second(135, seconds=20))
    async with (
        await connect(fresh_database_url, application_name="racer") as racer,
        analysing(fresh_database_url) as task,
    ):
        async with racer.transaction():
            await racer.execute(
                "INSERT INTO alarms (patient_id, condition, category, priority, state, title,"
                " message, rule_version, started_at) VALUES (%s, 'oxygen_saturation_low',"
                " 'physiological', 'medium', 'pending', 't', 'm', 'b', now())",
                (bed.patient,),
            )
            await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
            await asyncio.sleep(0.5)
            assert not await empty(bed), "the engine waits for the other writer"

        async def joined() -> bool:
            return ("oxygen_saturation_low", "active_unacknowledged") in await states(bed)

        await until(joined, task)
    assert await has_both(bed)
