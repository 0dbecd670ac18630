"""Exports of everything of a person: asked for, told of, fetched, let go of."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, func, select, text, tuple_

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import BackgroundJob, Export, User
from storage.person_tables import ERASED
from storage.queries import background_jobs
from storage.queries.locks import lock

_WAIT_DAYS: Final = 7
"""An export that is not made by then is none."""
KIND: Final = "export"
"""Kind of the background job."""
ExportPosition = tuple[dt.datetime, UUID]
"""When it was asked for, and its id: newest first."""

FIND: Final = "SELECT person_id, requested_by_id FROM exports WHERE id = %s"

FINISH: Final = """
    -- The file is there, and may be fetched for so many days.
    UPDATE exports SET finished_at = now(), size_bytes = %(size)s, sha256 = %(sha256)s,
        expires_at = now() + %(days)s * interval '1 day'
    WHERE id = %(id)s
"""

EXPIRED: Final = """
    -- Exports that nobody may fetch any more, or that never became a file; their files go first.
    SELECT id FROM exports WHERE expires_at < now() ORDER BY expires_at LIMIT %s
"""

DELETE: Final = "DELETE FROM exports WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export and how far its job is; size and hash are those of its file, once it is there."""

    id: UUID
    person_id: UUID
    job_id: UUID | None
    state: str
    done: int
    total: int
    error: str | None
    size_bytes: int | None
    sha256: bytes | None
    created_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime

    @property
    def position(self) -> ExportPosition:
        """Place in the list."""
        return (self.created_at, self.id)


def key_of(export_id: UUID) -> str:
    """Where its file is kept."""
    return f"exports/{export_id}.zip"


async def is_person(session: ReadSession | WriteSession, user_id: UUID) -> bool:
    """Whether there is such an account, and it is somebody's."""
    found = await session.scalar(
        select(User.id).where(User.id == user_id, User.id != ERASED, ~User.is_synthetic)
    )
    return found is not None


async def add(session: WriteSession, person_id: UUID, requested_by_id: UUID) -> ExportRow:
    """Ask for an export; its job belongs to whoever asked."""
    export_id = uuid4()
    job = await background_jobs.add(session, requested_by_id, KIND, {"export_id": str(export_id)})
    session.add(
        Export(
            id=export_id,
            person_id=person_id,
            requested_by_id=requested_by_id,
            job_id=job.id,
            expires_at=func.now() + text(f"interval '{_WAIT_DAYS} days'"),
        )
    )
    await session.flush()
    row = await find(session, export_id)
    if row is None:
        raise LookupError
    return row


async def in_hand(session: WriteSession, person_id: UUID) -> bool:
    """Whether one of this person is being made; whoever asks for one meanwhile waits."""
    await lock(session, f"export:{person_id}")
    found = await session.scalar(
        select(Export.id)
        .join(BackgroundJob, BackgroundJob.id == Export.job_id)
        .where(Export.person_id == person_id, BackgroundJob.finished_at.is_(None))
        .limit(1)
    )
    return found is not None


async def find(session: ReadSession | WriteSession, export_id: UUID) -> ExportRow | None:
    """One export."""
    return next(iter(await _rows(session, Export.id == export_id, limit=1)), None)


async def page(
    session: ReadSession,
    person_id: UUID,
    requested_by_id: UUID,
    *,
    after: ExportPosition | None,
    limit: int,
) -> list[ExportRow]:
    """Exports of a person that somebody asked for, the newest first, at most `limit`."""
    where = (Export.person_id == person_id) & (Export.requested_by_id == requested_by_id)
    if after is not None:
        where &= tuple_(Export.created_at, Export.id) < tuple_(*after)
    saw(person_id)
    return await _rows(session, where, limit=limit)


async def _rows(
    session: ReadSession | WriteSession, where: ColumnElement[bool], *, limit: int
) -> list[ExportRow]:
    job = BackgroundJob
    statement: Select[*tuple[Any, ...]] = (
        select(
            Export.id,
            Export.person_id,
            Export.job_id,
            func.coalesce(job.state, "succeeded"),
            func.coalesce(job.done, 0),
            func.coalesce(job.total, 0),
            job.error,
            Export.size_bytes,
            Export.sha256,
            Export.created_at,
            Export.finished_at,
            Export.expires_at,
        )
        .outerjoin(job, job.id == Export.job_id)
        .where(where)
        .order_by(Export.created_at.desc(), Export.id.desc())
        .limit(limit)
    )
    return [ExportRow(*row) for row in await session.execute(statement)]
