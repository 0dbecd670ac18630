"""The resource /api/alarm-shelves/: conditions that are to call nobody for a while."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from msgspec.json import Decoder

from analytics import alarm_file
from analytics.alarm_file import AlarmFile
from analytics.alarms import Shelf as Standing
from analytics.rules import BUILTIN, Category, Priority
from api.alarms import service
from api.alarms.errors import (
    AlreadyShelvedError,
    ShelfEndedError,
    StaleAlarmError,
    UnknownConditionError,
)
from api.alarms.schemas import Alarm, Shelve, shape
from api.alarms.shelf_schemas import NewShelf, Shelf, shape_shelf
from api.auth import Caller, CurrentCaller, Permitted
from api.errors import NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.queries import alarm_groups, alarm_shelves, alarms, care
from storage.queries.care import Condition
from telemetry.clock import from_ms, to_ms

router = Router(
    prefix="/api/alarm-shelves",
    tags=["alarms"],
    dependencies=[Depends(Permitted("patients.view"))],
)
POSITION: Decoder[alarm_shelves.ShelfPosition] = Decoder(alarm_shelves.ShelfPosition)
Answering = Annotated[Caller, Depends(Permitted("alarms.answer"))]


@router.get("/")
async def list_alarm_shelves(
    session: Reading,
    caller: CurrentCaller,
    paging: Paging,
    patient: Annotated[UUID | None, Query(description="Only this patient's.")] = None,
    standing: Annotated[
        bool | None, Query(description="Only those that still hold, or only those that do not.")
    ] = None,
) -> Page[Shelf]:
    """Shelves of the patients that the caller may see, the newest first."""
    found = await alarm_shelves.page(
        session,
        _visible_to(caller),
        limit=paging.limit + 1,
        after=paging.after(POSITION),
        patient_id=patient,
        standing=standing,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[_shape(row) for row in kept], next=following)


@router.post("/", status_code=201)
async def create_alarm_shelf(session: Writing, caller: Answering, wanted: NewShelf) -> Shelf:
    """Shelve a condition of a patient before it calls, or while it does.

    What happens meanwhile is recorded in alarms of the state `suppressed`; the shelf ends by
    itself, and what still lasts then calls.
    """
    if not await care.may_see(session, caller.viewer, wanted.patient_id):
        raise NotFoundError
    known = BUILTIN.get(wanted.condition)
    if known is None and not await alarms.seen_before(session, wanted.patient_id, wanted.condition):
        raise UnknownConditionError
    category = Category.TECHNICAL if known is None else known.category
    shelf_id = await _put(session, caller, wanted.patient_id, wanted.condition, category, wanted)
    return await _get(session, caller, shelf_id)


@router.post("/{shelf_id}/end/")
async def end_alarm_shelf(session: Writing, caller: Answering, shelf_id: UUID) -> Shelf:
    """Take a shelf down before its time: what it held back calls now."""
    await _get(session, caller, shelf_id)
    try:
        await AlarmFile(await session.plain()).end_shelf(shelf_id, caller.id)
    except alarm_file.ShelfOverError as error:
        raise ShelfEndedError from error
    return await _get(session, caller, shelf_id)


async def shelve_alarm(
    session: WriteSession,
    caller: Caller,
    alarm_id: UUID,
    wanted: Shelve,
    versions: service.Versions,
) -> Alarm:
    """Shelve the condition of an alarm.

    Raises:
        NotFoundError: when there is none that the caller may see.
        AlreadyShelvedError: when its condition is shelved.
        InvalidEndError: when the end is past or too far off.
        StaleAlarmError: when it is at another version.
    """
    try:
        row = await alarms.get(session, alarm_id, service.visible_to(caller))
    except alarms.AlarmNotFoundError as error:
        raise NotFoundError from error
    if versions is not None and row.version not in versions:
        raise StaleAlarmError
    await _put(session, caller, row.patient_id, row.condition, Category(row.category), wanted)
    return shape(await alarms.get(session, alarm_id))


async def _put(  # noqa: PLR0913, PLR0917 - the parts of a shelf
    session: WriteSession,
    caller: Caller,
    patient_id: UUID | None,
    condition: str,
    category: Category,
    wanted: Shelve,
) -> UUID:
    file, until_ms = AlarmFile(await session.plain()), to_ms(wanted.until)
    try:
        with service.translated():
            return await file.put_shelf(
                patient_id, condition, category, wanted.reason, until_ms, caller.id
            )
    except alarm_file.AlreadyShelvedError as error:
        raise AlreadyShelvedError from error


async def _get(session: ReadSession | WriteSession, caller: Caller, shelf_id: UUID) -> Shelf:
    rows = await alarm_shelves.page(session, _visible_to(caller), limit=1, shelf_id=shelf_id)
    if not rows:
        raise NotFoundError
    return _shape(rows[0])


def _visible_to(caller: Caller) -> Condition:
    return alarm_groups.may_see_shelf(caller.viewer)


def _shape(row: alarm_shelves.ShelfRow) -> Shelf:
    standing = Standing(to_ms(row.starts_at), to_ms(row.ends_at))
    rule = BUILTIN.get(row.condition)
    category = Category.TECHNICAL if rule is None else rule.category
    return shape_shelf(row, from_ms(standing.until(Priority.HIGH, category)))
