"""Readings of an imported file, a few thousand in one transaction.

They pass the engine by: history that somebody brings along raises no alarm, live or retrospective,
and never keeps live readings waiting. What is made from readings is marked here instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from storage import copy, revision
from storage.queries import imports as sql
from storage.queries import intake
from storage.tally import State
from telemetry.clock import from_ms

Connection = psycopg.AsyncConnection[Any]
SeriesKey = tuple[str, int]
"""Source and metric."""
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings as parallel arrays of one length (n,).

    Attributes:
        series: int32, `series.id`.
        time_ms: int64, measured at, milliseconds since 1970.
        value: float64, in the metric's canonical unit.

    """

    series: NDArray[np.int32]
    time_ms: NDArray[np.int64]
    value: NDArray[np.float64]


async def open_series(
    connection: Connection, patient_id: UUID, keys: Sequence[SeriesKey]
) -> dict[SeriesKey, int]:
    """Ids of a patient's imported series, made where they do not exist."""
    known: dict[SeriesKey, int] = {}
    # A series that another import opened meanwhile is visible to the next statement only.
    while missing := [key for key in keys if key not in known]:
        fields = {
            "patient": patient_id,
            "sources": [source for source, _ in missing],
            "metrics": [metric for _, metric in missing],
        }
        cursor = await connection.execute(sql.OPEN_SERIES, fields)
        known |= {(row[1], row[2]): row[0] for row in await cursor.fetchall()}
    return known


async def store(
    connection: Connection, readings: Readings, scored: Sequence[int]
) -> NDArray[np.uint8]:
    """Store readings that are new, in one transaction; what became of each, `State` (n,).

    `scored` are the metrics whose hours have scores.
    """
    count = len(readings.series)
    state = np.full(count, State.STORED, np.uint8)
    if not count:
        return state
    columns: copy.Columns = [
        (">i4", np.arange(count, dtype=np.int32)),
        (">i4", readings.series),
        (">i8", copy.timestamptz(readings.time_ms)),
        (">f8", readings.value),
        (">f4", np.ones(count, np.float32)),
    ]
    bounds = [from_ms(int(edge(readings.time_ms))) for edge in (np.min, np.max)]
    async with connection.transaction(), connection.cursor() as cursor:
        await cursor.execute(intake.CREATE_STAGING)
        async with cursor.copy(intake.COPY_STAGING) as stream:
            await stream.write(copy.encode(columns))
        await cursor.execute(intake.MERGE_STAGING)
        await cursor.execute(intake.NOT_STORED, bounds)
        for row, conflicting in await cursor.fetchall():
            state[row] = State.CONFLICTING if conflicting else State.DUPLICATE
        new = state == State.STORED
        hours = (readings.time_ms[new] // _HOUR_MS).tolist()
        await revision.mark(connection, readings.series[new].tolist(), hours, scored)
    return state
