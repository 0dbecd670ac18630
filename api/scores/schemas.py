"""Shapes of scores by the hour."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

Kind = Literal["news2", "qsofa", "shock_index", "deterioration"]


class ScoreHour(BaseModel):
    """One score of one hour of measured time in which something was measured."""

    hour: dt.datetime = Field(description="Start of the hour.")
    min: float = Field(description="What was certain at the end of the hour.")
    max: float = Field(description="The same if every unknown input were at its worst.")
    worst: float = Field(description="The greatest `min` of any minute of the hour.")
    parts: dict[str, Any] = Field(
        description="What it is made of: points by input, or the share of each vital sign."
    )
    version: str = Field(description="Which formula or weights made it.")
    computed_at: dt.datetime = Field(description="Later than the hour where it was corrected.")
