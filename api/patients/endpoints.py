"""POST /api/patients/ and GET /api/patients/{id}/."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response, status

from api.auth import Caller, PatientViewer, Permitted
from api.idempotency import Router
from api.patients import service
from api.patients.schemas import PatientDetail, PatientInput
from api.schemas import Patient
from api.sessions import Reading, Writing
from api.ward.service import patient_shape
from storage.queries import patients

router = Router(prefix="/api/patients", tags=["patients"])
Registrar = Annotated[Caller, Depends(Permitted("patients.register"))]


@router.post(
    "/",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": Patient, "description": "Registered earlier."}},
)
async def register_patient(
    session: Writing, caller: Registrar, body: PatientInput, response: Response
) -> Patient:
    """Register a patient, who is then in the caller's care.

    An identifier that the caller registered before gives that patient again, with status 200 and
    unchanged.
    """
    patient_id, new = await service.register(session, caller, body)
    if not new:
        response.status_code = status.HTTP_200_OK
    (row,) = await patients.by_ids(session, [patient_id])
    return patient_shape(row)


@router.get("/{patient_id}/")
async def get_patient(session: Reading, caller: PatientViewer, patient_id: UUID) -> PatientDetail:
    """One patient: who, vitals, NEWS2 with its inputs, devices and alarms."""
    return await service.detail(session, caller, patient_id)
