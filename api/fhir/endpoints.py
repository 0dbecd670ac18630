"""FHIR R4 at /fhir/R4/: capability, people, places, devices, alarms."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from msgspec.json import Decoder

from api.auth import PatientViewer
from api.errors import NotFoundError
from api.examples import SHOWN
from api.fhir.answers import ROUTES, FHIRResponse, Resource, base, single
from api.fhir.asking import ROOT
from api.fhir.capability import statement
from api.fhir.examples import show
from api.fhir.search import (
    CHANGED,
    Dates,
    Key,
    LastUpdated,
    Polled,
    Reference,
    Token,
    Viewing,
    Words,
    any_of,
    changed_within,
    narrowed,
    referred,
)
from api.routing import Router
from api.sessions import Reading
from gateways.fhir import resources
from storage.models import Alarm
from storage.queries import alarms, devices, fhir
from storage.queries.alarm_filter import AlarmFilter
from storage.queries.care import visible
from storage.queries.fhir import RolePosition, RoleSearch, Search

SHOWN[ROOT] = show
router = Router(**ROUTES)
WORKING: Decoder[RolePosition] = Decoder(RolePosition)


@router.get("/metadata/", response_model=Resource)
async def get_capabilities(request: Request) -> FHIRResponse:
    """What this server can do: CapabilityStatement. Open to everybody."""
    return FHIRResponse(statement(base(request)))


@router.get("/Patient/", response_model=Resource)
async def search_patients(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    caller: PatientViewer,
    asked: Polled,
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
        identifiers=any_of(identifier),
        name=name,
        family=family,
        given=given,
        sexes=any_of(gender),
        born=born,  # type: ignore[arg-type] # two of them
        changed=changed_within(changed),
    )
    found = await fhir.people(
        session, caller.viewer, wanted, after=asked.after(CHANGED), limit=asked.limit + 1
    )
    return asked.bundle(found, lambda row: (row.updated_at, row.id), resources.patient)


@router.get("/Patient/{patient_id}/", response_model=Resource)
async def read_patient(session: Reading, caller: PatientViewer, patient_id: UUID) -> FHIRResponse:
    """One patient."""
    wanted = Search(key=patient_id)
    found = await fhir.people(session, caller.viewer, wanted, after=None, limit=1)
    return single(found, resources.patient)


@router.get("/Practitioner/", response_model=Resource, dependencies=[Viewing])
async def search_practitioners(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    asked: Polled,
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
        identifiers=any_of(identifier),
        name=name,
        family=family,
        given=given,
        changed=changed_within(changed),
    )
    found = await fhir.practitioners(
        session, wanted, after=asked.after(CHANGED), limit=asked.limit + 1
    )
    return asked.bundle(found, lambda row: (row.updated_at, row.id), resources.practitioner)


@router.get("/Practitioner/{provider_id}/", response_model=Resource, dependencies=[Viewing])
async def read_practitioner(session: Reading, provider_id: UUID) -> FHIRResponse:
    """One provider."""
    found = await fhir.practitioners(session, Search(key=provider_id), after=None, limit=1)
    return single(found, resources.practitioner)


@router.get("/PractitionerRole/", response_model=Resource, dependencies=[Viewing])
async def search_practitioner_roles(  # noqa: PLR0913 - one argument per search parameter
    session: Reading,
    asked: Polled,
    practitioner: Reference = None,
    organization: Reference = None,
    specialty: Words = None,
    *,
    active: Annotated[bool | None, Query()] = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Who works where, last changed first: Bundle."""
    wanted = RoleSearch(
        practitioner=referred(practitioner),
        organization=referred(organization),
        specialty=specialty,
        active=active,
        changed=changed_within(changed),
    )
    found = await fhir.roles(session, wanted, after=asked.after(WORKING), limit=asked.limit + 1)
    return asked.bundle(found, lambda row: row.change, resources.practitioner_role)


@router.get("/PractitionerRole/{role_id}/", response_model=Resource, dependencies=[Viewing])
async def read_practitioner_role(session: Reading, role_id: str) -> FHIRResponse:
    """One provider's work at one hospital."""
    try:
        provider, hospital = UUID(role_id[:32]), UUID(role_id[32:])
    except ValueError as error:
        raise NotFoundError from error
    wanted = RoleSearch(practitioner=provider, organization=hospital)
    found = await fhir.roles(session, wanted, after=None, limit=1)
    return single(found, resources.practitioner_role)


@router.get("/Organization/", response_model=Resource, dependencies=[Viewing])
async def search_organizations(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    asked: Polled,
    key: Key = None,
    name: Words = None,
    city: Annotated[str | None, Query(alias="address-city", max_length=200)] = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Hospitals, last changed first: Bundle."""
    wanted = Search(key=key, name=name, city=city, changed=changed_within(changed))
    found = await fhir.hospitals(session, wanted, after=asked.after(CHANGED), limit=asked.limit + 1)
    return asked.bundle(found, lambda row: (row.updated_at, row.id), resources.organization)


@router.get("/Organization/{hospital_id}/", response_model=Resource, dependencies=[Viewing])
async def read_organization(session: Reading, hospital_id: UUID) -> FHIRResponse:
    """One hospital."""
    found = await fhir.hospitals(session, Search(key=hospital_id), after=None, limit=1)
    return single(found, resources.organization)


@router.get("/Device/", response_model=Resource)
async def search_devices(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    caller: PatientViewer,
    asked: Polled,
    key: Key = None,
    patient: Reference = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Devices that the caller may see, last changed first: Bundle."""
    found = await devices.changes(
        session,
        caller.viewer,
        key=key,
        owner_id=referred(patient),
        changed=changed_within(changed),
        after=asked.after(CHANGED),
        limit=asked.limit + 1,
    )
    return asked.bundle(found, lambda row: row.change, resources.device)


@router.get("/Device/{device_id}/", response_model=Resource)
async def read_device(session: Reading, caller: PatientViewer, device_id: UUID) -> FHIRResponse:
    """One device."""
    found = await devices.changes(session, caller.viewer, key=device_id, after=None, limit=1)
    return single(found, resources.device)


@router.get("/DetectedIssue/", response_model=Resource)
async def search_detected_issues(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    caller: PatientViewer,
    asked: Polled,
    key: Key = None,
    patient: Reference = None,
    identified: Annotated[Dates, Query()] = None,
    code: Token = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Alarms of patients whom the caller may see, last changed first: Bundle."""
    wanted = AlarmFilter(
        key=key,
        patient_id=referred(patient),
        called=any_of(code),
        identified=narrowed(identified) if identified else None,
        changed=changed_within(changed),
        spoken_for=True,
    )
    found = await alarms.changes(
        session,
        visible(caller.viewer, Alarm.patient_id),
        limit=asked.limit + 1,
        after=asked.after(CHANGED),
        wanted=wanted,
    )
    return asked.bundle(found, lambda row: row.change, resources.detected_issue)


@router.get("/DetectedIssue/{alarm_id}/", response_model=Resource)
async def read_detected_issue(
    session: Reading, caller: PatientViewer, alarm_id: UUID
) -> FHIRResponse:
    """One alarm; 404 while it is pending, as no search has it then."""
    theirs = visible(caller.viewer, Alarm.patient_id)
    found = await alarms.changes(session, theirs, limit=1, wanted=AlarmFilter(key=alarm_id))
    return single(found, resources.detected_issue)
