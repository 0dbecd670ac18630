"""Technical alarms on a real database: from facts to alarms of one device."""

import asyncio
from typing import Any

import psycopg
import pytest

from analytics.recompute import recompute
from analytics.recomputed import Recomputed
from analytics.technical import TechnicalSettings
from analytics.technical_facts import described
from storage.engine import connect
from telemetry.clock import now_ms
from telemetry.device_facts import Fact
from telemetry.metrics import METRICS
from tests.support.beds import Bed, analysing
from tests.support.equipment import password, states, tell, turn, was_sending
from tests.support.worlds import until


@pytest.mark.parametrize(
    ("begins", "ends", "condition", "code"),
    [
        (Fact.OFFLINE, Fact.ONLINE, "offline", ""),
        (Fact.PROBE_OFF, Fact.PROBE_ON, "probe_off", "lead_off"),
        (Fact.CLOCK_WRONG, Fact.CLOCK_GOOD, "clock", "clock_ahead"),
    ],
)
async def test_a_fact_becomes_an_alarm_and_another_ends_it(
    bed: Bed, begins: Fact, ends: Fact, condition: str, code: str
) -> None:
    await was_sending(bed)
    await tell(bed, begins, code=code)
    await turn(bed)
    await turn(bed, later_ms=11_000)
    (alarm,) = await bed.alarms()
    assert alarm["condition"] == f"{condition}:{bed.device}"
    assert (alarm["category"], alarm["priority"]) == ("technical", "medium")
    assert alarm["device_id"] == bed.device
    assert alarm["attention_at"] is not None
    assert code in alarm["message"]
    assert described(alarm["condition"], alarm["evidence"])[-1].startswith("raised at ")
    found = await recompute(bed.db, bed.patient, alarm["condition"], alarm["evidence"])
    assert (found.agrees, found.differences) == (True, ())
    assert found.checked
    await tell(bed, ends)
    await turn(bed)
    assert await states(bed) == [(condition, "closed")]
    steps = await (
        await bed.db.execute("SELECT to_state, reason FROM alarm_transitions ORDER BY id")
    ).fetchall()
    assert steps == [
        ("active_unacknowledged", "delay_passed"),
        ("cleared", "condition_ended"),
        ("closed", "closed"),
    ]
    assert await bed.scalar("SELECT count(*) FROM device_conditions") == 0
    assert await bed.scalar("SELECT count(*) FROM device_facts") == 0


async def test_silence_is_held_against_what_is_stored(bed: Bed) -> None:
    await tell(bed, Fact.SILENT)
    await asyncio.sleep(0.05)
    await turn(bed, later_ms=60_000)
    (alarm,) = await bed.alarms()
    condition, evidence = alarm["condition"], alarm["evidence"]
    assert described(condition, evidence)[0].startswith("last message received at ")
    assert "no reading measured" in (await again(bed, condition, evidence)).checked[-1]
    # A backlog that came when it was over says nothing against it.
    series = bed.series["heart_rate"]
    later = "INSERT INTO {} VALUES (%s, now() + interval '20 seconds', 70, 1{})"
    await bed.db.execute(later.format("vitals", ""), (series,))
    await bed.db.execute(
        later.format("latest", ", now() + interval '2 minutes'"),
        (series,),
    )
    found = await again(bed, condition, evidence)
    assert found.agrees
    assert "came afterwards" in found.checked[-1]
    await bed.db.execute("UPDATE latest SET received_at = now() + interval '25 seconds'")
    found = await again(bed, condition, evidence)
    assert not found.agrees
    assert "a reading was received at" in found.differences[0]
    evidence["facts"]["wait_ms"] = 120_000
    assert "120 s were needed" in (await again(bed, condition, evidence)).differences[0]
    assert (await again(bed, condition, {})).agrees is None


async def again(bed: Bed, condition: str, evidence: dict[str, Any]) -> Recomputed:
    return await recompute(bed.db, bed.patient, condition, evidence)


async def test_what_goes_wrong_again_soon_is_the_same_alarm(bed: Bed) -> None:
    await tell(bed, Fact.PROBE_OFF, code="lead_off")
    await turn(bed)
    await bed.db.execute("UPDATE alarms SET assignee_id = patient_id")
    await tell(bed, Fact.PROBE_ON)
    await turn(bed)
    await tell(bed, Fact.PROBE_OFF, code="probe_off")
    told = await turn(bed)
    (alarm,) = await bed.alarms()
    assert told == [alarm["id"]]
    assert (alarm["state"], alarm["reopened"]) == ("active_unacknowledged", 1)
    assert (alarm["assignee_id"], alarm["latching"]) == (bed.patient, False)
    assert "probe_off" in alarm["message"]
    assert alarm["attention_at"] is not None
    await tell(bed, Fact.PROBE_ON)
    await turn(bed)
    assert await states(bed) == [("probe_off", "closed")]


async def test_what_goes_wrong_again_later_is_another_alarm(bed: Bed) -> None:
    settings = TechnicalSettings(probe_off_ms=0, reopen_ms=1)
    for fact in (Fact.PROBE_OFF, Fact.PROBE_ON, Fact.PROBE_OFF):
        await tell(bed, fact)
        await turn(bed, settings)
        await asyncio.sleep(0.01)
    assert await states(bed) == [("probe_off", "closed"), ("probe_off", "active_unacknowledged")]


async def test_quarantine_beyond_its_bound_is_an_alarm_that_ends_by_itself(bed: Bed) -> None:
    await tell(bed, Fact.QUARANTINED, code="time_missing", amount=60)
    await turn(bed)
    assert await bed.alarms() == []
    await tell(bed, Fact.QUARANTINED, code="time_missing", amount=60)
    await turn(bed)
    (alarm,) = await bed.alarms()
    assert "120 so far" in alarm["message"]
    await turn(bed, later_ms=11 * 60_000)
    assert await states(bed) == [("quarantine", "closed")]


async def test_a_device_used_now_and_then_may_be_offline(bed: Bed) -> None:
    await tell(bed, Fact.OFFLINE)
    await turn(bed)
    assert await bed.alarms() == []
    assert await bed.scalar("SELECT count(*) FROM device_conditions") == 0


async def test_a_device_whose_readings_come_is_not_offline(bed: Bed) -> None:
    await was_sending(bed)
    await tell(bed, Fact.OFFLINE)
    await turn(bed)
    assert await states(bed) == [("offline", "active_unacknowledged")]
    await bed.db.execute(
        "INSERT INTO latest SELECT id, now(), 70, 1, now() + interval '5 seconds' FROM series"
        " WHERE device_id = %s AND metric = %s",
        (bed.device, METRICS["heart_rate"].id),
    )
    await turn(bed, later_ms=61_000)
    assert await states(bed) == [("offline", "closed")]


async def test_a_device_taken_out_of_use_is_missed_no_more(bed: Bed) -> None:
    await tell(bed, Fact.SILENT)
    await turn(bed)
    await bed.db.execute("UPDATE iot_devices SET status = 'MAINTENANCE'")
    await turn(bed, later_ms=61_000)
    assert await states(bed) == [("no_data", "closed")]


async def test_no_data_takes_over_from_offline_and_is_never_beside_it(bed: Bed) -> None:
    await was_sending(bed)
    await tell(bed, Fact.OFFLINE)
    await turn(bed)
    await tell(bed, Fact.SILENT)
    await turn(bed)
    assert await states(bed) == [("offline", "active_unacknowledged")]
    await tell(bed, Fact.ONLINE)
    await turn(bed, later_ms=61_000)
    assert sorted(await states(bed)) == [
        ("no_data", "active_unacknowledged"),
        ("offline", "closed"),
    ]


async def test_a_turn_that_fails_leaves_the_facts(bed: Bed) -> None:
    await bed.db.execute("ALTER TABLE alarms ADD CONSTRAINT broken CHECK (false) NOT VALID")
    await tell(bed, Fact.SILENT)
    with pytest.raises(psycopg.errors.CheckViolation):
        await turn(bed)
    assert await bed.scalar("SELECT count(*) FROM device_facts") == 1
    await bed.db.execute("ALTER TABLE alarms DROP CONSTRAINT broken")
    await turn(bed)
    assert await states(bed) == [("no_data", "active_unacknowledged")]


async def test_data_that_arrive_as_the_alarm_fires_clear_it(
    bed: Bed, fresh_database_url: str
) -> None:
    """Readings come at every moment around the end of the patience; never is an alarm left."""
    async with analysing(
        fresh_database_url, silence_seconds=0.3, tick_seconds=0.02, storm_gather_seconds=0
    ) as task:
        for late_ms in range(280, 440, 20):
            for _ in range(8):
                await bed.send("heart_rate", [(now_ms(), 70.0)])
                await asyncio.sleep(0.02)
            await asyncio.sleep(late_ms / 1000)
        stop = asyncio.create_task(_keep_sending(bed))

        async def all_over() -> bool:
            return all(state == "closed" for _, state in await states(bed))

        await until(all_over, task)
        raised = len(await bed.alarms())
        stop.cancel()
    # Some must have fired, or the test tries nothing.
    assert raised > 0


async def _keep_sending(bed: Bed) -> None:
    async with await connect(bed.db.info.dsn + password(bed), application_name="tests") as db:
        other = Bed(db, bed.patient, bed.device, bed.series)
        while True:
            await other.send("heart_rate", [(now_ms(), 70.0)])
            await asyncio.sleep(0.05)


async def test_a_device_that_was_given_to_another_is_missed_once_it_has_spoken_for_them(
    bed: Bed,
) -> None:
    await bed.db.execute(
        "UPDATE iot_devices SET owned_since = now() + interval '1 hour', is_verified = false"
    )
    await tell(bed, Fact.SILENT)
    await turn(bed)
    assert await bed.alarms() == []
    await bed.db.execute("UPDATE iot_devices SET is_verified = true")
    await tell(bed, Fact.SILENT)
    await turn(bed)
    assert await states(bed) == [("no_data", "active_unacknowledged")]
