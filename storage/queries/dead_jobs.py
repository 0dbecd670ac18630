"""Jobs of the queue that failed for good, and having one done again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from storage.engine import ReadSession, WriteSession

_DEAD = text("""
    SELECT j.id, j.task_name, j.queue_name, j.attempts, j.args,
        (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) AS failed_at,
        d.channel, coalesce(d.last_error, r.error)
    FROM procrastinate_jobs j
    LEFT JOIN deliveries d ON j.task_name = 'deliver' AND d.id = (j.args ->> 'delivery_id')::uuid
    LEFT JOIN payment_refunds r
        ON j.task_name = 'payment_refund' AND r.id = (j.args ->> 'refund_id')::uuid
    WHERE j.status = 'failed' AND (CAST(:before AS bigint) IS NULL OR j.id < :before)
    ORDER BY j.id DESC LIMIT :limit
""")

_RETRY = text("""
    UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now()
    WHERE id = :id AND status = 'failed'
    RETURNING id
""")


@dataclass(frozen=True, slots=True)
class DeadJob:
    """One job that failed for good. Its arguments are ids."""

    id: int
    task: str
    queue: str
    attempts: int
    args: dict[str, Any]
    failed_at: dt.datetime | None
    channel: str | None
    reason: str | None
    """Of a delivery or a refund; what else failed is in the logs."""


async def page(session: ReadSession, *, limit: int, before: int | None = None) -> list[DeadJob]:
    """Dead jobs, newest first."""
    found = await session.execute(_DEAD, {"limit": limit, "before": before})
    return [DeadJob(*row) for row in found]


async def retry(session: WriteSession, job_id: int) -> bool:
    """Have a dead job done again, with all its attempts; whether there was such a job."""
    return (await session.execute(_RETRY, {"id": job_id})).first() is not None
