"""Shapes of exports, erasures and periods."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr

from api.jobs.schemas import JobState
from api.schemas import Input
from storage.queries.erasures import Reason


class Export(BaseModel):
    """Everything of a person as one ZIP: FHIR, CSV and a manifest with counts and hashes."""

    id: UUID
    person_id: UUID
    job_id: UUID | None = Field(description="Of whoever asked: /api/jobs/{id}/events/ as it goes.")
    state: JobState
    done: int
    total: int = Field(description="Steps in all; 0 while that is not known.")
    error: str | None = Field(description="Why it failed.")
    size_bytes: int | None
    sha256: str | None = Field(description="Of the file, in hexadecimal.")
    created_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime = Field(description="From then on the file is gone.")
    download: str | None = Field(
        description="Path of the file, for whoever has it and for an hour; get it anew by the list."
    )


class OwnErasureInput(Input):
    """Confirmation of somebody who wants to be erased."""

    current_password: SecretStr = Field(min_length=1, max_length=1024)


class ErasureInput(Input):
    """Why an administrator erases somebody; free text would name them again."""

    reason: Reason


class Erasure(BaseModel):
    """An erasure: how far it is, and at its end the proof."""

    id: UUID
    person_id: UUID = Field(description="A number that leads to nobody once it is over.")
    reason: Reason
    requested_by: Literal["the person", "an administrator"]
    state: JobState
    done: int
    total: int
    error: str | None = Field(description="Why it failed; ask again, it goes on where it was.")
    requested_at: dt.datetime
    finished_at: dt.datetime | None
    status: str = Field(description="Path of this answer for whoever has it: it needs no login.")
    sha256: str | None = Field(description="Of the proof as JSON with sorted keys, hexadecimal.")
    proof: dict[str, Any] | None = Field(
        description="Every table that was looked through, what was found there (nothing), what is "
        "kept and why."
    )


class Period(BaseModel):
    """For how long a class of data is kept."""

    name: str = Field(examples=["readings"])
    days: float | None = Field(description="Null: until somebody deletes it.", examples=[90])
    deleted: int = Field(description="Rows, files or chunks in all, because of this period.")
    applied_at: dt.datetime | None = Field(description="When it was last applied; null: not yet.")


class Periods(BaseModel):
    """All of them."""

    results: list[Period]
