"""Every FHIR resource of a person, some hundred at a time."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from gateways.fhir import resources as fhir
from gateways.fhir.appointments import appointment
from gateways.fhir.codes import Json
from gateways.fhir.medications import medication_statement
from storage.engine import ReadSession
from storage.models import Alarm
from storage.queries import alarms, appointments, devices, health_metrics, reading_changes
from storage.queries import fhir as people
from storage.queries.alarm_filter import AlarmFilter
from storage.queries.appointments import AppointmentFilter
from storage.queries.care import Viewer
from storage.queries.fhir import Search
from storage.queries.fhir_medications import StatementSearch, statements
from storage.queries.health_metrics import Window
from telemetry.metrics import METRICS_BY_ID

AT_ONCE: Final = 500
_EVER: Final = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC))


async def resources(session: ReadSession, person: UUID) -> AsyncIterator[list[Json]]:
    """Patient, Devices, Appointments, MedicationStatements, DetectedIssues and Observations."""
    viewer = Viewer(person, frozenset({"patients.view"}))
    found = await people.people(session, viewer, Search(key=person), after=None, limit=1)
    yield [fhir.patient(row) for row in found]
    async for batch in _devices(session, viewer):
        yield batch
    async for batch in _appointments(session, viewer):
        yield batch
    async for batch in _medicines(session, viewer):
        yield batch
    async for batch in _alarms(session, person):
        yield batch
    async for batch in _observations(session, person):
        yield batch


async def _devices(session: ReadSession, viewer: Viewer) -> AsyncIterator[list[Json]]:
    after = None
    while rows := await devices.page(
        session, viewer, owner_id=viewer.id, after=after, limit=AT_ONCE
    ):
        yield [fhir.device(row) for row in rows]
        after = rows[-1].position


async def _appointments(session: ReadSession, viewer: Viewer) -> AsyncIterator[list[Json]]:
    after, wanted = None, AppointmentFilter(patient_id=viewer.id)
    while rows := await appointments.recorded(session, viewer, wanted, after=after, limit=AT_ONCE):
        yield [appointment(row) for row in rows]
        after = rows[-1].change


async def _medicines(session: ReadSession, viewer: Viewer) -> AsyncIterator[list[Json]]:
    after, wanted = None, StatementSearch(patient_id=viewer.id)
    while rows := await statements(session, viewer, wanted, after=after, limit=AT_ONCE):
        yield [medication_statement(row) for row in rows]
        after = (rows[-1].mine.updated_at, rows[-1].mine.id)


async def _alarms(session: ReadSession, person: UUID) -> AsyncIterator[list[Json]]:
    after, wanted = None, AlarmFilter(patient_id=person)
    theirs = Alarm.patient_id == person
    while rows := await alarms.page(session, theirs, limit=AT_ONCE, after=after, wanted=wanted):
        yield [fhir.detected_issue(row) for row in rows]
        after = rows[-1].position


async def _observations(session: ReadSession, person: UUID) -> AsyncIterator[list[Json]]:
    after, window = None, Window(person, list(METRICS_BY_ID), *_EVER)
    while readings := await health_metrics.page(session, window, after=after, limit=AT_ONCE):
        changed = await reading_changes.last(session, readings)
        yield [fhir.observation(person, rows, changed.get(rows[0].position)) for rows in readings]
        after = readings[-1][0].position
