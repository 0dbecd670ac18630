"""For how long each class of data is kept: written by the housekeeping, read by everybody."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from storage.engine import ReadSession
from storage.models import RetentionPeriod

APPLIED: Final = """
    -- What the housekeeping has just done with a class of data, and by which period.
    INSERT INTO retention_periods AS p (name, days, deleted, applied_at)
    VALUES (%(name)s, %(days)s, %(deleted)s, now())
    ON CONFLICT (name) DO UPDATE
    SET days = excluded.days, deleted = p.deleted + excluded.deleted, applied_at = now()
"""

FORGOTTEN: Final = "DELETE FROM retention_periods WHERE name <> ALL(%s)"


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A class of data: kept for so many days (None: until somebody deletes it)."""

    name: str
    days: float | None
    deleted: int
    applied_at: dt.datetime


async def periods(session: ReadSession) -> list[PeriodRow]:
    """Every class of data, by name; some dozen."""
    one = RetentionPeriod
    found = await session.execute(
        select(one.name, one.days, one.deleted, one.applied_at).order_by(one.name)
    )
    return [PeriodRow(*row) for row in found]
