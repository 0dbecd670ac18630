"""The resource /api/alarms/."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from msgspec.json import Decoder

from api.alarms import service
from api.alarms.schemas import Alarm, AlarmDetail, shape
from api.auth import Caller, CurrentCaller, RequireRole
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from api.ward.schemas import Priority
from storage.queries import alarms

router = APIRouter(prefix="/api/alarms", tags=["alarms"])
POSITION: Decoder[alarms.AlarmPosition] = Decoder(alarms.AlarmPosition)
Answering = Annotated[Caller, Depends(RequireRole("clinician", "developer", "admin"))]


@router.get("/")
async def list_alarms(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    session: Reading,
    caller: CurrentCaller,
    paging: Paging,
    state: Annotated[
        alarms.StateFilter | None,
        Query(description="`open`: active or latched. Left out: all that ever called."),
    ] = None,
    patient: Annotated[UUID | None, Query(description="Only this patient's.")] = None,
    priority: Annotated[Priority | None, Query()] = None,
) -> Page[Alarm]:
    """Alarms of the patients that the caller may see, the newest first."""
    found = await alarms.page(
        session,
        service.visible_to(caller),
        limit=paging.limit + 1,
        after=paging.after(POSITION),
        state=state,
        patient_id=patient,
        priority=priority,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[shape(row) for row in kept], next=following)


@router.get("/{alarm_id}/")
async def get_alarm(session: Reading, caller: CurrentCaller, alarm_id: UUID) -> AlarmDetail:
    """One alarm with every step of its life."""
    return await service.detail(session, caller, alarm_id)


@router.post("/{alarm_id}/acknowledge/")
async def acknowledge_alarm(session: Writing, caller: Answering, alarm_id: UUID) -> Alarm:
    """Answer an alarm: the caller has seen it. Doing so again changes nothing.

    A latched alarm, whose condition is over, is closed by it. One that is pending or closed already
    is answered with 409.
    """
    return await service.acknowledge(session, caller, alarm_id)
