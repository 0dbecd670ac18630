"""The history that `jeg bench queries` loads is what devices would have left behind."""

import datetime as dt

import pytest

from benchmarks.history import METRIC_CODES, History, load
from jobs.rollups import keep_up
from storage.engine import connect

UNTIL = dt.datetime.now(dt.UTC).replace(minute=20, second=0, microsecond=0) - dt.timedelta(hours=1)


@pytest.mark.parametrize("unit", ["minute", "hour", "day"])
async def test_its_rollups_are_those_that_the_jobs_make(fresh_database_url: str, unit: str) -> None:
    history = History(patients=2, days=2, until=UNTIL)
    load(fresh_database_url, history)
    query = f"SELECT * FROM rollup_{unit} ORDER BY 1, 2"  # noqa: S608 - a table's name
    async with await connect(fresh_database_url, application_name="tests") as db:
        counted = await (await db.execute("SELECT count(*) FROM vitals")).fetchone()
        assert counted == (history.rows,) == (2 * len(METRIC_CODES) * 2 * 144,)
        marked = await (await db.execute("SELECT count(*) FROM rollup_dirty")).fetchone()
        assert marked == (2 * len(METRIC_CODES),)
        before = await (await db.execute(query)).fetchall()
        await db.execute("UPDATE vitals SET value = value + 1")
        await db.execute(
            "INSERT INTO rollup_dirty SELECT DISTINCT series_id, date_trunc('hour', time)"
            " FROM vitals ON CONFLICT DO NOTHING"
        )
        await keep_up(db, batch_hours=1_000)
        after = await (await db.execute(query)).fetchall()
    assert [row[:3] for row in before] == [row[:3] for row in after]
    for one, other in zip(before, after, strict=True):
        assert [value + 1 for value in one[3:]] == pytest.approx(other[3:])
