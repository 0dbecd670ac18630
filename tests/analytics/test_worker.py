"""The worker on a real database: commits become alarms, and nothing is lost or told twice."""

import asyncio

import pytest

from storage.engine import Database
from telemetry.clock import from_ms, now_ms
from tests.support.beds import Bed, analysing
from tests.support.calls import acknowledge, second_by_second, states, wait_for
from tests.support.worlds import until

MINUTE_MS = 60_000


async def empty(bed: Bed) -> bool:
    return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)


async def test_a_reading_becomes_an_alarm_with_its_reasons(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", second_by_second(86, seconds=20))
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
    (alarm,) = await bed.alarms()
    assert (alarm["priority"], alarm["category"]) == ("medium", "physiological")
    assert (alarm["value"], alarm["unit"], alarm["limit_value"]) == (86, "%", 89)
    assert alarm["worst_at"] == alarm["started_at"]
    assert alarm["message"] == (
        f"Oxygen saturation 86 % at {alarm['started_at']:%H:%M:%S} UTC (alarm at 89 % or less)"
    )
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
    assert alarm["worst_at"] == alarm["started_at"]
    assert await bed.scalar("SELECT count(*) FROM alarm_transitions") == 1


async def test_a_changed_rule_is_in_force_without_a_restart(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url, rules_refresh_seconds=0.05) as task:
        await bed.db.execute(
            "INSERT INTO alarm_rules (patient_id, condition, limit_value, delay_seconds)"
            " VALUES (%s, 'heart_rate_high', 100, 0)",
            (bed.patient,),
        )

        async def called() -> bool:
            await bed.send("heart_rate", [(now_ms(), 110.0)])
            return ("heart_rate_high", "active_unacknowledged") in await states(bed)

        await until(called, task)
    (alarm,) = await bed.alarms()
    assert alarm["rule_version"] == "patient:1"


async def heard_again(bed: Bed) -> bool:
    """Whether the silence is over; the device goes on, since half a second is soon over, too."""
    await bed.send("heart_rate", [(now_ms(), 70.0)])
    return [state for _, state in await states(bed)] == ["closed"]


async def test_a_device_falls_silent_and_comes_back(bed: Bed, fresh_database_url: str) -> None:
    condition = f"no_data:{bed.device}"
    async with analysing(fresh_database_url, silence_seconds=0.5) as task:
        for _ in range(7):
            await bed.send("heart_rate", [(now_ms(), 70.0)])
            await asyncio.sleep(0.05)
        await wait_for(bed, task, (condition, "active_unacknowledged"))
        (alarm,) = await bed.alarms()
        assert (alarm["category"], alarm["device_id"]) == ("technical", bed.device)
        await until(lambda: heard_again(bed), task)


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
        await until(lambda: heard_again(bed), task)
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
    assert alarm["worst_at"] == from_ms(now - 3000)
    assert alarm["message"] == (
        f"Blood glucose 60 mg/dL at {from_ms(now - 1000):%H:%M:%S} UTC"
        " (alarm at 69 mg/dL or less, high priority at 53 mg/dL or less);"
        f" worst 52 mg/dL at {from_ms(now - 3000):%H:%M:%S} UTC"
    )


async def test_a_lowered_alarm_says_that_its_value_was_the_worst(
    bed: Bed, fresh_database_url: str
) -> None:
    now = now_ms()
    async with analysing(fresh_database_url) as task:
        await bed.send("blood_glucose", [(now - 90_000, 52.0)])
        await wait_for(bed, task, ("blood_glucose_low", "active_unacknowledged"))
        await bed.send("blood_glucose", [(now - 80_000, 68.0), (now - 10_000, 68.0)])

        async def lowered() -> bool:
            return [alarm["priority"] for alarm in await bed.alarms()] == ["medium"]

        await until(lowered, task)
    (alarm,) = await bed.alarms()
    assert (alarm["value"], alarm["state"]) == (52, "active_unacknowledged")
    worst, since = from_ms(now - 90_000), from_ms(now - 20_000)
    assert alarm["worst_at"] == worst
    assert alarm["message"] == (
        f"Blood glucose 52 mg/dL at worst at {worst:%H:%M:%S} UTC,"
        f" no longer high priority since {since:%H:%M:%S} UTC"
        " (alarm at 69 mg/dL or less, high priority at 53 mg/dL or less)"
    )


async def test_a_device_out_of_use_may_be_silent(bed: Bed, fresh_database_url: str) -> None:
    await bed.db.execute("UPDATE iot_devices SET status = 'MAINTENANCE'")
    async with analysing(fresh_database_url, silence_seconds=0.3) as task:
        for _ in range(7):
            await bed.send("heart_rate", [(now_ms(), 70.0)])
            await asyncio.sleep(0.05)
        await until(lambda: empty(bed), task)
        await asyncio.sleep(0.8)
    assert await bed.alarms() == []
