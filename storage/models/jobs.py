"""What background work keeps to itself. Its queue's own tables come with procrastinate."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UuidKey


class RollupWork(Base):
    """An hour of a series that has been taken from `rollup_dirty` and is being computed.

    Marks are taken in a transaction of milliseconds and computed in another, so that whoever
    marks an hour never waits for a computation, and a mark made meanwhile is a new one.
    """

    __tablename__ = "rollup_work"

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    bucket: Mapped[Instant] = mapped_column(primary_key=True)
    """Start of the hour."""


class BackgroundJob(Base):
    """Work that somebody asked for and waits for: what, how far it is, what it came to.

    The queue has a job that names it; this row is what people see, and stays after that job.
    """

    __tablename__ = "background_jobs"
    __table_args__ = (
        Index("ix_background_jobs_owner_id_created_at_id", "owner_id", "created_at", "id"),
        Index("ix_background_jobs_finished_at", "finished_at"),
        CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint(
            "(state IN ('queued', 'running')) = (finished_at IS NULL)", name="finished"
        ),
        CheckConstraint("done >= 0 AND total >= 0 AND done <= total", name="progress"),
    )

    id: Mapped[UuidKey]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Who asked for it: nobody else sees it."""
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued", server_default="queued")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    """Steps done, of `total`; a total of 0 is one that is not known yet."""
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    note: Mapped[str] = mapped_column(default="", server_default="")
    """What it is doing."""
    cancel_requested: Mapped[bool] = mapped_column(default=False, server_default="false")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error: Mapped[str | None]
    """Why it failed, for whoever asked; never with a value."""
    created_at: Mapped[CreatedAt]
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
