"""Rules of patients: who registers whom, and what an identifier found again means."""

import datetime as dt
from uuid import UUID

from api.auth import Caller
from api.devices.schemas import Device
from api.errors import IdentifierTakenError, NotFoundError
from api.patients.schemas import PatientDetail, PatientInput
from api.ward import service as ward
from api.ward.schemas import AlarmSummary
from storage.engine import ReadSession, WriteSession
from storage.queries import alarms, care, devices, patients

MAX_DEVICES = 100


async def register(
    session: WriteSession, caller: Caller, wanted: PatientInput
) -> tuple[UUID, bool]:
    """Register a patient and let the caller see them: (id, whether they are new).

    Raises:
        IdentifierTakenError: when the identifier is that of a patient whom the caller may not see.
    """
    new = patients.NewPatient(**wanted.model_dump())
    added = await patients.add(session, new)
    if added is not None:
        await care.open_relationship(session, patient_id=added, clinician_id=caller.id)
        return added, True
    known = await patients.find_by_identifier(session, wanted.identifier or "")
    if known is None or not await care.may_see(session, caller.viewer, known):
        raise IdentifierTakenError
    return known, False


async def detail(session: ReadSession, caller: Caller, patient_id: UUID) -> PatientDetail:
    """Everything about one patient.

    Raises:
        NotFoundError: when there is no such patient, or the caller may not see them.
    """
    if not await care.may_see(session, caller.viewer, patient_id):
        raise NotFoundError
    (patient,) = await patients.by_ids(session, [patient_id])
    now = dt.datetime.now(dt.UTC)
    readings, scored = await ward.scored_now(session, patient, now)
    summaries = await alarms.summary(session, [patient_id])
    owned = await devices.page(
        session, caller.viewer, owner_id=patient_id, after=None, limit=MAX_DEVICES
    )
    return PatientDetail(
        patient=ward.patient_shape(patient),
        vitals={code: ward.vital(newest, now, patient) for code, newest in readings.items()},
        news2=scored.news2[0],
        scores=scored.others[0],
        devices=[Device.model_validate(one, from_attributes=True) for one in owned],
        alarms=AlarmSummary.model_validate(summaries[patient_id], from_attributes=True),
    )
