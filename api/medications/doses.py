"""Doses of a patient: due, taken, left out, missed; and adherence."""

import datetime as dt
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response, status
from msgspec.json import Decoder

from api.auth import CurrentCaller
from api.errors import BadRequestError, EmptySpanError, NotFoundError
from api.idempotency import Router
from api.medications import dose_service
from api.medications import mine_service as service
from api.medications.dose_schemas import (
    AdherenceReport,
    DayOfDoses,
    Intake,
    IntakeInput,
    RecordedIntake,
)
from api.medications.mine import PERMITTED, PREFIX
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from storage.queries import medication_intakes as intakes
from storage.queries import user_medication_life as life
from telemetry.zones import zone_of

router = Router(prefix=PREFIX, tags=["medications"], dependencies=PERMITTED)
POSITION: Final[Decoder[intakes.Position]] = Decoder(intakes.Position)
MOST_DAYS: Final = 366
_USUAL_DAYS: Final = 30
_EARLIEST: Final = dt.date(1970, 1, 2)
_LATEST: Final = dt.date(2199, 12, 30)


class LongAdherenceError(BadRequestError):
    """Adherence is told over at most 366 days."""


@router.get("/doses/")
async def list_doses(
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    day: Annotated[
        dt.date | None,
        Query(ge=_EARLIEST, le=_LATEST, description="Left out: today where the patient is."),
    ] = None,
) -> DayOfDoses:
    """Every dose of a day, by time, and what became of it."""
    await service.require_reader(session, caller, patient_id)
    return await dose_service.day_of(session, patient_id, day)


@router.get("/adherence/")
async def get_adherence(
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    since: Annotated[
        dt.date | None,
        Query(ge=_EARLIEST, le=_LATEST, description="First day; left out: of 30 days."),
    ] = None,
    until: Annotated[
        dt.date | None, Query(ge=_EARLIEST, le=_LATEST, description="Last day; left out: today.")
    ] = None,
) -> AdherenceReport:
    """How much of what was due was taken: of everything together, and of each medicine."""
    await service.require_reader(session, caller, patient_id)
    name = await life.time_zone(session, patient_id)
    last = until or dt.datetime.now(zone_of(name)).date()
    first = since or last - dt.timedelta(days=_USUAL_DAYS - 1)
    if first > last:
        raise EmptySpanError
    if (last - first).days >= MOST_DAYS:
        raise LongAdherenceError
    return await dose_service.report(session, patient_id, first, last, name)


@router.get("/{user_medication_id}/intakes/")
async def list_intakes(
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    paging: Paging,
) -> Page[Intake]:
    """What was recorded of one medicine's doses, the newest first."""
    await service.require_reader(session, caller, patient_id)
    await service.find(session, patient_id, user_medication_id)
    found = await intakes.page(
        session, user_medication_id, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: (row.at, row.id))
    shown = [Intake.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=shown, next=following)


@router.post(
    "/{user_medication_id}/intakes/",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": RecordedIntake, "description": "Something was recorded before."}},
)
async def record_intake(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: Writing,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    body: IntakeInput,
    response: Response,
) -> RecordedIntake:
    """Record a dose; the same dose again puts right what was recorded of it."""
    await service.require_writer(session, caller, patient_id)
    row = await service.find(session, patient_id, user_medication_id)
    shown, new = await dose_service.record(session, caller, row, body)
    if not new:
        response.status_code = status.HTTP_200_OK
    return shown


@router.delete("/{user_medication_id}/intakes/{intake_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def forget_intake(
    session: Writing,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    intake_id: UUID,
) -> None:
    """Take back what was recorded by mistake; the history keeps it."""
    await service.require_writer(session, caller, patient_id)
    await service.find(session, patient_id, user_medication_id)
    gone = await intakes.forget(session, user_medication_id, intake_id)
    if gone is None:
        raise NotFoundError
    changes = {"status": [gone.status, None], "at": [gone.at.isoformat(), None]}
    await life.note(session, user_medication_id, caller.id, "intake", changes=changes)
