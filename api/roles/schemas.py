"""Shapes of roles."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas import Input

RoleName = Literal["patient", "clinician", "developer", "admin", "auditor"]


class RoleShape(BaseModel):
    """A role and what it allows."""

    name: str
    description: str
    permissions: list[str] = Field(description="From the closed list of permissions.")
    is_active: bool


class Roles(BaseModel):
    """Every role."""

    results: list[RoleShape]
    permissions: dict[str, str] = Field(description="Every permission, and what it allows.")


class RoleHeld(BaseModel):
    """A role that somebody holds."""

    role: str
    assigned_at: dt.datetime
    assigned_by_id: UUID | None = Field(description="Null: the installation itself.")
    assigned_by_name: str | None


class RolesHeld(BaseModel):
    """All that somebody holds."""

    results: list[RoleHeld]


class AccountFound(BaseModel):
    """An account, and enough to tell it from others of the same name."""

    id: UUID
    first_name: str
    last_name: str
    email: str | None
    is_active: bool


class RoleInput(Input):
    """The role to give."""

    role: RoleName
