"""Reminds of doses, tells of those that seem to have been missed, and ends what is over.

What a plan is told of, and until when it was looked at, is one transaction, and each message is
named by its dose: none is told twice, whenever a worker dies. A dose that came due while no worker
ran is reminded of as long as it can still be taken in time; after that it is told as missed, once.
"""

import datetime as dt
from operator import attrgetter
from typing import Final, Literal

from jobs.apart import apart, next_due
from storage.engine import Database, WriteSession
from storage.queries import medication_plans as plans
from storage.queries import user_medication_life as life
from storage.queries.announce import News, announce_in
from storage.queries.medication_plans import DuePlan
from telemetry.medicines.reminders import look
from telemetry.medicines.schedule import LONGEST_GRACE, Dose
from telemetry.zones import zone_of

MOST_ENDED: Final = 500
"""Medicines that are looked at for their last day in one run."""
_DAY: Final = dt.timedelta(days=1)
_TITLES: Final = {
    "dose": "Time for your medicine",
    "missed": "A dose was not recorded",
}


async def remind(database: Database, *, most: int) -> int:
    """Look at plans that are due, at most so many; how many messages that made."""
    told = 0
    for _ in range(most):
        made = await _one(database)
        if made is None:
            break
        told += made
    return told


async def _one(database: Database) -> int | None:
    """Look at one plan; None when none is due. One that fails keeps no other waiting."""
    later = attrgetter("id"), plans.put_off
    return await next_due(database, "plan_put_off", plans.due, _look_at, later)


async def _look_at(session: WriteSession, due: DuePlan) -> int:
    now = dt.datetime.now(dt.UTC)
    recorded = await plans.recorded(session, due.user_medication_id, due.looked_at - 2 * _DAY)
    plan = due.plan
    found = look(plan, due.looked_at, now, recorded)
    told = 0
    if due.reminders:
        news = [_news(due, "dose", one) for one in found.remind]
        news += [_news(due, "missed", one) for one in found.missed]
        told = await announce_in(session, news)
    await plans.looked_at(session, due.id, now, found.next_at)
    if plan.valid_until is None and due.current_zone != due.zone_name:
        await plans.succeed(session, due, now)
    return told


def _news(due: DuePlan, what: Literal["dose", "missed"], dose: Dose) -> News:
    at = dose.due_at.isoformat()
    return News(
        kind="reminder",
        event_key=f"dose:{due.user_medication_id}:{at}:{what}",
        user_id=due.patient_id,
        subject=f"dose:{due.user_medication_id}",
        payload={
            "title": _TITLES[what],
            "text": f"{due.medicine}: {due.dosage}",
            "reminder": what,
            "due_at": at,
            "path": "/medications",
        },
    )


async def complete(database: Database) -> int:
    """End medicines whose last day is over where the patient is, each by itself; how many."""
    done = 0
    now = dt.datetime.now(dt.UTC)
    async with database.read() as reading:
        found = await life.ending(reading, now.date() + _DAY, limit=MOST_ENDED)
    for mine_id, last_day, zone in found:
        # The last doses of the day can still be missed for a while.
        if last_day < (now - LONGEST_GRACE).astimezone(zone_of(zone)).date():
            with apart("medicine_not_completed", mine_id):
                async with database.write() as session:
                    done += await life.complete(session, mine_id, last_day)
    return done
