"""Shapes of the dashboard, the report and the goals."""

import datetime as dt
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from analytics.trends.goals import GOAL_METRICS, Direction
from analytics.trends.insights import Tone
from analytics.trends.slope import Direction as TrendDirection
from api.health_metrics.schemas import MetricCode, Reading
from api.reasons import Unfit
from api.schemas import Input
from telemetry.metrics import METRICS

Period = Literal["daily", "weekly", "monthly", "yearly"]
DAYS: dict[Period, int] = {"daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
"""Local days of each, so that a month has as many as any other."""
Numbers = dict[str, float]


class MetricTrend(BaseModel):
    """Theil-Sen slope of the days' values, with a 95 % interval."""

    direction: TrendDirection = Field(description="Not steady only where all of the interval is.")
    per_day: float
    low: float
    high: float
    change: float = Field(description="From the first to the last day.")
    days: int = Field(description="Days with values.")
    span_days: int


class TargetRange(BaseModel):
    """Range of a metric for adults in general; nobody's own target."""

    low: float
    high: float
    high_inside: bool = Field(description="Whether `high` itself is inside.")
    source: str


class InRange(BaseModel):
    """Shares of the measured time, in percent."""

    inside_percent: float
    inside_least_percent: float = Field(description="Minutes or hours that were wholly inside.")
    inside_most_percent: float = Field(description="All but those that were wholly outside.")
    below_percent: float
    above_percent: float
    far_below_percent: float
    far_above_percent: float
    n: int = Field(description="Minutes or hours with readings.")
    basis: Literal["minute", "hour"]
    previous_inside_percent: float | None
    target: TargetRange


class DailyRhythm(BaseModel):
    """Cosine of 24 hours; only with three days and 18 hours of the day."""

    mesor: float
    amplitude: float
    peak_hour: float = Field(description="Local time of day.")
    explained_percent: float


class DayPattern(BaseModel):
    """Usual values by local hour, 24 of each; null where nothing was measured."""

    median: list[float | None]
    low: list[float | None] = Field(description="Lower quartile over days.")
    high: list[float | None] = Field(description="Upper quartile over days.")
    days: list[int]
    cosinor: DailyRhythm | None


class Completeness(BaseModel):
    """`days` of `of_days` have readings."""

    days: int
    of_days: int
    text: str


class MetricSummary(BaseModel):
    """What one metric was over the period."""

    metric: str
    label: str
    unit: str
    n: int
    mean: float | None = Field(description="Of steps: a whole day's, on average.")
    min: float | None
    max: float | None
    total: float | None = Field(description="Steps of the period; null for what is not counted.")
    previous_mean: float | None = Field(description="Of the period before.")
    completeness: Completeness
    trend: MetricTrend | None = Field(description="Null with fewer than seven days.")
    time_in_range: InRange | None
    variation_percent: float | None = Field(description="Coefficient of variation.")
    day_pattern: DayPattern | None


class Insight(BaseModel):
    """Something that was measured, with the numbers it comes from. Never a diagnosis."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    metric: str | None
    tone: Tone
    title: str
    text: str
    numbers: Numbers
    source: str = Field(description="Of its threshold; empty where it is arithmetic.")


class Recommendation(BaseModel):
    """What the person may do about an insight: never a dose."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(description="The insight's.")
    metric: str | None
    text: str
    numbers: Numbers
    source: str


class Improvement(BaseModel):
    """Something that is better than in the period before."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    metric: str
    text: str
    before: float
    after: float
    unit: str


class Milestone(BaseModel):
    """Something reached, once."""

    kind: Literal["steps_day", "steps_record", "streak", "goal", "goal_streak"]
    metric: str | None
    value: float
    text: str
    achieved_on: dt.date


class GoalState(BaseModel):
    """A goal, and how far it is."""

    metric: str
    target: float
    unit: str
    direction: Direction
    starts_on: dt.date = Field(alias="from")
    due_on: dt.date | None = Field(alias="by")
    start_value: float | None = Field(description="Newest reading when it was set.")


def _aimable(code: str) -> str:
    if code not in GOAL_METRICS:
        message = "can have no goal"
        raise Unfit(message)
    return code


class GoalInput(Input):
    """A goal: one metric, a value in its unit, and whether to stay under or over it."""

    metric: Annotated[MetricCode, AfterValidator(_aimable)] = Field(examples=["steps"])
    target: float = Field(
        allow_inf_nan=False, description="In the metric's canonical unit.", examples=[8000]
    )
    direction: Direction = Field(examples=["at_least"])
    starts_on: Annotated[
        dt.date | None, Field(alias="from", description="First local day; today when left out.")
    ] = None
    due_on: Annotated[dt.date | None, Field(alias="by")] = None

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        metric = METRICS[self.metric]
        if not metric.low < self.target <= metric.high:
            message = "is not a plausible value of this metric"
            raise Unfit(message, "target")
        if self.metric == "steps" and self.direction == "at_most":
            message = "must be at_least: steps have no other goal"
            raise Unfit(message, "direction")
        return self


class GoalsInput(Input):
    """All goals of a patient: what is left out is given up."""

    goals: list[GoalInput] = Field(max_length=len(GOAL_METRICS))

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        if len({goal.metric for goal in self.goals}) != len(self.goals):
            message = "must have one goal per metric"
            raise Unfit(message, "goals")
        return self


class Goals(BaseModel):
    """Goals of a patient, by metric."""

    patient: UUID
    goals: list[GoalState]


class Dashboard(BaseModel):
    """How a patient is doing, over the last 30 local days."""

    patient: UUID
    time_zone: str
    generated_at: dt.datetime
    days: int
    recent_metrics: list[Reading] = Field(description="Newest reading of each metric.")
    trends: dict[str, MetricSummary] = Field(description="By metric.")
    insights: list[Insight]
    recommendations: list[Recommendation]
    milestones: list[Milestone] = Field(description="The newest ten.")
    goals: list[GoalState]


class ChartData(BaseModel):
    """One metric by local hour or day; what has no readings is left out."""

    metric: str
    label: str
    unit: str
    resolution: Literal["hour", "day"]
    t: list[int] = Field(description="First instant of each, milliseconds since 1970.")
    mean: list[float]
    min: list[float]
    max: list[float]
    total: list[float] | None = Field(description="Steps of each; null for what is not counted.")
    n: list[int]
    target: TargetRange | None


class ReportSummary(BaseModel):
    """What the report is about, and each metric over the period."""

    patient: UUID
    name: str
    period: Period
    since: dt.date
    until: dt.date = Field(description="Last local day.")
    time_zone: str
    generated_at: dt.datetime
    completeness: Completeness = Field(description="Days on which anything was measured.")
    metrics: list[MetricSummary]
    insights: list[Insight]
    milestones: list[Milestone] = Field(description="Reached in the period.")
    goals: list[GoalState]


class Report(BaseModel):
    """A period of local days, beside the period before."""

    summary: ReportSummary
    metrics_chart_data: list[ChartData]
    improvements: list[Improvement]
    recommendations: list[Recommendation]
