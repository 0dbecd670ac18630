"""Readings that people entered by hand: one of them, the notes to it, and its removal."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import ManualEntry, User
from storage.queries.health_metrics import DIASTOLIC, SYSTOLIC, ReadingRow

Key = tuple[int, dt.datetime]
"""Group and time of a reading."""

_FIND: Final = text(f"""
    -- The values of one reading: its own series, and of a blood pressure the other one's, too.
    WITH mine AS (
        SELECT s.id, s.patient_id, s.metric, s.device_id, s.source, min(s.id) OVER () AS grp
        FROM series g JOIN series s
          ON s.patient_id = g.patient_id AND s.device_id IS NOT DISTINCT FROM g.device_id
         AND s.source = g.source
         AND (s.id = g.id OR (
             s.metric IN ({SYSTOLIC}, {DIASTOLIC}) AND g.metric IN ({SYSTOLIC}, {DIASTOLIC})
         ))
        WHERE g.id = :grp
    )
    SELECT mine.patient_id, mine.id, mine.grp, mine.metric, mine.device_id, mine.source,
           v.time, v.value, v.quality
    FROM mine JOIN vitals v ON v.series_id = mine.id AND v.time = :time
    WHERE mine.grp = :grp
    ORDER BY mine.metric
""")  # noqa: S608 - two constants of the registry

_AMEND: Final = text("""
    -- What a reading was until now, and who had entered it.
    INSERT INTO reading_amendments (
        series_id, time, kind, value, notes, recorded_by_id, amended_by_id
    )
    SELECT v.series_id, v.time, :kind, v.value, e.notes, e.recorded_by_id, :by
    FROM vitals v LEFT JOIN manual_entries e ON e.series_id = :grp AND e.time = :time
    WHERE v.series_id = ANY(:series) AND v.time = :time
""")

_REMOVE: Final = text("""
    -- The values of one reading.
    DELETE FROM vitals WHERE series_id = ANY(:series) AND time = :time
""")


@dataclass(frozen=True, slots=True)
class Found:
    """One reading: whose, and its values with the series of each."""

    patient_id: UUID
    series: Sequence[int]
    rows: Sequence[ReadingRow]

    @property
    def key(self) -> Key:
        """What names it."""
        return self.rows[0].group, self.rows[0].time


@dataclass(frozen=True, slots=True)
class EntryRow:
    """Who entered a reading, and the notes to it."""

    notes: str
    recorded_by_id: UUID | None
    recorded_by: str
    created_at: dt.datetime
    updated_at: dt.datetime


async def find(session: ReadSession | WriteSession, key: Key) -> Found | None:
    """One reading by its group and time."""
    rows = (await session.execute(_FIND, {"grp": key[0], "time": key[1]})).all()
    if not rows:
        return None
    return Found(rows[0][0], [row[1] for row in rows], [ReadingRow(*row[2:]) for row in rows])


async def entries(
    session: ReadSession | WriteSession, keys: Collection[Key]
) -> dict[Key, EntryRow]:
    """What is known of entries; of readings of a round at the bedside nothing is."""
    if not keys:
        return {}
    statement = (
        select(
            ManualEntry.series_id,
            ManualEntry.time,
            ManualEntry.notes,
            ManualEntry.recorded_by_id,
            func.coalesce(func.concat_ws(" ", User.first_name, User.last_name), ""),
            ManualEntry.created_at,
            ManualEntry.updated_at,
        )
        .outerjoin(User, User.id == ManualEntry.recorded_by_id)
        .where(tuple_(ManualEntry.series_id, ManualEntry.time).in_(list(keys)))
    )
    rows = await session.execute(statement)
    return {(series, time): EntryRow(*rest) for series, time, *rest in rows}


async def keep(
    session: WriteSession, key: Key, notes: str, author_id: UUID, since: dt.datetime | None = None
) -> None:
    """Note who entered a reading; `since` is when it was entered first, now when left out."""
    known = {} if since is None else {"created_at": since}
    fields = {"notes": notes, "recorded_by_id": author_id, "updated_at": func.now()}
    named = {"series_id": key[0], "time": key[1]}
    await session.execute(
        insert(ManualEntry)
        .values(named | fields | known)
        .on_conflict_do_update(index_elements=list(named), set_=fields)
    )


async def remove(session: WriteSession, found: Found, kind: str, author_id: UUID) -> None:
    """Take a reading out; what it was stays among the amendments."""
    group, time = found.key
    named = {"grp": group, "time": time, "series": list(found.series)}
    await session.execute(_AMEND, named | {"kind": kind, "by": author_id})
    await session.execute(_REMOVE, named)
    await session.execute(
        delete(ManualEntry).where(ManualEntry.series_id == group, ManualEntry.time == time)
    )
