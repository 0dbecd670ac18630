"""/api/providers/{id}/schedule/: a provider's hours, and what is booked in them."""

import datetime as dt
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from api.hospitals.endpoints import Anybody
from api.idempotency import Router
from api.providers import service
from api.providers.times import From, To, days
from api.sessions import Reading
from storage.queries import availability, hospitals, schedules
from storage.queries.availability import Timetable

router = Router(prefix="/api/providers/{provider_id}/schedule", tags=["providers"])
MOST: Final = 5_000


class Hours(BaseModel):
    """Time in which a provider is there."""

    availability_id: UUID
    start: dt.datetime
    end: dt.datetime
    time_zone: str
    hospital_id: UUID | None
    hospital_name: str | None


class Booked(BaseModel):
    """Time that is taken; by what, only where the caller may know."""

    start: dt.datetime
    end: dt.datetime
    id: UUID | None = Field(description="Of the appointment.")
    status: str | None
    appointment_type: str | None
    hospital_id: UUID | None
    hospital_name: str | None
    patient_id: UUID | None
    patient_name: str | None


class Schedule(BaseModel):
    """A provider's hours and what is booked, by their beginnings."""

    provider_id: UUID
    time_zone: str
    first_date: dt.date
    last_date: dt.date
    availability: list[Hours]
    appointments: list[Booked]


@router.get("/")
async def get_schedule(
    session: Reading, caller: Anybody, provider_id: UUID, first: From = None, last: To = None
) -> Schedule:
    """Hours of a provider, and appointments in them.

    Whose appointments they are is told to the provider, and to those who may see the patient.
    """
    row = await service.require(session, caller, provider_id)
    within = days(row, first, last)
    found = await availability.timetables(session, [row.id], within)
    windows = found.get(row.id, Timetable()).windows(within)
    ids = {one.rule.hospital_id for one in windows if one.rule.hospital_id is not None}
    names = await hospitals.by_ids(session, ids)
    taken = await schedules.booked(
        session, row.id, within, viewer=caller.viewer, own=row.user_id == caller.id, limit=MOST
    )
    zone = ZoneInfo(row.time_zone)
    return Schedule(
        provider_id=row.id,
        time_zone=row.time_zone,
        first_date=within.start.astimezone(zone).date(),
        last_date=(within.end - dt.timedelta(seconds=1)).astimezone(zone).date(),
        availability=[
            Hours(
                availability_id=one.rule.id,
                start=one.span.start,
                end=one.span.end,
                time_zone=one.rule.zone.key,
                hospital_id=one.rule.hospital_id,
                hospital_name=names[one.rule.hospital_id].name if one.rule.hospital_id else None,
            )
            for one in windows[:MOST]
        ],
        appointments=[Booked.model_validate(one, from_attributes=True) for one in taken],
    )
