"""FHIR R4 `Patient/$everything`: what there is of a patient, in one Bundle after another."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.auth import Caller, PatientViewer
from api.fhir.answers import ROUTES, FHIRResponse, Resource, searchset
from api.fhir.capability import MOST_OTHERS
from api.fhir.observations import POSITION, told, window_of
from api.fhir.search import Asked, Dates, narrowed
from api.health_metrics import service
from api.routing import Router
from api.sessions import Reading
from gateways.fhir import resources
from gateways.fhir.appointments import appointment
from gateways.fhir.codes import Json
from gateways.fhir.medications import medication_statement
from storage.models import Alarm
from storage.queries import alarms, appointments, devices, fhir, health_metrics
from storage.queries.alarm_filter import AlarmFilter
from storage.queries.appointments import AppointmentFilter
from storage.queries.care import visible
from storage.queries.fhir import Search
from storage.queries.fhir_medications import StatementSearch, statements
from telemetry.metrics import METRICS_BY_ID

router = Router(**ROUTES)


@router.get("/Patient/{patient_id}/$everything/", response_model=Resource)
async def everything_of_patient(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    caller: PatientViewer,
    asked: Asked,
    patient_id: UUID,
    start: Annotated[Dates, Query(description="Observations from then on.")] = None,
    end: Annotated[Dates, Query(description="Observations until then.")] = None,
) -> FHIRResponse:
    """A patient with devices, medicines, appointments, alarms; observations by page: Bundle."""
    await service.require_patient(session, caller, patient_id)
    after = asked.after(POSITION)
    window = window_of(patient_id, list(METRICS_BY_ID), (narrowed(start)[0], narrowed(end)[1]))
    found = await health_metrics.page(session, window, after=after, limit=asked.limit + 1)
    kept, following = asked.cut(found, lambda rows: rows[0].position)
    listed = await told(session, patient_id, kept)
    if after is None:
        listed = [*await _about(session, caller, patient_id), *listed]
    return searchset(asked.request, listed, following)


async def _about(session: Reading, caller: Caller, patient_id: UUID) -> list[Json]:
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
