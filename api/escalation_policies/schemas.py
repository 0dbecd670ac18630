"""Shapes of escalation policies."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from analytics.escalation import (
    MAX_AFTER_SECONDS,
    MAX_STEPS,
    SHORTEST_REPEAT_SECONDS,
    Audience,
    Channel,
    PolicyError,
    Step,
    check_steps,
)
from api.reasons import Unfit
from api.schemas import Input, ShortText
from api.ward.schemas import Priority

Ward = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class PolicyStep(Input):
    """Whom to tell, when and over which channels."""

    after_seconds: float = Field(
        ge=0, le=MAX_AFTER_SECONDS, description="From when the alarm began to call."
    )
    who: Audience = Field(
        examples=["ward_role"],
        description="`care_team`: clinicians in whose care the patient is. `ward_role`: holders of "
        "`role` who care for somebody on the ward. `emergency_contact`: only with the patient's "
        "consent, by sms.",
    )
    channels: list[Channel] = Field(
        min_length=1, description="In the application it is shown in any case."
    )
    role: ShortText | None = Field(
        default=None, description="For `ward_role`.", examples=["clinician"]
    )
    user_id: UUID | None = Field(default=None, description="For `user`.", examples=[None])

    def step(self) -> Step:
        """As the engine takes it; `analytics.escalation.PolicyError` for one that cannot be."""
        return Step(
            after_seconds=self.after_seconds,
            who=self.who,
            channels=tuple(dict.fromkeys(self.channels)),
            role=self.role or None,
            user_id=None if self.user_id is None else str(self.user_id),
        )


class PolicyInput(Input):
    """A policy for alarms of one priority: everywhere, or on one ward."""

    priority: Priority
    ward: Ward | None = Field(default=None, description="Left out: wherever no other one holds.")
    hospital_id: UUID | None = Field(
        default=None, description="Whose ward; left out: of this name in any hospital."
    )
    steps: list[PolicyStep] = Field(
        min_length=1, max_length=MAX_STEPS, description="In the order of their times."
    )
    repeat_seconds: float | None = Field(
        default=None,
        ge=SHORTEST_REPEAT_SECONDS,
        le=MAX_AFTER_SECONDS,
        description="Between reminders; left out: as the alarm's rule says, else its priority.",
    )

    @model_validator(mode="after")
    def _whole(self) -> "PolicyInput":
        if self.hospital_id is not None and self.ward is None:
            message = "needs a ward"
            raise Unfit(message, "hospital_id")
        try:
            check_steps([step.step() for step in self.steps])
        except PolicyError as error:
            raise Unfit(str(error), "steps") from error
        return self


class Policy(BaseModel):
    """A policy in force."""

    id: UUID | None = Field(description="Null for a built-in one.")
    priority: Priority
    ward: str | None
    hospital_id: UUID | None
    version: int = Field(description="0 for a built-in one.")
    steps: list[PolicyStep]
    repeat_seconds: float | None
    created_at: dt.datetime | None
    created_by_id: UUID | None


class Policies(BaseModel):
    """The policies in force. A ward's stands before everybody's, that before the built-in one."""

    results: list[Policy] = Field(description="At most 500.")
