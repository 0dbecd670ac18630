"""Keeps the rollups of a minute, an hour and a day equal to the readings."""

import datetime as dt
from typing import Any, Final

import psycopg

from analytics.trends.goals import GOAL_METRICS
from storage.queries import rollups as sql
from storage.queries.milestones import MARK_CHECKS
from telemetry.metrics import METRICS

_OF_MILESTONES: Final = [METRICS[code].id for code in GOAL_METRICS]
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
        taken = await _take(connection)
        while computed := await _compute(connection, batch_hours, readings_since):
            done += computed
        # A live series is marked again while it is computed: that is for the next time.
        if taken < _MARKS_AT_ONCE:
            return done


async def _alone(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether this transaction is the one that may change the work in hand.

    A mark taken while its hour is being computed would be taken for that computation and lost.
    """
    cursor = await connection.execute(sql.LOCK, (sql.COMPUTE_LOCK,))
    row = await cursor.fetchone()
    return bool(row and row[0])


async def _take(connection: psycopg.AsyncConnection[Any]) -> int:
    """Take marks in hand, unless another job is at work; how many."""
    async with connection.transaction():
        if not await _alone(connection):
            return 0
        return (await connection.execute(sql.TAKE_MARKS, (_MARKS_AT_ONCE,))).rowcount


async def _compute(
    connection: psycopg.AsyncConnection[Any], most: int, readings_since: dt.datetime | None
) -> int:
    """Compute some of the hours in hand, in one transaction; how many."""
    async with connection.transaction():
        if not await _alone(connection):
            return 0
        rows = await (await connection.execute(sql.WORK, (most,))).fetchall()
        if not rows:
            return 0
        kept = [row for row in rows if readings_since is None or row[1] >= readings_since]
        if kept:
            hours = _parameters(kept)
            for statement in sql.STEPS:
                await connection.execute(statement, hours)
            await connection.execute(
                MARK_CHECKS, {"series": hours["series"], "metrics": _OF_MILESTONES}
            )
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
