"""GET /api/alarms/{alarm_id}/assignees/: who an alarm may be given to."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from msgspec.json import Decoder

from api.alarms import service
from api.alarms.schemas import Person
from api.auth import CurrentCaller, Permitted
from api.errors import NotFoundError
from api.pagination import Page, Paging
from api.routing import Router
from api.sessions import Reading
from storage.queries import alarms, assignees

router = Router(
    prefix="/api/alarms",
    tags=["alarms"],
    dependencies=[Depends(Permitted("patients.view")), Depends(Permitted("alarms.answer"))],
)
POSITION: Decoder[assignees.AssigneePosition] = Decoder(assignees.AssigneePosition)


@router.get("/{alarm_id}/assignees/")
async def list_assignees(
    session: Reading,
    caller: CurrentCaller,
    paging: Paging,
    alarm_id: UUID,
    text: Annotated[
        str, Query(max_length=100, description="Words, each of which must be in the name.")
    ] = "",
) -> Page[Person]:
    """People to whom the alarm may be given: they carry alarms and may see the patient, by name."""
    try:
        alarm = await alarms.get(session, alarm_id, service.visible_to(caller))
    except alarms.AlarmNotFoundError as error:
        raise NotFoundError from error
    found = await assignees.page(
        session,
        alarm.patient_id,
        text=text,
        after=paging.after(POSITION),
        limit=paging.limit + 1,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(
        results=[
            Person(id=row.id, name=f"{row.first_name} {row.last_name}".strip()) for row in kept
        ],
        next=following,
    )
