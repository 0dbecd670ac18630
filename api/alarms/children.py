"""GET /api/alarms/{alarm_id}/children/: what an alarm of a group speaks for."""

from uuid import UUID

from fastapi import Depends
from msgspec.json import Decoder

from api.alarms import service
from api.alarms.schemas import Alarm, shape
from api.auth import CurrentCaller, Permitted
from api.errors import NotFoundError
from api.pagination import Page, Paging
from api.routing import Router
from api.sessions import Reading
from storage.queries import alarm_groups, alarms

router = Router(
    prefix="/api/alarms",
    tags=["alarms"],
    dependencies=[Depends(Permitted("patients.view"))],
)
POSITION: Decoder[alarms.AlarmPosition] = Decoder(alarms.AlarmPosition)


@router.get("/{alarm_id}/children/")
async def list_children(
    session: Reading, caller: CurrentCaller, paging: Paging, alarm_id: UUID
) -> Page[Alarm]:
    """Alarms of single devices that this one speaks for, the newest first.

    Only those of patients whom the caller may see; nobody was told of them one by one.
    """
    try:
        await alarms.get(session, alarm_id, service.visible_to(caller))
    except alarms.AlarmNotFoundError as error:
        raise NotFoundError from error
    found = await alarm_groups.children(
        session,
        alarm_id,
        caller.viewer,
        after=paging.after(POSITION),
        limit=paging.limit + 1,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[shape(row) for row in kept], next=following)
