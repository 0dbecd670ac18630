"""What a changed rule must satisfy before it is a version."""

from collections.abc import Iterator
from typing import Final

from analytics.overrides import Override
from analytics.rules import DETERIORATION, LIMITS, NEWS2, SIGN, Rule
from telemetry.metrics import METRICS

LONGEST_DELAY_S: Final = 3_600
"""Nobody is to be called later than an hour after a limit is reached."""
LONGEST_CLEAR_S: Final = 86_400
REPEAT_S: Final = (30, 86_400)
_SCORES: Final = {NEWS2: (0.0, 20.0), DETERIORATION: (-20.0, 20.0)}
_OTHER: Final = (0.0, 100.0)


def plausible(rule: Rule) -> tuple[float, float]:
    """Least and greatest limit that makes sense: what the metric's sensor or score can show."""
    if rule.metrics and rule.detector == LIMITS:
        metrics = [METRICS[name] for name in rule.metrics]
        return min(one.low for one in metrics), max(one.high for one in metrics)
    return _SCORES.get(rule.condition, _OTHER)


def faults(wider: Rule, override: Override) -> Iterator[tuple[str, str]]:
    """What is wrong with a change: (field, reason), without the value.

    Args:
        wider: The rule that holds without it.
        override: The change.

    """
    given = override.given()
    if not given:
        yield "", "must change something"
    low, high = plausible(wider)
    for name in ("limit", "severe_limit"):
        value = getattr(override, name)
        if value is not None and not low <= value <= high:
            yield name, f"must be {low:g} to {high:g}"
    if override.severe_limit is not None:
        limit = wider.limit if override.limit is None else override.limit
        if SIGN[wider.side] * (override.severe_limit - limit) <= 0:
            yield "severe_limit", "must lie beyond the limit"
    if override.hysteresis is not None and not 0 < override.hysteresis <= high - low:
        yield "hysteresis", f"must be more than 0 and at most {high - low:g}"
    yield from _delays(override)


def _delays(override: Override) -> Iterator[tuple[str, str]]:
    bounds = {
        "delay_s": (0, LONGEST_DELAY_S),
        "severe_delay_s": (0, LONGEST_DELAY_S),
        "clear_delay_s": (0, LONGEST_CLEAR_S),
        "severe_clear_delay_s": (0, LONGEST_CLEAR_S),
        "repeat_s": REPEAT_S,
    }
    for name, (least, most) in bounds.items():
        value = getattr(override, name)
        if value is not None and not least <= value <= most:
            yield name, f"must be {least} to {most} seconds"
