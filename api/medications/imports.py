"""Imports of a catalogue: POST /api/medications/imports/, its template, and the report on rows."""

from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response, status
from fastapi.responses import StreamingResponse

from api.errors import NotFoundError
from api.idempotency import Key, Router
from api.jobs.schemas import Job
from api.medications.endpoints import MedicationManager
from api.services import Shared
from api.sessions import Reading
from api.uploads import BINARY, ReportNotReadyError, Wanted, path_of, taken, unpacked
from storage.queries import imports
from telemetry.medicines.catalogue_file import template

MEDICATION_IMPORT_PATH: Final = "/api/medications/imports/"
router = Router(prefix="/api/medications/imports", tags=["medications"])
_FORM: Final = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": BINARY["schema"]},
    }
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file: CSV with the columns of the template.",
        "content": {
            "multipart/form-data": _FORM,
            "text/csv": BINARY,
            "application/octet-stream": BINARY,
        },
    }
}
_CSV: Final[dict[str, Any]] = {"content": {"text/csv": {"schema": {"type": "string"}}}}


@router.post("/", status_code=status.HTTP_202_ACCEPTED, openapi_extra=_BODY)
async def import_medications(
    parts: Shared,
    caller: MedicationManager,
    request: Request,
    response: Response,
    key: Key = None,
) -> Job:
    """Import a catalogue, as a form or as the body itself; 202 means that the file is kept.

    With an Idempotency-Key, the same file sent again is the same import.

    A job reads it: `/api/jobs/{id}/` tells how far it is, and `…/report/` what became of each row.
    A row adds the medicine of its catalogue_key or changes it, in the columns that the file has;
    the same file again changes nothing.
    """
    job = await taken(parts, caller, request, key, Wanted(imports.MEDICATIONS, {}))
    response.headers["Location"] = path_of(job)
    return job


@router.get(
    "/template/",
    response_class=Response,
    responses={200: {"description": "The columns, and an example.", **_CSV}},
)
async def get_medication_template(_caller: MedicationManager) -> Response:
    """A file to begin with."""
    headers = {"Content-Disposition": 'attachment; filename="medications.csv"'}
    return Response(template(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/{import_id}/report/",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A line per row: its number, `created`, `updated`, `unchanged` or "
            "`refused`, and why.",
            **_CSV,
        }
    },
)
async def get_medication_import_report(
    parts: Shared, session: Reading, caller: MedicationManager, import_id: UUID
) -> StreamingResponse:
    """What became of each row of an import of the caller's, as CSV."""
    if not await imports.is_of(session, caller.id, import_id, imports.MEDICATIONS):
        raise NotFoundError
    if not await imports.has_report(session, import_id):
        raise ReportNotReadyError
    headers = {"Content-Disposition": f'attachment; filename="medications-{import_id}.csv"'}
    lines = unpacked(parts, import_id)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
