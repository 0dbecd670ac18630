"""Keeps the rollups of a minute, an hour and a day equal to the readings."""

import datetime as dt
from typing import Any, Final

import psycopg

from storage.queries import rollups as sql

_MARKS_AT_ONCE: Final = 5_000


async def keep_up(
    connection: psycopg.AsyncConnection[Any],
    *,
    batch_hours: int,
    readings_since: dt.datetime | None = None,
) -> int:
    """Compute every hour that is marked now; how many that were.

    Hours before `readings_since`, whose readings have been dropped, keep the rollups they have.
    """
    done = 0
    while True:
        taken = await connection.execute(sql.TAKE_MARKS, (_MARKS_AT_ONCE,))
        computed = 0
        while batch := await _compute(connection, batch_hours, readings_since):
            computed += batch
        done += computed
        # A live series is marked again while it is computed: that is for the next time.
        if taken.rowcount < _MARKS_AT_ONCE:
            return done


async def _compute(
    connection: psycopg.AsyncConnection[Any], most: int, readings_since: dt.datetime | None
) -> int:
    """Compute some of the hours in hand, in one transaction; how many."""
    async with connection.transaction():
        locked = await (await connection.execute(sql.LOCK, (sql.COMPUTE_LOCK,))).fetchone()
        if not locked or not locked[0]:
            return 0
        rows = await (await connection.execute(sql.WORK, (most,))).fetchall()
        if not rows:
            return 0
        kept = [row for row in rows if readings_since is None or row[1] >= readings_since]
        if kept:
            hours = _parameters(kept)
            for statement in sql.STEPS:
                await connection.execute(statement, hours)
        await connection.execute(sql.DONE, _parameters(rows))
        return len(rows)


def _parameters(rows: list[tuple[int, dt.datetime]]) -> dict[str, Any]:
    buckets = [bucket for _, bucket in rows]
    return {
        "series": [series for series, _ in rows],
        "buckets": buckets,
        # The same for all, so that only the chunks of that time are looked at.
        "since": min(buckets),
        "until": max(buckets) + dt.timedelta(hours=1),
    }
