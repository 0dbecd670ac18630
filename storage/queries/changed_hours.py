"""Hours of a patient whose rollups no longer match their readings.

Who reads rollups takes these from the readings, so that a late reading is in every answer as
soon as it is stored. They are asked for first, because their bounds let the planner leave out all
chunks but theirs: usually one, however long the history.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import DateTime, Integer, SmallInteger, Uuid

from storage.engine import ReadSession, WriteSession

_HOUR: Final = dt.timedelta(hours=1)
_TIME: Final = DateTime(timezone=True)

CHANGED: Final = """
    s AS (
        SELECT id, metric FROM series
        WHERE patient_id = :patient_id AND metric = ANY(:metrics)
    ), dirty AS MATERIALIZED (
        SELECT * FROM unnest(:changed_series, :changed_metrics, :changed_hours)
            AS d(id, metric, hour)
    )
"""
"""The series of a patient, and the hours of `changed_hours`: two common table expressions."""

IN_CHANGED: Final = "v.time >= :changed_since AND v.time < :changed_until"
"""Bounds of them all, for the planner; a condition on readings `v`."""

_FIND = text("""
    -- Marked or in hand.
    SELECT s.id, s.metric, d.bucket
    FROM series s CROSS JOIN LATERAL (
        SELECT bucket FROM rollup_dirty
        WHERE series_id = s.id AND bucket > :since - interval '1 hour' AND bucket < :until
        UNION
        SELECT bucket FROM rollup_work
        WHERE series_id = s.id AND bucket > :since - interval '1 hour' AND bucket < :until
    ) d
    WHERE s.patient_id = :patient_id AND s.metric = ANY(:metrics)
""").bindparams(
    bindparam("patient_id", type_=Uuid()),
    bindparam("metrics", type_=ARRAY(SmallInteger)),
    bindparam("since", type_=_TIME),
    bindparam("until", type_=_TIME),
)


@dataclass(frozen=True, slots=True)
class Changed:
    """Series, metric and start of each hour, within a stretch that begins at `since`."""

    since: dt.datetime
    hours: Sequence[tuple[int, int, dt.datetime]]

    @property
    def parameters(self) -> dict[str, Any]:
        """As `CHANGED` and `IN_CHANGED` name them."""
        hours = [hour for _, _, hour in self.hours]
        return {
            "changed_series": [series for series, _, _ in self.hours],
            "changed_metrics": [metric for _, metric, _ in self.hours],
            "changed_hours": hours,
            "changed_since": min(hours, default=self.since),
            "changed_until": max(hours) + _HOUR if hours else self.since,
        }


def typed(statement: TextClause) -> TextClause:
    """Give the parameters of a statement with `CHANGED` and `IN_CHANGED` their types."""
    return statement.bindparams(
        bindparam("patient_id", type_=Uuid()),
        bindparam("metrics", type_=ARRAY(SmallInteger)),
        bindparam("since", type_=_TIME),
        bindparam("until", type_=_TIME),
        bindparam("changed_series", type_=ARRAY(Integer)),
        bindparam("changed_metrics", type_=ARRAY(SmallInteger)),
        bindparam("changed_hours", type_=ARRAY(_TIME)),
        bindparam("changed_since", type_=_TIME),
        bindparam("changed_until", type_=_TIME),
    )


async def changed_hours(
    session: ReadSession | WriteSession,
    patient_id: UUID,
    metrics: Sequence[int],
    since: dt.datetime,
    until: dt.datetime,
) -> Changed:
    """Changed hours that reach into the time from `since` until before `until`."""
    parameters = {
        "patient_id": patient_id,
        "metrics": list(metrics),
        "since": since,
        "until": until,
    }
    found = await session.execute(_FIND, parameters)
    return Changed(since, [(row[0], row[1], row[2]) for row in found])
