"""Shapes of shelves."""

import datetime as dt
from uuid import UUID

from pydantic import BaseModel, Field

from api.alarms.schemas import Person, Shelve
from storage.queries.alarm_shelves import ShelfRow


class NewShelf(Shelve):
    """What to shelve."""

    patient_id: UUID
    condition: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")


class Shelf(BaseModel):
    """A condition that is to call nobody for a while (ANSI/ISA-18.2)."""

    id: UUID
    patient: Person | None = Field(description="Null: a condition of the platform itself.")
    condition: str
    reason: str
    starts_at: dt.datetime
    ends_at: dt.datetime = Field(description="It ends by itself then.")
    high_priority_until: dt.datetime = Field(
        description="Until when it holds alarms of high priority back, too."
    )
    by: Person
    ended_at: dt.datetime | None = Field(description="When it was over; null while it stands.")
    ended_by: Person | None = Field(description="Who ended it early; null where the clock did.")


def shape_shelf(row: ShelfRow, high_priority_until: dt.datetime) -> Shelf:
    """Shelf as sent."""
    patient = None
    if row.patient_id is not None:
        patient = Person(id=row.patient_id, name=row.patient_name or "")
    ended_by = None
    if row.ended_by_id is not None:
        ended_by = Person(id=row.ended_by_id, name=row.ended_by_name or "")
    return Shelf(
        id=row.id,
        patient=patient,
        condition=row.condition,
        reason=row.reason,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        high_priority_until=high_priority_until,
        by=Person(id=row.by_id, name=row.by_name),
        ended_at=row.ended_at,
        ended_by=ended_by,
    )
