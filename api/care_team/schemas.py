"""Shapes of care teams and emergencies."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from api.schemas import Input, storable

Why = Literal["assignment", "appointment", "break_glass", "consent", "hospital_consent", "role"]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=10, max_length=500),
    AfterValidator(storable),
]
MOST_MINUTES = 480


class PatientViewer(BaseModel):
    """Somebody who may see the patient now."""

    id: UUID
    name: str
    kind: Why = Field(description="Why; somebody with two reasons is here twice.")
    since: dt.datetime | None
    until: dt.datetime | None = Field(description="Null: until it is ended.")
    reason: str = Field(description="Of an emergency; else empty.")


class PatientViewers(BaseModel):
    """At most 500 of them, by name."""

    results: list[PatientViewer]


class Assignment(Input):
    """Who shall care for the patient."""

    clinician_id: UUID


class BreakGlass(Input):
    """An emergency."""

    reason: Reason = Field(description="The patient and the auditors read it.")
    minutes: int = Field(default=60, ge=5, le=MOST_MINUTES, description="How long it is needed.")


class Emergency(BaseModel):
    """Access that was opened."""

    id: UUID
    patient_id: UUID
    reason: str
    until: dt.datetime
