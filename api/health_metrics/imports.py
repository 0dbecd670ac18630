"""Imports: POST /api/health-metrics/imports/, and the report on the rows of one."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request, Response, status
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints

from api.accounts.profile_schemas import TimeZone
from api.errors import FieldProblem, InvalidInputError, NotFoundError
from api.health_metrics import service
from api.health_metrics.endpoints import PatientQuery
from api.health_metrics.manual import Entering
from api.health_metrics.schemas import MetricCode
from api.idempotency import Key, Router
from api.jobs.schemas import Job
from api.services import Shared
from api.sessions import Reading
from api.uploads import BINARY, ReportNotReadyError, Wanted, path_of, taken, unpacked
from storage.queries import imports

router = Router(prefix="/api/health-metrics/imports", tags=["health metrics"])

IMPORT_PATH: Final = "/api/health-metrics/imports/"
COLUMNS: Final = ("metric", "value", "systolic", "diastolic", "unit", "time", "source")
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file: CSV, or Apple Health's export.xml or export.zip.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": BINARY["schema"]},
                }
            },
            "text/csv": BINARY,
            "application/xml": BINARY,
            "application/zip": BINARY,
            "application/octet-stream": BINARY,
        },
    }
}


Mapping = Annotated[str, StringConstraints(max_length=200, pattern=rf"^({'|'.join(COLUMNS)}):.+$")]


@router.post("/", status_code=status.HTTP_202_ACCEPTED, openapi_extra=_BODY)
async def import_readings(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    parts: Shared,
    caller: Entering,
    request: Request,
    response: Response,
    key: Key = None,
    patient: PatientQuery = None,
    column: Annotated[
        list[Mapping] | None,
        Query(max_length=len(COLUMNS), description="`ours:theirs`, such as `time:Datum`."),
    ] = None,
    metric: Annotated[
        MetricCode | None, Query(description="Of every row, where no column says.")
    ] = None,
    unit: Annotated[
        str | None, Query(max_length=30, description="Of every row, where no column says.")
    ] = None,
    time_zone: Annotated[
        TimeZone | None,
        Query(description="IANA name; of times without an offset, which are refused without it."),
    ] = None,
) -> Job:
    """Import a file of readings, as a form or as the body itself; 202 means that it is kept.

    With an Idempotency-Key, the same file sent again is the same import.

    A job reads it: `/api/jobs/{id}/` tells how far it is and what it came to, and `…/report/` what
    became of each row. The same file again adds nothing. What is imported is history: it raises no
    alarm.
    """
    named = [one.split(":", 1) for one in column or ()]
    columns = dict(named)
    if len(columns) < len(named):
        problem = FieldProblem(location="query", field="column", reason="names one of ours twice")
        raise InvalidInputError(errors=[problem])
    async with parts.database.read() as session:
        patient_id = await service.require_patient(session, caller, patient)
    parameters = {
        "columns": columns,
        "metric": metric,
        "unit": unit,
        "time_zone": time_zone,
    }
    wanted = Wanted(imports.KIND, parameters, patient_id)
    job = await taken(parts, caller, request, key, wanted)
    response.headers["Location"] = path_of(job)
    return job


@router.get(
    "/{import_id}/report/",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A line per row: its number, `stored`, `duplicate`, `conflict` or "
            "`refused`, and why.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    },
)
async def get_import_report(
    parts: Shared, session: Reading, caller: Entering, import_id: UUID
) -> StreamingResponse:
    """What became of each row of an import of the caller's, as CSV; never with a value."""
    patient_id = await imports.patient_of(session, caller.id, import_id)
    if patient_id is None:
        raise NotFoundError
    await service.require_patient(session, caller, patient_id)
    if not await imports.has_report(session, import_id):
        raise ReportNotReadyError
    headers = {"Content-Disposition": f'attachment; filename="import-{import_id}.csv"'}
    lines = unpacked(parts, import_id)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
