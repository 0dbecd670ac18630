"""Shapes of alarms."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas import PatientRef
from api.ward.schemas import Priority
from storage.queries.alarms import AlarmRow

State = Literal[
    "pending", "active_unacknowledged", "active_acknowledged", "latched", "cleared", "closed"
]
Category = Literal["physiological", "technical"]


class Person(BaseModel):
    """Who did something."""

    id: UUID
    name: str


class Alarm(BaseModel):
    """One condition of one patient from its beginning to its end (IEC 60601-1-8)."""

    id: UUID
    patient: PatientRef
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
    value: float | None = Field(description="Of the present episode, as of its newest step.")
    unit: str | None
    limit: float | None = Field(description="The alarm comes at it or beyond.")
    severe_limit: float | None = Field(
        description="At it or beyond, the priority is high; null where there is no such limit."
    )
    worst_value: float | None = Field(
        description="The worst while the alarm was open: why its priority is what it is."
    )
    message: str
    rule_version: str


class Transition(BaseModel):
    """One step of an alarm."""

    at: dt.datetime
    from_state: State | None
    to_state: State
    reason: str
    priority: Priority
    actor: Person | None = Field(description="Null where the engine did it.")


class AlarmDetail(Alarm):
    """An alarm with its steps, oldest first."""

    transitions: list[Transition]


def shape(row: AlarmRow) -> Alarm:
    """Alarm as sent."""
    patient = PatientRef(id=row.patient_id, name=row.patient_name, ward=row.ward, bed=row.bed)
    by = _person(row.acknowledged_by_id, row.acknowledged_by_name)
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Alarm.model_validate({**plain, "patient": patient, "acknowledged_by": by})


_PLAIN = tuple(name for name in Alarm.model_fields if name not in {"patient", "acknowledged_by"})


def _person(person_id: UUID | None, name: str | None) -> Person | None:
    return None if person_id is None else Person(id=person_id, name=name or "")
