"""Shapes of alarm rules."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, FiniteFloat, StringConstraints

from api.alarms.schemas import Category, Person
from api.schemas import Input, Name
from api.ward.schemas import Priority
from storage.queries.alarm_rules import VersionRow

Reason = Annotated[Name, StringConstraints(max_length=500)]
Value = FiniteFloat | bool | str | None


class ScopeRef(BaseModel):
    """For whom a rule holds: a patient, a ward, or (all null) everybody."""

    kind: Literal["default", "ward", "patient"]
    patient_id: UUID | None
    hospital_id: UUID | None
    ward: str | None


class RuleValues(Input):
    """What a rule can change; what is null or left out stays as the wider scope has it."""

    enabled: bool | None = Field(default=None, description="False: never calls.")
    limit: FiniteFloat | None = Field(
        default=None, description="In `unit`; the alarm comes at it or beyond."
    )
    severe_limit: FiniteFloat | None = Field(
        default=None,
        description="At it or beyond, the priority is high. A limit that is moved past an inherited"
        " one drops it.",
    )
    priority: Priority | None = Field(default=None, description="Below the severe limit.")
    delay_s: FiniteFloat | None = Field(default=None, description="0 to 3,600.")
    clear_delay_s: FiniteFloat | None = Field(default=None, description="0 to 86,400.")
    severe_delay_s: FiniteFloat | None = Field(default=None, description="0 to 3,600.")
    severe_clear_delay_s: FiniteFloat | None = Field(default=None, description="0 to 86,400.")
    hysteresis: FiniteFloat | None = Field(
        default=None, description="More than 0: how far back inside a value must come to clear."
    )
    repeat_s: FiniteFloat | None = Field(
        default=None,
        description="30 to 86,400: how often an unanswered alarm is told again; left out: as the"
        " policy says, else its priority.",
    )


class RuleInput(RuleValues):
    """The next version of a rule."""

    reason: Reason = Field(description="Why; kept with the version.")


class Withdrawal(Input):
    """Why a rule is taken back."""

    reason: Reason


class Sourced(BaseModel):
    """One value of a rule, and which version of which scope it comes from."""

    value: Value
    source: str = Field(description="builtin:1, default:<n>, ward:<n> or patient:<n>.")


class EffectiveRule(BaseModel):
    """A rule as it holds in a scope."""

    condition: str
    title: str
    metrics: list[str] = Field(description="Empty for a score.")
    side: Literal["low", "high"]
    unit: str
    category: Category
    least: float = Field(description="Limits can be set from here")
    greatest: float = Field(description="to here.")
    rule_version: str = Field(description="As alarms are marked with it.")
    scope_version: int = Field(
        description="Newest version of the scope asked for; 0 where it never had one. Send it as "
        "If-Match to change what you saw and nothing newer."
    )
    values: dict[str, Sourced]


class RuleVersion(BaseModel):
    """One version of a rule in one scope."""

    id: UUID
    scope: ScopeRef
    condition: str
    version: int
    withdrawn: bool = Field(description="From this version on the wider scope holds again.")
    values: dict[str, Value] = Field(description="Only what it changes.")
    reason: str
    created_at: dt.datetime
    created_by: Person | None
    superseded_at: dt.datetime | None = Field(description="Null for the current one.")


class Difference(BaseModel):
    """One value that two versions do not have in common; null: as the wider scope has it."""

    field: str
    before: Value
    after: Value


class VersionDifference(BaseModel):
    """What changed from one version to another."""

    condition: str
    before: int
    after: int
    differences: list[Difference]


def scope_shape(where: Any) -> ScopeRef:  # noqa: ANN401 (a Where or a Scope: they look alike)
    """Scope as sent."""
    patient, ward = where.patient_id is not None, where.ward is not None
    return ScopeRef(
        kind="patient" if patient else "ward" if ward else "default",
        patient_id=where.patient_id,
        hospital_id=where.hospital_id,
        ward=where.ward,
    )


def version_shape(row: VersionRow) -> RuleVersion:
    """Version as sent."""
    by = row.created_by_id
    return RuleVersion(
        id=row.id,
        scope=scope_shape(row.where),
        condition=row.condition,
        version=row.version,
        withdrawn=row.withdrawn,
        values={name: value for name, value in row.values.items() if value is not None},
        reason=row.reason,
        created_at=row.created_at,
        created_by=None if by is None else Person(id=by, name=row.created_by_name or ""),
        superseded_at=row.superseded_at,
    )
