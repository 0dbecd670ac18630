"""The rules behind insights: plain, documented, careful. `RULES` is all of them."""

from collections.abc import Callable, Iterator

import numpy as np

from analytics.trends.insights import Insight, Scene, Tone, ordered
from analytics.trends.summary import STEPS, Summary, brief
from analytics.trends.targets import TARGETS, glucose_management_indicator

NOTABLE = {
    "heart_rate": 5.0,
    "pulse_rate": 5.0,
    "respiratory_rate": 2.0,
    "oxygen_saturation": 1.5,
    "blood_pressure_systolic": 5.0,
    "blood_pressure_diastolic": 3.0,
    "body_temperature": 0.4,
    "body_weight": 1.0,
    "blood_glucose": 10.0,
    "steps": 1_000.0,
}
"""Least change over a trend's days that is worth a word, in the metric's unit: our own choice."""

_CONSENSUS = TARGETS["blood_glucose"].source
_ESH = TARGETS["blood_pressure_systolic"].source
_BTS = TARGETS["oxygen_saturation"].source
_ESC = "McDonagh et al. 2021, Eur. Heart J. 42, 3599 (ESC): more than 2 kg in 3 days"
_PALUCH = "Paluch et al. 2022, Lancet Public Health 7, e219"

SENSOR_DAYS, SENSOR_PER_DAY = 10, 67
"""Ten of 14 days, and 70 % of the 96 readings a day of a sensor that reads every 15 minutes."""
PRESSURE_DAYS, PRESSURE_READINGS = 3, 12
GAIN_KG, GAIN_DAYS = 2.0, 3
LOW_OXYGEN_SHARE, LOW_OXYGEN_UNITS = 0.05, 60
FEW_STEPS, STEPS_DAYS = 6_000, 5
RHYTHM_EXPLAINED = 0.2
LESS_SHARE, LESS_UNITS = 0.05, 30


def trends(scene: Scene) -> Iterator[Insight]:
    """A slope whose whole interval has one sign, and a change that is worth a word."""
    for one in scene.summaries.values():
        slope = one.slope
        if slope is None or slope.direction == "steady":
            continue
        if abs(slope.change) < NOTABLE[one.metric]:
            continue
        text = (
            f"{one.label} has been {slope.direction}: about {brief(slope.change, sign='+')} "
            f"{one.unit_text} over {slope.span_days} days (95 % interval of the change per day "
            f"{brief(slope.low, sign='+')} to {brief(slope.high, sign='+')})."
        )
        numbers = {"per_day": slope.per_day, "low": slope.low, "high": slope.high}
        numbers |= {"days": slope.days, "change": slope.change}
        title = f"{one.label} {slope.direction}"
        yield Insight("trend", one.metric, "info", title, text, numbers)


def glucose(scene: Scene) -> Iterator[Insight]:
    """Only with a sensor's readings: at least 67 a day on average, on at least 10 days."""
    one = scene.summaries.get("blood_glucose")
    if one is None or one.inside is None or one.mean is None:
        return
    if one.days < SENSOR_DAYS or one.n < SENSOR_PER_DAY * one.days:
        return
    inside = one.inside
    numbers = {
        "inside_percent": inside.inside * 100,
        "below_70_percent": inside.below * 100,
        "below_54_percent": inside.far_below * 100,
        "variation_percent": (one.variation or 0) * 100,
        "management_indicator_percent": glucose_management_indicator(one.mean),
    }
    low = inside.below > 0.04 or inside.far_below > 0.01  # noqa: PLR2004 - goals of the consensus
    high = inside.inside < 0.7  # noqa: PLR2004 - the same
    text = (
        f"Glucose was between 70 and 180 mg/dL for {inside.inside:.0%} of the measured time "
        f"(goal: over 70 %) and below 70 for {inside.below:.1%} (goal: under 4 %)."
    )
    advice = ""
    if low or high:
        advice = (
            "Talk to your diabetes team about the time your glucose spends out of its range; "
            "bring this report along."
        )
    tone: Tone = "attention" if low or high else "good"
    title = "Glucose often low" if low else "Glucose time in range"
    yield Insight("glucose", one.metric, tone, title, text, numbers, _CONSENSUS, advice)


def pressure(scene: Scene) -> Iterator[Insight]:
    """At least 12 readings on at least 3 days."""
    upper = scene.summaries.get("blood_pressure_systolic")
    lower = scene.summaries.get("blood_pressure_diastolic")
    if upper is None or lower is None or upper.mean is None or lower.mean is None:
        return
    if upper.days < PRESSURE_DAYS or upper.n < PRESSURE_READINGS:
        return
    high = TARGETS[upper.metric].high, TARGETS[lower.metric].high
    numbers = {"systolic": upper.mean, "diastolic": lower.mean, "readings": upper.n}
    said = f"{upper.mean:.0f}/{lower.mean:.0f} mmHg on average of {upper.n} readings"
    if upper.mean >= high[0] or lower.mean >= high[1]:
        yield Insight(
            "pressure",
            upper.metric,
            "attention",
            "Blood pressure raised",
            f"Blood pressure was {said}; at home 135/85 or more counts as raised.",
            numbers,
            _ESH,
            "Talk to your clinician when your blood pressure at home stays at 135/85 mmHg or more.",
        )
    elif upper.mean >= TARGETS[upper.metric].low:
        title = "Blood pressure in its range"
        yield Insight("pressure", upper.metric, "good", title, f"It was {said}.", numbers, _ESH)


def weight_gain(scene: Scene) -> Iterator[Insight]:
    """The newest day of the period against the least of the three days before it."""
    one = scene.summaries.get("body_weight")
    if one is None:
        return
    known = np.nonzero(np.isfinite(one.daily))[0]
    last = int(known[-1])
    before = one.daily[max(0, last - GAIN_DAYS) : last]
    if not np.isfinite(before).any():
        return
    gain = float(one.daily[last] - np.nanmin(before))
    if gain <= GAIN_KG:
        return
    text = f"Weight rose by {gain:.1f} kg within {GAIN_DAYS} days."
    advice = (
        "With heart failure, or when you were asked to watch your weight: talk to your clinician "
        "when you gain more than 2 kg in 3 days, sooner when you are short of breath or swollen."
    )
    numbers = {"gain": gain, "days": GAIN_DAYS, "newest": float(one.daily[last])}
    yield Insight(
        "weight_gain", one.metric, "attention", "Weight up fast", text, numbers, _ESC, advice
    )


def oxygen(scene: Scene) -> Iterator[Insight]:
    """At least an hour of minutes, and 5 % of them under 90 %."""
    one = scene.summaries.get("oxygen_saturation")
    if one is None or one.inside is None or one.inside.n < LOW_OXYGEN_UNITS:
        return
    share = one.inside.far_below
    if share < LOW_OXYGEN_SHARE:
        return
    text = f"Oxygen saturation was below 90 % for {share:.0%} of the measured time."
    advice = (
        "Talk to your clinician when your oxygen saturation stays below 90 %, unless a lower "
        "target was agreed with you. Cold fingers, nail polish and movement give low readings too."
    )
    numbers = {"below_90_percent": share * 100, "measured": one.inside.n}
    yield Insight(
        "oxygen", one.metric, "attention", "Oxygen saturation low", text, numbers, _BTS, advice
    )


def steps(scene: Scene) -> Iterator[Insight]:
    """At least 5 days with steps."""
    one = scene.summaries.get(STEPS)
    if one is None or one.mean is None or one.days < STEPS_DAYS or one.mean >= FEW_STEPS:
        return
    text = (
        f"{one.mean:,.0f} steps a day. Among adults more steps went with better health up to "
        "6,000-8,000 a day from the age of 60, and 8,000-10,000 before."
    )
    advice = "Add a short walk on most days, as far as your health and your clinician allow."
    numbers = {"steps_a_day": one.mean, "days": one.days}
    yield Insight("steps", STEPS, "info", "Room for more steps", text, numbers, _PALUCH, advice)


def completeness(scene: Scene) -> Iterator[Insight]:
    """Periods of a week or longer: less than half of the days, of a metric measured before."""
    if scene.span.count < 7:  # noqa: PLR2004 - days of a week
        return
    for one in scene.summaries.values():
        if one.days * 2 >= one.of_days or one.previous_days < one.days:
            continue
        text = f"{one.label} was measured on {one.days} of {one.of_days} days."
        numbers = {"days": one.days, "of_days": one.of_days, "before": one.previous_days}
        advice = "Measure on more days: averages and trends of few days say little."
        title = f"{one.label}: few days"
        yield Insight("completeness", one.metric, "info", title, text, numbers, "", advice)


def rhythms(scene: Scene) -> Iterator[Insight]:
    """A cosinor that explains a fifth of the hours, with a swing that is worth a word."""
    for one in scene.summaries.values():
        fit = one.circadian and one.circadian.cosinor
        if not fit or fit.explained < RHYTHM_EXPLAINED or 2 * fit.amplitude < NOTABLE[one.metric]:
            continue
        minutes = round(fit.peak_hour * 60) % (24 * 60)
        text = (
            f"{one.label} is highest around {minutes // 60:02d}:{minutes % 60:02d}, some "
            f"{brief(2 * fit.amplitude)} {one.unit_text} above its lowest time of day."
        )
        numbers = {"peak_hour": fit.peak_hour, "amplitude": fit.amplitude, "mesor": fit.mesor}
        numbers |= {"explained_percent": fit.explained * 100}
        title = f"{one.label} has a daily rhythm"
        yield Insight("rhythm", one.metric, "info", title, text, numbers)


def less_in_range(scene: Scene) -> Iterator[Insight]:
    """Five points less time in range than in the period before, of 30 units each."""
    for one in scene.summaries.values():
        now, before = one.inside, one.previous_inside
        if now is None or before is None or min(now.n, before.n) < LESS_UNITS:
            continue
        if before.inside - now.inside >= LESS_SHARE:
            numbers = {"before_percent": before.inside * 100, "now_percent": now.inside * 100}
            text = (
                f"{one.label} was in its range for {now.inside:.0%} of the measured time, after "
                f"{before.inside:.0%} in the period before."
            )
            title = f"{one.label}: less time in range"
            source = TARGETS[one.metric].source
            yield Insight("less_in_range", one.metric, "info", title, text, numbers, source)


def goals(scene: Scene) -> Iterator[Insight]:
    """Where each goal stands, by the newest day (of steps: by the mean of the period)."""
    for goal in scene.goals:
        one = scene.summaries.get(goal.metric)
        value = None if one is None else _newest(one)
        if one is None or value is None:
            continue
        way = goal.progress(value)
        numbers = {"now": value, "target": goal.target}
        numbers |= {} if way is None else {"progress_percent": way * 100}
        late = goal.due_on is not None and goal.due_on < scene.today
        here, there = (f"{brief(x, digits=4)} {one.unit_text}" for x in (value, goal.target))
        if goal.met_by(value):
            text = f"{one.label}: {here}, the goal is {there}."
            yield Insight("goal", goal.metric, "good", "On the goal", text, numbers)
        elif late:
            text = f"{one.label}: {here}; the goal of {there} was for {goal.due_on}."
            advice = "Set the goal anew with your clinician: one that can be reached helps more."
            yield Insight("goal", goal.metric, "info", "Goal overdue", text, numbers, "", advice)
        elif way is not None:
            text = f"{one.label}: {way:.0%} of the way to {there}."
            yield Insight("goal", goal.metric, "info", "On the way", text, numbers)


def _newest(one: Summary) -> float | None:
    if one.metric == STEPS:
        return one.mean
    known = one.daily[np.isfinite(one.daily)]
    return float(known[-1]) if known.size else None


RULES: tuple[Callable[[Scene], Iterator[Insight]], ...] = (
    pressure,
    glucose,
    oxygen,
    weight_gain,
    goals,
    trends,
    less_in_range,
    rhythms,
    steps,
    completeness,
)


def insights(scene: Scene) -> list[Insight]:
    """Everything that the rules say, what asks for attention first."""
    return ordered(found for rule in RULES for found in rule(scene))
