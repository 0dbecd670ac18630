"""Shapes of jobs that failed for good."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, Field


class DeadJob(BaseModel):
    """A job of the queue that failed for good."""

    id: int
    task: str
    queue: str
    attempts: int
    args: dict[str, Any] = Field(description="Ids of what it was about.")
    failed_at: dt.datetime | None
    channel: str | None = Field(description="Of a message that could not be sent.")
    reason: str | None = Field(description="Why not; what else failed is in the logs.")
