"""Days and hours of a patient, and how long values stayed in their target ranges.

All come from rollups, except for hours that have changed since theirs were made: those come from
the readings. Several devices are one: their readings are weighted by how many they are. Steps are
counts since the reading before; devices worn at the same time count the same steps, so an hour has
those of the device that counted the most.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import DateTime, Double

from storage.engine import ReadSession, WriteSession
from storage.queries.changed_hours import CHANGED, IN_CHANGED, changed_hours, typed

Session = ReadSession | WriteSession
_HOUR = dt.timedelta(hours=1)
_TIME = DateTime(timezone=True)

_HOURS = f"""
    WITH {CHANGED}, whole AS (
        SELECT s.id, s.metric, r.bucket AS hour, r.n, r.mean * r.n AS total, r.min, r.max,
               r.bucket IN (SELECT unnest(:splits)) AS divided
        FROM s JOIN rollup_hour r
          ON r.series_id = s.id AND r.bucket >= :since AND r.bucket < :until
        WHERE NOT EXISTS (
            SELECT FROM dirty WHERE dirty.id = s.id AND dirty.hour = r.bucket
        )
    ), parts AS (
        SELECT metric, hour, width_bucket(hour, :edges) AS day, n, total, min, max
        FROM whole WHERE NOT divided
        UNION ALL
        -- Hours that a local midnight divides, by their minutes. These are let go of after a
        -- while: then the hour goes where its middle is.
        SELECT whole.metric, whole.hour,
               coalesce(m.day, width_bucket(whole.hour + interval '30 minutes', :edges)),
               coalesce(m.n, whole.n), coalesce(m.total, whole.total),
               coalesce(m.min, whole.min), coalesce(m.max, whole.max)
        FROM whole LEFT JOIN LATERAL (
            SELECT width_bucket(bucket, :edges) AS day, sum(n) AS n, sum(mean * n) AS total,
                   min(min) AS min, max(max) AS max
            FROM rollup_minute WHERE series_id = whole.id
             AND bucket >= whole.hour AND bucket < whole.hour + interval '1 hour'
            GROUP BY 1
        ) m ON true
        WHERE divided
        UNION ALL
        SELECT dirty.metric, dirty.hour, width_bucket(v.time, :edges),
               count(*), sum(v.value), min(v.value), max(v.value)
        FROM dirty JOIN vitals v ON v.series_id = dirty.id
         AND v.time >= dirty.hour AND v.time < dirty.hour + interval '1 hour'
        WHERE {IN_CHANGED}
        GROUP BY dirty.id, 1, 2, 3
    ), merged AS (
        -- One row per metric, day and hour, all devices together.
        SELECT metric, day, hour, sum(n) AS n, sum(total) AS total, max(total) AS most,
               min(min) AS low, max(max) AS high
        FROM parts GROUP BY 1, 2, 3
    )
"""  # noqa: S608 - a constant of this module

_BY_HOUR = text(f"""
    -- Hours of UTC; the only edge is the first of them.
    {_HOURS}
    SELECT metric, hour, n::bigint, total / n, low, high, most FROM merged ORDER BY 1, 2
""")  # noqa: S608

_BY_DAY = text(f"""
    -- One row per metric and local day; a day is the stretch between two edges.
    {_HOURS}
    SELECT metric, day - 1, sum(n)::bigint, sum(total) / sum(n), min(low), max(high),
           sum(most), count(*)
    FROM merged WHERE day BETWEEN 1 AND cardinality(:edges) - 1
    GROUP BY 1, 2 ORDER BY 1, 2
""")  # noqa: S608

_TALLY = f"""
    -- Minutes or hours against their ranges, in the stretch before `middle` and the one after.
    WITH {CHANGED}, parts AS (
        SELECT s.metric, r.bucket, r.n, r.mean * r.n AS total, r.min, r.max
        FROM s JOIN {{rollup}} r
          ON r.series_id = s.id AND r.bucket >= :since AND r.bucket < :until
        WHERE NOT EXISTS (
            SELECT FROM dirty
            WHERE dirty.id = s.id AND dirty.hour = date_trunc('hour', r.bucket, 'UTC')
        )
        UNION ALL
        SELECT dirty.metric, date_trunc('{{unit}}', v.time), count(*), sum(v.value), min(v.value),
               max(v.value)
        FROM dirty JOIN vitals v ON v.series_id = dirty.id
         AND v.time >= greatest(dirty.hour, :since)
         AND v.time < least(dirty.hour + interval '1 hour', :until)
        WHERE {IN_CHANGED}
        GROUP BY 1, 2
    ), units AS (
        SELECT metric, bucket, sum(total) / sum(n) AS mean, min(min) AS low, max(max) AS high
        FROM parts GROUP BY 1, 2
    )
    SELECT u.metric, u.bucket >= :middle, count(*),
           count(*) FILTER (WHERE u.mean < t.very_low), count(*) FILTER (WHERE u.mean < t.low),
           count(*) FILTER (WHERE u.mean > t.high), count(*) FILTER (WHERE u.mean > t.very_high),
           count(*) FILTER (WHERE u.low >= t.low AND u.high <= t.high),
           count(*) FILTER (WHERE u.high < t.low OR u.low > t.high),
           avg(u.mean), stddev_samp(u.mean)
    FROM units u JOIN unnest(:metrics, :very_low, :low, :high, :very_high)
      AS t(metric, very_low, low, high, very_high) USING (metric)
    GROUP BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Hour:
    """One metric in one hour of UTC; `counted` is the sum of the device that counted the most."""

    metric: int
    start: dt.datetime
    n: int
    mean: float
    min: float
    max: float
    counted: float


@dataclass(frozen=True, slots=True)
class Day:
    """One metric on one local day, the `index`-th; `hours` of UTC have readings."""

    metric: int
    index: int
    n: int
    mean: float
    min: float
    max: float
    counted: float
    hours: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of a target range, in the metric's unit; both ends of `low` to `high` are inside."""

    very_low: float
    low: float
    high: float
    very_high: float


@dataclass(frozen=True, slots=True)
class Tallied:
    """Counts of one metric's minutes or hours before (`later` false) or after the middle."""

    metric: int
    later: bool
    n: int
    very_low: int
    low: int
    high: int
    very_high: int
    surely_in: int
    surely_out: int
    mean: float
    sd: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whose readings, of which metrics, from when until before when."""

    patient_id: UUID
    metrics: Sequence[int]
    since: dt.datetime
    until: dt.datetime

    @property
    def parameters(self) -> dict[str, Any]:
        """As the statements name them."""
        return {
            "patient_id": self.patient_id,
            "metrics": list(self.metrics),
            "since": self.since,
            "until": self.until,
        }


def _typed(statement: TextClause, *times: str) -> TextClause:
    return typed(statement).bindparams(*(bindparam(name, type_=ARRAY(_TIME)) for name in times))


_HOURLY = _typed(_BY_HOUR, "splits", "edges")
_DAILY = _typed(_BY_DAY, "splits", "edges")


async def hours(session: Session, stretch: Stretch) -> list[Hour]:
    """Hours with readings, by metric and time."""
    changed = await _changed(session, stretch)
    parameters = stretch.parameters | changed | {"splits": [], "edges": [stretch.since]}
    return [Hour(*row) for row in await session.execute(_HOURLY, parameters)]


async def days(
    session: Session,
    patient_id: UUID,
    metrics: Sequence[int],
    edges: Sequence[dt.datetime],
) -> list[Day]:
    """Local days with readings, by metric and day; `edges` are the days' first instants, rising.

    Edges within an hour of UTC, as zones with half hours have them, divide it by the minute.
    """
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    starts = {edge: epoch + (edge - epoch) // _HOUR * _HOUR for edge in edges}
    stretch = Stretch(patient_id, metrics, starts[edges[0]], edges[-1])
    changed = await _changed(session, stretch)
    parameters = (
        stretch.parameters
        | changed
        | {
            "edges": list(edges),
            "splits": sorted({start for edge, start in starts.items() if start != edge}),
        }
    )
    return [Day(*row) for row in await session.execute(_DAILY, parameters)]


async def tallies(
    session: Session,
    stretch: Stretch,
    *,
    middle: dt.datetime,
    bounds: Mapping[int, Bounds],
    by_minute: bool,
) -> list[Tallied]:
    """Minutes (or hours) of each metric against its range, before and after `middle`."""
    names = {"rollup": "rollup_minute", "unit": "minute"}
    if not by_minute:
        names = {"rollup": "rollup_hour", "unit": "hour"}
    of = [bounds[metric] for metric in stretch.metrics]
    columns = {
        name: [_finite(getattr(one, name)) for one in of]
        for name in ("very_low", "low", "high", "very_high")
    }
    statement = _typed(text(_TALLY.format(**names))).bindparams(
        bindparam("middle", type_=_TIME),
        *(bindparam(name, type_=ARRAY(Double)) for name in columns),
    )
    changed = await _changed(session, stretch)
    parameters = stretch.parameters | changed | {"middle": middle} | columns
    return [Tallied(*row) for row in await session.execute(statement, parameters)]


async def _changed(session: Session, stretch: Stretch) -> dict[str, Any]:
    found = await changed_hours(
        session, stretch.patient_id, stretch.metrics, stretch.since, stretch.until
    )
    return found.parameters


def _finite(bound: float) -> float:
    """A bound that is none, as a number that no reading passes."""
    return math.copysign(1e300, bound) if math.isinf(bound) else float(bound)
