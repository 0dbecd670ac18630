"""The worker when something fails: nothing is lost, and nothing else is held up."""

from typing import Any

import pytest

from analytics import meters
from analytics.engine import Engine
from telemetry.clock import now_ms
from tests.support.beds import Bed, analysing
from tests.support.calls import has_both, second_by_second, wait_for
from tests.support.worlds import until


async def empty(bed: Bed) -> bool:
    return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)


async def buried(bed: Bed) -> bool:
    found = await bed.scalar("SELECT count(*) FROM dead_letters WHERE reason = 'engine_failed'")
    return bool(found)


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


async def test_a_lost_connection_is_made_anew(bed: Bed, fresh_database_url: str) -> None:
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", second_by_second(86, seconds=20, ago_ms=1000))
        await wait_for(bed, task, ("oxygen_saturation_low", "active_unacknowledged"))
        await bed.db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'jeg-analytics%' AND datname = current_database()"
        )
        await bed.send("heart_rate", second_by_second(135, seconds=20))
        await until(lambda: has_both(bed), task)
