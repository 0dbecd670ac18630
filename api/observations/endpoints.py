"""The resource /api/patients/{id}/observations/."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, status
from msgspec.json import Decoder

from api.auth import Caller, CurrentCaller, Permitted
from api.health_metrics.service import require_patient
from api.idempotency import Router
from api.observations import service
from api.observations.schemas import ObservationInput, ObservationSet, Recorded
from api.pagination import Page, Paging
from api.services import Shared
from api.sessions import Reading, Writing
from storage.queries import observations
from telemetry.metrics import METRICS_BY_ID

router = Router(
    prefix="/api/patients/{patient_id}/observations",
    tags=["observations"],
    dependencies=[Depends(Permitted("patients.view"))],
)
POSITION: Decoder[observations.SetPosition] = Decoder(observations.SetPosition)
Clinician = Annotated[Caller, Depends(Permitted(service.RECORDS))]


@router.post("/", status_code=status.HTTP_201_CREATED)
async def record_observations(
    parts: Shared, session: Writing, caller: Clinician, patient_id: UUID, body: ObservationInput
) -> Recorded:
    """Record a set of bedside observations, all of it or nothing; 201 means that it is on disk.

    Scores and alarms take the values as they take those of devices. 409: another value is recorded
    for the same time.
    """
    return await service.record(session, caller, patient_id, body, parts.settings.skew_ms)


@router.get("/")
async def list_observations(
    session: Reading, caller: CurrentCaller, paging: Paging, patient_id: UUID
) -> Page[ObservationSet]:
    """Who recorded what at the bedside, newest first."""
    await require_patient(session, caller, patient_id)
    found = await observations.page(
        session, patient_id, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    results = [
        ObservationSet(
            id=row.id,
            measured_at=row.measured_at,
            recorded_at=row.recorded_at,
            recorded_by_id=row.recorded_by_id,
            recorded_by=row.recorded_by,
            metrics=[METRICS_BY_ID[number].code for number in row.metrics],
        )
        for row in kept
    ]
    return Page(results=results, next=following)
