"""Newest readings of many patients at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.dialects.postgresql import distinct_on

from storage.engine import ReadSession
from storage.models import Latest, Series, Vital


@dataclass(frozen=True, slots=True)
class Newest:
    """Newest reading of one metric of one patient, over all their devices."""

    patient_id: UUID
    metric: int
    device_id: UUID | None
    time: dt.datetime
    value: float
    quality: float
    received_at: dt.datetime


async def newest(session: ReadSession, patient_ids: Sequence[UUID]) -> list[Newest]:
    """Newest reading, by measured time, of each metric of these patients; one query for all."""
    statement = (
        select(
            Series.patient_id,
            Series.metric,
            Series.device_id,
            Latest.time,
            Latest.value,
            Latest.quality,
            Latest.received_at,
        )
        .join(Latest, Latest.series_id == Series.id)
        .where(Series.patient_id.in_(patient_ids))
        .ext(distinct_on(Series.patient_id, Series.metric))
        .order_by(Series.patient_id, Series.metric, Latest.time.desc(), Series.id)
    )
    return [Newest(*row) for row in await session.execute(statement)]


async def believed(
    session: ReadSession,
    patient_ids: Sequence[UUID],
    metrics: Sequence[int],
    *,
    quality: float,
    since: dt.datetime,
) -> list[Newest]:
    """The same, of these metrics, among readings after `since` of at least this quality."""
    good = (
        select(Vital.time, Vital.value, Vital.quality)
        .where(
            Vital.series_id == Latest.series_id,
            Vital.time > since,
            Vital.time <= Latest.time,
            Vital.quality >= quality,
        )
        .order_by(Vital.time.desc())
        .limit(1)
        .lateral("good")
    )
    statement = (
        select(
            Series.patient_id,
            Series.metric,
            Series.device_id,
            good.c.time,
            good.c.value,
            good.c.quality,
            Latest.received_at,
        )
        .join(Latest, Latest.series_id == Series.id)
        .join(good, true())
        .where(Series.patient_id.in_(patient_ids), Series.metric.in_(metrics))
        .ext(distinct_on(Series.patient_id, Series.metric))
        .order_by(Series.patient_id, Series.metric, good.c.time.desc(), Series.id)
    )
    return [Newest(*row) for row in await session.execute(statement)]
