"""Stored readings in bulk, for a replay of the past."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import func, select

from storage.copy import decode, milliseconds
from storage.engine import ReadSession
from storage.models import RollupDay, Series
from telemetry.clock import from_ms

READINGS: Final = """
    -- Readings of some series within a time, by their index, in no order.
    COPY (
        SELECT series_id, time, value, quality FROM vitals
        WHERE series_id = ANY(%s) AND time >= %s AND time < %s
    ) TO STDOUT (FORMAT binary)
"""

ANSWERED: Final = """
    -- Alarms of some patients and conditions in a time, live ones, that a person acknowledged.
    SELECT patient_id, condition, started_at, coalesce(cleared_at, closed_at)
    FROM alarms
    WHERE patient_id = ANY(%s) AND condition = ANY(%s) AND started_at >= %s AND started_at < %s
        AND acknowledged_by_id IS NOT NULL AND NOT retrospective
"""

Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]


async def readings(
    cursor: psycopg.AsyncCursor[Any], series: list[int], since_ms: int, until_ms: int
) -> Columns:
    """Readings of these series in [since, until): series, measured time (ms), value, quality."""
    async with cursor.copy(READINGS, (series, from_ms(since_ms), from_ms(until_ms))) as stream:
        blocks = [bytes(block) async for block in stream]
    number, time, value, quality = decode(b"".join(blocks), (">i4", ">i8", ">f8", ">f4"))
    return (
        number.astype(np.int64),
        milliseconds(time.astype(np.int64)),
        value.astype(np.float64),
        quality.astype(np.float32),
    )


async def volume(
    session: ReadSession, patient_ids: Sequence[UUID], metrics: Sequence[int], since: dt.datetime
) -> int:
    """How many readings of these metrics these patients have since a time, by whole days."""
    found = await session.scalar(
        select(func.coalesce(func.sum(RollupDay.n), 0))
        .join(Series, Series.id == RollupDay.series_id)
        .where(
            Series.patient_id.in_(patient_ids),
            Series.metric.in_(metrics),
            RollupDay.bucket >= func.date_trunc("day", since),
        )
    )
    return int(found or 0)
