"""FHIR R4 Observations: reading, searching, and entering them; and everything of a patient."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Query, Request, status
from msgspec.json import Decoder

from api.auth import Caller, PatientViewer, Permitted
from api.errors import BadRequestError, NotFoundError
from api.fhir.answers import OUTCOMES, ROOT, FHIRResponse, Resource, base, searchset
from api.fhir.entering import read
from api.fhir.search import Dates, Part, Reference, Strict, narrowed, referred, tokens
from api.health_metrics import manual_service, service
from api.idempotency import Router
from api.services import Shared
from api.sessions import Reading, Writing
from gateways.fhir import codes, resources
from gateways.fhir.appointments import appointment
from gateways.fhir.medications import medication_statement
from storage.models import Alarm
from storage.queries import alarms, appointments, devices, fhir, health_metrics, manual_entries
from storage.queries.alarm_filter import AlarmFilter
from storage.queries.appointments import AppointmentFilter
from storage.queries.care import visible
from storage.queries.fhir import Search
from storage.queries.fhir_medications import StatementSearch, statements
from storage.queries.health_metrics import ReadingPosition, Window
from telemetry.metrics import METRICS, METRICS_BY_ID

router = Router(prefix=ROOT, tags=["FHIR"], default_response_class=FHIRResponse, responses=OUTCOMES)
POSITION: Decoder[ReadingPosition] = Decoder(ReadingPosition)
Entering = Annotated[Caller, Depends(Permitted("metrics.write"))]
Instant = dt.timedelta(microseconds=1)
MOST_OTHERS = 200
"""Devices, medicines, appointments and alarms, each, that come with everything of a patient."""


class MissingPatientError(BadRequestError):
    """A search for observations names one patient: `patient` or `subject`."""


def _metrics(code: str | None, category: str | None) -> list[int]:
    """Metrics that a search is for."""
    by_code = codes.by_code()
    wanted = list(METRICS)
    if code is not None:
        wanted = [name for token in tokens(code) for name in by_code.get(token, [])]
    if category is not None:
        kinds = set(tokens(category))
        wanted = [
            name for name in wanted if codes.category(METRICS[name])["coding"][0]["code"] in kinds
        ]
    return sorted({METRICS[name].id for name in wanted})


@router.get("/Observation/", response_model=Resource, dependencies=[Strict])
async def search_observations(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    request: Request,
    session: Reading,
    caller: PatientViewer,
    part: Part,
    patient: Reference = None,
    subject: Reference = None,
    code: Annotated[str | None, Query(max_length=500)] = None,
    category: Annotated[str | None, Query(max_length=200)] = None,
    date: Annotated[Dates, Query()] = None,
    device: Reference = None,
) -> FHIRResponse:
    """Observations of one patient, newest first: Bundle. Both pressures of a moment are a panel."""
    whose = referred(patient or subject)
    if whose is None:
        raise MissingPatientError
    window = _window(
        await service.require_patient(session, caller, whose),
        _metrics(code, category),
        date,
        referred(device),
    )
    found = await health_metrics.page(
        session, window, after=part.after(POSITION), limit=part.limit + 1
    )
    kept, following = part.cut(found, lambda rows: rows[0].position)
    listed = (resources.observation(window.patient_id, rows) for rows in kept)
    return searchset(request, listed, following)


def _window(
    patient_id: UUID, metrics: Sequence[int], dates: Dates, device_id: UUID | None = None
) -> Window:
    since, until = narrowed(dates)
    return Window(
        patient_id,
        metrics,
        max(since, service.EPOCH),
        max(until - Instant, service.EPOCH),
        device_id=device_id,
    )


@router.get("/Observation/{observation_id}/", response_model=Resource)
async def read_observation(
    session: Reading, caller: PatientViewer, observation_id: UUID
) -> FHIRResponse:
    """One observation."""
    found = await manual_entries.find(session, service.reading_key(observation_id))
    if found is None:
        raise NotFoundError
    await service.require_patient(session, caller, found.patient_id)
    return FHIRResponse(resources.observation(found.patient_id, found.rows))


@router.post("/Observation/", status_code=status.HTTP_201_CREATED, response_model=Resource)
async def create_observation(
    request: Request,
    parts: Shared,
    session: Writing,
    caller: Entering,
    body: Annotated[dict[str, Any], Body(media_type="application/fhir+json")],
) -> FHIRResponse:
    """Enter an observation, as by POST /api/health-metrics/: 201 means that it is on disk.

    200: the same value is stored for that time already. 409: another one is.
    """
    patient_id, entered = read(body)
    whose = await service.require_patient(session, caller, patient_id)
    shown, is_new = await manual_service.record(
        session, caller, whose, entered, parts.settings.skew_ms
    )
    found = await manual_entries.find(session, service.reading_key(shown.id))
    if found is None:
        raise NotFoundError
    answer = FHIRResponse(
        resources.observation(whose, found.rows),
        status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
    )
    answer.headers["Location"] = f"{base(request)}/Observation/{shown.id}"
    return answer


@router.get("/Patient/{patient_id}/$everything/", response_model=Resource, dependencies=[Strict])
async def everything_of_patient(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    request: Request,
    session: Reading,
    caller: PatientViewer,
    part: Part,
    patient_id: UUID,
    start: Annotated[Dates, Query(description="Observations from then on.")] = None,
    end: Annotated[Dates, Query(description="Observations until then.")] = None,
) -> FHIRResponse:
    """A patient with devices, medicines, appointments, alarms; observations by page: Bundle."""
    await service.require_patient(session, caller, patient_id)
    after = part.after(POSITION)
    since, until = narrowed(start)[0], narrowed(end)[1]
    window = Window(
        patient_id,
        list(METRICS_BY_ID),
        max(since, service.EPOCH),
        max(until - Instant, service.EPOCH),
    )
    found = await health_metrics.page(session, window, after=after, limit=part.limit + 1)
    kept, following = part.cut(found, lambda rows: rows[0].position)
    listed = [resources.observation(patient_id, rows) for rows in kept]
    if after is None:
        listed = [*await _about(session, caller, patient_id), *listed]
    return searchset(request, listed, following)


async def _about(session: Reading, caller: Caller, patient_id: UUID) -> list[codes.Json]:
    """A patient, their devices, what they take, appointments and alarms, the newest ones."""
    found = await fhir.people(session, caller.viewer, Search(key=patient_id), after=None, limit=1)
    owned = await devices.page(
        session, caller.viewer, owner_id=patient_id, after=None, limit=MOST_OTHERS
    )
    raised = await alarms.page(
        session,
        visible(caller.viewer, Alarm.patient_id),
        limit=MOST_OTHERS,
        wanted=AlarmFilter(patient_id=patient_id),
    )
    taken = await statements(
        session,
        caller.viewer,
        StatementSearch(patient_id=patient_id),
        after=None,
        limit=MOST_OTHERS,
    )
    agreed = await appointments.recorded(
        session,
        caller.viewer,
        AppointmentFilter(patient_id=patient_id),
        after=None,
        limit=MOST_OTHERS,
    )
    return [
        *map(resources.patient, found),
        *map(resources.device, owned),
        *map(medication_statement, taken),
        *map(appointment, agreed),
        *map(resources.detected_issue, raised),
    ]
