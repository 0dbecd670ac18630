"""The dashboard, reports and goals of a patient, under /api/health-metrics/."""

import datetime as dt
from typing import Annotated, Any, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Header, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import AfterValidator

from api.auth import CurrentCaller, Permitted
from api.health_metrics import goals as goal_rules
from api.health_metrics import report_csv, report_service, report_views, service
from api.health_metrics.endpoints import PatientQuery
from api.health_metrics.negotiation import CSV, PDF, Format, chosen
from api.health_metrics.report_schemas import DAYS, Dashboard, Goals, GoalsInput, Period, Report
from api.idempotency import Router
from api.preconditions import Editing, tagged
from api.reasons import Unfit
from api.services import Shared
from api.sessions import Reading as ReadingSession
from api.sessions import Writing as WritingSession
from storage.queries import health_metrics

router = Router(
    prefix="/api/health-metrics",
    tags=["health metrics"],
    dependencies=[Depends(Permitted("patients.view"))],
)

DASHBOARD_DAYS = 30
EARLIEST = dt.date(1980, 1, 1)
# One at a time: drawing takes a core, and matplotlib is not made for several threads.
_drawing = CapacityLimiter(1)


def _of_this_time(day: dt.date) -> dt.date:
    if not EARLIEST <= day <= dt.date(2199, 12, 31):
        message = "must be from 1970 to 2199"
        raise Unfit(message)
    return day


LastDay = Annotated[
    Annotated[dt.date, AfterValidator(_of_this_time)] | None,
    Query(description="Last local day; today, in the patient's zone, when left out."),
]
_FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            PDF: {"schema": {"type": "string", "format": "binary"}},
            CSV: {"schema": {"type": "string"}},
        }
    }
}


@router.get("/dashboard/")
async def get_dashboard(
    session: ReadingSession, caller: CurrentCaller, patient: PatientQuery = None
) -> Dashboard:
    """How a patient is doing: newest readings, trends of 30 local days, what stands out.

    Insights are measured facts with their numbers, and advice goes no further than talking to a
    clinician: nothing here is a diagnosis. `docs/reference/trends.md` has every formula.
    """
    patient_id = await service.require_patient(session, caller, patient)
    picture = await report_service.picture(session, patient_id, DASHBOARD_DAYS, None)
    found = await health_metrics.latest(session, patient_id, service.metric_ids(None))
    return report_views.dashboard(picture, await service.readings(session, found))


@router.get("/report/", response_model=Report, responses=_FORMS)
async def get_report(  # noqa: PLR0913, PLR0917 - one argument per parameter
    parts: Shared,
    caller: CurrentCaller,
    period: Annotated[Period, Query(description="1, 7, 30 or 365 local days.")] = "monthly",
    until: LastDay = None,
    patient: PatientQuery = None,
    form: Annotated[
        Literal["json", "pdf", "csv"] | None,
        Query(alias="format", description="Before what `Accept` says."),
    ] = None,
    accept: Annotated[str, Header()] = "*/*",
) -> Any:  # noqa: ANN401 - a model, a PDF or a stream of CSV
    """Report on a period of local days beside the one before, as JSON, PDF with plots or CSV."""
    wanted = chosen(form, accept)
    # Closed before anything is drawn: a connection is not kept waiting for a plot.
    async with parts.database.read() as session:
        patient_id = await service.require_patient(session, caller, patient)
        picture = await report_service.picture(session, patient_id, DAYS[period], until)
    report = report_views.report(picture, period)
    if wanted is Format.JSON:
        return report
    name = f"health-report-{period}-{report.summary.until}.{wanted.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept"}
    if wanted is Format.CSV:
        return StreamingResponse(
            report_csv.lines(report), media_type=f"{CSV}; charset=utf-8", headers=headers
        )
    # Half a second and many megabytes, for those processes only that are asked for a PDF.
    from api.health_metrics.report_pdf import pdf  # noqa: PLC0415

    made = await to_thread.run_sync(pdf, report, limiter=_drawing)
    return Response(made, media_type=PDF, headers=headers)


@router.get("/goals/")
async def get_goals(
    session: ReadingSession,
    caller: CurrentCaller,
    response: Response,
    patient: PatientQuery = None,
) -> Goals:
    """Goals of a patient, at most one per metric."""
    patient_id = await service.require_patient(session, caller, patient)
    return tagged(response, await goal_rules.goals(session, patient_id))


@router.put("/goals/")
async def put_goals(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: WritingSession,
    caller: CurrentCaller,
    editing: Editing,
    body: GoalsInput,
    response: Response,
    patient: PatientQuery = None,
) -> Goals:
    """Set all goals of a patient. What is left out is given up; what has been reached stays."""
    patient_id = await service.require_patient(session, caller, patient)
    await editing.lock(session, patient_id)
    editing.check(await goal_rules.goals(session, patient_id))
    return tagged(response, await goal_rules.replace(session, patient_id, body.goals))
