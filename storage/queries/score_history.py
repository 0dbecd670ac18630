"""The course of a patient's scores."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from storage.engine import ReadSession
from storage.models import ScoreHistory

HourPosition = tuple[dt.datetime]
"""Start of the hour; newest first."""


@dataclass(frozen=True, slots=True)
class HourRow:
    """One score of one hour."""

    hour: dt.datetime
    minimum: float
    maximum: float
    worst: float
    parts: dict[str, Any]
    version: str
    computed_at: dt.datetime

    @property
    def position(self) -> HourPosition:
        """Place in the list."""
        return (self.hour,)


@dataclass(frozen=True, slots=True)
class Span:
    """Which scores: of whom, of which kind, of hours from `start` up to and without `end`."""

    patient_id: UUID
    kind: str
    start: dt.datetime
    end: dt.datetime


async def page(
    session: ReadSession, span: Span, *, after: HourPosition | None, limit: int
) -> list[HourRow]:
    """Scores, newest first, at most `limit`; by the primary key."""
    before = span.end if after is None else min(after[0], span.end)
    statement = (
        select(
            ScoreHistory.hour,
            ScoreHistory.minimum,
            ScoreHistory.maximum,
            ScoreHistory.worst,
            ScoreHistory.parts,
            ScoreHistory.version,
            ScoreHistory.computed_at,
        )
        .where(
            ScoreHistory.patient_id == span.patient_id,
            ScoreHistory.kind == span.kind,
            ScoreHistory.hour >= span.start,
            ScoreHistory.hour < before,
        )
        .order_by(ScoreHistory.hour.desc())
        .limit(limit)
    )
    return [HourRow(*row) for row in await session.execute(statement)]
