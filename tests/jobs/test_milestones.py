"""What was reached is stored and told once, however often and by how many it is looked for."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from analytics.trends.milestones import reached as find_reached
from gateways.wording import Templates
from jobs import milestones
from jobs.milestones import look
from jobs.rollups import keep_up
from storage.engine import Database
from storage.queries.outbox import MARK_ROLLUPS
from telemetry.clock import to_ms
from tests.support.beds import Bed, add_bed

Connection = psycopg.AsyncConnection[Any]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
async def database(fresh_database_url: str) -> AsyncIterator[Database]:
    database = Database(fresh_database_url, pool_size=4)
    yield database
    await database.close()


@pytest.fixture
async def noon(bed: Bed) -> dt.datetime:
    """A time of the patient's today, who lives where midnight is half a day away."""
    hours = dt.datetime.now(dt.UTC).hour - 12
    zone = ZoneInfo(f"Etc/GMT{hours:+d}")
    await bed.db.execute("UPDATE users SET time_zone = %s", (zone.key,))
    return dt.datetime.now(zone).replace(minute=0, second=0, microsecond=0) - HOUR


async def measure(bed: Bed, metric: str, values: dict[dt.datetime, float]) -> None:
    """Store readings and make their rollups, as the programs do."""
    series = bed.series[metric]
    async with bed.db.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO vitals VALUES (%s, %s, %s, 1)",
            [(series, time, value) for time, value in values.items()],
        )
    hours = sorted({to_ms(time) // 3_600_000 for time in values})
    await bed.db.execute(MARK_ROLLUPS, ([series] * len(hours), hours, [series]))
    await keep_up(bed.db, batch_hours=500)


async def reached(bed: Bed) -> dict[str, tuple[float, dt.date]]:
    cursor = await bed.db.execute("SELECT key, value, achieved_on FROM milestones")
    return {key: (value, on) for key, value, on in await cursor.fetchall()}


async def told(bed: Bed, language: str = "en") -> list[str]:
    """What the patient was congratulated on, as they read it."""
    cursor = await bed.db.execute(
        "SELECT payload FROM notifications WHERE user_id = %s AND kind = 'achievement'",
        (bed.patient,),
    )
    wording = Templates("https://clinic.example")
    titles = [
        wording.title("achievement", language, "UTC", row[0]) for row in await cursor.fetchall()
    ]
    return sorted(title.partition(": ")[2] for title in titles)


async def due_again(bed: Bed) -> None:
    await bed.db.execute("UPDATE milestone_checks SET next_at = now()")


async def test_steps_are_reached_once_and_the_highest_is_told(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    await measure(bed, "steps", {noon: 7_600.0})
    assert await look(database, most=10) == (1, 2)
    assert set(await reached(bed)) == {"steps_day:5000", "steps_day:7500"}
    assert await told(bed) == ["7,500 steps in a day"]
    assert await told(bed, "fr") == ["7\N{NARROW NO-BREAK SPACE}500 pas en un jour"]
    await due_again(bed)
    assert await look(database, most=10) == (1, 0)
    assert len(await told(bed)) == 1
    assert await look(database, most=10) == (0, 0)


async def test_new_data_is_looked_at_soon_and_not_all_the_time(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    await measure(bed, "steps", {noon: 100.0})
    await look(database, most=10)
    await measure(bed, "steps", {noon + dt.timedelta(seconds=1): 5_000.0})
    wait = await bed.scalar("SELECT next_at - now() FROM milestone_checks")
    assert dt.timedelta(minutes=4) < wait <= dt.timedelta(minutes=5)
    await bed.db.execute("UPDATE milestone_checks SET checked_at = now() - interval '6 minutes'")
    await measure(bed, "steps", {noon + dt.timedelta(seconds=2): 1.0})
    await bed.db.execute("UPDATE milestone_checks SET next_at = least(next_at, now())")
    assert await look(database, most=10) == (1, 1)


async def test_other_metrics_wait_for_midnight(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    # A zone of quarter hours whose midnight is not near.
    late = 15 <= dt.datetime.now(dt.UTC).hour < 22
    zone = ZoneInfo("Pacific/Chatham" if late else "Asia/Kathmandu")
    await bed.db.execute("UPDATE users SET time_zone = %s WHERE id = %s", (zone.key, bed.patient))
    await measure(bed, "heart_rate", {noon: 70.0})
    await look(database, most=10)
    next_at = await bed.scalar("SELECT next_at FROM milestone_checks")
    local = next_at.astimezone(zone)
    today = dt.datetime.now(zone).date()
    assert (local.date(), local.time()) == (today + DAY, dt.time(0, 15))
    await measure(bed, "heart_rate", {noon + dt.timedelta(seconds=1): 71.0})
    assert await bed.scalar("SELECT next_at FROM milestone_checks") == next_at


async def test_readings_that_are_not_summed_up_yet_are_waited_for(
    bed: Bed, database: Database, monkeypatch: pytest.MonkeyPatch, noon: dt.datetime
) -> None:
    monkeypatch.setattr(milestones, "MOST_CHANGED", 0)
    await measure(bed, "steps", {noon: 6_000.0})
    series, hour = bed.series["steps"], to_ms(noon) // 3_600_000
    await bed.db.execute(MARK_ROLLUPS, ([series], [hour], [series]))
    assert await look(database, most=10) == (1, 0)
    wait = await bed.scalar("SELECT next_at - now() FROM milestone_checks")
    assert dt.timedelta(0) < wait <= dt.timedelta(minutes=1)
    await keep_up(bed.db, batch_hours=500)
    await due_again(bed)
    assert await look(database, most=10) == (1, 1)


async def test_a_week_in_a_row_and_an_old_history(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    await measure(bed, "heart_rate", {noon - n * DAY: 70.0 for n in range(1, 8)})
    await measure(bed, "steps", {noon - 90 * DAY: 12_000.0})
    await look(database, most=10)
    found = await reached(bed)
    days = [found[name][1] for name in ("streak:measured:7", "steps_day:10000")]
    assert days == [(noon - DAY).date(), (noon - 90 * DAY).date()]
    assert await told(bed) == ["measured on 7 days in a row"]


async def test_a_weight_goal_takes_two_days_and_tells_no_weight(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    await bed.db.execute(
        "INSERT INTO health_goals (patient_id, metric, target, direction, starts_on)"
        " VALUES (%s, 7, 80, 'at_most', current_date - 10)",
        (bed.patient,),
    )
    await measure(
        bed, "body_weight", {noon - 3 * DAY: 60.0, noon - 2 * DAY: 81.0, noon - DAY: 79.9}
    )
    await look(database, most=10)
    assert await told(bed) == []
    await measure(bed, "body_weight", {noon: 79.5})
    await due_again(bed)
    await look(database, most=10)
    [(key, (value, on))] = (await reached(bed)).items()
    assert key.startswith("goal:body_weight:at_most:80:")
    assert (value, on) == (79.5, noon.date())
    assert await told(bed) == ["Body weight: the goal was reached"]


async def test_a_record_is_of_a_day_that_is_over(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    steps = {noon - n * DAY: 3_000.0 for n in range(2, 20)} | {noon: 4_900.0}
    await measure(bed, "steps", steps)
    await look(database, most=10)
    assert not any(key.startswith("steps_record") for key in await reached(bed))
    await measure(bed, "steps", {noon - DAY: 3_200.0})
    await bed.db.execute("UPDATE milestone_checks SET next_at = now(), checked_until = NULL")
    await look(database, most=10)
    assert (await reached(bed))[f"steps_record:{(noon - DAY).date()}"][0] == 3_200
    assert "more steps in a day than ever" in await told(bed)


async def test_many_who_look_at_once_tell_once(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    await measure(bed, "steps", {noon: 10_001.0})
    for _ in range(3):
        await bed.db.execute("DELETE FROM milestones")
        await due_again(bed)
        await asyncio.gather(*(look(database, most=5) for _ in range(4)))
        assert len(await reached(bed)) == 3
    assert await told(bed) == ["10,000 steps in a day"]


async def test_what_fails_leaves_neither_milestone_nor_notification(
    bed: Bed, database: Database, monkeypatch: pytest.MonkeyPatch, noon: dt.datetime
) -> None:
    await measure(bed, "steps", {noon: 10_001.0})

    async def fails(*_: object) -> int:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(milestones, "announce_in", fails)
        with pytest.raises(OSError, match=r"^$"):
            await look(database, most=5)
    assert await reached(bed) == {}
    assert await look(database, most=5) == (1, 3)
    assert len(await told(bed)) == 1


async def test_a_patient_who_cannot_be_looked_at_keeps_no_other_waiting(
    bed: Bed, database: Database, monkeypatch: pytest.MonkeyPatch, noon: dt.datetime
) -> None:
    other = await add_bed(bed.db)
    for one in (bed, other):
        await measure(one, "steps", {noon: 10_001.0})
    await bed.db.execute(
        "UPDATE milestone_checks SET next_at = now() - interval '1 day' WHERE patient_id = %s",
        (bed.patient,),
    )

    def fails_once(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(milestones, "reached", find_reached)
        raise ZeroDivisionError

    monkeypatch.setattr(milestones, "reached", fails_once)
    assert await look(database, most=5) == (2, 3)
    assert (await told(bed), len(await told(other))) == ([], 1)
    await due_again(bed)
    await look(database, most=5)
    assert len(await told(bed)) == 1


async def test_who_moves_is_not_congratulated_twice(
    bed: Bed, database: Database, noon: dt.datetime
) -> None:
    await measure(bed, "steps", {noon - DAY: 10_001.0, noon - 2 * DAY: 10_002.0})
    travels = "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"
    for zone in (str(noon.tzinfo), *travels):
        await bed.db.execute("UPDATE users SET time_zone = %s", (zone,))
        await due_again(bed)
        await look(database, most=5)
    assert len([key for key in await reached(bed) if key.startswith("steps_day")]) == 3
    assert len(await told(bed)) == 1
