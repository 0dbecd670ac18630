"""The resource /api/patients/{id}/early-warning/."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from analytics.scores.news2 import STALE_AFTER_S
from api.auth import Caller, Permitted
from api.early_warning.schemas import (
    USUAL,
    EarlyWarning,
    EarlyWarningInput,
    EarlyWarningVersion,
    TargetRange,
)
from api.errors import NotFoundError, PermissionDeniedError
from api.idempotency import Router
from api.preconditions import Editing, tagged
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.queries import care, early_warnings

router = Router(
    prefix="/api/patients/{patient_id}/early-warning",
    tags=["scores"],
    dependencies=[Depends(Permitted("patients.view"))],
)
Clinician = Annotated[Caller, Depends(Permitted("patients.record"))]
MAX_VERSIONS = 50


@router.get("/")
async def get_early_warning(
    session: Reading, caller: Clinician, patient_id: UUID, response: Response
) -> EarlyWarning:
    """How a patient is scored: SpO2 scale, target range, pregnancy, and who said so when."""
    if not await care.may_see(session, caller.viewer, patient_id):
        raise NotFoundError
    return tagged(response, await _shape(session, patient_id))


@router.put("/")
async def prescribe_early_warning(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: Writing,
    caller: Clinician,
    patient_id: UUID,
    editing: Editing,
    body: EarlyWarningInput,
    response: Response,
) -> EarlyWarning:
    """Prescribe how a patient is scored from now on; every version is kept.

    The engine takes it up within seconds. Hours before keep the scale that was in force at their
    end. The same again makes no version.
    """
    if not await care.may_see(session, caller.viewer, patient_id):
        raise NotFoundError
    if patient_id == caller.id:
        raise PermissionDeniedError
    await editing.lock(session, patient_id)
    editing.check(await _shape(session, patient_id))
    low, high = body.target
    wanted = early_warnings.Prescription(
        body.scale, low, high, body.pregnant, body.reason, body.own_stale_after
    )
    await early_warnings.prescribe(session, patient_id, wanted, caller.id)
    return tagged(response, await _shape(session, patient_id))


async def _shape(session: ReadSession | WriteSession, patient_id: UUID) -> EarlyWarning:
    found = await early_warnings.versions(session, patient_id, limit=MAX_VERSIONS)
    versions = [
        EarlyWarningVersion.model_validate(
            {
                "version": one.version,
                "scale": one.scale,
                "target_range": TargetRange(low=one.target_low, high=one.target_high),
                "pregnant": one.pregnant,
                "stale_after": one.stale_after or {},
                "reason": one.reason,
                "created_at": one.created_at,
                "created_by_id": one.created_by_id,
                "created_by": one.created_by,
            }
        )
        for one in found
    ]
    newest = versions[0] if versions else None
    return EarlyWarning(
        patient=patient_id,
        scale=newest.scale if newest else 1,
        target_range=newest.target_range if newest else TargetRange(low=USUAL[0], high=USUAL[1]),
        pregnant=newest.pregnant if newest else False,
        stale_after=dict(STALE_AFTER_S) | (newest.stale_after if newest else {}),
        versions=versions,
    )
