"""GET /api/events/."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from fastapi import Depends, status
from fastapi.responses import StreamingResponse

from api.auth import Caller, CurrentCaller, Permitted
from api.errors import TooManyStreamsError
from api.events.schemas import Event
from api.events.subscribers import READY_EVENT
from api.routing import Router
from api.services import Services, Shared
from storage.access import Access, current
from storage.queries import accounts, care_team

router = Router(
    prefix="/api/events",
    tags=["events"],
    dependencies=[Depends(Permitted("patients.view"))],
)
STREAM: Final = "STREAM"
PING_SECONDS = 15.0
"""Also how often the reader's session is looked at again."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    """Server-sent events (WHATWG HTML, section 9.2)."""

    media_type = "text/event-stream"


@router.get(
    "/",
    response_class=EventStream,
    responses={
        200: {
            "description": "Server-sent events; a comment every 15 seconds when nothing happens.",
            "model": Event,
        }
    },
)
async def stream_events(parts: Shared, caller: CurrentCaller) -> EventStream:
    """Changes of what the caller may see, as they happen.

    First `ready`; load the page after it and nothing is missed. Then `board` and `alarm` with the
    new state, `notification` when the caller was told something, and `resync` when the page must be
    loaded anew. The stream ends with the access token, or when the API stops: open it again with a
    fresh one.
    """
    if parts.hub.full:
        raise TooManyStreamsError
    stream = _stream(parts, caller)
    return EventStream(stream, headers=HEADERS)


async def _stream(parts: Services, caller: Caller) -> AsyncIterator[bytes]:
    access = current() or Access(action=STREAM)
    with parts.hub.subscribed(caller.id) as subscriber:
        yield READY_EVENT
        looked = dt.datetime.now(dt.UTC)
        while (left_seconds := _left_seconds(caller)) > 0:
            waiting = await subscriber.next(min(PING_SECONDS, left_seconds))
            if waiting is None:
                return
            now = dt.datetime.now(dt.UTC)
            if now - looked >= dt.timedelta(seconds=PING_SECONDS):
                looked = now
                if not await _still_in(parts, caller):
                    return
            if fresh := subscriber.unrecorded():
                await _record(parts, access, caller, fresh)
            yield waiting


async def _still_in(parts: Services, caller: Caller) -> bool:
    """Whether account and session of the reader are still good."""
    return await accounts.find_caller(parts.database, caller.id, caller.session_id) is not None


async def _record(parts: Services, access: Access, caller: Caller, fresh: set[UUID]) -> None:
    """Have recorded, before they are sent, patients who are in the stream for the first time."""
    async with parts.database.read() as session:
        emergencies = await care_team.emergencies(session, caller.id)
    seen = replace(access, action=STREAM, patients=fresh, kept=None, emergencies=emergencies)
    await parts.trail.keep(seen.records("success", status.HTTP_200_OK))


def _left_seconds(caller: Caller) -> float:
    return (caller.expires_at - dt.datetime.now(dt.UTC)).total_seconds()
