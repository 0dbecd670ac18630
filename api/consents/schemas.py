"""Shapes of consents."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas import Input

ConsentScope = Literal[
    "emergency_contact", "share_with_clinician", "share_with_hospital", "research", "ai_assistant"
]


class ConsentWording(BaseModel):
    """One version of what is agreed to, word for word."""

    scope: ConsentScope
    version: int
    text: str
    published_at: dt.datetime
    current: bool = Field(description="Whether it is the version that can be agreed to now.")


class ConsentWordings(BaseModel):
    """All of them, the newest of a scope first."""

    results: list[ConsentWording]


class ConsentInput(Input):
    """What the caller agrees to."""

    scope: ConsentScope
    version: int = Field(ge=1, le=32_000, description="Of the text that the caller has read.")
    grantee_id: UUID | None = Field(
        default=None,
        description="With whom data are shared: the user id of a clinician, or the id of a "
        "hospital; with no other scope.",
    )


class GivenConsent(BaseModel):
    """A consent; one that was taken back stays, with the time of that."""

    id: UUID
    scope: ConsentScope
    version: int
    text: str
    grantee_id: UUID | None
    grantee_name: str | None
    granted_at: dt.datetime
    revoked_at: dt.datetime | None
