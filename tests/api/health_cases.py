"""Reports of somebody's readings, and their rollups, as tests need them."""

import datetime as dt
from typing import Any

from tests.support.http import People, Person

BASE = "/api/health-metrics"
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def now() -> dt.datetime:
    """Of the test and not of the import: reports are of the day on which they are asked for."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


async def ok(person: Person, path: str, **query: Any) -> dict[str, Any]:
    answer = await person.get(f"{BASE}/{path}/", **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def rolled_up(people: People, series: int) -> None:
    """Make a series' rollups, as the jobs do."""
    for unit in ("minute", "hour", "day"):
        await people.db.execute(
            f"INSERT INTO rollup_{unit} (series_id, bucket, n, mean, min, max)"  # noqa: S608
            f" SELECT series_id, date_trunc('{unit}', time, 'UTC'), count(*), avg(value),"
            " min(value), max(value) FROM vitals WHERE series_id = %s GROUP BY 1, 2",
            (series,),
        )
    await people.db.execute("DELETE FROM rollup_dirty WHERE series_id = %s", (series,))


async def lives_in(people: People, patient: Person, zone: str) -> None:
    await people.db.execute("UPDATE users SET time_zone = %s WHERE id = %s", (zone, patient.id))
