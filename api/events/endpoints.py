"""GET /api/events/."""

import datetime as dt
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.auth import Caller, CurrentCaller
from api.errors import TooManyStreamsError
from api.events.schemas import Event
from api.events.subscribers import READY_EVENT
from api.hub import Hub
from api.services import Shared

router = APIRouter(prefix="/api/events", tags=["events"])
PING_SECONDS = 15.0
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
    stream = _stream(parts.hub, caller)
    return EventStream(stream, headers=HEADERS)


async def _stream(hub: Hub, caller: Caller) -> AsyncIterator[bytes]:
    with hub.subscribed(caller.id) as subscriber:
        yield READY_EVENT
        while (left_seconds := _left_seconds(caller)) > 0:
            waiting = await subscriber.next(min(PING_SECONDS, left_seconds))
            if waiting is None:
                return
            yield waiting


def _left_seconds(caller: Caller) -> float:
    return (caller.expires_at - dt.datetime.now(dt.UTC)).total_seconds()
