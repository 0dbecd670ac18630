"""Both editions of TimescaleDB: the same relations, and what Community adds changes no answer."""

from typing import Any

import psycopg
import pytest

from jobs.retention import let_go
from jobs.rollups import is_continuous, keep_up
from jobs.settings import Settings
from storage.engine import connect
from storage.queries.retention import RETENTION_POLICY
from storage.writer import commit
from telemetry.clock import now_ms
from tests.storage.test_writer import batch_of, totals
from tests.support.worlds import add_device, beat

Db = psycopg.AsyncConnection[Any]
DAY_MS = 86_400_000
COLUMNS = [
    ("series_id", "integer"),
    ("bucket", "timestamp with time zone"),
    ("n", "integer"),
    ("mean", "double precision"),
    ("min", "double precision"),
    ("max", "double precision"),
]


async def fetch(db: Db, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    return await (await db.execute(statement, parameters)).fetchall()


@pytest.mark.parametrize("unit", ["minute", "hour", "day"])
async def test_rollups_have_the_same_columns(db: Db, unit: str) -> None:
    found = await fetch(
        db,
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s ORDER BY ordinal_position",
        f"rollup_{unit}",
    )
    assert found == COLUMNS


async def test_rollups_are_continuous_where_the_licence_allows_them(db: Db) -> None:
    [(licence,)] = await fetch(db, "SHOW timescaledb.license")
    assert await is_continuous(db) is (licence == "timescale")


async def test_rollups_go_with_their_series(db: Db) -> None:
    device = await add_device(db)
    await commit(db, batch_of(device, device.message(beat(70, now_ms() - 200 * DAY_MS))))
    [(series,)] = await fetch(db, "SELECT id FROM series WHERE device_id = %s", device.device_id)
    await db.execute(
        "INSERT INTO rollup_dirty SELECT series_id, date_trunc('hour', time) FROM vitals"
        " WHERE series_id = %s",
        (series,),
    )
    await keep_up(db, batch_hours=10)
    for unit in ("minute", "hour", "day"):
        query = f"SELECT n FROM rollup_{unit} WHERE series_id = %s"  # noqa: S608
        assert await fetch(db, query, series) == [(1,)]
    await db.execute("DELETE FROM vitals WHERE series_id = %s", (series,))
    await db.execute("DELETE FROM series WHERE id = %s", (series,))
    for unit in ("minute", "hour", "day"):
        query = f"SELECT n FROM rollup_{unit} WHERE series_id = %s"  # noqa: S608
        assert await fetch(db, query, series) == []


async def test_rollups_outlive_their_readings_and_late_ones_do_not_replace_them(
    fresh_database_url: str,
) -> None:
    async with await connect(fresh_database_url, application_name="tests") as db:
        device = await add_device(db)
        old = now_ms() - 60 * DAY_MS
        await commit(db, batch_of(device, device.message(beat(70, old))))
        await db.execute(
            "INSERT INTO rollup_dirty SELECT series_id, date_trunc('hour', time) FROM vitals"
        )
        await keep_up(db, batch_hours=10)
        settings = Settings(database_url=fresh_database_url, vitals_days=30)
        assert (await let_go(db, settings))["readings"] == 1
        assert await fetch(db, "SELECT count(*) FROM vitals") == [(0,)]
        # A new reading's hour is computed; what was dropped stays as it was.
        await commit(db, batch_of(device, device.message(beat(90, now_ms()))))
        await db.execute(
            "INSERT INTO rollup_dirty SELECT series_id, date_trunc('hour', time) FROM vitals"
        )
        await keep_up(db, batch_hours=10)
        for unit in ("minute", "hour", "day"):
            query = f"SELECT n, mean FROM rollup_{unit} ORDER BY bucket"  # noqa: S608
            assert await fetch(db, query) == [(1, 70), (1, 90)]


async def test_the_databases_own_retention_follows_the_settings(fresh_database_url: str) -> None:
    async with await connect(fresh_database_url, application_name="tests") as db:
        continuous = await is_continuous(db)

        async def days(relation: str) -> list[int]:
            return [row[0].days for row in await fetch(db, RETENTION_POLICY, relation)]

        assert await days("rollup_minute") == ([90] if continuous else [])
        for vitals, minutes in ((30, 50), (None, 50), (31, 90)):
            settings = Settings(
                database_url=fresh_database_url, vitals_days=vitals, rollup_minute_days=minutes
            )
            await let_go(db, settings)
            assert await days("vitals") == ([vitals] if continuous and vitals else [])
            assert await days("rollup_minute") == ([minutes] if continuous else [])


async def test_late_readings_and_duplicates_find_compressed_chunks_as_they_find_others(
    fresh_database_url: str,
) -> None:
    async with await connect(fresh_database_url, application_name="tests") as db:
        device = await add_device(db)
        old = now_ms() - 20 * DAY_MS
        batch = batch_of(device, *(device.message(beat(70, old + i)) for i in range(50)))
        await commit(db, batch)
        if await is_continuous(db):
            await db.execute("SELECT compress_chunk(c) FROM show_chunks('vitals') AS c")
        assert totals(await commit(db, batch)) == (0, 50, 0)
        late = batch_of(
            device,
            device.message(beat(71, old + 60)),
            device.message(beat(72, old + 1)),
            device.message(beat(70, old + 2)),
        )
        assert totals(await commit(db, late)) == (1, 1, 1)
        await db.execute("UPDATE vitals SET value = 80 WHERE value = 71")
        assert await fetch(db, "SELECT count(*), max(value) FROM vitals") == [(51, 80)]
        await db.execute("DELETE FROM vitals")
        assert await fetch(db, "SELECT count(*) FROM vitals") == [(0,)]
