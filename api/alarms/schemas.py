"""Shapes of alarms."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas import PatientRef, UtcTime
from api.ward.schemas import Priority
from storage.queries.alarms import AlarmRow, TransitionRow

State = Literal[
    "pending",
    "suppressed",
    "active_unacknowledged",
    "active_acknowledged",
    "latched",
    "cleared",
    "closed",
]
Category = Literal["physiological", "technical"]
MAX_AT_ONCE = 100
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=r"^[^\x00]*$"),
]


class Person(BaseModel):
    """Who did something."""

    id: UUID
    name: str


class Alarm(BaseModel):
    """One condition of one patient from its beginning to its end (IEC 60601-1-8)."""

    id: UUID
    patient: PatientRef | None = Field(
        description="Null: about the platform itself, a site or a gateway."
    )
    device_id: UUID | None
    condition: str = Field(description="Stable name, for example heart_rate_high or news2.")
    title: str
    metric: str | None
    priority: Priority
    category: Category
    state: State
    retrospective: bool = Field(description="Found in data that came late; it never called.")
    started_at: dt.datetime = Field(description="Measured time at which the condition began.")
    activated_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    acknowledged_by: Person | None
    cleared_at: dt.datetime | None
    closed_at: dt.datetime | None
    value: float | None = Field(
        description="The worst of the present episode, as of its newest step."
    )
    unit: str | None
    limit: float | None = Field(description="The alarm comes at it or beyond.")
    severe_limit: float | None = Field(
        description="At it or beyond, the priority is high; null where there is no such limit."
    )
    worst_value: float | None = Field(
        description="The worst while the alarm was open: why its priority is what it is."
    )
    worst_at: dt.datetime | None = Field(
        description="When that was measured; null where nothing was."
    )
    message: str
    rule_version: str
    assignee: Person | None = Field(description="Who has taken it on, or was asked to.")
    snoozed_until: dt.datetime | None = Field(description="Until then it calls nobody.")
    escalation_step: int = Field(description="Steps of its escalation that have been taken.")
    parent_id: UUID | None = Field(description="The one alarm that speaks for this one.")
    reopened: int = Field(description="How often it was opened again after it had been closed.")
    version: int = Field(description="Raised by every change; its ETag.")


class AlarmStep(BaseModel):
    """One step of an alarm; the states are the same where only something about it changed."""

    at: dt.datetime
    from_state: State | None
    to_state: State
    reason: str
    priority: Priority
    actor: Person | None = Field(description="Null where the engine or the clock did it.")
    note: str | None = Field(description="What was written with it.")
    detail: dict[str, Any] = Field(
        description="What else it was: `until` of a snooze, `assignee_id`, who was told."
    )


class AlarmDetail(Alarm):
    """An alarm with its steps, oldest first; the first 500 of them."""

    transitions: list[AlarmStep]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Assign(_Body):
    """To whom."""

    assignee_id: UUID = Field(description="A clinician who may see the patient.")


class Until(_Body):
    """For how long."""

    until: UtcTime


class Shelve(Until):
    """For how long, and why."""

    reason: Text


class NewNote(_Body):
    """What to write."""

    text: Text


class AcknowledgeOne(_Body):
    """One alarm of several."""

    id: UUID
    version: int | None = Field(default=None, description="The alarm must be at this version.")


class AcknowledgeMany(_Body):
    """Which alarms."""

    alarms: list[AcknowledgeOne] = Field(min_length=1, max_length=MAX_AT_ONCE)


class Acknowledged(BaseModel):
    """What became of one alarm of several."""

    id: UUID
    result: Literal["acknowledged", "not_found", "conflict", "stale"]
    alarm: Alarm | None = Field(description="As it is now; null where it is not found.")


class AcknowledgedMany(BaseModel):
    """What became of each, in the order of the request."""

    results: list[Acknowledged]


def shape(row: AlarmRow) -> Alarm:
    """Alarm as sent."""
    patient = None
    if row.patient_id is not None:
        name = row.patient_name or ""
        patient = PatientRef(id=row.patient_id, name=name, ward=row.ward, bed=row.bed)
    made = {
        "patient": patient,
        "acknowledged_by": _person(row.acknowledged_by_id, row.acknowledged_by_name),
        "assignee": _person(row.assignee_id, row.assignee_name),
    }
    plain = {name: getattr(row, name) for name in Alarm.model_fields if name not in made}
    return Alarm.model_validate(plain | made)


def shape_step(row: TransitionRow) -> AlarmStep:
    """Step as sent."""
    made = {"actor": _person(row.actor_id, row.actor_name)}
    plain = {name: getattr(row, name) for name in AlarmStep.model_fields if name not in made}
    return AlarmStep.model_validate(plain | made)


def _person(person_id: UUID | None, name: str | None) -> Person | None:
    return None if person_id is None else Person(id=person_id, name=name or "")
