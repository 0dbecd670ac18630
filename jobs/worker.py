"""Runs the queue's worker for as long as wanted, whatever becomes of the database meanwhile."""

import asyncio
import contextlib
from typing import Any, Final

import procrastinate
import psycopg

from jobs import meters
from jobs.app import build
from jobs.attention import keep_attending
from jobs.retention import note_periods
from jobs.settings import Settings
from storage.engine import connect
from storage.queries.payments import QUEUE as PAYMENTS
from storage.queries.retention import PULSE
from telemetry.logs import logger
from telemetry.notices import QUEUE, URGENT_QUEUE

log = logger()

_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 10.0
_PULSE_SECONDS: Final = 2.0
_GRACE_SECONDS: Final = 3.0
_CANCELLATIONS: Final = 4
_POLL_SECONDS: Final = 5.0

HOUSEKEEPING: Final = ("default", PAYMENTS)
"""Queues of everything that sends nothing to people."""

_AWAY = (psycopg.Error, procrastinate.exceptions.ProcrastinateException, OSError)


class Worker:
    """One worker process. `run` returns soon after `stop` is set."""

    def __init__(self, settings: Settings) -> None:
        """Know the settings; nothing is connected yet."""
        self._settings = settings
        # One for all terms: the library's own tasks are renamed by every app that takes them in.
        self._app = build(settings)
        self._pause = _FIRST_PAUSE_SECONDS

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set. A queue that is lost with its database is begun anew."""
        while not stop.is_set():
            try:
                await self._term(stop)
            except* _AWAY as errors:
                kinds = sorted({type(error).__name__ for error in _leaves(errors)})
                log.warning("database_away", errors=kinds)
            finally:
                meters.READY.set(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _term(self, stop: asyncio.Event) -> None:
        """Take jobs until `stop`, or until the database does not answer."""
        url = self._settings.database_url.get_secret_value()
        async with await connect(url, application_name="jeg-jobs-pulse") as connection:
            await note_periods(connection, self._settings)
            app = self._app
            async with app.open_async():
                working = [
                    *(asyncio.create_task(self._work(app, one)) for one in self._slots()),
                    asyncio.create_task(_pulse(connection)),
                    asyncio.create_task(_attend(url)),
                ]
                stopping = asyncio.create_task(stop.wait())
                self._pause = _FIRST_PAUSE_SECONDS
                meters.READY.set(1)
                log.info("working", tasks=sorted(app.tasks))
                try:
                    await asyncio.wait((*working, stopping), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    stopping.cancel()
                    await _end(working)
                _tell(working)

    def _slots(self) -> list[tuple[tuple[str, ...], int]]:
        """Queues, and how many of their jobs run at the same time.

        Each has slots of its own: neither a mail server that is slow nor an import of a million
        readings keeps an alarm waiting.
        """
        settings = self._settings
        return [
            ((URGENT_QUEUE,), settings.send_concurrency),
            ((QUEUE,), settings.send_concurrency),
            (HOUSEKEEPING, settings.jobs_concurrency),
        ]

    async def _work(self, app: procrastinate.App, slots: tuple[tuple[str, ...], int]) -> None:
        queues, concurrency = slots
        await app.run_worker_async(
            queues=list(queues),
            concurrency=concurrency,
            install_signal_handlers=False,
            shutdown_graceful_timeout=_GRACE_SECONDS,
            fetch_job_polling_interval=_POLL_SECONDS,
            delete_jobs="successful",
        )
        # The worker never returns by itself: whatever ended it, it is to begin anew.
        raise psycopg.OperationalError


async def _end(working: list[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended.

    The queue's worker takes a first cancellation as a wish to finish its jobs, for which it may ask
    a database that is gone.
    """
    left = {one for one in working if not one.done()}
    for _ in range(_CANCELLATIONS):
        if not left:
            return
        for one in left:
            one.cancel()
        _, left = await asyncio.wait(left, timeout=_GRACE_SECONDS + 1)
    if left:
        log.error("tasks_go_on", tasks=len(left))


def _tell(working: list[asyncio.Task[None]]) -> None:
    """Raise what tasks have ended with, if any has failed."""
    ended = (one for one in working if one.done() and not one.cancelled())
    errors = [error for one in ended if isinstance(error := one.exception(), Exception)]
    if errors:
        message = "a term has ended"
        raise ExceptionGroup(message, errors)


async def _attend(url: str) -> None:
    """Look after alarms, apart from the queue: nothing that is queued may keep them waiting."""
    async with await connect(url, application_name="jeg-jobs-attention") as connection:
        await keep_attending(connection)


async def _pulse(connection: psycopg.AsyncConnection[Any]) -> None:
    """Notice a database that is gone even while no job asks for it.

    Raises:
        psycopg.OperationalError: It does not answer.

    """
    while True:
        await asyncio.sleep(_PULSE_SECONDS)
        await connection.execute(PULSE)


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
