"""Readings by hand: POST /api/health-metrics/, and one reading at /api/health-metrics/{id}/."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response, status

from api.auth import Caller, Permitted
from api.health_metrics import manual_service, service
from api.health_metrics.endpoints import PatientQuery
from api.health_metrics.manual_schemas import ReadingInput
from api.health_metrics.schemas import Reading
from api.idempotency import Router
from api.preconditions import Editing, tagged
from api.services import Shared
from api.sessions import Reading as ReadingSession
from api.sessions import Writing

router = Router(prefix="/api/health-metrics", tags=["health metrics"])
Viewing = Annotated[Caller, Depends(Permitted("patients.view"))]
Entering = Annotated[Caller, Depends(Permitted("metrics.write"))]


@router.post(
    "/",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": Reading, "description": "It was entered before."}},
)
async def enter_reading(  # noqa: PLR0913, PLR0917 - what a request is made of
    parts: Shared,
    session: Writing,
    caller: Entering,
    body: ReadingInput,
    response: Response,
    patient: PatientQuery = None,
) -> Reading:
    """Enter a reading by hand, in any unit that is known; 201 means that it is on disk.

    Scores and alarms take it as they take those of devices. The same value for the same time again
    adds nothing (200); another one is a conflict (409).
    """
    patient_id = await service.require_patient(session, caller, patient)
    shown, is_new = await manual_service.record(
        session, caller, patient_id, body, parts.settings.skew_ms
    )
    if not is_new:
        response.status_code = status.HTTP_200_OK
    response.headers["Location"] = _path(shown)
    return tagged(response, shown)


def _path(reading: Reading) -> str:
    return f"/api/health-metrics/{reading.id}/"


@router.get("/{reading_id}/")
async def get_reading(
    session: ReadingSession, caller: Viewing, reading_id: UUID, response: Response
) -> Reading:
    """One reading, by the id that lists give it."""
    return tagged(response, await manual_service.show(session, caller, reading_id))


@router.put(
    "/{reading_id}/",
    responses={
        200: {
            "headers": {
                "Location": {
                    "description": "Where it is now, where it was moved to another time.",
                    "schema": {"type": "string"},
                }
            }
        }
    },
)
async def correct_reading(  # noqa: PLR0913, PLR0917 - what a request is made of
    parts: Shared,
    session: Writing,
    caller: Entering,
    editing: Editing,
    reading_id: UUID,
    body: ReadingInput,
    response: Response,
) -> Reading:
    """Correct a reading that was entered by hand: its value, time or notes.

    Its time stays when `recorded_at` is left out. The id of a reading is made of whose it is, of
    what and when: with another time it is another one, in the body and in `Location`, and the one
    before answers 404, as that of a reading that was deleted.

    What it was is kept. By whoever entered it, or by a clinician in whose care the patient is;
    readings of devices and imports stay as they are (409).
    """
    shown = await manual_service.correct(
        session, caller, reading_id, body, editing, parts.settings.skew_ms
    )
    if shown.id != reading_id:
        response.headers["Location"] = _path(shown)
    return tagged(response, shown)


@router.delete("/{reading_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def delete_reading(
    session: Writing, caller: Entering, editing: Editing, reading_id: UUID
) -> None:
    """Delete a reading that was entered by hand; what it was is kept.

    By whom, and what of, as for a correction.
    """
    await manual_service.delete(session, caller, reading_id, editing)
