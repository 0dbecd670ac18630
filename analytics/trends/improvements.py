"""What is better than in the period before; each with both numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.trends.goals import Goal
from analytics.trends.summary import STEPS, Summary

LEAST_SHARE = 0.05
"""Five points of time in range: what the consensus calls a difference that matters."""
LEAST_UNITS = 30
"""Minutes (or hours) in either period, for shares of them to be compared."""
LEAST_DAYS = 3
"""Days in either period, for means of them to be compared; one, of a period of a day."""
LEAST_STEPS = 500
LEAST_STEPS_SHARE = 0.1
LEAST_PRESSURE_MMHG = 5
RAISED_MMHG = 135
LEAST_WEIGHT_KG = 0.5
SYSTOLIC = "blood_pressure_systolic"
WEIGHT = "body_weight"


@dataclass(frozen=True, slots=True)
class Improvement:
    """Something that is better now: `before` and `after`, in `unit`."""

    code: str
    metric: str
    text: str
    before: float
    after: float
    unit: str


def improvements(summaries: Mapping[str, Summary], goals: Sequence[Goal]) -> list[Improvement]:
    """Everything that is better, by metric."""
    return [found for one in summaries.values() for found in _of(one, goals)]


def _of(one: Summary, goals: Sequence[Goal]) -> Iterator[Improvement]:
    now, before = one.inside, one.previous_inside
    comparable = now and before and min(now.n, before.n) >= LEAST_UNITS
    if now and before and comparable and now.inside - before.inside >= LEAST_SHARE:
        text = (
            f"{one.label} was in its range for {now.inside:.0%} of the measured time, "
            f"after {before.inside:.0%} in the period before."
        )
        values = (before.inside * 100, now.inside * 100)
        yield Improvement("time_in_range", one.metric, text, *values, unit="%")
    enough = min(one.days, one.previous_days) >= min(LEAST_DAYS, one.of_days)
    if one.mean is None or one.previous is None or not enough:
        return
    if one.metric == STEPS and _more_steps(one.previous, one.mean):
        text = f"{one.mean:,.0f} steps a day, after {one.previous:,.0f} in the period before."
        yield Improvement("more_steps", STEPS, text, one.previous, one.mean, one.unit)
    fall = one.previous - one.mean
    if one.metric == SYSTOLIC and one.previous >= RAISED_MMHG and fall >= LEAST_PRESSURE_MMHG:
        text = f"Systolic pressure was {one.mean:.0f} mmHg on average, after {one.previous:.0f}."
        yield Improvement("lower_pressure", one.metric, text, one.previous, one.mean, one.unit)
    goal = next((goal for goal in goals if goal.metric == one.metric == WEIGHT), None)
    if goal and _towards(goal, one.previous, one.mean) >= LEAST_WEIGHT_KG:
        text = f"Weight was {one.mean:.1f} kg, after {one.previous:.1f}: nearer to the goal."
        yield Improvement("nearer_to_goal", WEIGHT, text, one.previous, one.mean, one.unit)


def _more_steps(before: float, now: float) -> bool:
    return now - before >= max(LEAST_STEPS, LEAST_STEPS_SHARE * before)


def _towards(goal: Goal, before: float, now: float) -> float:
    """How much nearer to the goal; past it nothing more is gained."""
    if goal.met_by(before):
        return 0.0
    return abs(before - goal.target) - (0 if goal.met_by(now) else abs(now - goal.target))
