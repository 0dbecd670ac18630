"""Rules of alarms: only those of visible patients, and an answer counts once."""

from uuid import UUID

from api.alarms.schemas import Alarm, AlarmDetail, Person, Transition, shape
from api.auth import Caller
from api.errors import AlarmNotOpenError, NotFoundError
from storage import models
from storage.engine import ReadSession, WriteSession
from storage.queries import alarms, care
from storage.queries.alarms import TransitionRow
from storage.queries.care import Condition


def visible_to(caller: Caller) -> Condition:
    """Condition that holds for alarms of patients that the caller may see."""
    return care.visible(caller.viewer, models.Alarm.patient_id)


async def detail(session: ReadSession, caller: Caller, alarm_id: UUID) -> AlarmDetail:
    """One alarm with its steps.

    Raises:
        NotFoundError: when there is none that the caller may see.
    """
    try:
        row = await alarms.get(session, alarm_id, visible_to(caller))
    except alarms.AlarmNotFoundError as error:
        raise NotFoundError from error
    steps = [_step(one) for one in await alarms.transitions(session, alarm_id)]
    return AlarmDetail(**shape(row).model_dump(), transitions=steps)


async def acknowledge(session: WriteSession, caller: Caller, alarm_id: UUID) -> Alarm:
    """Record that the caller has seen an alarm.

    Raises:
        NotFoundError: when there is none that the caller may see.
        AlarmNotOpenError: when it is pending, or closed.
    """
    try:
        row = await alarms.acknowledge(session, alarm_id, caller.id, visible_to(caller))
    except alarms.AlarmNotFoundError as error:
        raise NotFoundError from error
    except alarms.AlarmConflictError as error:
        raise AlarmNotOpenError from error
    return shape(row)


def _step(row: TransitionRow) -> Transition:
    actor = None if row.actor_id is None else Person(id=row.actor_id, name=row.actor_name or "")
    return Transition.model_validate(
        {
            "at": row.at,
            "from_state": row.from_state,
            "to_state": row.to_state,
            "reason": row.reason,
            "priority": row.priority,
            "actor": actor,
        }
    )
