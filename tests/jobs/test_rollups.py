"""Rollups equal the readings, whatever came late, twice, or went again."""

import asyncio
import datetime as dt
import math
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from jobs.rollups import keep_up
from storage.engine import connect
from storage.queries.outbox import MARK_ROLLUPS
from telemetry.clock import to_ms

Connection = psycopg.AsyncConnection[Any]
DAY = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)


def at(hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    return DAY + dt.timedelta(hours=hour, minutes=minute, seconds=second)


@pytest.fixture
async def series(db: Connection) -> int:
    patient = uuid4()
    await db.execute(
        "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, 'A', 'B')",
        (patient, str(patient)),
    )
    cursor = await db.execute(
        "INSERT INTO series (patient_id, metric) VALUES (%s, 1) RETURNING id", (patient,)
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def store(db: Connection, series: int, readings: dict[dt.datetime, float]) -> None:
    """Store readings and mark their hours, as ingest and the engine do."""
    async with db.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO vitals VALUES (%s, %s, %s, 1) ON CONFLICT DO NOTHING",
            [(series, time, value) for time, value in readings.items()],
        )
    await mark(db, series, readings)


async def mark(db: Connection, series: int, times: Any) -> None:
    hours = sorted({to_ms(time) // 3_600_000 for time in times})
    await db.execute(MARK_ROLLUPS, ([series] * len(hours), hours, [series]))


async def rollup(db: Connection, table: str, series: int) -> list[tuple[Any, ...]]:
    cursor = await db.execute(
        f"SELECT bucket, n, mean, min, max FROM {table} WHERE series_id = %s ORDER BY 1",  # noqa: S608 (a table's name)
        (series,),
    )
    return await cursor.fetchall()


async def test_minutes_hours_and_days(db: Connection, series: int) -> None:
    readings = {at(23, 59, 1): 60.0, at(23, 59, 59): 80.0, at(23, 58): 10.0, at(24): 100.0}
    await store(db, series, readings)
    assert await keep_up(db, batch_hours=1) >= 2
    assert await rollup(db, "rollup_minute", series) == [
        (at(23, 58), 1, 10, 10, 10),
        (at(23, 59), 2, 70, 60, 80),
        (at(24), 1, 100, 100, 100),
    ]
    assert await rollup(db, "rollup_hour", series) == [
        (at(23), 3, 50, 10, 80),
        (at(24), 1, 100, 100, 100),
    ]
    assert await rollup(db, "rollup_day", series) == [
        (at(0), 3, 50, 10, 80),
        (at(24), 1, 100, 100, 100),
    ]


async def test_late_and_corrected_and_deleted_readings(db: Connection, series: int) -> None:
    await store(db, series, {at(1): 50.0, at(2): 70.0, at(2, 30): 90.0})
    await keep_up(db, batch_hours=100)
    await store(db, series, {at(1, 0, 30): 150.0})
    await db.execute(
        "UPDATE vitals SET value = 75 WHERE series_id = %s AND time = %s", (series, at(2))
    )
    await db.execute("DELETE FROM vitals WHERE series_id = %s AND time = %s", (series, at(2, 30)))
    await mark(db, series, [at(2)])
    await keep_up(db, batch_hours=100)
    assert await rollup(db, "rollup_minute", series) == [
        (at(1), 2, 100, 50, 150),
        (at(2), 1, 75, 75, 75),
    ]
    [(_, n, mean, low, high)] = await rollup(db, "rollup_day", series)
    assert (n, low, high) == (3, 50, 150)
    assert math.isclose(mean, (50 + 150 + 75) / 3)
    await db.execute("DELETE FROM vitals WHERE series_id = %s", (series,))
    await mark(db, series, [at(1), at(2)])
    await keep_up(db, batch_hours=100)
    for table in ("rollup_minute", "rollup_hour", "rollup_day"):
        assert await rollup(db, table, series) == []


async def test_hours_whose_readings_were_dropped_keep_their_rollups(
    db: Connection, series: int
) -> None:
    await store(db, series, {at(1): 50.0})
    await keep_up(db, batch_hours=100)
    await db.execute("DELETE FROM vitals WHERE series_id = %s", (series,))
    await store(db, series, {at(1, 5): 90.0})
    await keep_up(db, batch_hours=100, readings_since=at(5))
    assert await rollup(db, "rollup_hour", series) == [(at(1), 1, 50, 50, 50)]
    cursor = await db.execute("SELECT count(*) FROM rollup_work WHERE series_id = %s", (series,))
    assert await cursor.fetchone() == (0,)


async def test_marks_made_while_computing_are_not_lost_and_never_wait(
    db: Connection, database_url: str, series: int
) -> None:
    """Readings keep coming, a second a piece, while two jobs compute all the time."""
    async with (
        await connect(database_url, application_name="tests") as one,
        await connect(database_url, application_name="tests") as two,
    ):
        done = asyncio.Event()

        async def compute(connection: Connection) -> None:
            while not done.is_set():
                await keep_up(connection, batch_hours=1)

        jobs = [asyncio.create_task(compute(one)), asyncio.create_task(compute(two))]
        for second in range(60):
            async with asyncio.timeout(30):
                await store(db, series, {at(3, second % 7, second): float(second)})
        done.set()
        await asyncio.gather(*jobs)
        await keep_up(one, batch_hours=1)
    [(_, n, mean, low, high)] = await rollup(db, "rollup_hour", series)
    assert (n, mean, low, high) == (60, 29.5, 0, 59)
    cursor = await db.execute("SELECT count(*) FROM rollup_dirty WHERE series_id = %s", (series,))
    assert await cursor.fetchone() == (0,)


async def test_a_computation_that_dies_is_taken_up_again(
    db: Connection, database_url: str, series: int
) -> None:
    await store(db, series, {at(1): 50.0})
    await db.execute(
        "INSERT INTO rollup_work SELECT series_id, bucket FROM rollup_dirty WHERE series_id = %s",
        (series,),
    )
    await db.execute("DELETE FROM rollup_dirty WHERE series_id = %s", (series,))
    async with await connect(database_url, application_name="tests") as other:
        await keep_up(other, batch_hours=10)
    assert await rollup(db, "rollup_hour", series) == [(at(1), 1, 50, 50, 50)]
