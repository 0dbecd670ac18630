"""Turns a picture of a patient into what is sent."""

import datetime as dt

from analytics.trends.goals import Goal
from analytics.trends.improvements import improvements
from analytics.trends.insights import recommendations
from analytics.trends.milestones import wording
from analytics.trends.slope import Slope
from analytics.trends.summary import STEPS, Summary
from analytics.trends.targets import TARGETS, TimeInRange
from api.health_metrics import report_schemas as shapes
from api.health_metrics.report_service import Picture, by_minute
from api.health_metrics.schemas import Reading
from storage.queries.milestones import MilestoneRow
from storage.queries.trends import Day, Hour
from telemetry.clock import to_ms
from telemetry.metrics import METRICS, METRICS_BY_ID

HOURLY_DAYS = 7
"""Longest period that is drawn by the hour."""
SHOWN_MILESTONES = 10
_HOUR = dt.timedelta(hours=1)


def dashboard(picture: Picture, recent: list[Reading]) -> shapes.Dashboard:
    """The dashboard as sent."""
    return shapes.Dashboard(
        patient=picture.patient_id,
        time_zone=picture.zone,
        generated_at=picture.now,
        days=picture.count,
        recent_metrics=recent,
        trends={code: _metric(picture, one) for code, one in picture.summaries.items()},
        insights=_insights(picture),
        recommendations=_recommendations(picture),
        milestones=[_milestone(row) for row in picture.rows.milestones[:SHOWN_MILESTONES]],
        goals=[goal_state(goal) for goal in picture.rows.goals],
    )


def report(picture: Picture, period: shapes.Period) -> shapes.Report:
    """The report as sent."""
    since, until = picture.span.days.dates[-picture.count], picture.span.days.dates[-1]
    reached = [row for row in picture.rows.milestones if since <= row.achieved_on <= until]
    return shapes.Report(
        summary=shapes.ReportSummary(
            patient=picture.patient_id,
            name=picture.name,
            period=period,
            since=since,
            until=until,
            time_zone=picture.zone,
            generated_at=picture.now,
            completeness=_complete(picture.measured_days, picture.count),
            metrics=[_metric(picture, one) for one in picture.summaries.values()],
            insights=_insights(picture),
            milestones=[_milestone(row) for row in reached],
            goals=[goal_state(goal) for goal in picture.rows.goals],
        ),
        metrics_chart_data=[_chart(picture, code) for code in picture.summaries],
        improvements=[
            shapes.Improvement.model_validate(one, from_attributes=True)
            for one in improvements(picture.summaries, picture.rows.goals)
        ],
        recommendations=_recommendations(picture),
    )


def goal_state(goal: Goal) -> shapes.GoalState:
    """A goal as sent."""
    return shapes.GoalState.model_validate(
        {
            "metric": goal.metric,
            "target": goal.target,
            "unit": METRICS[goal.metric].unit,
            "direction": goal.direction,
            "from": goal.starts_on,
            "by": goal.due_on,
            "start_value": goal.start_value,
        }
    )


def _insights(picture: Picture) -> list[shapes.Insight]:
    return [shapes.Insight.model_validate(one) for one in picture.insights]


def _recommendations(picture: Picture) -> list[shapes.Recommendation]:
    advice = recommendations(picture.insights)
    return [shapes.Recommendation.model_validate(one) for one in advice]


def _milestone(row: MilestoneRow) -> shapes.Milestone:
    metric = None if row.metric is None else METRICS_BY_ID[row.metric].code
    return shapes.Milestone.model_validate(
        {
            "kind": row.kind,
            "metric": metric,
            "value": row.value,
            "text": wording(row.kind, metric, row.value),
            "achieved_on": row.achieved_on,
        }
    )


def _complete(days: int, of_days: int) -> shapes.Completeness:
    noun = "day" if of_days == 1 else "days"
    return shapes.Completeness(days=days, of_days=of_days, text=f"{days} of {of_days} {noun}")


def _metric(picture: Picture, one: Summary) -> shapes.MetricSummary:
    pattern = one.circadian
    fit = pattern.cosinor if pattern else None
    return shapes.MetricSummary(
        metric=one.metric,
        label=one.label,
        unit=one.unit,
        n=one.n,
        mean=one.mean,
        min=one.least,
        max=one.greatest,
        total=one.total,
        previous_mean=one.previous,
        completeness=_complete(one.days, one.of_days),
        trend=_trend(one.slope) if one.slope else None,
        time_in_range=_in_range(picture, one, one.inside) if one.inside else None,
        variation_percent=None if one.variation is None else one.variation * 100,
        day_pattern=pattern
        and shapes.DayPattern(
            median=pattern.median,
            low=pattern.low,
            high=pattern.high,
            days=pattern.days,
            cosinor=fit
            and shapes.DailyRhythm(
                mesor=fit.mesor,
                amplitude=fit.amplitude,
                peak_hour=fit.peak_hour,
                explained_percent=fit.explained * 100,
            ),
        ),
    )


def _trend(slope: Slope) -> shapes.MetricTrend:
    return shapes.MetricTrend(
        direction=slope.direction,
        per_day=slope.per_day,
        low=slope.low,
        high=slope.high,
        change=slope.change,
        days=slope.days,
        span_days=slope.span_days,
    )


def _target(code: str) -> shapes.TargetRange | None:
    target = TARGETS.get(code)
    if target is None:
        return None
    return shapes.TargetRange(
        low=target.low, high=target.high, high_inside=target.high_inside, source=target.source
    )


def _in_range(picture: Picture, one: Summary, inside: TimeInRange) -> shapes.InRange | None:
    target, before = _target(one.metric), one.previous_inside
    if target is None:
        return None
    return shapes.InRange(
        inside_percent=inside.inside * 100,
        inside_least_percent=inside.inside_least * 100,
        inside_most_percent=inside.inside_most * 100,
        below_percent=inside.below * 100,
        above_percent=inside.above * 100,
        far_below_percent=inside.far_below * 100,
        far_above_percent=inside.far_above * 100,
        n=inside.n,
        basis="minute" if by_minute(METRICS[one.metric].id, picture.count) else "hour",
        previous_inside_percent=before.inside * 100 if before else None,
        target=target,
    )


def _chart(picture: Picture, code: str) -> shapes.ChartData:
    """Hours of a period of up to a week, days of a longer one."""
    metric, span = METRICS[code], picture.span
    by_hour = picture.count <= HOURLY_DAYS
    first = len(span.days.dates) - span.count
    rows: list[tuple[dt.datetime, Hour | Day]] = [
        (row.start, row) for row in picture.rows.hours if row.start + _HOUR > span.start
    ]
    if not by_hour:
        days = (row for row in picture.rows.days if row.index >= first)
        rows = [(span.days.edges[row.index], row) for row in days]
    own = [(start, row) for start, row in rows if row.metric == metric.id]
    return shapes.ChartData(
        metric=code,
        label=metric.display,
        unit=metric.unit,
        resolution="hour" if by_hour else "day",
        t=[to_ms(start) for start, _ in own],
        mean=[row.mean for _, row in own],
        min=[row.min for _, row in own],
        max=[row.max for _, row in own],
        total=[row.counted for _, row in own] if code == STEPS else None,
        n=[row.n for _, row in own],
        target=_target(code),
    )
