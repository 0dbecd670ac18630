"""Shapes of jobs."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from storage.queries.background_jobs import JobRow

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Job(BaseModel):
    """Work that was asked for."""

    id: UUID
    kind: str
    state: JobState
    done: int
    total: int = Field(description="Steps in all; 0 while that is not known.")
    note: str
    error: str | None = Field(description="Why it failed.")
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None


class JobDetail(Job):
    """A job with what it came to."""

    result: dict[str, Any] | None = Field(description="Once it has succeeded.")


def shape(row: JobRow) -> Job:
    """Job as sent."""
    return Job.model_validate(row, from_attributes=True)


def detail(row: JobRow) -> JobDetail:
    """Job as sent, with what it came to."""
    return JobDetail.model_validate(row, from_attributes=True)
