"""Shapes of doses: what is due, what was taken, how much of it."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas import Input, ShortText, UtcTime

DoseState = Literal["upcoming", "due", "taken", "late", "skipped", "missed"]


class Dose(BaseModel):
    """A dose that is due, and what became of it."""

    user_medication_id: UUID
    medication: str
    dosage: str
    due_at: dt.datetime
    state: DoseState = Field(description="late: taken more than an hour after its time.")
    at: dt.datetime | None = Field(description="When it was taken or left out.")
    intake_id: UUID | None


class AsNeeded(BaseModel):
    """What may be taken as needed."""

    user_medication_id: UUID
    medication: str
    dosage: str
    most_per_day: int | None
    taken_in_24_h: int


class DayOfDoses(BaseModel):
    """The doses of one day where the patient is."""

    day: dt.date
    time_zone: str = Field(examples=["Africa/Accra"])
    doses: list[Dose]
    as_needed: list[AsNeeded]


class IntakeInput(Input):
    """A dose that was taken or left out."""

    status: Literal["taken", "skipped"]
    due_at: UtcTime | None = Field(
        default=None,
        description="Which dose, as the list of doses has it; left out: one beside the schedule.",
    )
    at: UtcTime | None = Field(default=None, description="Left out: now.")
    note: ShortText = ""


class Intake(BaseModel):
    """What was recorded of a dose."""

    id: UUID
    due_at: dt.datetime | None
    status: Literal["taken", "skipped"]
    at: dt.datetime
    note: str
    recorded_by_id: UUID | None
    created_at: dt.datetime


class RecordedIntake(Intake):
    """The same, with what to be careful of."""

    over_daily_limit: bool = Field(
        description="More was taken within 24 hours than the prescription has as the most."
    )


class Adherence(BaseModel):
    """How much of what was due was taken. What nobody recorded counts as not taken."""

    expected: int = Field(description="Doses that are over: taken, skipped or missed.")
    taken: int = Field(description="Late ones included.")
    late: int
    skipped: int
    missed: int
    taken_share: float | None = Field(description="taken / expected; null: nothing was due.")
    days: int = Field(description="Days with a dose, none of which is still open.")
    covered_days: int = Field(description="Of them, those on which all were taken.")
    covered_share: float | None = Field(description="PDC: covered_days / days.")
    streak: int = Field(description="Covered days in a row, until now.")
    longest_streak: int


class MedicationAdherence(Adherence):
    """The same of one medicine."""

    user_medication_id: UUID
    medication: str


class AdherenceReport(BaseModel):
    """Adherence over local days."""

    since: dt.date
    until: dt.date = Field(description="The last day.")
    time_zone: str = Field(examples=["Africa/Accra"])
    overall: Adherence = Field(description="A day is covered when every dose of all was taken.")
    medications: list[MedicationAdherence]
