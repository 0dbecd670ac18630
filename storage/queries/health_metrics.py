"""Readings of one patient: newest first, the newest of each metric, and trends.

A reading is a series' value at one time, except blood pressure: its systolic and diastolic series
share a group (the smaller of their ids), so that both values of one time come out together.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime, Integer, SmallInteger, String, Uuid

from storage.engine import ReadSession
from storage.queries.changed_hours import CHANGED, IN_CHANGED, changed_hours, typed
from telemetry.metrics import METRICS

SYSTOLIC = METRICS["blood_pressure_systolic"].id
DIASTOLIC = METRICS["blood_pressure_diastolic"].id

ReadingPosition = tuple[dt.datetime, int]
"""Time and group; newest first, then by group."""


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One value; two of them with the same group and time are one blood pressure."""

    group: int
    metric: int
    device_id: UUID | None
    source: str
    time: dt.datetime
    value: float
    quality: float

    @property
    def is_manual(self) -> bool:
        """Whether somebody entered it here."""
        return self.device_id is None and not self.source

    @property
    def position(self) -> ReadingPosition:
        """Place in the list."""
        return (self.time, self.group)


GROUPS = f"""
    SELECT id, metric, device_id, source,
           min(id) OVER (
               PARTITION BY device_id, source,
               CASE WHEN metric = {DIASTOLIC} THEN {SYSTOLIC} ELSE metric END
           ) AS grp
    FROM series
    WHERE patient_id = :patient_id AND metric = ANY(:metrics)
"""  # noqa: S608 - two constants of the registry
"""A patient's series of some metrics, each with its group."""

# The newest readings of each series by its index, then the newest of those: never more rows than
# series times limit, however long the history.
_PAGE = text(f"""
    WITH s AS ({GROUPS})
    SELECT s.grp, s.metric, s.device_id, s.source, v.time, v.value, v.quality
    FROM s CROSS JOIN LATERAL (
        SELECT time, value, quality FROM vitals
        WHERE series_id = s.id AND time >= :since AND time <= :until
          AND (time < :until OR s.grp > :grp)
        ORDER BY time DESC LIMIT :readings
    ) v
    WHERE (CAST(:device AS uuid) IS NULL OR s.device_id = :device)
      AND CASE CAST(:source AS text) WHEN 'device' THEN s.device_id IS NOT NULL
          WHEN 'manual' THEN s.device_id IS NULL AND s.source = ''
          WHEN 'import' THEN s.source <> '' ELSE true END
    ORDER BY v.time DESC, s.grp, s.metric LIMIT 2 * :readings
""").bindparams(  # noqa: S608
    bindparam("patient_id", type_=Uuid()),
    bindparam("metrics", type_=ARRAY(SmallInteger)),
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("until", type_=DateTime(timezone=True)),
    bindparam("grp", type_=Integer()),
    bindparam("device", type_=Uuid()),
    bindparam("source", type_=String()),
    bindparam("readings", type_=Integer()),
)


@dataclass(frozen=True, slots=True)
class Window:
    """Which readings: of whom, of which metrics, from when to when (both included).

    `device_id` and `source` (device, manual or import) count for `page` alone.
    """

    patient_id: UUID
    metrics: Sequence[int]
    since: dt.datetime
    until: dt.datetime
    device_id: UUID | None = None
    source: str | None = None


_NEWEST = text("""
    SELECT max(l.time) FROM series s LEFT JOIN latest l ON l.series_id = s.id
    WHERE s.patient_id = :patient_id AND s.metric = ANY(:metrics)
    HAVING count(*) > 0
""").bindparams(
    bindparam("patient_id", type_=Uuid()), bindparam("metrics", type_=ARRAY(SmallInteger))
)
_FIRST_LOOK = dt.timedelta(days=1)
_FURTHER = 8
_NO_GROUP = 2**31 - 1


async def page(
    session: ReadSession, window: Window, *, after: ReadingPosition | None, limit: int
) -> list[list[ReadingRow]]:
    """Readings newest first, at most `limit`; each is one row, or two for a blood pressure.

    Looks at a day, then eight times as far back and so on until there are enough: a query without
    an end would be planned for every chunk there is.
    """
    whose = {"patient_id": window.patient_id, "metrics": list(window.metrics)}
    newest = (await session.execute(_NEWEST, whose)).one_or_none()
    if newest is None:
        return []
    until, group = after or (window.until, -1)
    start = min(until, newest[0] or dt.datetime.now(dt.UTC))
    look = _FIRST_LOOK
    readings: list[list[ReadingRow]] = []
    while len(readings) < limit and until >= window.since:
        since = start - look if start - window.since > look else window.since
        parameters = whose | {
            "since": since,
            "until": until,
            "grp": group,
            "device": window.device_id,
            "source": window.source,
            "readings": limit - len(readings),
        }
        readings += grouped(await session.execute(_PAGE, parameters))
        if since == window.since:
            break
        until, group, look = since, _NO_GROUP, look * _FURTHER
    return readings[:limit]


def grouped(rows: Iterable[Sequence[Any]]) -> list[list[ReadingRow]]:
    """Rows of one position together."""
    readings: list[list[ReadingRow]] = []
    for found in rows:
        row = ReadingRow(*found)
        if readings and readings[-1][0].position == row.position:
            readings[-1].append(row)
        else:
            readings.append([row])
    return readings


_LATEST = text(f"""
    WITH s AS ({GROUPS}), newest AS (
        SELECT DISTINCT ON (kind) grp, time
        FROM (
            SELECT s.grp, l.time,
                   CASE WHEN metric = {DIASTOLIC} THEN {SYSTOLIC} ELSE metric END AS kind
            FROM s JOIN latest l ON l.series_id = s.id
        ) candidates
        ORDER BY kind, time DESC, grp
    )
    SELECT s.grp, s.metric, s.device_id, s.source, l.time, l.value, l.quality
    FROM newest JOIN s USING (grp)
    JOIN latest l ON l.series_id = s.id AND l.time = newest.time
    ORDER BY s.grp, s.metric
""").bindparams(  # noqa: S608
    bindparam("patient_id", type_=Uuid()), bindparam("metrics", type_=ARRAY(SmallInteger))
)


async def latest(
    session: ReadSession, patient_id: UUID, metrics: Sequence[int]
) -> list[list[ReadingRow]]:
    """Newest reading of each metric over all devices, by measured time."""
    parameters = {"patient_id": patient_id, "metrics": list(metrics)}
    by_group: dict[int, list[ReadingRow]] = {}
    for found in await session.execute(_LATEST, parameters):
        row = ReadingRow(*found)
        by_group.setdefault(row.group, []).append(row)
    return list(by_group.values())


@dataclass(frozen=True, slots=True)
class Bucket:
    """Readings of one metric of a patient, of all their devices, within one stretch of time."""

    metric: int
    start: dt.datetime
    mean: float
    min: float
    max: float
    n: int


MINUTE_SECONDS = 60
HOUR_SECONDS = 3600

_MERGE = """
    SELECT metric, bucket, sum(total) / sum(n), min(low), max(high), sum(n)::bigint
    FROM parts GROUP BY metric, bucket ORDER BY bucket, metric
"""

_RAW_TREND = """
    -- From the readings themselves.
    WITH s AS (
        SELECT id, metric FROM series
        WHERE patient_id = :patient_id AND metric = ANY(:metrics)
    ), parts AS (
        SELECT s.metric, time_bucket(:step, v.time) AS bucket,
               sum(v.value) AS total, min(v.value) AS low, max(v.value) AS high, count(*) AS n
        FROM s JOIN vitals v ON v.series_id = s.id AND v.time >= :since AND v.time < :until
        GROUP BY 1, 2
    )
"""

_ROLLUP_TREND = f"""
    -- From rollups, except for hours that have changed since theirs were made.
    WITH {CHANGED}, parts AS (
        SELECT s.metric, time_bucket(:step, r.bucket) AS bucket,
               sum(r.mean * r.n) AS total, min(r.min) AS low, max(r.max) AS high, sum(r.n) AS n
        FROM s JOIN {{rollup}} r ON r.series_id = s.id AND r.bucket >= :since AND r.bucket < :until
        WHERE NOT EXISTS (
            SELECT FROM dirty
            WHERE dirty.id = s.id AND dirty.hour = date_trunc('hour', r.bucket, 'UTC')
        )
        GROUP BY 1, 2
        UNION ALL
        SELECT dirty.metric, time_bucket(:step, v.time), sum(v.value), min(v.value),
               max(v.value), count(*)
        FROM dirty JOIN vitals v ON v.series_id = dirty.id
         AND v.time >= greatest(dirty.hour, :since)
         AND v.time < least(dirty.hour + interval '1 hour', :until)
        WHERE {IN_CHANGED}
        GROUP BY 1, 2
    )
    {_MERGE}
"""  # noqa: S608 - constants

_FROM_READINGS = text(_RAW_TREND + _MERGE).bindparams(
    bindparam("patient_id", type_=Uuid()),
    bindparam("metrics", type_=ARRAY(SmallInteger)),
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("until", type_=DateTime(timezone=True)),
)
_FROM_MINUTES = typed(text(_ROLLUP_TREND.format(rollup="rollup_minute")))
_FROM_HOURS = typed(text(_ROLLUP_TREND.format(rollup="rollup_hour")))


async def trend(session: ReadSession, window: Window, *, step_seconds: int) -> list[Bucket]:
    """Readings in buckets of `step_seconds`, oldest first; `until` is not included.

    Steps under a minute are made from readings, under an hour from the minute rollup, and longer
    ones from the hour rollup; `step_seconds` must divide or be a multiple of a minute and an hour.
    """
    parameters = {
        "patient_id": window.patient_id,
        "metrics": list(window.metrics),
        "since": window.since,
        "until": window.until,
        "step": dt.timedelta(seconds=step_seconds),
    }
    statement = _FROM_READINGS
    if step_seconds >= MINUTE_SECONDS:
        statement = _FROM_MINUTES if step_seconds < HOUR_SECONDS else _FROM_HOURS
        changed = await changed_hours(
            session, window.patient_id, window.metrics, window.since, window.until
        )
        parameters |= changed.parameters
    return [Bucket(*row) for row in await session.execute(statement, parameters)]
