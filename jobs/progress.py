"""Performs work that somebody waits for, and tells how far it is.

A kind of work is a function in `KINDS`: it gets a `Job`, calls `await job.tell(done, total)` as it
goes on, and returns what it came to as JSON. It must be safe to run twice: the work of a worker
that died is begun anew. To call it off raises `Cancelled` out of `tell`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from jobs.importing.medicines import perform_medication_import
from jobs.importing.work import perform_import
from jobs.rights.erasing import perform_erasure
from jobs.rights.exporting import perform_export
from jobs.settings import Settings
from jobs.whatif import what_if
from jobs.work import Cancelled, Failure, Job
from storage.queries import background_jobs as sql
from telemetry.logs import logger

log = logger()

KINDS: Final[dict[str, Callable[[Job], Awaitable[dict[str, Any]]]]] = {
    "erasure": perform_erasure,
    "export": perform_export,
    "import": perform_import,
    "medication-import": perform_medication_import,
    "what-if": what_if,
}
"""Name of a kind of work, as it is asked for -> what performs it."""

_OUR_FAULT: Final = "It failed on our side; the logs know it by its id."


@dataclass(frozen=True, slots=True)
class _End:
    state: str
    result: dict[str, Any] | None = None
    error: str | None = None


async def perform(
    connection: psycopg.AsyncConnection[Any], settings: Settings, job_id: UUID
) -> None:
    """Perform one job; a job that is over, or was called off, is left alone.

    Raises:
        psycopg.OperationalError: The database went away; the job is to be begun anew.

    """
    row = await (await connection.execute(sql.START, (job_id,))).fetchone()
    if row is None:
        await _finish(connection, job_id, _End("cancelled"))
        return
    owner_id, kind, parameters = row
    job = Job(connection, settings, job_id, owner_id, parameters)
    await _finish(connection, job_id, await _ended(job, kind))


async def _ended(job: Job, kind: str) -> _End:
    """Do the work; how it ended."""
    try:
        return _End("succeeded", result=await KINDS[kind](job))
    except Cancelled:
        return _End("cancelled")
    except Failure as failure:
        return _End("failed", error=str(failure))
    except psycopg.OperationalError:
        raise
    except Exception:
        log.exception("background_job_failed", job=str(job.id), kind=kind)
        return _End("failed", error=_OUR_FAULT)


async def _finish(connection: psycopg.AsyncConnection[Any], job_id: UUID, end: _End) -> None:
    result = None if end.result is None else Jsonb(end.result)
    fields = {"id": job_id, "state": end.state, "result": result, "error": end.error}
    await connection.execute(sql.FINISH, fields)
