"""Work that somebody waits for: asked for, run, told how far it is, kept until it has been seen."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, tuple_, update

from storage.engine import ReadSession, WriteSession
from storage.models import BackgroundJob

TASK: Final = "background"
"""Name of the queue's task that performs a row of `background_jobs`; its argument is `job_id`."""

JobPosition = tuple[dt.datetime, UUID]
"""When it was asked for, and its id: newest first."""

_DEFER: Final = text("""
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', :task, -10, NULL, NULL,
        jsonb_build_object('job_id', CAST(:job_id AS text)), NULL)::procrastinate_job_to_defer_v1])
""")

START: Final = """
    -- Take a job up, also one whose worker died: whose it is and what is wanted; none when it is
    -- over or was called off.
    UPDATE background_jobs SET state = 'running', started_at = coalesce(started_at, now())
    WHERE id = %s AND state IN ('queued', 'running') AND NOT cancel_requested
    RETURNING owner_id, kind, parameters
"""

PROGRESS: Final = """
    -- How far a job is; whether it is still wanted.
    UPDATE background_jobs SET done = %(done)s, total = %(total)s, note = %(note)s
    WHERE id = %(id)s AND state = 'running'
    RETURNING NOT cancel_requested
"""

FINISH: Final = """
    -- The end of a job, whatever it is.
    UPDATE background_jobs SET state = %(state)s::text, result = %(result)s, error = %(error)s,
        done = CASE WHEN %(state)s::text = 'succeeded' THEN total ELSE done END, finished_at = now()
    WHERE id = %(id)s AND finished_at IS NULL
"""

DELETE_OLD: Final = """
    -- Jobs that were over some days ago, at most so many.
    DELETE FROM background_jobs WHERE id IN (
        SELECT id FROM background_jobs
        WHERE finished_at < now() - %s * interval '1 day' LIMIT %s
    )
"""


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as its owner sees it; `result` is None where it was not asked for."""

    id: UUID
    kind: str
    state: str
    done: int
    total: int
    note: str
    error: str | None
    result: dict[str, Any] | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None

    @property
    def position(self) -> JobPosition:
        """Place in the list."""
        return (self.created_at, self.id)


async def add(
    session: WriteSession, owner_id: UUID, kind: str, parameters: dict[str, Any]
) -> JobRow:
    """Ask for a job: its row, and the queue's job that performs it, in one transaction."""
    job = BackgroundJob(id=uuid4(), owner_id=owner_id, kind=kind, parameters=parameters)
    session.add(job)
    await session.flush()
    await session.refresh(job)
    await session.execute(_DEFER, {"task": TASK, "job_id": str(job.id)})
    return _row(job)


async def get(session: ReadSession | WriteSession, owner_id: UUID, job_id: UUID) -> JobRow | None:
    """One job of somebody, with what it came to."""
    found = await session.scalar(
        select(BackgroundJob)
        .where(BackgroundJob.id == job_id, BackgroundJob.owner_id == owner_id)
        .execution_options(populate_existing=True)
    )
    return None if found is None else _row(found)


async def page(
    session: ReadSession, owner_id: UUID, *, after: JobPosition | None, limit: int
) -> list[JobRow]:
    """Jobs of somebody, the newest first, at most `limit`, from `after` on; without results."""
    order = (BackgroundJob.created_at, BackgroundJob.id)
    plain = [getattr(BackgroundJob, name) for name in _PLAIN]
    statement = select(*plain).where(BackgroundJob.owner_id == owner_id)
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    found = await session.execute(
        statement.order_by(*(column.desc() for column in order)).limit(limit)
    )
    return [JobRow(**dict(zip(_PLAIN, row, strict=True)), result=None) for row in found]


async def cancel(session: WriteSession, owner_id: UUID, job_id: UUID) -> JobRow | None:
    """Call a job off: at once while it waits, at its next step while it runs."""
    mine = (BackgroundJob.id == job_id, BackgroundJob.owner_id == owner_id)
    await session.execute(update(BackgroundJob).where(*mine).values(cancel_requested=True))
    await session.execute(
        update(BackgroundJob)
        .where(*mine, BackgroundJob.state == "queued")
        .values(state="cancelled", finished_at=func.now())
    )
    return await get(session, owner_id, job_id)


_PLAIN: Final = (
    "id",
    "kind",
    "state",
    "done",
    "total",
    "note",
    "error",
    "created_at",
    "started_at",
    "finished_at",
)


def _row(job: BackgroundJob) -> JobRow:
    return JobRow(**{name: getattr(job, name) for name in _PLAIN}, result=job.result)
