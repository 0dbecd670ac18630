"""Shapes of how a patient is to be scored."""

import datetime as dt
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from analytics.scores.news2 import LEAST_STALE_S, MOST_STALE_S
from api.reasons import Unfit
from api.schemas import Input, ShortText

Scale = Literal[1, 2]
USUAL = (94, 98)
"""Target range of most adults in %: O'Driscoll 2017, BTS guideline for oxygen use."""
AT_RISK = (88, 92)
"""Of those at risk of hypercapnic respiratory failure: what scale 2 is for, and nothing else."""


class TargetRange(BaseModel):
    """Oxygen saturation to aim for in %, both ends included."""

    low: int = Field(ge=50, le=100, examples=[94])
    high: int = Field(ge=50, le=100, examples=[98])


News2Name = Literal[
    "respiratory_rate",
    "oxygen_saturation",
    "supplemental_oxygen",
    "blood_pressure_systolic",
    "heart_rate",
    "consciousness",
    "body_temperature",
]
StaleAfter = dict[News2Name, Annotated[float, Field(ge=LEAST_STALE_S, le=MOST_STALE_S)]]


class EarlyWarningInput(Input):
    """How a patient is to be scored from now on."""

    scale: Scale = Field(description="SpO2 scale of NEWS2; 2 only with the target range 88 to 92.")
    target_range: TargetRange | None = Field(
        default=None, description="94 to 98 for scale 1 and 88 to 92 for scale 2 when left out."
    )
    pregnant: bool = Field(
        default=False, description="NEWS2 and the other scores for adults do not apply then."
    )
    stale_after: StaleAfter = Field(
        default_factory=dict,
        description="Input of NEWS2 -> seconds that its newest value counts, 60 to 43200; the usual"
        " time for what is left out. Shorter where a monitor must be believed for less long.",
        examples=[{"heart_rate": 900, "body_temperature": 28800}],
    )
    reason: ShortText = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        low, high = self.target
        if low >= high:
            message = "must have its lower end below the upper one"
            raise Unfit(message, "target_range")
        if self.scale != 1 and (low, high) != AT_RISK:
            message = "scale 2 is for the target range 88 to 92 only"
            raise Unfit(message, "scale")
        return self

    @property
    def own_stale_after(self) -> dict[str, float] | None:
        """What was set; None where nothing was."""
        return {str(name): seconds for name, seconds in self.stale_after.items()} or None

    @property
    def target(self) -> tuple[int, int]:
        """The target range that holds."""
        if self.target_range is None:
            return USUAL if self.scale == 1 else AT_RISK
        return self.target_range.low, self.target_range.high


class EarlyWarningVersion(BaseModel):
    """One version: what, since when, by whom and why."""

    version: int
    scale: Scale
    target_range: TargetRange
    pregnant: bool
    stale_after: dict[str, float] = Field(description="What was set; as usual where left out.")
    reason: str
    created_at: dt.datetime
    created_by_id: UUID | None
    created_by: str


class EarlyWarning(BaseModel):
    """What is in force, and the versions before."""

    patient: UUID
    scale: Scale
    target_range: TargetRange
    pregnant: bool
    stale_after: dict[str, float] = Field(
        description="Input of NEWS2 -> seconds that its newest value counts, of every one."
    )
    versions: list[EarlyWarningVersion] = Field(
        description="At most 50, newest first; empty while nobody has prescribed anything."
    )
