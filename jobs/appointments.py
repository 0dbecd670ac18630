"""What appointments need in time: reminders, and offers to those who wait.

Each reminder, and each offer that ends, is a transaction of its own with the news of it: a worker
that dies leaves either nothing or all of it, and two workers never do the same one.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import procrastinate

from jobs.apart import apart
from jobs.meters import timed
from jobs.settings import Settings
from storage.engine import Database
from storage.queries import free_times
from storage.queries.appointment_reminders import nearest, remind
from telemetry.logs import logger

log = logger()
CRON: Final = "* * * * * */20"
"""The sixth field counts seconds."""
_MOST: Final = 500
"""Of each in one run; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Tended:
    """What was done."""

    reminded: int
    expired: int
    closed: int


async def tend(database: Database, *, hold: dt.timedelta, most: int) -> Tended:
    """Remind of what is near, and pass on what nobody answered; at most `most` of each."""
    return Tended(
        await _remind(database, most),
        await _expire(database, hold, most),
        await _close(database, most),
    )


async def _remind(database: Database, most: int) -> int:
    tried: list[UUID] = []
    reminded = 0
    while len(tried) < most:
        async with database.write() as session:
            near = await nearest(session, tried)
            if near is None:
                break
            tried.append(near.id)
            with apart("appointment_not_reminded", near.id):
                async with session.begin_nested():
                    await remind(session, near)
                reminded += 1
    return reminded


async def _expire(database: Database, hold: dt.timedelta, most: int) -> int:
    async with database.read() as reading:
        found = await free_times.overdue(reading, limit=most)
    expired = 0
    for offer_id, provider_id in found:
        with apart("offer_not_passed_on", offer_id):
            async with database.write() as session:
                await free_times.expire(session, offer_id, provider_id, hold)
            expired += 1
    return expired


async def _close(database: Database, most: int) -> int:
    async with database.write() as session:
        return await free_times.close_past(session, limit=most)


def add_appointments(app: procrastinate.App, settings: Settings, url: str) -> None:
    """Add the task that tends appointments."""
    hold = dt.timedelta(minutes=settings.waiting_list_hold_minutes)

    @app.periodic(cron=CRON)
    @app.task(name="appointments", queueing_lock="appointments")
    async def appointments(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
        """Remind of appointments, and pass on offers that nobody answered."""
        database = Database(url, pool_size=1)
        try:
            with timed("appointments"):
                done = await tend(database, hold=hold, most=_MOST)
        finally:
            await database.close()
        if done != Tended(0, 0, 0):
            log.info("appointments", reminded=done.reminded, expired=done.expired)
