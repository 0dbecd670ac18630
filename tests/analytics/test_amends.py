"""A reading by hand that was wrong: what it alone raised is closed; the next one still calls."""

import datetime as dt
from typing import Any

from storage.revision import find_newest
from telemetry.clock import from_ms, now_ms
from tests.support.beds import Bed, analysing
from tests.support.calls import states, wait_for
from tests.support.worlds import until

MINUTE_MS = 60_000


async def amend(bed: Bed, metric: str, at_ms: int, value: float | None) -> None:
    """Correct a reading, or delete it, as the API does."""
    series, time = bed.series[metric], from_ms(at_ms)
    async with bed.db.transaction():
        await bed.db.execute(
            "INSERT INTO reading_amendments (series_id, time, kind, value)"
            " SELECT series_id, time, %s, value FROM vitals WHERE series_id = %s AND time = %s",
            ("deleted" if value is None else "corrected", series, time),
        )
        await bed.db.execute(
            "DELETE FROM vitals WHERE series_id = %s AND time = %s", (series, time)
        )
        if value is not None:
            await bed.send(metric, [(at_ms, value)], historical=True)
        await find_newest(bed.db, [series], bed.patient)


async def steps(bed: Bed) -> list[tuple[Any, ...]]:
    cursor = await bed.db.execute("SELECT to_state, reason FROM alarm_transitions ORDER BY id")
    return await cursor.fetchall()


async def test_what_a_deleted_reading_raised_is_closed_and_the_next_one_calls(
    bed: Bed, fresh_database_url: str
) -> None:
    at_ms = now_ms() - MINUTE_MS
    async with analysing(fresh_database_url) as task:
        await bed.send("blood_glucose", [(at_ms - MINUTE_MS, 110.0)])
        await bed.send("blood_glucose", [(at_ms, 45.0)])
        await wait_for(bed, task, ("blood_glucose_low", "active_unacknowledged"))
        await amend(bed, "blood_glucose", at_ms, None)
        await wait_for(bed, task, ("blood_glucose_low", "closed"))
        assert (await steps(bed))[-2:] == [
            ("cleared", "reading_corrected"),
            ("closed", "closed"),
        ]
        (alarm,) = await bed.alarms()
        assert alarm["closed_at"] - from_ms(at_ms) < dt.timedelta(hours=1)
        assert alarm["value"] == 45.0
        assert alarm["message"].startswith("Blood glucose: the reading was corrected or deleted (")
        await bed.send("blood_glucose", [(now_ms(), 44.0)])
        await wait_for(bed, task, ("blood_glucose_low", "active_unacknowledged"))
    assert not await bed.scalar("SELECT count(*) FROM reading_amendments WHERE NOT settled")


async def test_an_alarm_that_nobody_has_seen_yet_goes_with_the_reading_that_was_wrong(
    bed: Bed, fresh_database_url: str
) -> None:
    at_ms = now_ms() - MINUTE_MS
    async with analysing(fresh_database_url) as task:
        await bed.send("blood_glucose", [(at_ms, 45.0), (at_ms + 1000, 100.0)])
        await wait_for(bed, task, ("blood_glucose_low", "latched"))
        await amend(bed, "blood_glucose", at_ms, 145.0)
        await wait_for(bed, task, ("blood_glucose_low", "closed"))


async def test_what_another_reading_shows_stays(bed: Bed, fresh_database_url: str) -> None:
    at_ms = now_ms() - MINUTE_MS
    async with analysing(fresh_database_url) as task:
        await bed.send("blood_glucose", [(at_ms - MINUTE_MS, 60.0), (at_ms, 45.0)])
        await wait_for(bed, task, ("blood_glucose_low", "active_unacknowledged"))
        await amend(bed, "blood_glucose", at_ms, 62.0)

        async def eased() -> bool:
            return ("active_unacknowledged", "priority_lowered") in await steps(bed)

        await until(eased, task)
    assert ("blood_glucose_low", "active_unacknowledged") in await states(bed)
    assert await bed.scalar("SELECT priority FROM alarms WHERE state <> 'closed'") == "medium"


async def test_a_correction_raises_nothing(bed: Bed, fresh_database_url: str) -> None:
    at_ms = now_ms() - MINUTE_MS
    async with analysing(fresh_database_url) as task:
        await bed.send("blood_glucose", [(at_ms, 110.0)])
        await amend(bed, "blood_glucose", at_ms, 45.0)

        async def settled() -> bool:
            return not await bed.scalar("SELECT count(*) FROM reading_amendments WHERE NOT settled")

        await until(settled, task)
        assert [state for _, state in await states(bed)] in ([], ["closed"])
        await bed.send("blood_glucose", [(now_ms(), 44.0)])

        async def called() -> bool:
            return ("blood_glucose_low", "active_unacknowledged") in await states(bed)

        await until(called, task)
