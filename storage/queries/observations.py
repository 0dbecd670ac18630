"""Sets of observations that people recorded, and the series that their values go to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import func, select, tuple_

from storage.engine import ReadSession
from storage.models import ObservationSet, User

SetPosition = tuple[dt.datetime, UUID]
"""When it was measured, and id; newest first."""

SERIES = """
    -- Series of what people entered of a patient.
    SELECT metric, id FROM series WHERE patient_id = %s AND device_id IS NULL AND source = ''
"""

RECORD = """
    -- Who recorded what.
    INSERT INTO observation_sets (patient_id, measured_at, metrics, recorded_by_id)
    VALUES (%s, %s, %s, %s) RETURNING id, recorded_at
"""


@dataclass(frozen=True, slots=True)
class SetRow:
    """One set, and who recorded it."""

    id: UUID
    measured_at: dt.datetime
    recorded_at: dt.datetime
    metrics: Sequence[int]
    recorded_by_id: UUID | None
    recorded_by: str

    @property
    def position(self) -> SetPosition:
        """Place in the list."""
        return (self.measured_at, self.id)


async def series(connection: psycopg.AsyncConnection[Any], patient_id: UUID) -> dict[int, int]:
    """Metric id -> series id of what people recorded of a patient before."""
    cursor = await connection.execute(SERIES, (patient_id,))
    return dict(await cursor.fetchall())


async def page(
    session: ReadSession, patient_id: UUID, *, after: SetPosition | None, limit: int
) -> list[SetRow]:
    """Sets of a patient, newest first, at most `limit`."""
    order = tuple_(ObservationSet.measured_at, ObservationSet.id)
    statement = (
        select(
            ObservationSet.id,
            ObservationSet.measured_at,
            ObservationSet.recorded_at,
            ObservationSet.metrics,
            ObservationSet.recorded_by_id,
            func.coalesce(func.concat_ws(" ", User.first_name, User.last_name), ""),
        )
        .outerjoin(User, User.id == ObservationSet.recorded_by_id)
        .where(ObservationSet.patient_id == patient_id)
        .order_by(ObservationSet.measured_at.desc(), ObservationSet.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(order < tuple_(*after))
    return [SetRow(*row) for row in await session.execute(statement)]


async def record(
    connection: psycopg.AsyncConnection[Any],
    patient_id: UUID,
    measured_at: dt.datetime,
    metrics: Sequence[int],
    author_id: UUID,
) -> tuple[UUID, dt.datetime]:
    """Keep who recorded a set, in the transaction of its values: (id, when)."""
    cursor = await connection.execute(RECORD, (patient_id, measured_at, list(metrics), author_id))
    row = await cursor.fetchone()
    if row is None:
        raise LookupError
    return row[0], row[1]
