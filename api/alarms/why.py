"""GET /api/alarms/{id}/why/: the readings, the rule and the result that an alarm comes from."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

import numpy as np
from fastapi import Depends, Query
from pydantic import BaseModel, Field

from analytics import hour_proof, technical_facts
from analytics.recompute import recompute
from analytics.rules import NEWS2, SIGN
from analytics.scores.news2 import INPUTS, STALE_AFTER_S, news2
from api.alarm_rules.schemas import Value
from api.alarms.service import visible_to
from api.auth import CurrentCaller, Permitted
from api.errors import NotFoundError
from api.routing import Router
from api.services import Shared
from storage.queries import alarm_evidence
from telemetry.clock import from_ms

router = Router(
    prefix="/api/alarms",
    tags=["alarms"],
    dependencies=[Depends(Permitted("patients.view"))],
)
_RULE: Final = (
    "condition",
    "title",
    "metrics",
    "limit",
    "severe_limit",
    "priority",
    "delay_s",
    "clear_delay_s",
    "severe_clear_delay_s",
    "hysteresis",
    "hold_s",
    "repeat_s",
    "category",
    "enabled",
    "detector",
    "version",
)


class WhySeries(BaseModel):
    """Readings of one series, ascending in time."""

    series_id: int
    metric: str
    device_id: UUID | None
    times: list[dt.datetime]
    values: list[float]


class WhyResult(BaseModel):
    """What the engine found."""

    kind: str = Field(description="lasted: it called; worsened: its priority rose; finding.")
    at: dt.datetime | None = Field(description="Measured time.")
    started_at: dt.datetime
    score: float = Field(description="How far beyond the limit, at worst.")
    value: float = Field(description="The value that has this score.")


class ScorePart(BaseModel):
    """What one input gives to NEWS2."""

    input: str
    least: int = Field(description="Points that are certain.")
    most: int = Field(description="Points that it may have while it is unknown.")
    value: float | None
    age_s: float | None
    stale_after_s: float = Field(description="An older value does not count.")
    unknown: bool = Field(description="Never measured, or too long ago.")


class WhyHour(BaseModel):
    """Newest values of one hour."""

    hour: dt.datetime = Field(description="Its start.")
    values: dict[str, float]


class WhyRecomputed(BaseModel):
    """Computing it again from the stored readings."""

    agrees: bool | None = Field(description="Null where there is nothing to compute it from.")
    reason: str
    readings: int
    differences: list[str]
    checked: list[str] = Field(
        description="Of an alarm about equipment, what was held against what is stored."
    )


class Why(BaseModel):
    """Why an alarm called."""

    id: UUID
    condition: str
    title: str
    message: str
    rule_version: str
    started_at: dt.datetime
    activated_at: dt.datetime | None
    rule: dict[str, Value | list[str]] | None = Field(
        description="With all its values, as it was; null for what no rule judges."
    )
    result: WhyResult | None
    series: list[WhySeries] = Field(description="At most 120 readings of each.")
    parts: list[ScorePart] = Field(description="Of NEWS2; empty for anything else.")
    settle: str | None = Field(
        description="What to measure to know better; null where nothing more is needed."
    )
    hours: list[WhyHour] = Field(
        description="Of the deterioration score, what was measured in each hour; else empty."
    )
    weights: str | None = Field(description="Of the deterioration score: which ones made it.")
    signals: dict[str, float] = Field(
        description="Of the deterioration score: what each vital sign adds to it, the most first."
    )
    facts: list[str] = Field(
        description="What an alarm about equipment rests on: last message, device times and such."
    )
    recorded: dict[str, Any] = Field(description="What else was kept, such as when it was silent.")
    recomputed: WhyRecomputed | None = Field(description="Only with `recompute`.")


@router.get("/{alarm_id}/why/")
async def get_alarm_reasons(
    parts: Shared,
    caller: CurrentCaller,
    alarm_id: UUID,
    *,
    again: Annotated[
        bool,
        Query(
            alias="recompute",
            description="Compute it again from the stored readings, under the rule as it was.",
        ),
    ] = False,
) -> Why:
    """What an alarm comes from: readings, rule and result, as they were when it last called."""
    async with parts.database.read() as session:
        row = await alarm_evidence.get(session, alarm_id, visible_to(caller))
    if row is None:
        raise NotFoundError
    recomputed = None
    if again:
        async with parts.database.plain() as connection:
            found = await recompute(connection, row.patient_id, row.condition, row.evidence)
        recomputed = WhyRecomputed.model_validate(found, from_attributes=True)
    return _why(row, recomputed)


def _why(row: alarm_evidence.EvidenceRow, recomputed: WhyRecomputed | None) -> Why:
    evidence = row.evidence
    series = [_series(one) for one in evidence.get("series", ())]
    at = evidence.get("result", {}).get("at_ms")
    scored = row.condition == NEWS2 and at is not None
    proof = evidence.get("proof", {})
    hourly = hour_proof.shown(proof) if proof.get("kind") == hour_proof.KIND else []
    hours = [WhyHour(hour=from_ms(at_ms), values=values) for at_ms, values in hourly]
    parts, settle = _news2(series, at, evidence) if scored else ([], None)
    return Why(
        id=row.id,
        condition=row.condition,
        title=row.title,
        message=row.message,
        rule_version=row.rule_version,
        started_at=row.started_at,
        activated_at=row.activated_at,
        rule=_rule(evidence.get("rule")),
        result=_result(evidence),
        series=series,
        parts=parts,
        settle=settle,
        hours=hours,
        weights=proof.get("weights"),
        signals=dict(sorted(proof.get("signals", {}).items(), key=lambda one: -abs(one[1]))),
        facts=technical_facts.described(row.condition, evidence),
        recorded={name: evidence[name] for name in evidence if name not in _KNOWN},
        recomputed=recomputed,
    )


_KNOWN: Final = frozenset(
    {"rule", "score", "at_ms", "started_ms", "series", "result", "proof", "facts", "code"}
)


def _rule(stored: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if stored is None:
        return None
    shown = {name: stored[name] for name in _RULE if name in stored}
    own = stored.get("own_severe_delay_s")
    return shown | {
        "severe_delay_s": stored["delay_s"] if own is None else own,
        "side": "high" if stored["side"] else "low",
    }


def _result(evidence: Mapping[str, Any]) -> WhyResult | None:
    result, rule = evidence.get("result"), evidence.get("rule")
    if result is None or rule is None:
        return None
    return WhyResult(
        kind=result["kind"],
        at=None if result["at_ms"] is None else from_ms(result["at_ms"]),
        started_at=from_ms(result["started_ms"]),
        score=result["score"],
        value=rule["limit"] + SIGN[rule["side"]] * result["score"],
    )


def _series(stored: Mapping[str, Any]) -> WhySeries:
    return WhySeries(
        series_id=stored["series_id"],
        metric=stored["metric"],
        device_id=stored.get("device_id"),
        times=[from_ms(time_ms) for time_ms in stored.get("time_ms", ())],
        values=stored.get("value", []),
    )


def _news2(
    series: list[WhySeries], at_ms: int, evidence: Mapping[str, Any]
) -> tuple[list[ScorePart], str | None]:
    """Points of each input at the instant that called, from the newest readings before it."""
    newest: dict[str, tuple[float, float]] = {}
    for one in series:
        if one.times:
            age_s = at_ms / 1000 - one.times[-1].timestamp()
            if one.metric not in newest or age_s < newest[one.metric][0]:
                newest[one.metric] = age_s, one.values[-1]
    scale = 2 if "scale_2" in evidence.get("proof", {}).get("of", ()) else 1
    limits = dict(STALE_AFTER_S) | evidence.get("proof", {}).get("stale_after", {})
    score = news2(
        {name: np.array([value]) for name, (_, value) in newest.items()},
        {name: np.array([age]) for name, (age, _) in newest.items()},
        scale=scale,
        stale_after_s=limits,
    )
    unknown = score.missing | score.stale
    parts = [
        ScorePart(
            input=name,
            least=int(score.points_minimum[0, i]),
            most=int(score.points_maximum[0, i]),
            value=newest[name][1] if name in newest else None,
            age_s=newest[name][0] if name in newest else None,
            stale_after_s=limits[name],
            unknown=bool(unknown[0, i]),
        )
        for i, name in enumerate(INPUTS)
    ]
    return parts, score.settling_name(0)
