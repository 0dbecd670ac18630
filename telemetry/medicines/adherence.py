"""What became of each dose, and how much of what was due was taken.

Sources: the share of doses taken, and the proportion of days covered (PDC) as the Pharmacy Quality
Alliance defines it, on recorded doses in place of dispensed supplies. A dose that nobody recorded
counts as not taken once it is missed, never as if it had not been due.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from telemetry.medicines.schedule import Dose, Plan, doses

State = Literal["upcoming", "due", "taken", "late", "skipped", "missed"]
LATE_AFTER: Final = dt.timedelta(hours=1)
"""Taken this long after its time, a dose is late; it counts as taken."""
_TAKEN: Final = frozenset({"taken", "late"})
_OPEN: Final = frozenset({"upcoming", "due"})


@dataclass(frozen=True, slots=True)
class Intake:
    """What was recorded of a dose: `taken` or `skipped`, and when."""

    status: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """A dose and what became of it."""

    dose: Dose
    state: State
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Adherence:
    """How much of what was due was taken.

    Attributes:
        expected: Doses that are over: taken, late, skipped or missed.
        taken: Of them, those taken, late ones included.
        taken_share: taken / expected; None while nothing was due.
        days: Local days on which a dose was due, and none of them is open any more.
        covered_days: Of them, those on which every dose was taken.
        covered_share: PDC: covered_days / days.
        streak: Covered days in a row until now; a day that is still open does not break it.

    """

    expected: int
    taken: int
    late: int
    skipped: int
    missed: int
    days: int
    covered_days: int
    streak: int
    longest_streak: int

    @property
    def taken_share(self) -> float | None:
        """Share of the doses that were due."""
        return self.taken / self.expected if self.expected else None

    @property
    def covered_share(self) -> float | None:
        """Share of the days with a dose."""
        return self.covered_days / self.days if self.days else None


def outcomes(
    plans: Iterable[Plan],
    intakes: Mapping[dt.datetime, Intake],
    since: dt.datetime,
    until: dt.datetime,
    now: dt.datetime,
) -> list[Outcome]:
    """What became of each dose that one medicine's plans have due in a time, ascending.

    Args:
        plans: Of one medicine; their times do not overlap.
        intakes: By the time at which the dose was due.
        since: Aware.
        until: Aware, not included.
        now: Aware.

    """
    found: dict[dt.datetime, Outcome] = {}
    for plan in plans:
        grace = plan.schedule.grace()
        for dose in doses(plan, since, until):
            found[dose.due_at] = _outcome(dose, intakes.get(dose.due_at), grace, now)
    return [found[due_at] for due_at in sorted(found)]


def _outcome(dose: Dose, intake: Intake | None, grace: dt.timedelta, now: dt.datetime) -> Outcome:
    if intake is not None:
        if intake.status == "skipped":
            return Outcome(dose, "skipped", intake.at)
        late = intake.at - dose.due_at > LATE_AFTER
        return Outcome(dose, "late" if late else "taken", intake.at)
    if now < dose.due_at:
        return Outcome(dose, "upcoming")
    return Outcome(dose, "due" if now < dose.due_at + grace else "missed")


def adherence(found: Iterable[Outcome]) -> Adherence:
    """Add up outcomes of one medicine or of several: a day is covered when all were taken."""
    count: dict[str, int] = defaultdict(int)
    by_day: dict[dt.date, set[State]] = defaultdict(set)
    for one in found:
        count[one.state] += 1
        by_day[one.dose.day].add(one.state)
    days = covered = streak = longest = 0
    for day in sorted(by_day):
        states = by_day[day]
        if states - _TAKEN - _OPEN:
            days, streak = days + 1, 0
        elif not states & _OPEN:
            days, covered, streak = days + 1, covered + 1, streak + 1
            longest = max(longest, streak)
    taken = count["taken"] + count["late"]
    return Adherence(
        expected=taken + count["skipped"] + count["missed"],
        taken=taken,
        late=count["late"],
        skipped=count["skipped"],
        missed=count["missed"],
        days=days,
        covered_days=covered,
        streak=streak,
        longest_streak=longest,
    )
