"""The queue's tasks about payments, each a few lines."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import procrastinate

from gateways.payments.providers import Providers
from jobs.meters import timed
from jobs.payments import Cashier
from jobs.sending import Retrying
from jobs.settings import Settings
from jobs.unpaid import reconcile, release
from storage.engine import Database
from storage.queries.payments import QUEUE
from telemetry.logs import logger

log = logger()

RECONCILE_CRON: Final = "* * * * * */30"
UNPAID_CRON: Final = "* * * * * */30"
_POOL: Final = 4


def add_payments(app: procrastinate.App, settings: Settings, url: str) -> None:
    """Add the tasks that `storage.queries.payments` queues, and those that run by themselves."""

    @asynccontextmanager
    async def cashier(task: str) -> AsyncIterator[Cashier]:
        database = Database(url, pool_size=_POOL)
        trying = settings.environment == "development"
        try:
            with timed(task):
                async with Providers(settings, database, trying=trying) as providers:
                    yield Cashier(database, providers)
        finally:
            await database.close()

    @app.task(name="payment_event", queue=QUEUE, retry=Retrying(), pass_context=True)
    async def payment_event(context: procrastinate.JobContext, event_id: str) -> None:
        """Take in what a provider's webhook said."""
        async with cashier("payment_event") as one:
            await one.event(UUID(event_id), context.job.attempts)

    @app.task(name="payment_cancel", queue=QUEUE, retry=Retrying(), pass_context=True)
    async def payment_cancel(context: procrastinate.JobContext, payment_id: str) -> None:
        """Call a payment off at its provider."""
        async with cashier("payment_cancel") as one:
            await one.cancel(UUID(payment_id), context.job.attempts)

    @app.task(name="payment_refund", queue=QUEUE, retry=Retrying(), pass_context=True)
    async def payment_refund(context: procrastinate.JobContext, refund_id: str) -> None:
        """Send money back."""
        async with cashier("payment_refund") as one:
            await one.refund(UUID(refund_id), context.job.attempts)

    @app.periodic(cron=RECONCILE_CRON)
    @app.task(name="payments", queue=QUEUE, queueing_lock="payments")
    async def payments(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Ask after payments that nobody heard of again."""
        async with cashier("payments") as one:
            if asked := await reconcile(one):
                log.info("payments_asked_after", payments=asked)

    @app.periodic(cron=UNPAID_CRON)
    @app.task(name="unpaid", queue=QUEUE, queueing_lock="unpaid")
    async def unpaid(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Release appointments that were not paid in time."""
        hold = dt.timedelta(minutes=settings.waiting_list_hold_minutes)
        database = Database(url, pool_size=1)
        try:
            with timed("unpaid"):
                released = await release(database, minutes=settings.payment_minutes, hold=hold)
        finally:
            await database.close()
        if released:
            log.info("appointments_released", appointments=released)
