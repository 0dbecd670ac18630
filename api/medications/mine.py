"""The resource /api/patients/{id}/medications/: what somebody takes, and what speaks against it."""

import datetime as dt
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Response, status
from msgspec.json import Decoder

from api.auth import CurrentCaller, Permitted
from api.errors import NotFoundError
from api.idempotency import Router
from api.medications import mine_service as service
from api.medications.mine_schemas import (
    CurrentWarnings,
    EnteredMedication,
    MedicationEvent,
    Status,
    StatusInput,
    UserMedication,
    UserMedicationInput,
    UserMedicationPatch,
    Warnings,
)
from api.pagination import Page, Paging
from api.preconditions import Editing, tagged
from api.sessions import Reading, Writing
from storage.queries import medications
from storage.queries import user_medication_life as life
from storage.queries import user_medication_rows as rows
from storage.queries import user_medications as queries
from storage.queries.user_medication_rows import MineFilter

PREFIX: Final = "/api/patients/{patient_id}/medications"
PERMITTED: Final = [Depends(Permitted("medications.use")), Depends(Permitted("patients.view"))]
MOST_COMPARED: Final = 50
router = Router(prefix=PREFIX, tags=["medications"], dependencies=PERMITTED)
POSITION: Final[Decoder[rows.Position]] = Decoder(rows.Position)
EVENT: Final[Decoder[life.EventPosition]] = Decoder(life.EventPosition)


@router.get("/")
async def list_patient_medications(  # noqa: PLR0913, PLR0917 - one argument per filter
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    paging: Paging,
    state: Annotated[
        list[Status] | None, Query(alias="status", max_length=4, description="Any of these.")
    ] = None,
    medication: Annotated[UUID | None, Query(description="Of the catalogue.")] = None,
    category: Annotated[UUID | None, Query(description="Of the catalogue.")] = None,
    prescribed: Annotated[
        bool | None, Query(description="Prescribed ones, or reported ones.")
    ] = None,
    on: Annotated[dt.date | None, Query(description="Begun by this day and not ended.")] = None,
) -> Page[UserMedication]:
    """What a patient takes and took, entered last first."""
    await service.require_reader(session, caller, patient_id)
    wanted = MineFilter(
        statuses=state or (),
        medication_id=medication,
        category_id=category,
        prescribed=prescribed,
        on=on,
    )
    found = await rows.page(
        session, patient_id, wanted, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[service.shape(row) for row in kept], next=following)


@router.post("/", status_code=status.HTTP_201_CREATED)
async def add_patient_medication(
    session: Writing,
    caller: CurrentCaller,
    patient_id: UUID,
    body: UserMedicationInput,
    response: Response,
) -> EnteredMedication:
    """Write down a medicine: patients what they take, clinicians also what they prescribe.

    The answer has what speaks against it. Where that is severe the answer is 409 with the same
    `warnings`, until it is sent with `acknowledge_warnings` and a reason, which are kept.
    """
    await service.require_writer(session, caller, patient_id)
    entered = await service.enter(session, caller, patient_id, body)
    response.headers["Location"] = f"/api/patients/{patient_id}/medications/{entered.id}/"
    return entered


@router.get("/warnings/")
async def check_patient_medications(
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    medication: Annotated[
        UUID | None, Query(description="One that is to be added; left out: all that are taken.")
    ] = None,
) -> CurrentWarnings | Warnings:
    """What would speak against a medicine of the catalogue, or speaks against each one taken."""
    await service.require_reader(session, caller, patient_id)
    if medication is not None:
        found = await medications.find(session, medication)
        if found is None:
            raise NotFoundError
        product = medications.product(found)
        return service.warnings(await queries.warnings_of(session, patient_id, product))
    wanted = MineFilter(statuses=queries.CURRENT)
    current = await rows.page(session, patient_id, wanted, after=None, limit=MOST_COMPARED)
    known = await queries.known_of(session, patient_id)
    return CurrentWarnings(results=[service.compared(row, known) for row in current])


@router.get("/{user_medication_id}/")
async def get_patient_medication(
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    response: Response,
) -> UserMedication:
    """One of them, with its ETag."""
    await service.require_reader(session, caller, patient_id)
    return tagged(response, await service.one(session, patient_id, user_medication_id))


@router.patch("/{user_medication_id}/")
async def change_patient_medication(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: Writing,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    edit: Editing,
    body: UserMedicationPatch,
    response: Response,
) -> UserMedication:
    """Change what is sent. Of a prescription patients change the times, reminders, and notes."""
    await service.require_writer(session, caller, patient_id)
    await edit.lock(session, patient_id)
    row = await service.find(session, patient_id, user_medication_id)
    edit.check(service.shape(row))
    await service.change(session, caller, row, body)
    return tagged(response, await service.one(session, patient_id, user_medication_id))


@router.post("/{user_medication_id}/status/")
async def move_patient_medication(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: Writing,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    body: StatusInput,
    response: Response,
) -> UserMedication:
    """Pause, complete, stop or go on; 409 where its status does not lead there."""
    await service.require_writer(session, caller, patient_id)
    await queries.hold(session, patient_id)
    row = await service.find(session, patient_id, user_medication_id)
    await service.move(session, caller, row, body)
    return tagged(response, await service.one(session, patient_id, user_medication_id))


@router.get("/{user_medication_id}/warnings/")
async def get_patient_medication_warnings(
    session: Reading, caller: CurrentCaller, patient_id: UUID, user_medication_id: UUID
) -> Warnings:
    """What speaks against one of them now."""
    await service.require_reader(session, caller, patient_id)
    row = await service.find(session, patient_id, user_medication_id)
    return service.warnings(await service.warnings_of(session, row))


@router.get("/{user_medication_id}/history/")
async def get_patient_medication_history(
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    paging: Paging,
) -> Page[MedicationEvent]:
    """What happened to it, the newest first: who changed what, and why."""
    await service.require_reader(session, caller, patient_id)
    await service.find(session, patient_id, user_medication_id)
    found = await life.history(
        session, user_medication_id, after=paging.after(EVENT), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    shown = []
    for row in kept:
        event = MedicationEvent.model_validate(
            {
                name: row.actor if name == "actor" else getattr(row.event, name)
                for name in MedicationEvent.model_fields
            }
        )
        shown.append(event)
    return Page(results=shown, next=following)
