"""Appointments in people's own calendars: a feed at a secret address that can be taken back."""

import datetime as dt
from typing import Final
from uuid import UUID

from fastapi import Response, status

from api.appointments.changing import Booking
from api.appointments.schemas import CalendarFeed
from api.errors import NotFoundError
from api.idempotency import Router
from api.routing import LENIENT
from api.services import Services, Shared
from api.sessions import Reading, Writing
from storage.access import current
from storage.queries import appointments, calendar_feeds, care
from storage.queries.appointment_notices import place_of
from storage.queries.appointments import AppointmentRow
from telemetry.invitations import MEDIA_TYPE, Meeting, feed

router = Router(prefix="/api/appointments", tags=["appointments"])
MOST: Final = 500
"""Appointments in a feed: those of the last month, and what is to come."""


@router.post("/calendar-feed/", status_code=status.HTTP_201_CREATED)
async def renew_calendar_feed(parts: Shared, session: Writing, caller: Booking) -> CalendarFeed:
    """Make a secret address of the caller's calendar; one that was made before ends at once."""
    return _shape(parts, *await calendar_feeds.renew(session, caller.id))


@router.get("/calendar-feed/")
async def get_calendar_feed(parts: Shared, session: Reading, caller: Booking) -> CalendarFeed:
    """The secret address of the caller's calendar; 404 where none was made."""
    found = await calendar_feeds.find(session, caller.id)
    if found is None:
        raise NotFoundError
    return _shape(parts, *found)


@router.delete("/calendar-feed/", status_code=status.HTTP_204_NO_CONTENT)
async def end_calendar_feed(session: Writing, caller: Booking) -> None:
    """Take the address back: whoever subscribed to it gets nothing more."""
    if not await calendar_feeds.end(session, caller.id):
        raise NotFoundError


@router.get(
    "/calendar/{token}/calendar.ics",
    # Calendar programs, and people who want theirs to look anew, add to the address.
    dependencies=[LENIENT],
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def read_calendar(parts: Shared, token: str) -> Response:
    """A calendar (RFC 5545) for programs that subscribe to it; open to who has the address.

    Only when, where and with whom. The secret in the path is in no log of this program.
    """
    feed_id = parts.vouchers.read("calendar", token)
    if feed_id is None:
        raise NotFoundError
    async with parts.database.read() as session:
        user_id = await calendar_feeds.whose(session, feed_id)
        viewers = [] if user_id is None else await care.active_viewers(session, [user_id])
        if not viewers or "appointments.book" not in viewers[0].permissions:
            raise NotFoundError
        access = current()
        if access is not None:
            access.actor_id = viewers[0].id
        rows = await appointments.of_person(session, viewers[0].id, limit=MOST)
    meetings = [_meeting(parts, viewers[0].id, row) for row in rows]
    headers = {"Content-Disposition": 'inline; filename="calendar.ics"'}
    content = feed(meetings, "JEGHealth")
    return Response(content, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def _meeting(parts: Services, user_id: UUID, row: AppointmentRow) -> Meeting:
    other = row.provider_name if row.patient_id == user_id else row.patient_name
    return Meeting(
        id=row.id,
        sequence=row.sequence,
        start=row.appointment_date,
        end=row.end_time,
        zone=row.place_zone,
        made_at=row.updated_at,
        summary=other,
        place=place_of(row),
        url=f"{parts.settings.public_url.rstrip('/')}/appointments?id={row.id}",
        cancelled=row.status in {"cancelled", "no_show"},
    )


def _shape(parts: Services, feed_id: UUID, created_at: dt.datetime) -> CalendarFeed:
    token = parts.vouchers.token("calendar", feed_id)
    base = parts.settings.public_url.rstrip("/")
    return CalendarFeed(
        url=f"{base}/api/appointments/calendar/{token}/calendar.ics", created_at=created_at
    )
