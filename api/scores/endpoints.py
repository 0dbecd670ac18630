"""The resource /api/patients/{id}/scores/."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from msgspec.json import Decoder

from api.auth import CurrentCaller, Permitted
from api.errors import EmptySpanError
from api.health_metrics.service import require_patient
from api.pagination import Page, Paging
from api.routing import Router
from api.schemas import UtcTime
from api.scores.schemas import Kind, ScoreHour
from api.sessions import Reading
from storage.queries import score_history

router = Router(
    prefix="/api/patients/{patient_id}/scores",
    tags=["scores"],
    dependencies=[Depends(Permitted("patients.view"))],
)
POSITION: Decoder[score_history.HourPosition] = Decoder(score_history.HourPosition)
DEFAULT_SPAN = dt.timedelta(days=7)


@router.get("/")
async def list_scores(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    session: Reading,
    caller: CurrentCaller,
    paging: Paging,
    patient_id: UUID,
    kind: Annotated[Kind, Query()] = "news2",
    start: Annotated[
        UtcTime | None, Query(description="Hours not before; a week before `end` when left out.")
    ] = None,
    end: Annotated[UtcTime | None, Query(description="Hours before; now when left out.")] = None,
) -> Page[ScoreHour]:
    """Scores of a patient hour by hour, newest first: for the patient, and for who cares for them.

    An hour is there a minute after its end. Readings that come late correct their hour and those
    that follow from it.
    """
    await require_patient(session, caller, patient_id)
    until = end or dt.datetime.now(dt.UTC)
    since = start or until - DEFAULT_SPAN
    if since >= until:
        raise EmptySpanError
    found = await score_history.page(
        session,
        score_history.Span(patient_id, kind, since, until),
        after=paging.after(POSITION),
        limit=paging.limit + 1,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    results = [
        ScoreHour(
            hour=row.hour,
            min=row.minimum,
            max=row.maximum,
            worst=row.worst,
            parts=row.parts,
            version=row.version,
            computed_at=row.computed_at,
        )
        for row in kept
    ]
    return Page(results=results, next=following)
