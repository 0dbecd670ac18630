"""Which doses somebody is to be reminded of, and which they seem to have missed."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from telemetry.medicines.schedule import LONGEST_GRACE, Dose, Plan, doses, next_dose

STALE: Final = dt.timedelta(hours=24)
"""A dose that was missed longer ago than this, while no worker ran, is not told any more."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a plan found."""

    remind: list[Dose]
    missed: list[Dose]
    next_at: dt.datetime | None


def look(
    plan: Plan, looked_at: dt.datetime, now: dt.datetime, recorded: Collection[dt.datetime]
) -> Look:
    """What came due, and what ran out of time, after `looked_at` and by `now`.

    A dose whose time is over is not reminded of any more: it is missed.

    Args:
        plan: One that holds.
        looked_at: Until when it was looked at before; aware.
        now: Aware.
        recorded: Times of doses of which something was recorded.

    """
    grace = plan.schedule.grace()
    since = max(looked_at, now - STALE) - grace
    # Neither end of a moment is left out: after looked_at, up to and with now.
    open_doses = [
        one
        for one in doses(plan, since, now + dt.timedelta(microseconds=1))
        if one.due_at not in recorded
    ]
    remind = [one for one in open_doses if looked_at < one.due_at <= now < one.due_at + grace]
    missed = [one for one in open_doses if looked_at < one.due_at + grace <= now]
    return Look(remind, missed, next_look(plan, now))


def next_look(plan: Plan, now: dt.datetime) -> dt.datetime | None:
    """When something happens next: a dose comes due, or one that is due runs out of time."""
    grace = plan.schedule.grace()
    moment = dt.timedelta(microseconds=1)
    running = [one.due_at + grace for one in doses(plan, now - LONGEST_GRACE, now + moment)]
    ends = [at for at in running if at > now]
    following = next_dose(plan, now + moment)
    if following is not None:
        ends.append(following.due_at)
    return min(ends, default=None)
