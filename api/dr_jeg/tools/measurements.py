"""Tools about what was measured: newest readings, courses, alarms, early-warning score."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import AfterValidator, Field

from analytics.trends.slope import slope
from api.dr_jeg import standing
from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.score_now import score_now
from api.dr_jeg.tools.looking import Arguments, Found, Looker, ToolPart, untrusted
from api.dr_jeg.tools.ranges import PRESSURES, code_of, shown_reading
from api.health_metrics import service
from api.health_metrics.schemas import BLOOD_PRESSURE, MetricCode
from gateways.llm.local_words import metric_name
from storage.access import saw
from storage.models import Alarm
from storage.queries import alarms, assistant, health_metrics
from storage.queries.alarm_filter import AlarmFilter
from storage.queries.health_metrics import Bucket, Window
from telemetry.metrics import METRICS

DAY: Final = dt.timedelta(days=1)
MOST_ALARMS: Final = 10
MEASURED: Final = tuple(
    metric.id for metric in METRICS.values() if not metric.technical and not metric.codes
)


def _measured(code: str) -> str:
    if code != BLOOD_PRESSURE and METRICS[code].id not in MEASURED:
        message = "no vital sign"
        raise ValueError(message)
    return BLOOD_PRESSURE if code.startswith(BLOOD_PRESSURE) else code


Vital = Annotated[MetricCode, AfterValidator(_measured)]


class VitalsArguments(Arguments):
    """Which vital signs; none named: all that were measured."""

    metrics: list[Vital] = Field(default=[], max_length=10)


async def read_vitals(looker: Looker, wanted: VitalsArguments) -> Found:
    """Newest reading of each vital sign; `urgent` where it cannot wait."""
    async with looker.database.read() as session:
        saw(looker.user_id)
        found = await health_metrics.latest(session, looker.user_id, MEASURED)
        readings = await service.readings(session, found)
        person = await assistant.background(session, looker.user_id)
        limits = await standing.patient(session, looker.user_id, person, looker.now.date())
    chosen = [one for one in readings if not wanted.metrics or code_of(one) in wanted.metrics]
    facts: list[Fact] = []
    data = [shown_reading(looker, one, facts, limits) for one in chosen]
    return Found({"readings": data, "now": looker.local(looker.now)}, facts)


class TrendArguments(Arguments):
    """Which vital sign, over how many days up to now."""

    metric: Vital
    days: int = Field(default=7, ge=1, le=90)


async def read_trend(looker: Looker, wanted: TrendArguments) -> Found:
    """Course of one vital sign."""
    codes = [code for _, code in PRESSURES] if wanted.metric == BLOOD_PRESSURE else [wanted.metric]
    since = looker.now - wanted.days * DAY
    window = Window(looker.user_id, [METRICS[code].id for code in codes], since, looker.now)
    async with looker.database.read() as session:
        saw(looker.user_id)
        buckets = await health_metrics.trend(session, window, step_seconds=3_600)
    facts = [Fact("trend", "Days looked at", wanted.days, "d")]
    data = [course(looker, code, buckets, facts) for code in codes]
    return Found({"days": wanted.days, "courses": [one for one in data if one]}, facts)


def course(
    looker: Looker, code: str, buckets: Sequence[Bucket], facts: list[Fact]
) -> dict[str, Any]:
    """Mean, lowest and highest of one metric, and its direction; empty without a reading."""
    own = [one for one in buckets if one.metric == METRICS[code].id]
    if not own:
        return {}
    counts = np.array([one.n for one in own], dtype=float)
    means = np.array([one.mean for one in own], dtype=float)
    shown: dict[str, Any] = {
        "mean": float((counts * means).sum() / counts.sum()),
        "lowest": min(one.min for one in own),
        "highest": max(one.max for one in own),
    }
    label, unit = metric_name(code, looker.language), METRICS[code].unit
    reference = {"metric": code, "since": own[0].start.isoformat()}
    facts += [Fact("trend", label, value, unit, None, reference) for value in shown.values()]
    facts.append(Fact("trend", label, float(counts.sum()), "", None, reference))
    return {
        "metric": code,
        "unit": unit,
        **{name: round(value, 1) for name, value in shown.items()},
        "readings": int(counts.sum()),
        "direction": _direction(looker, own),
    }


def _direction(looker: Looker, buckets: Sequence[Bucket]) -> str:
    """Rising, falling or steady by days; `unknown` with fewer than seven."""
    by_day: dict[int, list[float]] = {}
    for one in buckets:
        by_day.setdefault(one.start.astimezone(looker.zone).toordinal(), []).append(one.mean)
    days = np.array(sorted(by_day), dtype=float)
    values = np.array([float(np.mean(by_day[int(day)])) for day in days])
    found = slope(days, values)
    return "unknown" if found is None else found.direction


class AlarmArguments(Arguments):
    """Alarms of how many days; or only those that are open."""

    days: int = Field(default=7, ge=1, le=30)
    only_open: bool = False


async def read_alarms(looker: Looker, wanted: AlarmArguments) -> Found:
    """Alarms about the user."""
    state: Literal["open"] | None = "open" if wanted.only_open else None
    chosen = AlarmFilter(
        state=state,
        category="physiological",
        patient_id=looker.user_id,
        since=looker.now - wanted.days * DAY,
    )
    async with looker.database.read() as session:
        saw(looker.user_id)
        rows = await alarms.page(
            session, Alarm.patient_id == looker.user_id, limit=MOST_ALARMS, wanted=chosen
        )
    facts = [
        Fact("alarm", "Days looked at", wanted.days, "d"),
        Fact("alarm", "Alarms", len(rows)),
    ]
    data = []
    for row in rows:
        reference = {"alarm_id": str(row.id)}
        for value in (row.value, row.limit):
            label = metric_name(row.metric or "", looker.language)
            facts.append(Fact("alarm", label, value, row.unit or "", row.started_at, reference))
        data.append(
            {
                "about": untrusted(row.title),
                "condition": row.condition,
                "priority": row.priority,
                "open": row.state != "closed",
                "started_at": looker.local(row.started_at),
                "value": None if row.value is None else round(row.value, 1),
                "limit": row.limit,
                "unit": row.unit,
            }
        )
    return Found({"days": wanted.days, "count": len(rows), "alarms": data}, facts)


class NoArguments(Arguments):
    """Nothing has to be said."""


async def read_score(looker: Looker, _wanted: NoArguments) -> Found:
    """The early-warning score now, with what it is made of."""
    async with looker.database.read() as session:
        score = await score_now(session, looker.user_id, looker.now)
    if score is None:
        return Found({"news2": None})
    bounds = dict.fromkeys((score.minimum, score.maximum))
    facts = [Fact("score", "NEWS2", value, "", score.at) for value in bounds]
    for one in score.measured:
        facts += [one.fact(looker.language), Fact("score", "NEWS2", one.points, "", one.at)]
    made_of = [
        {
            "metric": one.metric,
            "value": round(one.value, 1),
            "unit": METRICS[one.metric].unit,
            "measured_at": looker.local(one.at),
            "points": one.points,
        }
        for one in score.measured
    ]
    data = {
        "certain": score.minimum,
        "at_most": score.maximum,
        "made_of": made_of,
        "not_known": list(score.unknown),
    }
    return Found({"news2": data, "now": looker.local(looker.now)}, facts)


TOOLS: Final = (
    ToolPart(
        "read_vitals",
        "Newest reading of each vital sign with its time and usual range.",
        VitalsArguments,
        read_vitals,
    ),
    ToolPart(
        "read_trend",
        "Mean, lowest and highest of one vital sign over some days, and its direction.",
        TrendArguments,
        read_trend,
    ),
    ToolPart(
        "read_alarms", "Alarms about the person in the last days.", AlarmArguments, read_alarms
    ),
    ToolPart(
        "read_score",
        "Early-warning score (NEWS2) now: what is certain, the most it can be, and the readings.",
        NoArguments,
        read_score,
    ),
)
