"""The queue's tasks that carry notifications to people, and how often they are tried."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import procrastinate
import psycopg
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from gateways.wording import Templates
from jobs.notifications import AgainError, Courier, DeadError, plan
from jobs.outlets import outlets
from jobs.settings import Settings
from telemetry.notices import QUEUE
from telemetry.vouchers import Vouchers

Work = Callable[[psycopg.AsyncConnection[Any]], Awaitable[object]]
Run = Callable[[str, str, Work], Awaitable[None]]

_MOST_FAILURES: Final = 20
"""Of the database or of this program; what the other side does is counted by the delivery."""
_LONGEST_SECONDS: Final = 300


class Retrying(BaseRetryStrategy):
    """As the error says; a database that is away is waited for."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None: never."""
        if isinstance(exception, AgainError):
            return RetryDecision(retry_at=exception.at)
        if isinstance(exception, DeadError) or job.attempts >= _MOST_FAILURES:
            return None
        seconds = min(2 ** min(job.attempts, 20), _LONGEST_SECONDS)
        return RetryDecision(retry_in={"seconds": seconds})


def add_sending(app: procrastinate.App, settings: Settings, url: str, run: Run) -> None:
    """Add the tasks that `storage.queries.announce` queues.

    Raises:
        ValueError: A key in the settings is none.

    """
    courier = Courier(
        outlets(settings),
        Templates(settings.public_url),
        Vouchers(settings.secret_key.get_secret_value()),
        settings.email_from,
    )

    @app.task(name="notify", queue=QUEUE, retry=Retrying())
    async def notify(notification_id: str) -> None:
        """Decide over which channels a notification goes."""
        await run("notify", url, lambda connection: plan(connection, UUID(notification_id)))

    @app.task(name="deliver", queue=QUEUE, retry=Retrying())
    async def deliver(delivery_id: str) -> None:
        """Send one message."""
        await run("deliver", url, lambda one: courier.deliver(one, UUID(delivery_id)))
