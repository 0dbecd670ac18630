"""FHIR R4 Appointment, Schedule and Slot, read and searched."""

import datetime as dt
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from msgspec.json import Decoder

from api.auth import PatientViewer
from api.errors import BadRequestError, NotFoundError
from api.fhir.answers import ROUTES, FHIRResponse, Resource, single
from api.fhir.search import (
    CHANGED,
    EARLIEST,
    Asked,
    Dates,
    Key,
    LastUpdated,
    Polled,
    Reference,
    Token,
    Viewing,
    bounds,
    called,
    changed_within,
    narrowed,
    referred,
    tokens,
)
from api.routing import Router
from api.sessions import Reading
from gateways.fhir.appointments import STATUSES, appointment, read_slot_id, schedule, slot
from gateways.fhir.codes import Json
from storage.queries import appointments
from storage.queries.appointments import AppointmentFilter
from storage.queries.fhir_schedules import BookableRow, ScheduleSearch, schedules, times
from telemetry.availability import Span

router = Router(**ROUTES)
BEGINS: Final[Decoder[tuple[dt.datetime]]] = Decoder(tuple[dt.datetime])
LONGEST: Final = dt.timedelta(days=31)
"""That a search for slots spans."""


class MissingScheduleError(BadRequestError):
    """A search for slots names one schedule."""


@router.get("/Appointment/", response_model=Resource)
async def search_appointments(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    caller: PatientViewer,
    asked: Polled,
    key: Key = None,
    patient: Reference = None,
    practitioner: Reference = None,
    status: Token = None,
    date: Annotated[Dates, Query()] = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Appointments of patients whom the caller may see, last changed first: Bundle."""
    since, until = bounds(date)
    wanted = AppointmentFilter(
        key=key,
        patient_id=referred(patient),
        provider_id=referred(practitioner),
        statuses=called(status, STATUSES),
        since=since,
        until=until,
        changed=changed_within(changed),
    )
    found = await appointments.recorded(
        session, caller.viewer, wanted, after=asked.after(CHANGED), limit=asked.limit + 1
    )
    return asked.bundle(found, lambda row: row.change, appointment)


@router.get("/Appointment/{appointment_id}/", response_model=Resource)
async def read_appointment(
    session: Reading, caller: PatientViewer, appointment_id: UUID
) -> FHIRResponse:
    """One appointment."""
    wanted = AppointmentFilter(key=appointment_id)
    found = await appointments.recorded(session, caller.viewer, wanted, after=None, limit=1)
    return single(found, appointment)


@router.get("/Schedule/", response_model=Resource, dependencies=[Viewing])
async def search_schedules(  # noqa: PLR0913 - one argument per search parameter
    session: Reading,
    asked: Polled,
    key: Key = None,
    actor: Reference = None,
    specialty: Token = None,
    *,
    active: Annotated[bool | None, Query()] = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Who can be booked, last changed first: Bundle."""
    wanted = ScheduleSearch(
        key=key or referred(actor),
        specialty=specialty,
        active=active,
        changed=changed_within(changed),
    )
    found = await schedules(session, wanted, after=asked.after(CHANGED), limit=asked.limit + 1)
    return asked.bundle(found, lambda row: (row.updated_at, row.provider_id), _schedule)


@router.get("/Schedule/{provider_id}/", response_model=Resource, dependencies=[Viewing])
async def read_schedule(session: Reading, provider_id: UUID) -> FHIRResponse:
    """When one provider can be booked."""
    found = await schedules(session, ScheduleSearch(key=provider_id), after=None, limit=1)
    return single(found, _schedule)


@router.get("/Slot/", response_model=Resource, dependencies=[Viewing])
async def search_slots(
    session: Reading,
    asked: Asked,
    of: Annotated[Reference, Query(alias="schedule")] = None,
    status: Token = None,
    start: Annotated[Dates, Query()] = None,
) -> FHIRResponse:
    """Times of one schedule, free and busy, soonest first: Bundle. At most 31 days of them."""
    provider_id = referred(of)
    if provider_id is None:
        raise MissingScheduleError
    since, until = narrowed(start)
    since = dt.datetime.now(dt.UTC) if since == EARLIEST else since
    rows = await times(session, provider_id, Span(since, min(until, since + LONGEST)))
    if status is not None:
        wanted = set(tokens(status))
        rows = [row for row in rows if ("free" if row.free else "busy") in wanted]
    after = asked.after(BEGINS)
    if after is not None:
        rows = [row for row in rows if row.start > after[0]]
    return asked.bundle(rows[: asked.limit + 1], lambda row: (row.start,), slot)


@router.get("/Slot/{slot_id}/", response_model=Resource, dependencies=[Viewing])
async def read_slot(session: Reading, slot_id: str) -> FHIRResponse:
    """One time of a provider; 404 once it is neither free nor taken."""
    try:
        provider_id, start = read_slot_id(slot_id)
    except (ValueError, OverflowError, OSError) as error:
        raise NotFoundError from error
    # As far as the longest slot reaches, so that none is cut off.
    within = Span(start, start + dt.timedelta(hours=8))
    for row in await times(session, provider_id, within):
        if row.start == start:
            return FHIRResponse(slot(row))
    raise NotFoundError


def _schedule(row: BookableRow) -> Json:
    return schedule(row, dt.datetime.now(dt.UTC))
