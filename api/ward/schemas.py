"""Shapes of the ward board."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas import Patient

Risk = Literal["routine", "low", "urgent_single", "urgent", "emergency"]
Priority = Literal["high", "medium", "low"]


class VitalNow(BaseModel):
    """Newest reading of one metric, by measured time."""

    value: float
    unit: str = Field(description="UCUM.")
    time: dt.datetime
    received_at: dt.datetime
    quality: float = Field(description="0 (useless) to 1 (good).")
    stale: bool = Field(description="Too old to be taken for the present.")


class News2Input(BaseModel):
    """What one input contributes to NEWS2."""

    name: str
    points_min: int
    points_max: int
    missing: bool
    stale: bool


class News2Now(BaseModel):
    """NEWS2 as an interval: what is certain, and the worst that unknown inputs could add."""

    min: int
    max: int
    scale: Literal[1, 2] = Field(description="SpO2 scale; 2 only where it is prescribed.")
    risk: Risk = Field(description="By `min`.")
    risk_max: Risk = Field(description="By `max`.")
    missing: list[str] = Field(description="Inputs that were never measured.")
    stale: list[str] = Field(description="Inputs that were measured too long ago.")
    measure_next: str | None = Field(
        description="The measurement that would settle the risk; null when it is settled."
    )
    components: list[News2Input] = Field(description="Every input, in the order of the chart.")


class QSofaNow(BaseModel):
    """qSOFA as an interval; 2 or more is positive."""

    min: int
    max: int
    positive: bool | None = Field(description="Null while the bounds do not agree.")
    points: dict[str, int | None] = Field(description="By input; null where it is unknown.")


class ShockIndexNow(BaseModel):
    """Heart rate divided by systolic pressure."""

    value: float
    band: Literal["normal", "borderline", "raised", "high"] = Field(
        description="Below 0.7, from 0.7, from 0.9, from 1.0."
    )


class ScoresNow(BaseModel):
    """What is shown beside NEWS2; null under 16 years, in pregnancy and while unknown."""

    qsofa: QSofaNow | None
    shock_index: ShockIndexNow | None


class AlarmSummary(BaseModel):
    """Open alarms of a patient, counted."""

    open: int
    unacknowledged: int
    highest_priority: Priority | None
    highest_title: str | None = Field(
        description="Title of the worst open alarm: by priority, then unanswered, then newest."
    )


class BoardRow(BaseModel):
    """One patient on the board."""

    patient: Patient
    vitals: dict[str, VitalNow] = Field(description="By metric code.")
    news2: News2Now | None = Field(
        description="Null under 16 years, in pregnancy, and while no input was ever measured."
    )
    scores: ScoresNow
    alarms: AlarmSummary
