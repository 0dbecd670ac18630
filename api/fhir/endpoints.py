"""FHIR R4 at /fhir/R4/: capability, people, places, devices, alarms."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from msgspec.json import Decoder

from api.auth import PatientViewer, Permitted
from api.errors import NotFoundError
from api.fhir.answers import OUTCOMES, ROOT, FHIRResponse, Resource, base, searchset
from api.fhir.capability import statement
from api.fhir.search import (
    EARLIEST,
    LATEST,
    Dates,
    LastUpdated,
    Part,
    Reference,
    Strict,
    narrowed,
    referred,
    tokens,
)
from api.routing import Router
from api.sessions import Reading
from gateways.fhir import resources
from storage.models import Alarm
from storage.queries import alarms, devices, fhir
from storage.queries.alarm_filter import AlarmFilter
from storage.queries.alarms import AlarmNotFoundError, AlarmPosition
from storage.queries.care import visible
from storage.queries.devices import DevicePosition
from storage.queries.fhir import Position, RolePosition, Search

router = Router(prefix=ROOT, tags=["FHIR"], default_response_class=FHIRResponse, responses=OUTCOMES)
Viewing = Depends(Permitted("patients.view"))
CHANGED: Decoder[Position] = Decoder(Position)
WORKING: Decoder[RolePosition] = Decoder(RolePosition)
MADE: Decoder[DevicePosition] = Decoder(DevicePosition)
BEGUN: Decoder[AlarmPosition] = Decoder(AlarmPosition)
Words = Annotated[str | None, Query(max_length=200)]
Token = Annotated[str | None, Query(max_length=200)]
Key = Annotated[UUID | None, Query(alias="_id")]


def _changed(dates: Dates) -> tuple[dt.datetime, dt.datetime] | None:
    return narrowed(dates) if dates else None


def _last(token: str | None) -> str | None:
    return next(iter(tokens(token)), None)


@router.get("/metadata/", response_model=Resource)
async def get_capabilities(request: Request) -> FHIRResponse:
    """What this server can do: CapabilityStatement. Open to everybody."""
    return FHIRResponse(statement(base(request)))


@router.get("/Patient/", response_model=Resource, dependencies=[Strict])
async def search_patients(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    request: Request,
    session: Reading,
    caller: PatientViewer,
    part: Part,
    key: Key = None,
    identifier: Token = None,
    name: Words = None,
    family: Words = None,
    given: Words = None,
    gender: Token = None,
    birthdate: Annotated[Dates, Query()] = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Patients whom the caller may see, last changed first: Bundle."""
    born = tuple(day.date() for day in narrowed(birthdate)) if birthdate else None
    wanted = Search(
        key=key,
        identifier=_last(identifier),
        name=name,
        family=family,
        given=given,
        sex=gender,
        born=born,  # type: ignore[arg-type] # two of them
        changed=_changed(changed),
    )
    found = await fhir.people(
        session, caller.viewer, wanted, after=part.after(CHANGED), limit=part.limit + 1
    )
    kept, following = part.cut(found, lambda row: (row.updated_at, row.id))
    return searchset(request, map(resources.patient, kept), following)


@router.get("/Patient/{patient_id}/", response_model=Resource)
async def read_patient(session: Reading, caller: PatientViewer, patient_id: UUID) -> FHIRResponse:
    """One patient."""
    wanted = Search(key=patient_id)
    for row in await fhir.people(session, caller.viewer, wanted, after=None, limit=1):
        return FHIRResponse(resources.patient(row))
    raise NotFoundError


@router.get("/Practitioner/", response_model=Resource, dependencies=[Strict, Viewing])
async def search_practitioners(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    request: Request,
    session: Reading,
    part: Part,
    key: Key = None,
    identifier: Token = None,
    name: Words = None,
    family: Words = None,
    given: Words = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Providers, last changed first: Bundle."""
    wanted = Search(
        key=key,
        identifier=_last(identifier),
        name=name,
        family=family,
        given=given,
        changed=_changed(changed),
    )
    found = await fhir.practitioners(
        session, wanted, after=part.after(CHANGED), limit=part.limit + 1
    )
    kept, following = part.cut(found, lambda row: (row.updated_at, row.id))
    return searchset(request, map(resources.practitioner, kept), following)


@router.get("/Practitioner/{provider_id}/", response_model=Resource, dependencies=[Viewing])
async def read_practitioner(session: Reading, provider_id: UUID) -> FHIRResponse:
    """One provider."""
    for row in await fhir.practitioners(session, Search(key=provider_id), after=None, limit=1):
        return FHIRResponse(resources.practitioner(row))
    raise NotFoundError


@router.get("/PractitionerRole/", response_model=Resource, dependencies=[Strict, Viewing])
async def search_practitioner_roles(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    request: Request,
    session: Reading,
    part: Part,
    practitioner: Reference = None,
    organization: Reference = None,
    specialty: Words = None,
) -> FHIRResponse:
    """Who works where: Bundle."""
    found = await fhir.roles(
        session,
        practitioner=referred(practitioner),
        organization=referred(organization),
        specialty=specialty,
        after=part.after(WORKING),
        limit=part.limit + 1,
    )
    kept, following = part.cut(found, lambda row: (row.provider_id, row.hospital_id))
    return searchset(request, map(resources.practitioner_role, kept), following)


@router.get("/PractitionerRole/{role_id}/", response_model=Resource, dependencies=[Viewing])
async def read_practitioner_role(session: Reading, role_id: str) -> FHIRResponse:
    """One provider's work at one hospital."""
    try:
        provider, hospital = UUID(role_id[:32]), UUID(role_id[32:])
    except ValueError as error:
        raise NotFoundError from error
    found = await fhir.roles(
        session, practitioner=provider, organization=hospital, after=None, limit=1
    )
    for row in found:
        return FHIRResponse(resources.practitioner_role(row))
    raise NotFoundError


@router.get("/Organization/", response_model=Resource, dependencies=[Strict, Viewing])
async def search_organizations(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    request: Request,
    session: Reading,
    part: Part,
    key: Key = None,
    name: Words = None,
    city: Annotated[str | None, Query(alias="address-city", max_length=200)] = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Hospitals, last changed first: Bundle."""
    wanted = Search(key=key, name=name, city=city, changed=_changed(changed))
    found = await fhir.hospitals(session, wanted, after=part.after(CHANGED), limit=part.limit + 1)
    kept, following = part.cut(found, lambda row: (row.updated_at, row.id))
    return searchset(request, map(resources.organization, kept), following)


@router.get("/Organization/{hospital_id}/", response_model=Resource, dependencies=[Viewing])
async def read_organization(session: Reading, hospital_id: UUID) -> FHIRResponse:
    """One hospital."""
    for row in await fhir.hospitals(session, Search(key=hospital_id), after=None, limit=1):
        return FHIRResponse(resources.organization(row))
    raise NotFoundError


@router.get("/Device/", response_model=Resource, dependencies=[Strict])
async def search_devices(
    request: Request,
    session: Reading,
    caller: PatientViewer,
    part: Part,
    patient: Reference = None,
) -> FHIRResponse:
    """Devices that the caller may see, newest first: Bundle."""
    found = await devices.page(
        session,
        caller.viewer,
        owner_id=referred(patient),
        after=part.after(MADE),
        limit=part.limit + 1,
    )
    kept, following = part.cut(found, lambda row: row.position)
    return searchset(request, map(resources.device, kept), following)


@router.get("/Device/{device_id}/", response_model=Resource)
async def read_device(session: Reading, caller: PatientViewer, device_id: UUID) -> FHIRResponse:
    """One device."""
    row = await devices.find(session, caller.viewer, device_id)
    if row is None:
        raise NotFoundError
    return FHIRResponse(resources.device(row))


@router.get("/DetectedIssue/", response_model=Resource, dependencies=[Strict])
async def search_detected_issues(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    request: Request,
    session: Reading,
    caller: PatientViewer,
    part: Part,
    patient: Reference = None,
    identified: Annotated[Dates, Query()] = None,
    code: Token = None,
) -> FHIRResponse:
    """Alarms of patients whom the caller may see, newest first: Bundle."""
    since, until = narrowed(identified)
    wanted = AlarmFilter(
        patient_id=referred(patient),
        condition=_last(code),
        since=None if since == EARLIEST else since,
        until=None if until == LATEST else until,
    )
    found = await alarms.page(
        session,
        visible(caller.viewer, Alarm.patient_id),
        limit=part.limit + 1,
        after=part.after(BEGUN),
        wanted=wanted,
    )
    kept, following = part.cut(found, lambda row: row.position)
    return searchset(request, map(resources.detected_issue, kept), following)


@router.get("/DetectedIssue/{alarm_id}/", response_model=Resource)
async def read_detected_issue(
    session: Reading, caller: PatientViewer, alarm_id: UUID
) -> FHIRResponse:
    """One alarm."""
    try:
        row = await alarms.get(session, alarm_id, visible(caller.viewer, Alarm.patient_id))
    except AlarmNotFoundError as error:
        raise NotFoundError from error
    return FHIRResponse(resources.detected_issue(row))
