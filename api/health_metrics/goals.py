"""Rules of goals: who sets one starts today, from the newest reading."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from analytics.trends.days import local_date
from analytics.trends.goals import from_row
from api.errors import EmptySpanError, NotFoundError
from api.health_metrics.report_schemas import GoalInput, Goals
from api.health_metrics.report_views import goal_state
from storage.engine import ReadSession, WriteSession
from storage.queries import goals as queries
from storage.queries import milestones
from storage.queries.goals import GoalRow
from telemetry.metrics import METRICS
from telemetry.zones import zone_of


async def goals(session: ReadSession | WriteSession, patient_id: UUID) -> Goals:
    """Goals of a patient as sent."""
    rows = await queries.of(session, patient_id)
    return Goals(patient=patient_id, goals=[goal_state(from_row(row)) for row in rows])


async def replace(session: WriteSession, patient_id: UUID, wanted: Sequence[GoalInput]) -> Goals:
    """Set all goals of a patient, and have their milestones looked for.

    A goal without `from` that is already there keeps the day on which it began.

    Raises:
        EmptySpanError: when one is due before it begins.
        NotFoundError: when the patient is gone.
    """
    person = await queries.person(session, patient_id)
    if person is None:
        raise NotFoundError
    today = local_date(dt.datetime.now(dt.UTC), zone_of(person.time_zone))
    known = {row.metric: row for row in await queries.of(session, patient_id)}
    ids = [METRICS[one.metric].id for one in wanted]
    newest = await queries.newest_values(session, patient_id, ids)
    rows = [_row(one, known, newest, today) for one in wanted]
    if any(row.due_on is not None and row.due_on <= row.starts_on for row in rows):
        message = "A goal is due after the day on which it begins."
        raise EmptySpanError(message)
    await queries.replace(session, patient_id, rows)
    await milestones.look_soon(session, patient_id)
    return await goals(session, patient_id)


def _row(
    one: GoalInput, known: dict[int, GoalRow], newest: dict[int, float], today: dt.date
) -> GoalRow:
    metric = METRICS[one.metric].id
    before = known.get(metric)
    same = before and (before.target, before.direction) == (one.target, one.direction)
    begun = before.starts_on if before and same else today
    return GoalRow(
        metric=metric,
        target=one.target,
        direction=one.direction,
        starts_on=one.starts_on or begun,
        due_on=one.due_on,
        start_value=newest.get(metric),
    )
