"""Goes over all patients of a question, some at a time: by itself, or with Dask."""

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final
from uuid import UUID

from analytics.whatif.answer import Answer, Tally
from analytics.whatif.question import Question
from analytics.whatif.replay import Chunk, replay

PATIENTS_AT_ONCE: Final = 20
"""In one chunk, which is also one task."""
DASK_FROM_PATIENTS: Final = 60
"""Fewer are done sooner than a cluster is started."""
_TASKS_PER_THREAD: Final = 2
_CONNECT_SECONDS: Final = 10

Progress = Callable[[int, int], None]
"""Called with patients done and patients in all. What it raises ends the run."""


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def run(
    question: Question,
    patient_ids: Sequence[UUID],
    *,
    url: str | None = None,
    progress: Progress = _silent,
) -> Answer:
    """Replay every patient in this process, chunk by chunk; `url` as in `replay`."""
    return _added(
        question,
        (replay(question, some, url) for some in _chunks(patient_ids)),
        len(patient_ids),
        progress,
    )


def run_on_dask(
    question: Question,
    patient_ids: Sequence[UUID],
    *,
    scheduler: str | None = None,
    progress: Progress = _silent,
) -> Answer:
    """Replay the patients on a Dask cluster; the same answer as `run`.

    Each task reads its own patients from the database that `JEG_DATABASE_URL` names in the
    environment of its worker. No more tasks wait than workers have threads, twice over.

    Args:
        question: What is asked.
        patient_ids: Whose readings.
        scheduler: Address of an existing cluster; None: one on this machine, a process a core.
        progress: Told after each chunk.

    Raises:
        OSError: The scheduler does not answer.

    """
    cluster_of: Any = importlib.import_module("distributed")  # takes a second to load
    if scheduler is not None:
        with cluster_of.Client(scheduler, timeout=_CONNECT_SECONDS) as client:
            return _distributed(client, question, patient_ids, progress)
    with (
        cluster_of.LocalCluster(
            n_workers=os.cpu_count(), threads_per_worker=1, dashboard_address=None
        ) as cluster,
        cluster_of.Client(cluster) as client,
    ):
        return _distributed(client, question, patient_ids, progress)


def _distributed(
    client: Any,  # noqa: ANN401 (the library has no types)
    question: Question,
    patient_ids: Sequence[UUID],
    progress: Progress,
) -> Answer:
    tasks = (client.submit(replay, question, some, pure=False) for some in _chunks(patient_ids))
    threads = sum(client.nthreads().values()) or 1
    as_completed: Any = importlib.import_module("distributed").as_completed

    def results() -> Iterator[Chunk]:
        running = as_completed(list(islice(tasks, threads * _TASKS_PER_THREAD)))
        for future in running:
            yield future.result()
            future.release()
            for more in islice(tasks, 1):
                running.add(more)

    return _added(question, results(), len(patient_ids), progress)


def _chunks(patient_ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    for first in range(0, len(patient_ids), PATIENTS_AT_ONCE):
        yield list(patient_ids[first : first + PATIENTS_AT_ONCE])


def _added(
    question: Question, chunks: Iterator[Chunk], patients: int, progress: Progress
) -> Answer:
    tally = Tally(question)
    progress(0, patients)
    for chunk in chunks:
        tally.add(chunk)
        progress(tally.patients, patients)
    return tally.answer()
