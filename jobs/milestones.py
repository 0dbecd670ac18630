"""Looks for milestones of patients whose day is over or who have new data, and tells them.

A patient is due when the rollups of their steps, weight, pressure or glucose change (at most every
five minutes), and a quarter of an hour after each local midnight. Milestone, notification and the
time of the next look are one transaction per patient: none is told twice and none is missed.
"""

import datetime as dt
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from analytics.trends.days import days_until, first_instant, local_date
from analytics.trends.frames import frame
from analytics.trends.goals import GOAL_METRICS, from_row
from analytics.trends.milestones import Reached, reached, told
from analytics.trends.summary import SUMMARISED
from jobs.apart import next_due
from storage.engine import Database, WriteSession
from storage.queries import goals as goal_queries
from storage.queries import milestones as queries
from storage.queries import trends
from storage.queries.announce import News, announce_in
from storage.queries.changed_hours import changed_hours
from storage.queries.milestones import Check, MilestoneRow
from telemetry.metrics import METRICS
from telemetry.zones import zone_of

WHOLE_DAYS: Final = 400
"""Looked at once a day: a year in a row, and some."""
RECENT_DAYS: Final = 14
"""Looked at when data comes."""
LATE: Final = dt.timedelta(minutes=15)
"""After midnight, for what devices send late."""
MOST_CHANGED: Final = 500
"""Hours, of all metrics together, that are taken from the readings."""
_DAY: Final = dt.timedelta(days=1)


async def look(database: Database, *, most: int) -> tuple[int, int]:
    """Look at patients who are due, at most so many: how many they were, and new milestones.

    One who cannot be looked at is tried again later and keeps no other waiting.
    """
    found, later = 0, (attrgetter("patient_id"), queries.postpone)
    for looked in range(most):
        made = await next_due(database, "milestones_put_off", queries.due, _look_at, later)
        if made is None:
            return looked, found
        found += made
    return most, found


async def _look_at(session: WriteSession, check: Check) -> int:
    zone = zone_of(check.time_zone)
    today = local_date(dt.datetime.now(dt.UTC), zone)
    yesterday = today - _DAY
    # Also when the patient has moved to where it is still the day before.
    whole = check.checked_until != yesterday
    days = days_until(today, WHOLE_DAYS if whole else RECENT_DAYS, zone)
    metrics = [METRICS[code].id for code in (SUMMARISED if whole else GOAL_METRICS)]
    if await _is_behind(session, check, metrics, days.edges):
        await queries.postpone(session, check.patient_id)
        return 0
    rows = await trends.days(session, check.patient_id, metrics, days.edges)
    goals = [from_row(row) for row in await goal_queries.of(session, check.patient_id)]
    found = reached(days.dates, frame(rows, trends.Day), goals, open_day=True)
    if not whole:
        # Records and streaks of so few days say nothing.
        found = [one for one in found if one.kind in {"steps_day", "goal"}]
    new = await queries.add(session, check.patient_id, [_row(one) for one in found])
    await _tell(session, check, [one for one in found if one.key in new], today)
    await queries.looked_at(
        session,
        check.patient_id,
        until=yesterday,
        next_at=first_instant(today + _DAY, zone) + LATE,
    )
    return len(new)


async def _is_behind(
    session: WriteSession, check: Check, metrics: Sequence[int], edges: Sequence[dt.datetime]
) -> bool:
    """Whether so many hours wait for their rollups, as after an import, that it is no use yet."""
    changed = await changed_hours(session, check.patient_id, metrics, edges[0], edges[-1])
    return len(changed.hours) > MOST_CHANGED


async def _tell(session: WriteSession, check: Check, new: list[Reached], today: dt.date) -> None:
    """Congratulate; the same milestone is never told again, as its key names the event."""
    news = [
        News(
            kind="achievement",
            event_key=f"milestone:{check.patient_id}:{one.key}",
            user_id=check.patient_id,
            subject=f"milestone:{one.kind}",
            payload={
                "title": "Milestone reached",
                "milestone": one.kind,
                "measured": one.metric,
                "level": level,
            },
        )
        for one, level in told(new, today)
    ]
    await announce_in(session, news)


def _row(one: Reached) -> MilestoneRow:
    metric = None if one.metric is None else METRICS[one.metric].id
    return MilestoneRow(one.key, one.kind, metric, one.value, one.on)
