"""Gathers what a dashboard and a report show: few queries, then arithmetic off the event loop."""

import datetime as dt
from dataclasses import dataclass, fields
from uuid import UUID

from anyio import CapacityLimiter, to_thread

from analytics.trends.days import days_until, floor_hour, local_date
from analytics.trends.frames import frame
from analytics.trends.goals import Goal, from_row
from analytics.trends.insights import Insight, Scene
from analytics.trends.rules import insights
from analytics.trends.summary import (
    CIRCADIAN_DAYS,
    SUMMARISED,
    TREND_DAYS,
    Span,
    Summary,
    summarise,
)
from analytics.trends.targets import TARGETS, Tally
from api.errors import FutureReportError, NotFoundError
from storage.engine import ReadSession
from storage.queries import goals as goal_queries
from storage.queries import milestones, trends
from storage.queries.milestones import MilestoneRow
from storage.queries.trends import Bounds, Day, Hour, Stretch, Tallied
from telemetry.metrics import METRICS
from telemetry.zones import zone_of

MINUTE_DAYS = 7
"""Longest period whose time in range is counted by minutes."""
SENSOR_MINUTE_DAYS = 31
"""The same for glucose, which comes every few minutes at most; minutes are kept for 90 days."""
_SENSOR = METRICS["blood_glucose"].id
MILESTONES = 50
_METRIC_IDS = [METRICS[code].id for code in SUMMARISED]
_BOUNDS = {
    METRICS[code].id: Bounds(one.very_low, one.low, one.greatest, one.very_high)
    for code, one in TARGETS.items()
}
_AT_ONCE = 2
_limiter = CapacityLimiter(_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Rows:
    """What the database says."""

    days: list[Day]
    hours: list[Hour]
    tallies: list[Tallied]
    goals: list[Goal]
    milestones: list[MilestoneRow]


@dataclass(frozen=True, slots=True)
class Picture:
    """A patient over a period, summarised."""

    patient_id: UUID
    name: str
    zone: str
    now: dt.datetime
    span: Span
    rows: Rows
    summaries: dict[str, Summary]
    insights: list[Insight]

    @property
    def count(self) -> int:
        """Days of the period."""
        return self.span.count

    @property
    def measured_days(self) -> int:
        """Days of the period on which anything was measured."""
        first = len(self.span.days.dates) - self.count
        return len({day.index for day in self.rows.days if day.index >= first})


async def picture(
    session: ReadSession, patient_id: UUID, count: int, last: dt.date | None
) -> Picture:
    """Summaries and insights of the `count` local days up to `last`, today when left out.

    Raises:
        FutureReportError: when `last` has not begun for the patient.
        NotFoundError: when the patient is gone.
    """
    person = await goal_queries.person(session, patient_id)
    if person is None:
        raise NotFoundError
    now = dt.datetime.now(dt.UTC)
    zone = zone_of(person.time_zone)
    today = local_date(now, zone)
    if last is not None and last > today:
        raise FutureReportError
    end = last or today
    reach = max(2 * count, TREND_DAYS)
    span = Span(days_until(end, reach, zone), count, open_day=end == today)
    rows = await _rows(session, patient_id, span)
    summaries, found = await to_thread.run_sync(_said, span, rows, today, limiter=_limiter)
    return Picture(patient_id, person.name, zone.key, now, span, rows, summaries, found)


async def _rows(session: ReadSession, patient_id: UUID, span: Span) -> Rows:
    edges = span.days.edges
    hours = Stretch(
        patient_id,
        _METRIC_IDS,
        floor_hour(edges[-1 - min(CIRCADIAN_DAYS, len(edges) - 1)]),
        edges[-1],
    )
    return Rows(
        days=await trends.days(session, patient_id, _METRIC_IDS, edges),
        hours=await trends.hours(session, hours),
        tallies=await _tallies(session, patient_id, span),
        goals=[from_row(row) for row in await goal_queries.of(session, patient_id)],
        milestones=await milestones.newest(session, patient_id, limit=MILESTONES),
    )


def by_minute(metric: int, count: int) -> bool:
    """Whether a metric's time in range is counted by minutes over so many days, not by hours."""
    return count <= (SENSOR_MINUTE_DAYS if metric == _SENSOR else MINUTE_DAYS)


async def _tallies(session: ReadSession, patient_id: UUID, span: Span) -> list[Tallied]:
    found = []
    for minutes in (True, False):
        metrics = [one for one in _BOUNDS if by_minute(one, span.count) is minutes]
        if metrics:
            stretch = Stretch(patient_id, metrics, span.before, span.days.edges[-1])
            found += await trends.tallies(
                session, stretch, middle=span.start, bounds=_BOUNDS, by_minute=minutes
            )
    return found


def _said(span: Span, rows: Rows, today: dt.date) -> tuple[dict[str, Summary], list[Insight]]:
    tallies = {(one.metric, one.later): _tally(one) for one in rows.tallies}
    summaries = summarise(span, frame(rows.days, Day), frame(rows.hours, Hour), tallies)
    return summaries, insights(Scene(span, summaries, rows.goals, today))


def _tally(one: Tallied) -> Tally:
    names = [field.name for field in fields(Tally)]
    return Tally(**{name: getattr(one, name) for name in names})
