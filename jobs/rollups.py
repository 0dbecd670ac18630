"""Keeps the rollups of a minute, an hour and a day equal to the readings.

Marks and work in hand are the same on both editions of TimescaleDB; what computes them differs.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

import psycopg

from analytics.trends.goals import GOAL_METRICS
from storage.queries import rollups as sql
from storage.queries.milestones import MARK_CHECKS
from telemetry.metrics import METRICS

_OF_MILESTONES: Final = [METRICS[code].id for code in GOAL_METRICS]
_MARKS_AT_ONCE: Final = 5_000
_HOUR: Final = dt.timedelta(hours=1)
_DAY: Final = dt.timedelta(days=1)

Hour = tuple[int, dt.datetime]
"""A series and the start of one of its hours."""


async def keep_up(
    connection: psycopg.AsyncConnection[Any],
    *,
    batch_hours: int,
    readings_since: dt.datetime | None = None,
) -> int:
    """Compute every hour that is marked now; how many that were.

    Hours before `readings_since`, whose readings have been dropped, keep the rollups they have.
    """
    compute = _refresh if await is_continuous(connection) else _compute
    done = 0
    while True:
        taken = await _take(connection)
        while computed := await compute(connection, batch_hours, readings_since):
            done += computed
        # A live series is marked again while it is computed: that is for the next time.
        if taken < _MARKS_AT_ONCE:
            return done


async def is_continuous(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether the rollups of this database are continuous aggregates."""
    cursor = await connection.execute(sql.IS_CONTINUOUS)
    return await cursor.fetchone() == (True,)


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
        rows = await _work(connection, most)
        if kept := _kept(rows, readings_since):
            hours = _parameters(kept)
            for statement in sql.STEPS:
                await connection.execute(statement, hours)
        await _done(connection, rows, kept)
        return len(rows)


async def _refresh(
    connection: psycopg.AsyncConnection[Any], most: int, readings_since: dt.datetime | None
) -> int:
    """Refresh the continuous aggregates over some of the hours in hand; how many.

    A refresh ends transactions of its own, so hours leave the work in hand only after it.
    """
    cursor = await connection.execute(sql.LOCK_SESSION, (sql.COMPUTE_LOCK,))
    if await cursor.fetchone() != (True,):
        return 0
    try:
        rows = await _work(connection, most)
        kept = _kept(rows, readings_since)
        buckets = {bucket for _, bucket in kept}
        for stretch in stretches(buckets, _HOUR):
            await connection.execute(sql.REFRESH_MINUTES, stretch)
            await connection.execute(sql.REFRESH_HOURS, stretch)
        days = {bucket.astimezone(dt.UTC).replace(hour=0) for bucket in buckets}
        for stretch in stretches(days, _DAY):
            await connection.execute(sql.REFRESH_DAYS, stretch)
        async with connection.transaction():
            await _done(connection, rows, kept)
        return len(rows)
    finally:
        await connection.execute(sql.UNLOCK_SESSION, (sql.COMPUTE_LOCK,))


def stretches(
    buckets: Collection[dt.datetime], length: dt.timedelta
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Buckets of one length as the fewest stretches (from, until) that hold them and no others."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for bucket in sorted(buckets):
        if found and found[-1][1] == bucket:
            found[-1] = (found[-1][0], bucket + length)
        else:
            found.append((bucket, bucket + length))
    return found


async def _work(connection: psycopg.AsyncConnection[Any], most: int) -> list[Hour]:
    return await (await connection.execute(sql.WORK, (most,))).fetchall()


def _kept(rows: list[Hour], readings_since: dt.datetime | None) -> list[Hour]:
    """Those whose readings are all there."""
    return [row for row in rows if readings_since is None or row[1] >= readings_since]


async def _done(
    connection: psycopg.AsyncConnection[Any], rows: list[Hour], computed: list[Hour]
) -> None:
    """Take hours out of hand; who has goals is looked at again where one was computed."""
    if computed:
        series = [series for series, _ in computed]
        of = {"series": series, "metrics": _OF_MILESTONES}
        await connection.execute(MARK_CHECKS, of)
    if rows:
        await connection.execute(sql.DONE, _parameters(rows))


def _parameters(rows: list[Hour]) -> dict[str, Any]:
    buckets = [bucket for _, bucket in rows]
    return {
        "series": [series for series, _ in rows],
        "buckets": buckets,
        # The same for all, so that only the chunks of that time are looked at.
        "since": min(buckets),
        "until": max(buckets) + _HOUR,
    }
