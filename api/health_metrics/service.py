"""Rules of readings: which one a patient's are, how fine a trend can be, what a reading's id is."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from api.auth import Caller
from api.errors import EmptySpanError, LongSpanError, NotFoundError
from api.health_metrics.schemas import BLOOD_PRESSURE, Reading, Statistics, Trend
from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.queries import care, health_metrics, manual_entries
from storage.queries.health_metrics import DIASTOLIC, SYSTOLIC, Bucket, ReadingRow, Window
from storage.queries.manual_entries import EntryRow, Key
from telemetry import reading_ids
from telemetry.metrics import METRICS, METRICS_BY_ID
from telemetry.reading_ids import reading_id

MAX_POINTS = 1_200
LONGEST_TREND = dt.timedelta(days=800)
STEPS_SECONDS = (
    *(1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 14400, 21600, 43200, 86400),
)
"""Lengths of buckets; each divides the day and the hour, or is a whole number of hours."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


async def require_patient(
    session: ReadSession | WriteSession, caller: Caller, patient_id: UUID | None
) -> UUID:
    """Find whose readings are meant: the caller's own unless somebody is named.

    Raises:
        NotFoundError: when there is no such patient, or the caller may not see them.
    """
    chosen = patient_id or caller.id
    if chosen == caller.id:
        saw(chosen)
    elif not await care.may_see(session, caller.viewer, chosen):
        raise NotFoundError
    return chosen


def metric_ids(code: str | None) -> list[int]:
    """Ids that a metric parameter stands for; either pressure brings the other along."""
    if code is None:
        return list(METRICS_BY_ID)
    if code == BLOOD_PRESSURE or METRICS[code].id in {SYSTOLIC, DIASTOLIC}:
        return [SYSTOLIC, DIASTOLIC]
    return [METRICS[code].id]


async def readings(
    session: ReadSession | WriteSession, found: Sequence[Sequence[ReadingRow]]
) -> list[Reading]:
    """Readings as sent, those by hand with what was noted of them."""
    keys = [(rows[0].group, rows[0].time) for rows in found if rows[0].is_manual]
    noted = await manual_entries.entries(session, keys)
    return [_reading(rows, noted.get((rows[0].group, rows[0].time))) for rows in found]


def _reading(rows: Sequence[ReadingRow], entry: EntryRow | None) -> Reading:
    first = rows[0]
    values = {row.metric: row.value for row in rows}
    pressure = first.metric in {SYSTOLIC, DIASTOLIC}
    metric = METRICS_BY_ID[first.metric]
    return Reading(
        id=reading_id(first.group, first.time),
        metric_type=BLOOD_PRESSURE if pressure else metric.code,
        value=None if pressure else first.value,
        unit=metric.unit,
        systolic_value=values.get(SYSTOLIC),
        diastolic_value=values.get(DIASTOLIC),
        recorded_at=first.time,
        quality=min(row.quality for row in rows),
        device_id=first.device_id,
        is_manual_entry=first.is_manual,
        source="manual" if first.is_manual else "import" if first.source else "device",
        source_name=first.source,
        notes=entry.notes if entry else "",
        recorded_by_id=entry and entry.recorded_by_id,
        created_at=entry and entry.created_at,
        updated_at=entry and entry.updated_at,
    )


def reading_key(reading: UUID) -> Key:
    """Series and time that a reading's id holds.

    Raises:
        NotFoundError: when it holds none.
    """
    key = reading_ids.reading_key(reading)
    if key is None:
        raise NotFoundError
    return key


def resolution(since: dt.datetime, until: dt.datetime) -> int:
    """Length of the buckets, in seconds, that keeps a trend within `MAX_POINTS`.

    Raises:
        EmptySpanError: when nothing lies between them.
        LongSpanError: when it is longer than `LONGEST_TREND`.
    """
    span = until - since
    if span <= dt.timedelta(0):
        raise EmptySpanError
    if span > LONGEST_TREND:
        raise LongSpanError
    return next(step for step in STEPS_SECONDS if span.total_seconds() / step <= MAX_POINTS)


async def trend(
    session: ReadSession, patient_id: UUID, code: str, since: dt.datetime, until: dt.datetime
) -> Trend:
    """Trend of one metric over all devices of a patient."""
    step = resolution(since, until)
    ids = [SYSTOLIC, DIASTOLIC] if code == BLOOD_PRESSURE else [METRICS[code].id]
    window = Window(patient_id, ids, _floor(since, step), _floor(until, step, steps=1))
    buckets = await health_metrics.trend(session, window, step_seconds=step)
    starts = sorted({bucket.start for bucket in buckets})
    return Trend(
        patient=patient_id,
        metric=code,
        unit=METRICS_BY_ID[ids[0]].unit,
        resolution_seconds=step,
        t=[(start - EPOCH) // dt.timedelta(milliseconds=1) for start in starts],
        diastolic=_statistics(buckets, DIASTOLIC, starts) if code == BLOOD_PRESSURE else None,
        **_statistics(buckets, ids[0], starts).model_dump(),
    )


def _floor(time: dt.datetime, step_seconds: int, *, steps: int = 0) -> dt.datetime:
    """Start of the bucket of `time`, or of one `steps` later."""
    step = dt.timedelta(seconds=step_seconds)
    return EPOCH + ((time - EPOCH) // step + steps) * step


def _statistics(
    buckets: Sequence[Bucket], metric: int, starts: Sequence[dt.datetime]
) -> Statistics:
    by_start = {bucket.start: bucket for bucket in buckets if bucket.metric == metric}
    found = [by_start.get(start) for start in starts]
    return Statistics(
        mean=[bucket and bucket.mean for bucket in found],
        min=[bucket and bucket.min for bucket in found],
        max=[bucket and bucket.max for bucket in found],
        n=[bucket.n if bucket else 0 for bucket in found],
    )
