"""The resource /api/alarms/."""

from uuid import UUID

from fastapi import Depends, Response
from msgspec.json import Decoder

from analytics import answers
from api.alarms import service, shelves
from api.alarms.answering import Answerer, Answering
from api.alarms.filters import Filtering
from api.alarms.schemas import (
    AcknowledgedMany,
    AcknowledgeMany,
    Alarm,
    AlarmDetail,
    AlarmStep,
    Assign,
    NewNote,
    Shelve,
    Until,
    shape,
    shape_step,
)
from api.auth import CurrentCaller, Permitted
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import tag
from api.sessions import Reading, Writing
from storage.queries import alarms
from telemetry.clock import to_ms

router = Router(
    prefix="/api/alarms",
    tags=["alarms"],
    dependencies=[Depends(Permitted("patients.view"))],
)
POSITION: Decoder[alarms.AlarmPosition] = Decoder(alarms.AlarmPosition)
STEP: Decoder[tuple[int]] = Decoder(tuple[int])


@router.get("/")
async def list_alarms(
    session: Reading, caller: CurrentCaller, paging: Paging, wanted: Filtering
) -> Page[Alarm]:
    """Alarms of the patients that the caller may see, the newest first.

    Alarms without a patient are the platform's own: admins see them.
    """
    found = await alarms.page(
        session,
        service.visible_to(caller),
        limit=paging.limit + 1,
        after=paging.after(POSITION),
        wanted=wanted,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[shape(row) for row in kept], next=following)


@router.post("/acknowledge/")
async def acknowledge_alarms(
    session: Writing, caller: Answerer, wanted: AcknowledgeMany
) -> AcknowledgedMany:
    """Answer up to 100 alarms at once; each has its own result."""
    return await service.acknowledge_many(session, caller, wanted)


@router.get("/{alarm_id}/")
async def get_alarm(
    session: Reading, caller: CurrentCaller, alarm_id: UUID, response: Response
) -> AlarmDetail:
    """One alarm with the steps of its life. Its ETag is its version."""
    alarm = await service.detail(session, caller, alarm_id)
    tag(response, alarm.version)
    return alarm


@router.get("/{alarm_id}/history/")
async def list_alarm_history(
    session: Reading, caller: CurrentCaller, alarm_id: UUID, paging: Paging
) -> Page[AlarmStep]:
    """Every step of an alarm with who and when, notes included, the oldest first."""
    after = paging.after(STEP)
    rows = await service.history(
        session, caller, alarm_id, limit=paging.limit + 1, after=0 if after is None else after[0]
    )
    kept, following = paging.cut(rows, lambda row: (row.id,))
    return Page(results=[shape_step(row) for row in kept], next=following)


@router.post("/{alarm_id}/acknowledge/")
async def acknowledge_alarm(answer: Answering) -> Alarm:
    """Answer an alarm: the caller has seen it. Doing so again changes nothing.

    A latched alarm, whose condition is over, is closed by it. One that is pending, suppressed or
    closed already is answered with 409.
    """
    alarm = await service.acknowledge(answer.session, answer.caller, answer.alarm_id, answer.seen)
    return answer.done(alarm)


@router.post("/{alarm_id}/assign/")
async def assign_alarm(answer: Answering, to: Assign) -> Alarm:
    """Give an open alarm to a clinician who may see the patient."""
    session, caller, alarm_id = answer.session, answer.caller, answer.alarm_id
    alarm = await service.assign(session, caller, alarm_id, to.assignee_id, answer.seen)
    return answer.done(alarm)


@router.post("/{alarm_id}/unassign/")
async def unassign_alarm(answer: Answering) -> Alarm:
    """Give an open alarm back to everybody."""
    return await answer.act(
        lambda one, at_ms: answers.unassign(one, at_ms, answer.caller.id), undoes="assignee_id"
    )


@router.post("/{alarm_id}/snooze/")
async def snooze_alarm(answer: Answering, wanted: Until) -> Alarm:
    """Let an alarm call nobody for a while; then it calls again, acknowledged or not.

    At most 30 minutes for high priority, 4 hours for medium, a day for low. A worse priority ends
    it at once. A condition that ends and comes back meanwhile is still snoozed.
    """
    me, until_ms = answer.caller.id, to_ms(wanted.until)
    return await answer.act(
        lambda one, at_ms: answers.snooze(one, at_ms, me, until_ms), undoes="snoozed_by_id"
    )


@router.post("/{alarm_id}/unsnooze/")
async def unsnooze_alarm(answer: Answering) -> Alarm:
    """End the snooze of an alarm now."""
    return await answer.act(
        lambda one, at_ms: answers.unsnooze(one, at_ms, answer.caller.id), undoes="snoozed_by_id"
    )


@router.post("/{alarm_id}/shelve/")
async def shelve_alarm(answer: Answering, wanted: Shelve) -> Alarm:
    """Shelve the condition of an alarm: until the end it calls nobody, and is still recorded.

    At most a day, of technical conditions 30 days. Physiological alarms of high priority are held
    back for the first 30 minutes only.
    """
    session, caller, alarm_id = answer.session, answer.caller, answer.alarm_id
    return answer.done(await shelves.shelve_alarm(session, caller, alarm_id, wanted, answer.seen))


@router.post("/{alarm_id}/close/")
async def close_alarm(answer: Answering) -> Alarm:
    """Close a latched alarm, or a technical one of equipment that was taken away.

    While the patient's condition lasts nobody can (409): acknowledge, snooze or shelve it.
    """
    return await answer.act(
        lambda one, at_ms: answers.close(one, at_ms, answer.caller.id), undoes="assignee_id"
    )


@router.post("/{alarm_id}/reopen/")
async def reopen_alarm(answer: Answering) -> Alarm:
    """Open an alarm again that was closed within the last day.

    It is latched where its condition is over, else active. 409 where the condition has another
    open alarm by now.
    """
    alarm = await service.reopen(answer.session, answer.caller, answer.alarm_id, answer.seen)
    return answer.done(alarm)


@router.post("/{alarm_id}/notes/", status_code=201)
async def add_alarm_note(
    session: Writing, caller: Answerer, alarm_id: UUID, note: NewNote, response: Response
) -> Alarm:
    """Write something about an alarm, whatever its state; it cannot be changed afterwards."""
    alarm = await service.act(
        session,
        caller,
        alarm_id,
        lambda one, at_ms: answers.add_note(one, at_ms, caller.id, note.text),
        None,
    )
    tag(response, alarm.version)
    return alarm
