"""The resource /api/health-metrics/."""

import datetime as dt
from hashlib import blake2s
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query
from msgspec.json import Decoder

from api.auth import CurrentCaller, Permitted
from api.errors import EmptySpanError, InvalidCursorError
from api.health_metrics import service
from api.health_metrics.schemas import MetricCode, Reading, Source, Trend
from api.health_metrics.thinning import thinned
from api.pagination import Page, Paging
from api.routing import Router
from api.schemas import UtcTime
from api.sessions import Reading as ReadingSession
from storage.queries import health_metrics

router = Router(
    prefix="/api/health-metrics",
    tags=["health metrics"],
    dependencies=[Depends(Permitted("patients.view"))],
)

POSITION: Decoder[tuple[dt.datetime, int, str]] = Decoder(tuple[dt.datetime, int, str])
"""Time and group of a reading, and which list it is in."""
PatientQuery = Annotated[UUID | None, Query(description="Whose; the caller's own when left out.")]
Span = Literal["1h", "6h", "24h", "7d", "30d"]
SPANS: dict[Span, dt.timedelta] = {
    "1h": dt.timedelta(hours=1),
    "6h": dt.timedelta(hours=6),
    "24h": dt.timedelta(hours=24),
    "7d": dt.timedelta(days=7),
    "30d": dt.timedelta(days=30),
}
FAR_FUTURE = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)


@router.get("/")
async def list_readings(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    session: ReadingSession,
    caller: CurrentCaller,
    paging: Paging,
    patient: PatientQuery = None,
    metric: Annotated[MetricCode | None, Query()] = None,
    since: Annotated[UtcTime | None, Query(description="Not before.")] = None,
    until: Annotated[UtcTime | None, Query(description="Not after.")] = None,
    source: Annotated[Source | None, Query(description="Where it came from.")] = None,
    device: Annotated[UUID | None, Query(description="Of this device.")] = None,
) -> Page[Reading]:
    """Readings of one patient, newest first. Both pressures of one moment are one reading.

    A cursor goes on with the list that gave it out: the same patient and the same filters.
    """
    if since is not None and until is not None and since > until:
        raise EmptySpanError
    window = health_metrics.Window(
        patient_id=await service.require_patient(session, caller, patient),
        metrics=service.metric_ids(metric),
        since=since or service.EPOCH,
        until=until or FAR_FUTURE,
        device_id=device,
        source=source,
    )
    which = _digest(window)
    after = paging.after(POSITION)
    if after is not None and after[2] != which:
        raise InvalidCursorError
    found = await health_metrics.page(
        session, window, after=after and after[:2], limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda rows: (*rows[0].position, which))
    return Page(results=await service.readings(session, kept), next=following)


def _digest(window: health_metrics.Window) -> str:
    """What a list is of, in a few characters."""
    return blake2s(repr(window).encode(), digest_size=6).hexdigest()


@router.get("/latest/")
async def latest_readings(
    session: ReadingSession, caller: CurrentCaller, patient: PatientQuery = None
) -> Page[Reading]:
    """Newest reading of each metric, by measured time. One page, as there are few metrics."""
    patient_id = await service.require_patient(session, caller, patient)
    found = await health_metrics.latest(session, patient_id, service.metric_ids(None))
    return Page(results=await service.readings(session, found), next=None)


@router.get("/trend/")
async def get_trend(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    session: ReadingSession,
    caller: CurrentCaller,
    metric: Annotated[MetricCode, Query()],
    patient: PatientQuery = None,
    span: Annotated[Span, Query(description="Up to `until`; not used with `since`.")] = "24h",
    since: Annotated[UtcTime | None, Query(description="Start.")] = None,
    until: Annotated[UtcTime | None, Query(description="End; now when left out.")] = None,
    points: Annotated[
        int | None, Query(ge=20, le=1200, description="About so many points: fewer of the same.")
    ] = None,
) -> Trend:
    """Course of one metric in at most about 1,200 points; the span decides how fine it is.

    A reading that came late is in it as soon as it is stored. With `points` the buckets are chosen
    by MinMaxLTTB and min-max, so that the plot looks the same: extremes stay, and a gap holds one
    empty bucket.
    """
    patient_id = await service.require_patient(session, caller, patient)
    end = until or dt.datetime.now(dt.UTC)
    found = await service.trend(session, patient_id, metric, since or end - SPANS[span], end)
    return found if points is None else thinned(found, points)
