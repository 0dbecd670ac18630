"""/api/patients/{id}/care-team/, viewers/, break-glass/ and access-log/."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response, status

from api.audit.filters import POSITION
from api.audit.schemas import PatientRecord, patient_shape
from api.auth import Caller, Permitted
from api.auth import PatientViewer as Viewing
from api.care_team import service
from api.care_team.schemas import (
    Assignment,
    BreakGlass,
    Emergency,
    PatientViewer,
    PatientViewers,
)
from api.idempotency import Router
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from storage.queries import audit, care_team

router = Router(prefix="/api/patients/{patient_id}", tags=["access"])
Assigning = Annotated[Caller, Depends(Permitted("care_team.change"))]
InEmergency = Annotated[Caller, Depends(Permitted("patients.break_glass"))]


def _shape(rows: Sequence[care_team.ViewerRow]) -> PatientViewers:
    return PatientViewers(
        results=[PatientViewer.model_validate(row, from_attributes=True) for row in rows]
    )


@router.get("/care-team/")
async def list_care_team(session: Reading, caller: Viewing, patient_id: UUID) -> PatientViewers:
    """Those who have a care relationship with a patient now."""
    await service.require(session, caller, patient_id)
    return _shape(await care_team.team(session, patient_id))


@router.post(
    "/care-team/",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": PatientViewers, "description": "Was assigned already."}},
)
async def assign_to_care_team(
    session: Writing, caller: Assigning, patient_id: UUID, body: Assignment, response: Response
) -> PatientViewers:
    """Let a clinician see a patient from now on. Admins may, and clinicians who see the patient."""
    if not await service.assign(session, caller, patient_id, body.clinician_id):
        response.status_code = status.HTTP_200_OK
    return _shape(await care_team.team(session, patient_id))


@router.delete("/care-team/{clinician_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def end_care(
    session: Writing, caller: Assigning, patient_id: UUID, clinician_id: UUID
) -> None:
    """End every care relationship of a clinician with a patient, at once.

    What the patient shares by consent only the patient takes back.
    """
    await service.end(session, caller, patient_id, clinician_id)


@router.get("/viewers/")
async def list_patient_viewers(
    session: Reading, caller: Viewing, patient_id: UUID
) -> PatientViewers:
    """Everybody who may see a patient now, and why: relationship, consent or role."""
    await service.require(session, caller, patient_id)
    return _shape(await care_team.viewers(session, patient_id))


@router.post(
    "/break-glass/",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": Emergency, "description": "Was open already, and is prolonged."}},
)
async def break_glass(
    session: Writing, caller: InEmergency, patient_id: UUID, body: BreakGlass, response: Response
) -> Emergency:
    """See any patient for a short time, in an emergency.

    The patient, the auditors and the admins are told, and everything that is looked at meanwhile
    is recorded with the reason.
    """
    emergency, is_new = await service.break_glass(session, caller, patient_id, body)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return emergency


@router.get("/access-log/")
async def list_patient_access(
    session: Reading, caller: Viewing, paging: Paging, patient_id: UUID
) -> Page[PatientRecord]:
    """Who saw or changed a patient's data, when, why and how: the patient's own to read."""
    service.require_self(caller, patient_id)
    wanted = audit.AuditFilter(patient_id=patient_id)
    after = paging.after(POSITION)
    rows = await audit.page(session, wanted, limit=paging.limit + 1, after=after)
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[patient_shape(row, patient_id) for row in kept], next=following)
