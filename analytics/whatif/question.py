"""What is asked: which rules, whose readings, which time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from analytics.overrides import Override
from analytics.rules import BUILTIN

DAY_MS: Final = 86_400_000
LONGEST_DAYS: Final = 90
WARM_UP_MS: Final = DAY_MS
"""Replayed before the time that is asked about, so that what lasted into it is known."""


@dataclass(frozen=True, slots=True)
class Question:
    """Changed rules, and the time over which they are tried.

    Attributes:
        overrides: What would be in force, each in its own scope and condition.
        since_ms: Beginning, measured time.
        until_ms: End.

    """

    overrides: tuple[Override, ...]
    since_ms: int
    until_ms: int

    @property
    def conditions(self) -> frozenset[str]:
        """What the changed rules are about."""
        return frozenset(override.condition for override in self.overrides)

    @property
    def days(self) -> float:
        """How long the time is."""
        return (self.until_ms - self.since_ms) / DAY_MS


_BESIDE: Final = {
    "oxygen_saturation": ("pulse_rate", "heart_rate"),
    "pulse_rate": ("heart_rate",),
}
"""What a reading is held against before it is believed."""


def metrics_of(conditions: Iterable[str]) -> frozenset[str] | None:
    """Metrics that these conditions are seen in; None for all, as a score looks at any."""
    rules = [BUILTIN[condition] for condition in conditions]
    if any(not rule.metrics for rule in rules):
        return None
    seen = {metric for rule in rules for metric in rule.metrics}
    return frozenset(seen.union(*(_BESIDE.get(metric, ()) for metric in seen)))
