"""The resource /api/jobs/."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from fastapi import Depends
from fastapi.sse import format_sse_event
from msgspec.json import Decoder

from api.auth import Caller, CurrentCaller, Permitted
from api.errors import NotFoundError, TooManyStreamsError
from api.events.endpoints import HEADERS, EventStream
from api.events.subscribers import PING
from api.idempotency import Router
from api.jobs.schemas import Job, JobDetail, detail, shape
from api.pagination import Page, Paging
from api.services import Services, Shared
from api.sessions import Reading, Writing
from storage.queries import background_jobs
from storage.queries.background_jobs import JobRow

router = Router(
    prefix="/api/jobs",
    tags=["jobs"],
    dependencies=[Depends(Permitted("account.use"))],
)
POSITION: Final[Decoder[background_jobs.JobPosition]] = Decoder(background_jobs.JobPosition)
LOOK_SECONDS: Final = 0.5
PING_EVERY: Final = 30
"""Looks without news after which a comment is sent."""
MOST_STREAMS: Final = 100

_streams: set[object] = set()


@router.get("/")
async def list_jobs(session: Reading, caller: CurrentCaller, paging: Paging) -> Page[Job]:
    """Jobs that the caller asked for, the newest first."""
    found = await background_jobs.page(
        session, caller.id, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[shape(row) for row in kept], next=following)


@router.get("/{job_id}/")
async def get_job(session: Reading, caller: CurrentCaller, job_id: UUID) -> JobDetail:
    """One job: how far it is, and once it is done, what it came to."""
    row = await background_jobs.get(session, caller.id, job_id)
    if row is None:
        raise NotFoundError
    return detail(row)


@router.post("/{job_id}/cancel/")
async def cancel_job(session: Writing, caller: CurrentCaller, job_id: UUID) -> Job:
    """Call a job off: one that waits at once, one that runs at its next step."""
    row = await background_jobs.cancel(session, caller.id, job_id)
    if row is None:
        raise NotFoundError
    return shape(row)


@router.get(
    "/{job_id}/events/",
    response_class=EventStream,
    responses={200: {"description": "Server-sent events `job`, until it is over.", "model": Job}},
)
async def stream_job(parts: Shared, caller: CurrentCaller, job_id: UUID) -> EventStream:
    """How far a job is, as it goes on: an event `job` with every change, the last when it is over.

    What it came to is not in the events: get the job after the last one.
    """
    if len(_streams) >= MOST_STREAMS:
        raise TooManyStreamsError
    first = await _look(parts, caller, job_id)
    if first is None:
        raise NotFoundError
    return EventStream(_stream(parts, caller, first), headers=HEADERS)


async def _look(parts: Services, caller: Caller, job_id: UUID) -> JobRow | None:
    async with parts.database.read() as session:
        return await background_jobs.get(session, caller.id, job_id)


async def _stream(parts: Services, caller: Caller, first: JobRow) -> AsyncIterator[bytes]:
    ticket, row, told, quiet = object(), first, "", 0
    _streams.add(ticket)
    try:
        while dt.datetime.now(dt.UTC) < caller.expires_at:
            news = shape(row).model_dump_json()
            quiet = 0 if news != told else quiet + 1
            if news != told:
                yield format_sse_event(event="job", data_str=news)
            elif quiet % PING_EVERY == 0:
                yield PING
            told = news
            if row.finished_at is not None:
                return
            await asyncio.sleep(LOOK_SECONDS)
            found = await _look(parts, caller, row.id)
            if found is None:
                return
            row = found
    finally:
        _streams.discard(ticket)
