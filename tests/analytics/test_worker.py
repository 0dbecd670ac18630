"""The worker on a real database: commits become alarms, and nothing is lost or told twice."""

import asyncio
import json
import threading
from typing import Any
from uuid import UUID

import aiomqtt
import psycopg
import pytest

from analytics import answers, meters
from analytics.alarm_file import AlarmFile
from analytics.engine import Engine
from stack.services.mosquitto import Mosquitto, prepare_mosquitto
from storage.engine import Database, WriteSession, connect
from telemetry.clock import now_ms
from telemetry.topics import ward_alarms
from tests.support.beds import Bed, add_bed, analysing
from tests.support.worlds import until

MINUTE_MS = 60_000


def second_by_second(value: float, *, seconds: int, ago_ms: int = 0) -> list[tuple[int, float]]:
    """One value each second, the last one `ago_ms` ago."""
    last = now_ms() - ago_ms
    return [(last - 1000 * i, value) for i in range(seconds - 1, -1, -1)]


async def states(bed: Bed) -> list[tuple[str, str]]:
    return [(alarm["condition"], alarm["state"]) for alarm in await bed.alarms()]


async def acknowledge(session: WriteSession, alarm: UUID, actor: UUID) -> None:
    file = AlarmFile(await session.plain())
    await file.act(alarm, lambda one, at_ms: answers.acknowledge(one, at_ms, actor))


async def wait_for(bed: Bed, task: asyncio.Task[None], *expected: tuple[str, str]) -> None:
    async def there() -> bool:
        return await states(bed) == list(expected)

    await until(there, task)


async def test_a_reading_becomes_an_alarm_with_its_reasons(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
    (alarm,) = await bed.alarms()
    assert (alarm["priority"], alarm["category"]) == ("medium", "physiological")
    assert (alarm["value"], alarm["unit"], alarm["limit_value"]) == (86, "%", 89)
    assert alarm["message"] == "Oxygen saturation 86 % (alarm at 89 % or less)"
    assert (alarm["activated_at"] - alarm["started_at"]).total_seconds() == 15
    evidence = alarm["evidence"]
    assert evidence["rule"]["delay_s"] == 15
    (series,) = evidence["series"]
    assert len(series["value"]) == len(series["time_ms"]) == 16
    assert series["time_ms"] == sorted(series["time_ms"])
    steps = await (
        await bed.db.execute(
            "SELECT from_state, to_state, reason FROM alarm_transitions ORDER BY id"
        )
    ).fetchall()
    assert steps == [
        (None, "pending", "condition_began"),
        ("pending", "active_unacknowledged", "delay_passed"),
    ]
    assert await bed.scalar("SELECT count(*) FROM outbox") == 0
    assert await bed.scalar("SELECT count(*) FROM rollup_dirty") >= 1


async def test_a_delay_ends_by_the_clock(bed: Bed, fresh_database_url: str) -> None:
    async with analysing(fresh_database_url) as task:
        await bed.send("blood_glucose", [(now_ms(), 50.0)])
        await wait_for(bed, task, ("blood_glucose_low", "active_unacknowledged"))
        await bed.send(
            "oxygen_saturation", [(now_ms() - 14_000, 80.0)], received_ms=now_ms() - 14_000
        )
        await wait_for(
            bed,
            task,
            ("oxygen_saturation_low", "active_unacknowledged"),
            ("blood_glucose_low", "active_unacknowledged"),
        )
    assert [alarm["priority"] for alarm in await bed.alarms()] == ["high", "high"]


async def test_a_high_alarm_latches_until_it_is_acknowledged(
    bed: Bed, fresh_database_url: str
) -> None:
    database = Database(fresh_database_url)
    low = second_by_second(80, seconds=30, ago_ms=20_000)
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", low + second_by_second(97, seconds=19))
        await wait_for(bed, task, ("oxygen_saturation_low", "latched"))
        (alarm,) = await bed.alarms()
        async with database.write() as session:
            await acknowledge(session, alarm["id"], bed.patient)
        assert (await bed.alarms())[0]["state"] == "closed"
        await bed.send("oxygen_saturation", [(now_ms() + 1, 97.0)])
    await database.close()
    (alarm,) = await bed.alarms()
    assert (alarm["state"], alarm["acknowledged_by_id"]) == ("closed", bed.patient)


async def test_an_acknowledgement_is_kept_when_the_condition_ends(
    bed: Bed, fresh_database_url: str
) -> None:
    database = Database(fresh_database_url)
    async with analysing(fresh_database_url) as task:
        await bed.send("heart_rate", second_by_second(135, seconds=30, ago_ms=20_000))
        await wait_for(bed, task, ("heart_rate_high", "active_unacknowledged"))
        (alarm,) = await bed.alarms()
        async with database.write() as session:
            await acknowledge(session, alarm["id"], bed.patient)
        before = (await bed.alarms())[0]["acknowledged_at"]
        await bed.send("heart_rate", second_by_second(80, seconds=19))
        await wait_for(bed, task, ("heart_rate_high", "closed"))
    await database.close()
    (alarm,) = await bed.alarms()
    assert (alarm["acknowledged_at"], alarm["acknowledged_by_id"]) == (before, bed.patient)
    assert alarm["cleared_at"] == alarm["closed_at"]


@pytest.mark.parametrize("historical", [True, False])
async def test_late_readings_are_findings(
    bed: Bed, fresh_database_url: str, *, historical: bool
) -> None:
    run = second_by_second(80, seconds=60, ago_ms=20 * MINUTE_MS)
    over = second_by_second(97, seconds=20, ago_ms=19 * MINUTE_MS)
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", run + over, historical=historical)
        await wait_for(bed, task, ("oxygen_saturation_low", "closed"))
        # The device sends it all again: nothing new.
        await bed.send("oxygen_saturation", run + over, historical=historical)
        await until(lambda: empty(bed), task)
    (alarm,) = await bed.alarms()
    assert alarm["retrospective"]
    assert (alarm["priority"], alarm["acknowledged_at"]) == ("high", None)
    assert alarm["cleared_at"] > alarm["activated_at"]
    assert await bed.scalar("SELECT count(*) FROM alarm_transitions") == 1


async def empty(bed: Bed) -> bool:
    return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)


async def test_a_restart_in_the_middle_of_a_delay_is_no_gap(
    bed: Bed, fresh_database_url: str
) -> None:
    samples = second_by_second(86, seconds=20)
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", samples[:8])
        await wait_for(bed, task, ("oxygen_saturation_low", "pending"))
    await bed.send("oxygen_saturation", samples[8:])
    async with analysing(fresh_database_url) as task:
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
    (alarm,) = await bed.alarms()
    assert (alarm["activated_at"] - alarm["started_at"]).total_seconds() == 15


async def test_a_transaction_that_fails_is_done_again_with_the_same_result(
    bed: Bed, fresh_database_url: str
) -> None:
    await bed.db.execute("ALTER TABLE alarms ADD CONSTRAINT broken CHECK (false) NOT VALID")
    await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
    async with analysing(fresh_database_url) as task:
        await until(lambda: buried(bed), task)
        assert await bed.scalar("SELECT count(*) FROM engine_states") == 0
        await bed.db.execute("ALTER TABLE alarms DROP CONSTRAINT broken")
        await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))


async def buried(bed: Bed) -> bool:
    found = await bed.scalar("SELECT count(*) FROM dead_letters WHERE reason = 'engine_failed'")
    return bool(found)


async def test_a_damaged_batch_does_not_hold_up_the_others(
    bed: Bed, fresh_database_url: str
) -> None:
    await bed.db.execute("INSERT INTO outbox (readings, payload) VALUES (1, 'JEGBATC1nonsense')")
    await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
    async with analysing(fresh_database_url) as task:
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
    assert await buried(bed)
    assert await empty(bed)


async def test_a_detector_that_fails_is_counted_and_the_batch_goes_on(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Any:
        message = "no score"
        raise RuntimeError(message)

    monkeypatch.setattr("analytics.detectors.limits.Limits.score", fail)
    before = meters.DETECTOR_FAILURES.labels("limits_low")._value.get()
    await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
    async with analysing(fresh_database_url) as task:
        await until(lambda: empty(bed), task)
    assert meters.DETECTOR_FAILURES.labels("limits_low")._value.get() > before
    assert await bed.alarms() == []


async def test_an_engine_that_fails_buries_only_the_batch_it_fails_on(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Engine.run

    def fail_on_many(self: Engine, readings: Any, now: int) -> Any:
        if (readings.value == 66.0).any():
            message = "bad luck"
            raise ZeroDivisionError(message)
        return run(self, readings, now)

    monkeypatch.setattr(Engine, "run", fail_on_many)
    await bed.send("heart_rate", [(now_ms(), 66.0)])
    await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
    async with analysing(fresh_database_url) as task:
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
        await until(lambda: buried(bed), task)
    assert await bed.scalar("SELECT count(*) FROM rollup_dirty") >= 2


async def test_a_changed_rule_is_in_force_without_a_restart(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url, rules_refresh_seconds=0.05) as task:
        await bed.db.execute(
            "INSERT INTO alarm_rules (patient_id, condition, limit_value, delay_seconds)"
            " VALUES (%s, 'heart_rate_high', 100, 0)",
            (bed.patient,),
        )
        await asyncio.sleep(0.2)
        await bed.send("heart_rate", [(now_ms(), 110.0)])
        await wait_for(bed, task, ("heart_rate_high", "active_unacknowledged"))
    (alarm,) = await bed.alarms()
    assert alarm["rule_version"] == "patient:1"


async def test_a_device_falls_silent_and_comes_back(bed: Bed, fresh_database_url: str) -> None:
    condition = f"no_data:{bed.device}"
    async with analysing(fresh_database_url, silence_seconds=0.5) as task:
        for _ in range(7):
            await bed.send("heart_rate", [(now_ms(), 70.0)])
            await asyncio.sleep(0.05)
        await wait_for(bed, task, (condition, "active_unacknowledged"))
        (alarm,) = await bed.alarms()
        assert (alarm["category"], alarm["device_id"]) == ("technical", bed.device)
        await bed.send("heart_rate", [(now_ms(), 70.0)])
        await wait_for(bed, task, (condition, "closed"))


async def test_a_silent_device_is_named(bed: Bed, fresh_database_url: str) -> None:
    await bed.db.execute("UPDATE iot_devices SET name = 'Monitor 7'")
    async with analysing(fresh_database_url, silence_seconds=0.5) as task:
        for _ in range(7):
            await bed.send("heart_rate", [(now_ms(), 70.0)])
            await asyncio.sleep(0.05)
        await wait_for(bed, task, (f"no_data:{bed.device}", "active_unacknowledged"))
        (alarm,) = await bed.alarms()
        begun = f"No data from Monitor 7 ({str(bed.device)[:8]}) since {alarm['started_at']:%H:%M}"
        assert alarm["message"].startswith(begun)
        await bed.send("heart_rate", [(now_ms(), 70.0)])
        await wait_for(bed, task, (f"no_data:{bed.device}", "closed"))
    (over,) = await bed.alarms()
    assert over["message"] == alarm["message"]


async def test_an_alarm_keeps_what_made_it_high(bed: Bed, fresh_database_url: str) -> None:
    now = now_ms()
    async with analysing(fresh_database_url) as task:
        await bed.send("blood_glucose", [(now - 3000, 52.0), (now - 2000, 90.0)])
        await wait_for(bed, task, ("blood_glucose_low", "latched"))
        await bed.send("blood_glucose", [(now - 1000, 60.0)])
        await wait_for(bed, task, ("blood_glucose_low", "active_unacknowledged"))
    (alarm,) = await bed.alarms()
    assert (alarm["priority"], alarm["value"], alarm["worst_value"]) == ("high", 60, 52)
    assert (alarm["limit_value"], alarm["severe_limit"]) == (69, 53)
    assert alarm["message"] == (
        "Blood glucose 60 mg/dL (alarm at 69 mg/dL or less, high priority at 53 mg/dL or less);"
        " worst 52 mg/dL"
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


async def test_a_device_out_of_use_may_be_silent(bed: Bed, fresh_database_url: str) -> None:
    await bed.db.execute("UPDATE iot_devices SET status = 'MAINTENANCE'")
    async with analysing(fresh_database_url, silence_seconds=0.3) as task:
        for _ in range(7):
            await bed.send("heart_rate", [(now_ms(), 70.0)])
            await asyncio.sleep(0.05)
        await until(lambda: empty(bed), task)
        await asyncio.sleep(0.8)
    assert await bed.alarms() == []


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

            async def both() -> bool:
                return len(await bed.alarms()) == 2

            await until(both, second)


async def leaders(bed: Bed) -> int:
    """Counted in this database alone: the cluster is shared with the tests that run beside."""
    return int(
        await bed.scalar(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
    )


async def test_a_lost_connection_is_made_anew(bed: Bed, fresh_database_url: str) -> None:
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", second_by_second(86, seconds=20, ago_ms=1000))
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
        await bed.db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'jeg-analytics%' AND datname = current_database()"
        )
        await bed.send("heart_rate", second_by_second(135, seconds=20))

        async def both() -> bool:
            return len(await bed.alarms()) == 2

        await until(both, task)


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
            async for message in client.messages:
                heard.append(message)  # noqa: PERF401 (each is looked at as it comes)

    async def seen() -> bool:
        return bool(json.loads(heard[-1].payload)["state"] == "active_acknowledged")

    listener, database = asyncio.create_task(listen()), Database(fresh_database_url)
    try:
        async with analysing(fresh_database_url, **options) as task:
            await asyncio.sleep(0.3)
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
    found = [alarm["condition"] for alarm in await bed.alarms()]
    assert sorted(set(found) - {"news2"}) == ["heart_rate_high", "oxygen_saturation_low"]
    assert len(found) == len(set(found))
