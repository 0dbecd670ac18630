"""Shapes of what patients take."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.accounts.profile_schemas import LongText
from api.medications.schemas import MedicationCategory, MedicationRef
from api.schemas import Input, Name, ShortText, UtcTime
from telemetry.medicines.frequency import times_a_day
from telemetry.medicines.schedule import MOST_TIMES, ScheduleError, read
from telemetry.recurrence import LONGEST

Status = Literal["active", "paused", "completed", "stopped"]
Severity = Literal["mild", "moderate", "severe"]
MOST_AS_NEEDED = 48
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
FirstDay = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), lt=dt.date(2200, 1, 1))]
_TIMES = ["08:00", "20:00"]


class ScheduleInput(Input):
    """When it is taken, on the patient's wall clock."""

    kind: Literal["times", "rrule", "as_needed"]
    times: list[TimeOfDay] = Field(default=[], max_length=MOST_TIMES, examples=[_TIMES])
    times_per_day: int | None = Field(
        default=None, ge=1, le=MOST_TIMES, description="In place of times: at usual ones."
    )
    rrule: str = Field(
        default="",
        max_length=LONGEST,
        examples=[""],
        description="Days, as RFC 5545: FREQ=DAILY, WEEKLY or MONTHLY, with INTERVAL, BYDAY, "
        "BYMONTHDAY, BYSETPOS and WKST. The times are said apart, the end by `end_date`.",
    )
    most_per_day: int | None = Field(
        default=None, ge=1, le=MOST_AS_NEEDED, description="Of what is taken as needed."
    )

    @model_validator(mode="after")
    def _understood(self) -> "ScheduleInput":
        try:
            self.document()
        except ScheduleError as error:
            kind = "schedule"
            raise PydanticCustomError(kind, "{reason}", {"reason": str(error)}) from error
        return self

    def document(self) -> dict[str, Any]:
        """The schedule as it is stored."""
        times: list[str] = list(self.times)
        if not times and self.times_per_day:
            times = [f"{one:%H:%M}" for one in times_a_day(self.times_per_day)]
        given = {"rrule": self.rrule, "most_per_day": self.most_per_day}
        return read({"kind": self.kind, "times": times, **given}).document()


class DoseSchedule(BaseModel):
    """When it is taken, on the patient's wall clock."""

    kind: Literal["times", "rrule", "as_needed"]
    times: list[str] = Field(default=[], examples=[_TIMES])
    rrule: str = Field(default="", examples=[""])
    most_per_day: int | None = Field(default=None, examples=[None])


class _Acknowledging(Input):
    acknowledge_warnings: bool = Field(
        default=False, description="Severe warnings were read, and it is given nevertheless."
    )
    acknowledgement_reason: ShortText = Field(
        default="", description="Why; needed with acknowledge_warnings."
    )

    @property
    def acknowledgement(self) -> str:
        """The reason, where warnings are acknowledged."""
        return self.acknowledgement_reason if self.acknowledge_warnings else ""


class UserMedicationInput(_Acknowledging):
    """A medicine that is to be taken, or that the patient says they take."""

    medication_id: UUID
    dosage: Name = Field(examples=["1 capsule"])
    frequency: ShortText = Field(
        default="",
        examples=["twice daily"],
        description="In words. Where there is no schedule, what they mean is one.",
    )
    schedule: ScheduleInput | None = None
    start_date: FirstDay | None = Field(
        default=None, description="Left out: today where the patient is."
    )
    end_date: FirstDay | None = Field(default=None, description="The last day.")
    instructions: LongText = Field(default="", examples=["With a glass of water"])
    reminders: bool = True
    prescribed: bool | None = Field(
        default=None,
        examples=[None],
        description="Whether this is the caller's own prescription; left out: where a provider "
        "enters it. False: it is written down as reported.",
    )


class UserMedicationPatch(Input):
    """What is to change; what is left out stays."""

    dosage: Name = ""
    frequency: ShortText = ""
    schedule: ScheduleInput | None = None
    start_date: FirstDay | None = None
    end_date: FirstDay | None = None
    instructions: LongText = ""
    side_effects_experienced: LongText = ""
    reminders: bool = True


class StatusInput(_Acknowledging):
    """What becomes of it; back to active, its warnings are looked at again."""

    status: Status
    reason: ShortText = Field(default="", examples=["The course is over"])


class Prescriber(BaseModel):
    """Who prescribed it."""

    id: UUID
    name: str


class MedicationWarning(BaseModel):
    """Something that speaks against a medicine."""

    code: str
    kind: Literal["allergy", "interaction", "duplicate", "contraindication"]
    severity: Literal["severe", "moderate", "mild", "unknown"] = Field(
        description="unknown: the catalogue's text names it without a form."
    )
    about: str = Field(description="The other medicine, the allergy or the condition.")
    about_id: UUID | None = Field(description="Of the other medicine, where it is known.")
    source: str = Field(description="Which data it came from.")
    quote: str = Field(description="What stands there.")


class Warnings(BaseModel):
    """What speaks against a medicine, the worst first, and what was looked at."""

    warnings: list[MedicationWarning]
    medicines_checked: int = Field(description="Others that the patient takes.")
    allergies_recorded: bool = Field(description="False: nobody wrote down any, nor none.")
    conditions_recorded: bool


class WarningsOf(Warnings):
    """The same of one medicine that a patient takes."""

    user_medication_id: UUID
    medication: MedicationRef


class CurrentWarnings(BaseModel):
    """What speaks against each medicine that a patient takes now."""

    results: list[WarningsOf]


class UserMedication(BaseModel):
    """A medicine that a patient takes or took."""

    id: UUID
    user_id: UUID
    medication: MedicationRef
    category: MedicationCategory | None
    prescribed_by: Prescriber | None = Field(description="Null: it was reported.")
    entered_by_id: UUID | None
    dosage: str
    frequency: str
    schedule: DoseSchedule | None = Field(description="Null where words are all: no reminders.")
    start_date: dt.date
    end_date: dt.date | None
    status: Status
    instructions: str
    side_effects_experienced: str
    reminders: bool
    acknowledged_warnings: list[str] = Field(description="Codes of those that were shown.")
    acknowledgement_reason: str
    created_at: dt.datetime
    updated_at: dt.datetime


class EnteredMedication(UserMedication):
    """What was entered, with its warnings."""

    warnings: list[MedicationWarning]


class MedicationEvent(BaseModel):
    """Something that happened to it."""

    id: UUID
    at: dt.datetime
    kind: str = Field(description="entered, changed, status, intake or side_effect.")
    actor_id: UUID | None
    actor: str
    from_status: str
    to_status: str
    reason: str
    changes: dict[str, Any] = Field(description="Field -> [before, after].")


class SideEffectInput(Input):
    """A side effect that was noticed."""

    description: Annotated[LongText, StringConstraints(min_length=1)] = Field(examples=["A rash"])
    severity: Severity
    noticed_at: UtcTime | None = Field(default=None, description="Left out: now.")


class SideEffect(BaseModel):
    """A side effect that was noticed."""

    id: UUID
    description: str
    severity: Severity
    noticed_at: dt.datetime
    reported_by_id: UUID | None
    created_at: dt.datetime
