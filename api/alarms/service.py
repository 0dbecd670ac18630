"""Rules of alarms: only those of visible patients, and nobody undoes what they have not seen.

What an action makes of an alarm is decided in `analytics.answers`, for everybody alike.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from analytics import alarm_file, answers
from analytics.alarm_file import Action, AlarmFile
from analytics.alarms import Alarm as Life
from analytics.alarms import Moved, State
from api.alarms.errors import (
    AlarmStateError,
    InvalidAssigneeError,
    InvalidEndError,
    StaleAlarmError,
    VersionRequiredError,
)
from api.alarms.schemas import (
    Acknowledged,
    AcknowledgedMany,
    AcknowledgeMany,
    AcknowledgeOne,
    Alarm,
    AlarmDetail,
    shape,
    shape_step,
)
from api.auth import Caller
from api.errors import AlarmNotOpenError, NotFoundError
from storage.engine import ReadSession, WriteSession
from storage.queries import alarm_groups, alarms, assignees, care
from storage.queries.care import Condition

MAX_STEPS = 500
Versions = frozenset[int] | None
"""Versions of which the alarm must be one; None where the caller named none."""


def visible_to(caller: Caller) -> Condition:
    """Condition that holds for alarms that the caller may see."""
    return alarm_groups.may_see(caller.viewer)


async def detail(session: ReadSession, caller: Caller, alarm_id: UUID) -> AlarmDetail:
    """One alarm with its first steps.

    Raises:
        NotFoundError: when there is none that the caller may see.
    """
    alarm = await _get(session, caller, alarm_id)
    rows = await alarms.transitions(session, alarm_id, limit=MAX_STEPS)
    return AlarmDetail(**alarm.model_dump(), transitions=[shape_step(one) for one in rows])


async def history(
    session: ReadSession, caller: Caller, alarm_id: UUID, *, limit: int, after: int
) -> list[alarms.TransitionRow]:
    """Steps of one alarm, oldest first.

    Raises:
        NotFoundError: when there is none that the caller may see.
    """
    await _get(session, caller, alarm_id)
    return await alarms.transitions(session, alarm_id, limit=limit, after=after)


async def acknowledge(
    session: WriteSession, caller: Caller, alarm_id: UUID, versions: Versions
) -> Alarm:
    """Record that the caller has seen an alarm.

    Raises:
        NotFoundError: when there is none that the caller may see.
        AlarmNotOpenError: when it is pending, suppressed, or closed by somebody else's doing.
        StaleAlarmError: when it is at another version.
    """
    try:
        return await act(session, caller, alarm_id, acknowledging(caller), versions)
    except AlarmStateError as error:
        raise AlarmNotOpenError(error.detail) from error


def acknowledging(caller: Caller) -> Action:
    """Acknowledge as the caller; what they have closed by it already stays as it is."""

    def action(alarm: Life, at_ms: int) -> Moved:
        if alarm.state is State.CLOSED and alarm.acknowledged_by == caller.id:
            return alarm, ()
        return answers.acknowledge(alarm, at_ms, caller.id)

    return action


async def acknowledge_many(
    session: WriteSession, caller: Caller, wanted: AcknowledgeMany
) -> AcknowledgedMany:
    """Acknowledge several; what cannot be done of one does not keep the others from it."""
    # Everybody takes them in the same order, so that two never wait for one another.
    done = {
        one.id: await _acknowledge_one(session, caller, one)
        for one in sorted(wanted.alarms, key=lambda one: one.id)
    }
    return AcknowledgedMany(results=[done[one.id] for one in wanted.alarms])


async def _acknowledge_one(
    session: WriteSession, caller: Caller, one: AcknowledgeOne
) -> Acknowledged:
    versions = None if one.version is None else frozenset({one.version})
    try:
        alarm = await acknowledge(session, caller, one.id, versions)
    except NotFoundError:
        return Acknowledged(id=one.id, result="not_found", alarm=None)
    except (AlarmNotOpenError, StaleAlarmError) as error:
        alarm = await _get(session, caller, one.id)
        stale = isinstance(error, StaleAlarmError)
        return Acknowledged(id=one.id, result="stale" if stale else "conflict", alarm=alarm)
    return Acknowledged(id=one.id, result="acknowledged", alarm=alarm)


async def assign(
    session: WriteSession, caller: Caller, alarm_id: UUID, assignee_id: UUID, versions: Versions
) -> Alarm:
    """Give an alarm to a clinician who may see the patient.

    Raises:
        InvalidAssigneeError: when they are none, or may not.
        VersionRequiredError: when somebody else has it and no version was named.
    """
    alarm = await _get(session, caller, alarm_id)
    found = await care.active_viewers(session, [assignee_id])
    if not found or assignees.CARRY not in found[0].permissions:
        raise InvalidAssigneeError
    viewer = found[0]
    if alarm.patient is None:
        allowed = viewer.sees_all
    else:
        allowed = await care.may_see(session, viewer, alarm.patient.id)
    if not allowed:
        raise InvalidAssigneeError
    return await act(
        session,
        caller,
        alarm_id,
        lambda one, at_ms: answers.assign(one, at_ms, caller.id, assignee_id),
        versions,
        undoes=lambda row: row["assignee_id"] not in {None, caller.id, assignee_id},
    )


async def act(  # noqa: PLR0913, PLR0917 - what every action is about
    session: WriteSession,
    caller: Caller,
    alarm_id: UUID,
    action: Action,
    versions: Versions,
    undoes: Callable[[DictRow], bool] = lambda _row: False,
) -> Alarm:
    """Do something about an alarm, and return it as it is then.

    Args:
        session: Where; its row stays locked until the caller commits.
        caller: Who.
        alarm_id: Which.
        action: What.
        versions: That the caller has seen.
        undoes: Whether it would undo what somebody else did: then `versions` must be given.

    Raises:
        NotFoundError: when there is none that the caller may see.
        AlarmStateError: when its state does not allow it.
        StaleAlarmError: when it is at another version.
        VersionRequiredError: when it undoes something and no version was named.
        InvalidEndError: when its end is past or too far off.
    """

    def allowed(row: DictRow) -> None:
        if versions is None and undoes(row):
            raise VersionRequiredError

    await _get(session, caller, alarm_id)
    file = AlarmFile(await session.plain())
    with translated():
        await file.act(alarm_id, action, versions=versions, allowed=allowed)
    return await _get(session, caller, alarm_id)


async def reopen(
    session: WriteSession, caller: Caller, alarm_id: UUID, versions: Versions
) -> Alarm:
    """Open an alarm again.

    Raises:
        AlarmStateError: when it is open, too old, or its condition has another open alarm.
        VersionRequiredError: when somebody else has closed it and no version was named.
    """
    try:
        async with session.begin_nested():
            return await act(
                session,
                caller,
                alarm_id,
                lambda one, at_ms: answers.reopen(one, at_ms, caller.id),
                versions,
                undoes=lambda row: row["acknowledged_by_id"] not in {None, caller.id},
            )
    except psycopg.errors.UniqueViolation as error:
        message = "the condition has another open alarm"
        raise AlarmStateError(message) from error


@contextmanager
def translated() -> Iterator[None]:
    """Make problems of what `analytics` refuses."""
    try:
        yield
    except alarm_file.AlarmGoneError as error:
        raise NotFoundError from error
    except alarm_file.StaleError as error:
        raise StaleAlarmError from error
    except answers.ConflictError as error:
        raise AlarmStateError(str(error)) from error
    except answers.SpanError as error:
        raise InvalidEndError(str(error)) from error


async def _get(session: ReadSession | WriteSession, caller: Caller, alarm_id: UUID) -> Alarm:
    try:
        return shape(await alarms.get(session, alarm_id, visible_to(caller)))
    except alarms.AlarmNotFoundError as error:
        raise NotFoundError from error
