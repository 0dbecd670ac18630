"""The tool about what was measured on some days that are over."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, Literal

from pydantic import Field

from analytics.triage.extremes import Patient
from api.dr_jeg import standing
from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.tools.looking import PARTS_OF_DAY, Arguments, Found, Looker, ToolPart
from api.dr_jeg.tools.measurements import MEASURED, Vital, course
from api.dr_jeg.tools.ranges import code_of, shown_reading
from api.health_metrics import service
from api.health_metrics.schemas import BLOOD_PRESSURE
from storage.access import saw
from storage.engine import ReadSession
from storage.queries import assistant, health_metrics
from storage.queries.health_metrics import Window
from telemetry.availability import Span
from telemetry.metrics import METRICS_BY_ID

MOST_READINGS: Final = 6
"""Of each vital sign, the newest; of more the mean, lowest and highest too."""
MOST_DAYS: Final = 92
EARLIEST: Final = dt.date(1900, 1, 1)
"""Before it nothing was measured, and calendars and zones end."""
_FINE_DAYS: Final = 31
_FINE_SECONDS: Final = 900
_COARSE_SECONDS: Final = 3_600
HOURS: Final = {**PARTS_OF_DAY, "night": (20, 32)}
"""Part of a day -> hours since its midnight in the user's zone; a night ends on the next day."""


class DaysArguments(Arguments):
    """Which vital signs on which days that are over or today; none named: all."""

    metrics: list[Vital] = Field(default=[], max_length=10)
    first_day: dt.date
    last_day: dt.date
    part_of_day: Literal["any", "morning", "afternoon", "evening", "night"] = Field(
        default="any", description="Of a single day; the night is the one after it."
    )


async def read_days(looker: Looker, wanted: DaysArguments) -> Found:
    """Readings of some days; where there are none, the newest that there are."""
    span = _within(looker, wanted)
    if span is None:
        return Found({"error": f"ask for 1 to {MOST_DAYS} days, up to today"})
    facts = [
        Fact("trend", "Days looked at", None, "", at)
        for at in (span.start, span.end - dt.timedelta(microseconds=1))
    ]
    async with looker.database.read() as session:
        saw(looker.user_id)
        person = await assistant.background(session, looker.user_id)
        limits = await standing.patient(session, looker.user_id, person, looker.now.date())
        found = [
            await _of_one(session, looker, ids, span, limits, facts) for ids in _ids(wanted.metrics)
        ]
        newest = [] if any(found) else await _newest(session, looker, wanted, limits, facts)
    data = {
        "first_day": wanted.first_day.isoformat(),
        "last_day": wanted.last_day.isoformat(),
        "part_of_day": wanted.part_of_day,
        "measured": [one for one in found if one],
        "newest_instead": newest,
    }
    return Found(data, facts)


def _within(looker: Looker, wanted: DaysArguments) -> Span | None:
    """The stretch of time that is looked at, its end not included; None where it is no good."""
    days = (wanted.last_day - wanted.first_day).days + 1
    today = looker.now.astimezone(looker.zone).date()
    if not 1 <= days <= MOST_DAYS or not EARLIEST <= wanted.first_day <= today:
        return None
    first, last = HOURS[wanted.part_of_day if days == 1 else "any"]
    start = _hour(looker, wanted.first_day, first)
    return Span(start, _hour(looker, wanted.last_day, last))


def _hour(looker: Looker, day: dt.date, hour: int) -> dt.datetime:
    """So many hours into a day, as clocks of the user's zone show them."""
    midnight = dt.datetime.combine(day, dt.time())
    return (midnight + dt.timedelta(hours=hour)).replace(tzinfo=looker.zone).astimezone(dt.UTC)


def _ids(metrics: Sequence[str]) -> list[list[int]]:
    """Ids of each vital sign, both pressures together."""
    every = (METRICS_BY_ID[one].code for one in MEASURED)
    wanted = dict.fromkeys(
        BLOOD_PRESSURE if code.startswith(BLOOD_PRESSURE) else code for code in metrics or every
    )
    return [service.metric_ids(code) for code in wanted]


async def _of_one(  # noqa: PLR0913, PLR0917 - whose, of what, when
    session: ReadSession,
    looker: Looker,
    ids: list[int],
    span: Span,
    limits: Patient,
    facts: list[Fact],
) -> dict[str, Any]:
    """Newest readings of one vital sign, and its course where there are more than one."""
    until = span.end - dt.timedelta(microseconds=1)
    window = Window(looker.user_id, ids, span.start, until)
    rows = await health_metrics.page(session, window, after=None, limit=MOST_READINGS + 1)
    if not rows:
        return {}
    readings = await service.readings(session, rows[:MOST_READINGS])
    shown: dict[str, Any] = {
        "metric": code_of(readings[0]),
        "more": len(rows) > MOST_READINGS,
        "readings": [shown_reading(looker, one, facts, limits) for one in readings],
    }
    if len(rows) > 1:
        long = span.end - span.start > dt.timedelta(days=_FINE_DAYS)
        buckets = await health_metrics.trend(
            session,
            Window(looker.user_id, ids, span.start, span.end),
            step_seconds=_COARSE_SECONDS if long else _FINE_SECONDS,
        )
        codes = [METRICS_BY_ID[one].code for one in ids]
        shown["courses"] = [one for code in codes if (one := course(looker, code, buckets, facts))]
    return shown


async def _newest(
    session: ReadSession,
    looker: Looker,
    wanted: DaysArguments,
    limits: Patient,
    facts: list[Fact],
) -> list[dict[str, Any]]:
    ids = [one for group in _ids(wanted.metrics) for one in group]
    rows = await health_metrics.latest(session, looker.user_id, ids)
    readings = await service.readings(session, rows)
    return [shown_reading(looker, one, facts, limits) for one in readings]


TOOLS: Final = (
    ToolPart(
        "read_days",
        "Readings of vital signs on one day or between two days that are over, or today: use it "
        "for yesterday, two days ago, on Monday, last week. Newest instead where there are none.",
        DaysArguments,
        read_days,
    ),
)
