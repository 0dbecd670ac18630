"""FHIR R4 Observations: reading, searching, and entering them."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Query, Request, status
from msgspec.json import Decoder

from api.auth import Caller, PatientViewer, Permitted
from api.errors import BadRequestError, NotFoundError, PermissionDeniedError
from api.fhir.answers import ROUTES, FHIRResponse, Resource, base, searchset
from api.fhir.entering import read
from api.fhir.search import (
    Dates,
    LastUpdated,
    Polled,
    Reference,
    narrowed,
    pairs,
    referred,
    tokens,
)
from api.health_metrics import manual_service, service
from api.idempotency import Router
from api.observations import service as bedside
from api.observations.schemas import ObservationInput
from api.services import Services, Shared
from api.sessions import Reading, Writing
from gateways.fhir import codes, resources
from storage.engine import ReadSession, WriteSession
from storage.queries import (
    health_metrics,
    manual_entries,
    observations,
    reading_changes,
)
from storage.queries.changes import Span
from storage.queries.health_metrics import (
    DIASTOLIC,
    SYSTOLIC,
    ReadingPosition,
    ReadingRow,
    Window,
)
from storage.queries.manual_entries import Key
from telemetry.metrics import METRICS

router = Router(**ROUTES)
POSITION: Decoder[ReadingPosition] = Decoder(ReadingPosition)
Entering = Annotated[Caller, Depends(Permitted("metrics.write"))]
Instant = dt.timedelta(microseconds=1)
_PRESSURES = {SYSTOLIC, DIASTOLIC}


class MissingPatientError(BadRequestError):
    """A search for observations names one patient: `patient` or `subject`."""


def _metrics(code: str | None, category: str | None) -> list[int]:
    """Metrics that a search is for."""
    by_code = codes.by_code()
    wanted = list(METRICS)
    if code is not None:
        wanted = [name for token in pairs(code) for name in by_code.get(token, [])]
    if category is not None:
        kinds = set(tokens(category))
        wanted = [
            name for name in wanted if codes.category(METRICS[name])["coding"][0]["code"] in kinds
        ]
    found = {METRICS[name].id for name in wanted}
    # Who asks for one pressure gets the panel, with all that is in it.
    return sorted(found | _PRESSURES if found & _PRESSURES else found)


@router.get("/Observation/", response_model=Resource)
async def search_observations(  # noqa: PLR0913, PLR0917 - one argument per search parameter
    session: Reading,
    caller: PatientViewer,
    asked: Polled,
    patient: Reference = None,
    subject: Reference = None,
    code: Annotated[str | None, Query(max_length=500)] = None,
    category: Annotated[str | None, Query(max_length=200)] = None,
    date: Annotated[Dates, Query()] = None,
    device: Reference = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """Observations of one patient, newest first: Bundle. Both pressures of a moment are a panel.

    `_lastUpdated` counts for all readings of an hour together, and is never before the reading. To
    be told of whatever was stored or corrected since, however late, ask for `ge` the `timestamp` of
    the first page of the last time.
    """
    whose = referred(patient or subject)
    if whose is None:
        raise MissingPatientError
    window = window_of(
        await service.require_patient(session, caller, whose),
        _metrics(code, category),
        narrowed(date),
        referred(device),
    )
    after, limit = asked.after(POSITION), asked.limit + 1
    if changed:
        within = narrowed(changed)
        dated = await reading_changes.page(session, window, within, after=after, limit=limit)
        few, following = asked.cut(dated, lambda one: one[0][0].position)
        listed = [resources.observation(window.patient_id, rows, at) for rows, at in few]
    else:
        found = await health_metrics.page(session, window, after=after, limit=limit)
        kept, following = asked.cut(found, lambda rows: rows[0].position)
        listed = await told(session, window.patient_id, kept)
    return searchset(asked.request, listed, following, asked.asked_at)


async def told(
    session: ReadSession | WriteSession, patient_id: UUID, readings: Sequence[list[ReadingRow]]
) -> list[codes.Json]:
    """Readings as observations that say when they were changed."""
    changed = await reading_changes.last(session, readings)
    return [
        resources.observation(patient_id, rows, changed.get(rows[0].position)) for rows in readings
    ]


def window_of(
    patient_id: UUID, metrics: Sequence[int], span: Span, device_id: UUID | None = None
) -> Window:
    """Which readings are asked for; readings begin in 1970."""
    since, until = (max(one, service.EPOCH) for one in (span[0], span[1] - Instant))
    return Window(patient_id, metrics, since, until, device_id=device_id)


@router.get("/Observation/{observation_id}/", response_model=Resource)
async def read_observation(
    session: Reading, caller: PatientViewer, observation_id: UUID
) -> FHIRResponse:
    """One observation."""
    found = await manual_entries.find(session, service.reading_key(observation_id))
    if found is None:
        raise NotFoundError
    await service.require_patient(session, caller, found.patient_id)
    return FHIRResponse((await told(session, found.patient_id, [list(found.rows)]))[0])


@router.post("/Observation/", status_code=status.HTTP_201_CREATED, response_model=Resource)
async def create_observation(
    request: Request,
    parts: Shared,
    session: Writing,
    caller: Entering,
    body: Annotated[dict[str, Any], Body(media_type="application/fhir+json")],
) -> FHIRResponse:
    """Enter an observation, as by POST /api/health-metrics/: 201 means that it is on disk.

    Coded ones, such as consciousness, are written down as at the bedside, by those who may do that.
    200: the same value is stored for that time already. 409: another one is.
    """
    patient_id, entered = read(body)
    if isinstance(entered, ObservationInput):
        key, is_new = await _observed(parts, session, caller, patient_id, entered)
    else:
        whose = await service.require_patient(session, caller, patient_id)
        shown, is_new = await manual_service.record(
            session, caller, whose, entered, parts.settings.skew_ms
        )
        key = service.reading_key(shown.id)
    found = await manual_entries.find(session, key)
    if found is None:
        raise NotFoundError
    (made,) = await told(session, patient_id, [list(found.rows)])
    answer = FHIRResponse(made, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)
    answer.headers["Location"] = f"{base(request)}/Observation/{made['id']}"
    return answer


async def _observed(
    parts: Services,
    session: WriteSession,
    caller: Caller,
    patient_id: UUID,
    entered: ObservationInput,
) -> tuple[Key, bool]:
    """Enter a coded value as at the bedside; what names the reading, and whether it is new."""
    if bedside.RECORDS not in caller.account.permissions:
        raise PermissionDeniedError
    recorded = await bedside.record(session, caller, patient_id, entered, parts.settings.skew_ms)
    (name,) = entered.values()
    known = await observations.series(await session.plain(), patient_id)
    return (known[METRICS[name].id], recorded.measured_at), recorded.stored > 0
