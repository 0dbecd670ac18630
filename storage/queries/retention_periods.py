"""For how long each class of data is kept: written by the housekeeping, read by everybody."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from storage.engine import ReadSession
from storage.models import RetentionPeriod

NOTED: Final = """
    -- Every class of data, and the period that the housekeeping is to apply.
    INSERT INTO retention_periods AS p (name, days)
    SELECT * FROM unnest(%s::text[], %s::float8[])
    ON CONFLICT (name) DO UPDATE SET days = excluded.days
    WHERE p.days IS DISTINCT FROM excluded.days
"""

FORGOTTEN: Final = "DELETE FROM retention_periods WHERE name <> ALL(%s)"

APPLIED: Final = """
    -- What the housekeeping has just done with a class of data.
    UPDATE retention_periods SET deleted = deleted + %(deleted)s, applied_at = now()
    WHERE name = %(name)s
"""


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A class of data: kept for so many days (None: until somebody deletes it)."""

    name: str
    days: float | None
    deleted: int
    applied_at: dt.datetime | None


async def periods(session: ReadSession) -> list[PeriodRow]:
    """Every class of data, by name; some dozen."""
    one = RetentionPeriod
    found = await session.execute(
        select(one.name, one.days, one.deleted, one.applied_at).order_by(one.name)
    )
    return [PeriodRow(*row) for row in found]
