"""Readings by when they were stored or changed, as far as is known: by the hour they were measured.

A reading holds no such time: on a million rows a second column of time would cost more than it is
asked for. An hour of a series changed when it was marked, and then when the mark was taken, which
`reading_hours` notes, and which is never before a change that can be seen. Nothing is stored before
it is measured: a reading that is newer than what is known of its hour changed when it was measured,
or now where its clock is ahead. That time is the same for who asks by it and for who reads it. Who
asks for what has changed since they asked last misses nothing: what is stored in an hour that was
marked before is told when the mark is taken, and others of the hour once more with it. What people
enter is marked as it is stored, what devices send when the engine has taken it.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime, Integer, SmallInteger, String, Uuid

from storage.engine import ReadSession, WriteSession
from storage.queries.changes import Span
from storage.queries.health_metrics import (
    DIASTOLIC,
    GROUPS,
    SYSTOLIC,
    ReadingPosition,
    ReadingRow,
    Window,
    grouped,
)

_TIME: Final = DateTime(timezone=True)
_HOUR: Final = dt.timedelta(hours=1)
_INSTANT: Final = dt.timedelta(microseconds=1)
_FIRST_HOURS: Final = 24
_FURTHER: Final = 4
_MOST_HOURS: Final = 1536

_OF_WINDOW: Final = """
    s AS (
        SELECT * FROM (_GROUPS_) all_series
        WHERE (CAST(:device AS uuid) IS NULL OR device_id = :device)
          AND CASE CAST(:source AS text) WHEN 'device' THEN device_id IS NOT NULL
              WHEN 'manual' THEN device_id IS NULL AND source = ''
              WHEN 'import' THEN source <> '' ELSE true END
    )
""".replace("_GROUPS_", GROUPS)

_CHANGED: Final = "max(greatest(c.changed_at, d.marked_at))"
"""When an hour `c` of the series of a group, or its mark `d`, was changed."""

_HOURS: Final = text(f"""
    -- The newest hours that changed within a span, or may hold what is newer than was noted of
    -- them, and when. Of each series as many as are wanted of all: no more can be among them.
    WITH {_OF_WINDOW}, found AS (
        SELECT DISTINCT s.grp, n.hour
        FROM s CROSS JOIN LATERAL (
            (SELECT hour FROM reading_hours
             WHERE series_id = s.id AND changed_at >= :changed_from AND changed_at < :changed_before
               AND hour > :since - interval '1 hour' AND hour <= :until
             ORDER BY hour DESC LIMIT :hours)
            UNION ALL
            (SELECT hour FROM reading_hours
             WHERE series_id = s.id AND changed_at < :changed_from
               AND hour > greatest(:since, :changed_from) - interval '1 hour' AND hour <= :until
             ORDER BY hour DESC LIMIT :hours)
            UNION ALL
            (SELECT bucket FROM rollup_dirty
             WHERE series_id = s.id AND marked_at < :changed_before
               AND (marked_at >= :changed_from OR bucket > :changed_from - interval '1 hour')
               AND bucket > :since - interval '1 hour' AND bucket <= :until
             ORDER BY bucket DESC LIMIT :hours)
        ) n
    ), placed AS (SELECT grp, hour, dense_rank() OVER (ORDER BY hour DESC) AS place FROM found)
    SELECT p.grp, p.hour, p.place, {_CHANGED} AS changed_at
    FROM placed p JOIN s USING (grp)
    LEFT JOIN reading_hours c ON c.series_id = s.id AND c.hour = p.hour
    LEFT JOIN rollup_dirty d ON d.series_id = s.id AND d.bucket = p.hour
    WHERE p.place <= :hours
    GROUP BY 1, 2, 3 ORDER BY p.hour DESC, p.grp
""").bindparams(  # noqa: S608 - constants
    bindparam("patient_id", type_=Uuid()),
    bindparam("metrics", type_=ARRAY(SmallInteger)),
    bindparam("device", type_=Uuid()),
    bindparam("source", type_=String()),
    bindparam("changed_from", type_=_TIME),
    bindparam("changed_before", type_=_TIME),
    bindparam("since", type_=_TIME),
    bindparam("until", type_=_TIME),
    bindparam("hours", type_=Integer()),
)

_READINGS: Final = text(f"""
    -- The newest readings of these hours that changed within a span. `since` and `until` bound
    -- them all, so that only the chunks of that time are planned for.
    WITH {_OF_WINDOW}, h AS (
        SELECT * FROM unnest(:groups, :starts, :changes) AS h(grp, hour, changed_at)
    )
    SELECT s.grp, s.metric, s.device_id, s.source, v.time, v.value, v.quality, v.changed_at
    FROM h JOIN s USING (grp) CROSS JOIN LATERAL (
        SELECT time, value, quality, greatest(h.changed_at, least(time, now())) AS changed_at
        FROM vitals
        WHERE series_id = s.id AND time >= :since AND time <= :until
          AND time >= h.hour AND time < h.hour + interval '1 hour'
          AND (time < :until OR s.grp > :grp)
          AND greatest(h.changed_at, least(time, now())) >= :changed_from
          AND greatest(h.changed_at, least(time, now())) < :changed_before
        ORDER BY time DESC LIMIT :readings
    ) v
    ORDER BY v.time DESC, s.grp, s.metric LIMIT 2 * :readings
""").bindparams(  # noqa: S608 - constants
    bindparam("patient_id", type_=Uuid()),
    bindparam("metrics", type_=ARRAY(SmallInteger)),
    bindparam("device", type_=Uuid()),
    bindparam("source", type_=String()),
    bindparam("groups", type_=ARRAY(Integer)),
    bindparam("starts", type_=ARRAY(_TIME)),
    bindparam("changes", type_=ARRAY(_TIME)),
    bindparam("changed_from", type_=_TIME),
    bindparam("changed_before", type_=_TIME),
    bindparam("since", type_=_TIME),
    bindparam("until", type_=_TIME),
    bindparam("grp", type_=Integer()),
    bindparam("readings", type_=Integer()),
)

_LAST: Final = text(f"""
    -- When each of these readings changed. Of a blood pressure both series count; what is of no
    -- hour that is known is left out.
    SELECT k.grp, k.time, greatest({_CHANGED}, least(k.time, now()))
    FROM unnest(:groups, :times) AS k(grp, time)
    JOIN series g ON g.id = k.grp
    JOIN series s ON s.patient_id = g.patient_id AND s.device_id IS NOT DISTINCT FROM g.device_id
     AND s.source = g.source AND (s.id = g.id OR (
         s.metric IN ({SYSTOLIC}, {DIASTOLIC}) AND g.metric IN ({SYSTOLIC}, {DIASTOLIC})
     ))
    LEFT JOIN reading_hours c ON c.series_id = s.id AND c.hour = date_trunc('hour', k.time, 'UTC')
    LEFT JOIN rollup_dirty d ON d.series_id = s.id AND d.bucket = date_trunc('hour', k.time, 'UTC')
    GROUP BY 1, 2 HAVING {_CHANGED} IS NOT NULL
""").bindparams(  # noqa: S608 - constants
    bindparam("groups", type_=ARRAY(Integer)), bindparam("times", type_=ARRAY(_TIME))
)


async def page(
    session: ReadSession,
    window: Window,
    changed: Span,
    *,
    after: ReadingPosition | None,
    limit: int,
) -> list[tuple[list[ReadingRow], dt.datetime]]:
    """As `health_metrics.page`, those readings alone that changed within `changed`, and when.

    Looks at the newest 24 such hours, then at four times as many before them and so on.
    """
    until, group = after or (window.until, -1)
    hours, readings = _FIRST_HOURS, list[tuple[list[ReadingRow], dt.datetime]]()
    while len(readings) < limit:
        parameters = {
            "patient_id": window.patient_id,
            "metrics": list(window.metrics),
            "device": window.device_id,
            "source": window.source,
            "since": window.since,
            "until": until,
            "changed_from": changed[0],
            "changed_before": changed[1],
        }
        found = (await session.execute(_HOURS, parameters | {"hours": hours})).all()
        if not found:
            break
        rows = (
            await session.execute(
                _READINGS,
                parameters
                | _within(found, window.since, until)
                | {"grp": group, "readings": limit - len(readings)},
            )
        ).all()
        changes = {(row.time, row.grp): row.changed_at for row in rows}
        readings += [(one, changes[one[0].position]) for one in grouped(row[:-1] for row in rows)]
        if found[-1].place < hours:
            break
        until, group = found[-1].hour - _INSTANT, -1
        hours = min(hours * _FURTHER, _MOST_HOURS)
    return readings[:limit]


def _within(
    found: "Collection[Row[tuple[Any, ...]]]", since: dt.datetime, until: dt.datetime
) -> dict[str, Any]:
    """The hours, and bounds of them all."""
    starts = [row.hour for row in found]
    return {
        "groups": [row.grp for row in found],
        "starts": starts,
        "changes": [row.changed_at for row in found],
        "since": max(since, min(starts)),
        "until": min(until, max(starts) + _HOUR),
    }


async def last(
    session: ReadSession | WriteSession, readings: Collection[list[ReadingRow]]
) -> dict[ReadingPosition, dt.datetime]:
    """When readings, each by time and group, were last changed; without those not marked yet."""
    if not readings:
        return {}
    parameters = {
        "groups": [rows[0].group for rows in readings],
        "times": [rows[0].time for rows in readings],
    }
    found = await session.execute(_LAST, parameters)
    return {(time, group): changed for group, time, changed in found}
