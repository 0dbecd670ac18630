"""What is made from readings is made anew where readings came or went without the engine's doing.

Rollups and hourly scores are marked, the newest value is looked for, and milestones that rest on
what is there no longer are looked for again. All in the transaction of the change.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import psycopg

from storage.queries import intake, outbox, scores

Connection = psycopg.AsyncConnection[Any]

_NO_LATEST: Final = """
    -- Series without any reading have no newest one.
    DELETE FROM latest WHERE series_id = ANY(%(series)s::int[])
        AND NOT EXISTS (SELECT FROM vitals v WHERE v.series_id = latest.series_id)
"""

_LATEST: Final = """
    -- The newest reading of each series, whichever was taken for it until now.
    INSERT INTO latest AS l (series_id, time, value, quality, received_at)
    SELECT s.id, v.time, v.value, v.quality, now()
    FROM unnest(%(series)s::int[]) AS s(id) CROSS JOIN LATERAL (
        SELECT time, value, quality FROM vitals
        WHERE series_id = s.id ORDER BY time DESC LIMIT 1
    ) v
    ORDER BY s.id
    ON CONFLICT (series_id) DO UPDATE
    SET time = excluded.time, value = excluded.value, quality = excluded.quality,
        received_at = excluded.received_at
    WHERE (l.time, l.value, l.quality) IS DISTINCT FROM
        (excluded.time, excluded.value, excluded.quality)
"""

_FORGET_MILESTONES: Final = """
    -- Those that a change of this metric on this day, in whichever zone, may have undone.
    DELETE FROM milestones WHERE patient_id = %(patient)s AND achieved_on >= %(day)s::date
        AND (metric IS NULL OR metric = ANY(%(metrics)s::smallint[]))
"""

_LOOK_FOR_MILESTONES: Final = """
    -- Have a patient's milestones looked for, over their whole history.
    INSERT INTO milestone_checks (patient_id, next_at) VALUES (%(patient)s, now())
    ON CONFLICT (patient_id) DO UPDATE SET next_at = now(), checked_until = NULL
"""


async def mark(
    connection: Connection, series: Sequence[int], hours: Sequence[int], scored: Sequence[int]
) -> None:
    """Mark hours (since 1970) of series: their rollups, and scores that are made of `scored`."""
    pairs = sorted(set(zip(series, hours, strict=True)))
    if not pairs:
        return
    ids, starts = ([pair[i] for pair in pairs] for i in (0, 1))
    await connection.execute(outbox.MARK_CHANGES, (ids, starts, ids))
    await connection.execute(scores.MARK, (ids, starts, list(scored)))


async def find_newest(connection: Connection, series: Sequence[int], patient_id: UUID) -> None:
    """Make `latest` what the readings say, and wake whoever shows them."""
    await connection.execute(_NO_LATEST, {"series": list(series)})
    await connection.execute(_LATEST, {"series": list(series)})
    await connection.execute(intake.NOTIFY, (str(patient_id),))


async def reconsider_milestones(
    connection: Connection, patient_id: UUID, metrics: Sequence[int], time: dt.datetime
) -> None:
    """Have milestones looked for again that a reading at `time` may have had a part in."""
    day = (time.astimezone(dt.UTC) - dt.timedelta(days=1)).date()
    fields = {"patient": patient_id, "metrics": list(metrics), "day": day}
    await connection.execute(_FORGET_MILESTONES, fields)
    await connection.execute(_LOOK_FOR_MILESTONES, fields)
