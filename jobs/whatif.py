"""What-if over more patients than an answer can wait for."""

import asyncio
from functools import partial
from typing import Any, Final
from uuid import UUID

from analytics.overrides import Override, Scope
from analytics.whatif.answer import Answer
from analytics.whatif.question import Question
from analytics.whatif.run import DASK_FROM_PATIENTS, run, run_on_dask
from jobs.work import Failure, Job
from storage.engine import Database
from storage.queries import alarm_rules
from storage.queries.alarm_rules import Where
from storage.queries.care import Viewer, active_viewers

MOST_PATIENTS: Final = 20_000


async def what_if(job: Job) -> dict[str, Any]:
    """Replay the readings of the patients that the asker may see now; the answer as JSON."""
    asked = job.parameters
    where = Where(_uuid(asked["patient_id"]), _uuid(asked["hospital_id"]), asked["ward"])
    scope = Scope(where.patient_id, where.hospital_id, where.ward)
    question = Question(
        tuple(Override(**change, version=0, scope=scope) for change in asked["changes"]),
        asked["since_ms"],
        asked["until_ms"],
    )
    patients = await _patients(job, where)
    answer: Answer = await asyncio.to_thread(_runner(job, patients), question, patients)
    return answer.document()


def _runner(job: Job, patients: list[UUID]) -> "partial[Answer]":
    """Dask from so many patients on: on the cluster that is set, else on this machine."""
    if len(patients) < DASK_FROM_PATIENTS:
        return partial(run, url=job.url, progress=job.teller())
    return partial(run_on_dask, scheduler=job.settings.dask_scheduler, progress=job.teller())


async def _patients(job: Job, where: Where) -> list[UUID]:
    database = Database(job.url, pool_size=1)
    try:
        async with database.read() as session:
            active = await active_viewers(session, [job.owner_id])
            viewer = active[0] if active else Viewer(job.owner_id, frozenset())
            found = await alarm_rules.patients_of(session, viewer, where, limit=MOST_PATIENTS + 1)
    finally:
        await database.close()
    if len(found) > MOST_PATIENTS:
        message = f"at most {MOST_PATIENTS} patients at a time; ask ward by ward"
        raise Failure(message)
    return found


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
