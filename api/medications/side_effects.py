"""Side effects: /api/patients/{id}/medications/{id}/side-effects/."""

import datetime as dt
from typing import Final
from uuid import UUID

from fastapi import status
from msgspec.json import Decoder

from api.auth import CurrentCaller
from api.errors import InvalidInputError
from api.idempotency import Router
from api.medications import mine_service as service
from api.medications.mine import PERMITTED, PREFIX
from api.medications.mine_schemas import SideEffect, SideEffectInput
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from storage.queries import medication_intakes as intakes
from storage.queries import user_medication_life as life

router = Router(prefix=PREFIX, tags=["medications"], dependencies=PERMITTED)
NOTICED: Final[Decoder[intakes.Position]] = Decoder(intakes.Position)
AHEAD: Final = dt.timedelta(minutes=5)
"""How far a caller's clock may be."""


@router.get("/{user_medication_id}/side-effects/")
async def list_side_effects(
    session: Reading,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    paging: Paging,
) -> Page[SideEffect]:
    """Side effects that were noticed, the newest first."""
    await service.require_reader(session, caller, patient_id)
    await service.find(session, patient_id, user_medication_id)
    found = await intakes.side_effects(
        session, user_medication_id, after=paging.after(NOTICED), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: (row.noticed_at, row.id))
    shown = [SideEffect.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=shown, next=following)


@router.post("/{user_medication_id}/side-effects/", status_code=status.HTTP_201_CREATED)
async def report_side_effect(
    session: Writing,
    caller: CurrentCaller,
    patient_id: UUID,
    user_medication_id: UUID,
    body: SideEffectInput,
) -> SideEffect:
    """Report a side effect; of a severe one the prescriber and the care team are told."""
    await service.require_writer(session, caller, patient_id)
    row = await service.find(session, patient_id, user_medication_id)
    now = dt.datetime.now(dt.UTC)
    noticed_at = body.noticed_at or now
    if noticed_at > now + AHEAD:
        raise InvalidInputError(errors=service.at("noticed_at", "must not be in the future"))
    new = intakes.NewSideEffect(
        description=body.description,
        severity=body.severity,
        noticed_at=noticed_at,
        actor_id=caller.id,
    )
    report = await intakes.report_side_effect(session, row.mine, new)
    await life.note(session, row.mine.id, caller.id, "side_effect", reason=body.severity)
    return SideEffect.model_validate(report, from_attributes=True)
