"""The queue and its tasks. A task is a few lines here; what it does is in a module of its own."""

import datetime as dt
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import procrastinate
import psycopg

from gateways import subscriber_sync
from gateways.account_sync import end_expired, reconcile
from gateways.broker_accounts import FileBrokerAccounts
from gateways.broker_subscribers import FileBrokerSubscribers
from jobs import meters
from jobs.appointments import add_appointments
from jobs.canary import Canary
from jobs.hospital_sync import add_hospital_sync
from jobs.intake_reminders import complete, remind
from jobs.meters import timed
from jobs.milestones import look
from jobs.payment_tasks import add_payments
from jobs.progress import perform
from jobs.retention import let_go
from jobs.rollups import keep_up
from jobs.sending import add_sending
from jobs.settings import Settings
from storage.engine import CONNECT_TIMEOUT_SECONDS, Database, connect
from storage.queries import background_jobs
from storage.queries.retention import TIME_OUT_COMMANDS
from telemetry.logs import logger

log = logger()

Work = Callable[[psycopg.AsyncConnection[Any]], Awaitable[object]]

ROLLUPS_CRON: Final = "* * * * * */20"
ACCOUNTS_CRON: Final = "*/5 * * * *"
EXPIRY_CRON: Final = "* * * * * */20"
RETENTION_CRON: Final = "17 * * * *"
INTAKES_CRON: Final = "* * * * * */20"
MILESTONES_CRON: Final = "* * * * * */30"
COMMANDS_CRON: Final = "* * * * * */10"
STALLED_CRON: Final = "* * * * * */15"
"""The sixth field counts seconds."""
CANARY_AFTER_SECONDS: Final = 60.0
"""After the worker's start: until then other programs may not be there."""

_HOURS_PER_DAY: Final = 24
_POOL: Final = 6
"""Connections that listen, and those that take jobs, beside those that do them."""
_MOST_PATIENTS: Final = 500
"""Looked at for milestones in one run; the next one goes on."""
_MOST_PLANS: Final = 2_000
"""Of medicines, likewise."""


def build(settings: Settings) -> procrastinate.App:
    """Make the app with every task; nothing is connected yet."""
    url = settings.database_url.get_secret_value()
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=url,
            min_size=1,
            max_size=_POOL + settings.jobs_concurrency,
            kwargs={
                "connect_timeout": CONNECT_TIMEOUT_SECONDS,
                "application_name": "jeg-jobs",
            },
        )
    )
    _add_rollups(app, settings, url)
    _add_milestones(app, url)
    _add_intakes(app, url)
    _add_background(app, settings, url)
    _add_housekeeping(app, settings, url)
    _add_accounts(app, settings, url)
    add_appointments(app, settings, url)
    add_sending(app, settings, url, _run)
    add_hospital_sync(app, settings, url, _run)
    add_payments(app, settings, url)
    _add_canary(app, settings)
    return app


def _add_rollups(app: procrastinate.App, settings: Settings, url: str) -> None:
    @app.periodic(cron=ROLLUPS_CRON)
    @app.task(name="rollups", queueing_lock="rollups")
    async def rollups(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Make the rollups equal to the readings."""
        kept = settings.vitals_days
        since = None if kept is None else dt.datetime.now(dt.UTC) - dt.timedelta(days=kept)

        async def work(connection: psycopg.AsyncConnection[Any]) -> None:
            batch = settings.rollup_batch_hours
            done = await keep_up(connection, batch_hours=batch, readings_since=since)
            meters.ROLLED_UP.inc(done)

        await _run("rollups", url, work)


def _add_milestones(app: procrastinate.App, url: str) -> None:
    @app.periodic(cron=MILESTONES_CRON)
    @app.task(name="milestones", queueing_lock="milestones")
    async def milestones(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Look for what patients have reached, and tell them."""
        database = Database(url, pool_size=1)
        try:
            with timed("milestones"):
                looked, found = await look(database, most=_MOST_PATIENTS)
        finally:
            await database.close()
        if found:
            log.info("milestones", patients=looked, reached=found)


def _add_intakes(app: procrastinate.App, url: str) -> None:
    @app.periodic(cron=INTAKES_CRON)
    @app.task(name="intakes", queueing_lock="intakes")
    async def intakes(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Remind of doses that are due, tell of those missed, and end what is over."""
        database = Database(url, pool_size=1)
        try:
            with timed("intakes"):
                told = await remind(database, most=_MOST_PLANS)
                ended = await complete(database)
        finally:
            await database.close()
        if told or ended:
            log.info("intakes", told=told, ended=ended)


def _add_background(app: procrastinate.App, settings: Settings, url: str) -> None:
    retry = procrastinate.RetryStrategy(
        max_attempts=5, linear_wait=5, retry_exceptions={psycopg.OperationalError}
    )

    @app.task(name=background_jobs.TASK, retry=retry)
    async def background(job_id: str) -> None:
        """Do what somebody asked for and waits for."""

        async def work(connection: psycopg.AsyncConnection[Any]) -> None:
            await perform(connection, settings, UUID(job_id))

        await _run(background_jobs.TASK, url, work)


def _add_housekeeping(app: procrastinate.App, settings: Settings, url: str) -> None:
    @app.periodic(cron=RETENTION_CRON)
    @app.task(name="retention", queueing_lock="retention")
    async def retention(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Let go of what is old enough."""

        async def work(connection: psycopg.AsyncConnection[Any]) -> None:
            log.info("retention", **await let_go(connection, settings))

        await _run("retention", url, work)
        await app.job_manager.delete_old_jobs(
            nb_hours=settings.failed_job_days * _HOURS_PER_DAY, include_failed=True
        )

    @app.periodic(cron=COMMANDS_CRON)
    @app.task(name="commands", queueing_lock="commands")
    async def commands(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Give up waiting for answers of devices that are overdue."""

        async def work(connection: psycopg.AsyncConnection[Any]) -> None:
            await connection.execute(TIME_OUT_COMMANDS)

        await _run("commands", url, work)

    @app.periodic(cron=STALLED_CRON)
    @app.task(name="stalled", queueing_lock="stalled")
    async def stalled(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Give jobs of a worker that died to another one."""
        for job in await app.job_manager.get_stalled_jobs():
            log.warning("job_taken_over", job=job.id, task=job.task_name)
            await app.job_manager.retry_job(job)


def _add_accounts(app: procrastinate.App, settings: Settings, url: str) -> None:
    if settings.broker_accounts_dir is None:
        return
    accounts = FileBrokerAccounts(settings.broker_accounts_dir)
    subscribers = FileBrokerSubscribers(settings.broker_accounts_dir)

    @app.periodic(cron=ACCOUNTS_CRON)
    @app.task(name="broker_accounts", queueing_lock="broker_accounts")
    async def broker_accounts(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Make the broker's accounts what the database says."""

        async def work(connection: psycopg.AsyncConnection[Any]) -> None:
            mended = await reconcile(connection, accounts)
            mended += await subscriber_sync.reconcile(connection, subscribers)
            if mended:
                log.warning("broker_accounts_mended", accounts=mended)

        await _run("broker_accounts", url, work)

    @app.periodic(cron=EXPIRY_CRON)
    @app.task(name="expired_keys", queueing_lock="expired_keys")
    async def expired_keys(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Let the broker refuse keys that ended after a rotation."""

        async def work(connection: psycopg.AsyncConnection[Any]) -> None:
            await end_expired(connection, accounts)

        await _run("expired_keys", url, work)


def _add_canary(app: procrastinate.App, settings: Settings) -> None:
    if not (settings.canary_minutes and settings.broker_host and settings.broker_accounts_dir):
        return
    canary = Canary(settings, FileBrokerAccounts(settings.broker_accounts_dir), sending=True)
    began = time.monotonic()

    @app.periodic(cron=f"*/{settings.canary_minutes} * * * *")
    @app.task(name="canary", queueing_lock="canary", lock="canary")
    async def run_canary(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Send the canary's desaturation through every channel."""
        if time.monotonic() - began < CANARY_AFTER_SECONDS:
            return
        with timed("canary"):
            await canary.run()


async def _run(task: str, url: str, work: Work) -> None:
    """Do a task's work over a connection of its own."""
    with timed(task):
        async with await connect(url, application_name=f"jeg-jobs-{task}") as connection:
            await work(connection)
