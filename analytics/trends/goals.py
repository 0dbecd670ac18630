"""Goals of a patient: how far, and whether in time."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from storage.queries.goals import GoalRow
from telemetry.metrics import METRICS_BY_ID

Direction = Literal["at_most", "at_least"]

GOAL_METRICS = (
    "steps",
    "body_weight",
    "blood_pressure_systolic",
    "blood_pressure_diastolic",
    "blood_glucose",
)
"""Metrics that can have a goal."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A value to reach and keep.

    Attributes:
        metric: Its code.
        target: In the metric's unit; of steps, those of one local day.
        direction: Whether values are to be at most or at least so much.
        starts_on: First local day that counts.
        due_on: Day by which it is to be reached; None: no hurry.
        start_value: Newest reading when it was set; None where there was none.

    """

    metric: str
    target: float
    direction: Direction
    starts_on: dt.date
    due_on: dt.date | None = None
    start_value: float | None = None

    def met_by(self, value: float) -> bool:
        """Whether a value is where it is to be.

        >>> Goal("steps", 8000, "at_least", dt.date(2026, 1, 1)).met_by(8000)
        True
        """
        return value <= self.target if self.direction == "at_most" else value >= self.target

    def progress(self, value: float) -> float | None:
        """Share of the way from the start to the target, 0 to 1; None where no start is known.

        >>> Goal("body_weight", 80, "at_most", dt.date(2026, 1, 1), start_value=90).progress(86)
        0.4
        """
        if self.met_by(value):
            return 1.0
        if self.metric == "steps":
            return max(0.0, value / self.target) if self.target else None
        if self.start_value is None or self.met_by(self.start_value):
            return None
        way = (value - self.start_value) / (self.target - self.start_value)
        return min(1.0, max(0.0, way))


def from_row(row: GoalRow) -> Goal:
    """A goal as it is stored, as the rules know it."""
    direction: Direction = "at_most" if row.direction == "at_most" else "at_least"
    code = METRICS_BY_ID[row.metric].code
    return Goal(code, row.target, direction, row.starts_on, row.due_on, row.start_value)
