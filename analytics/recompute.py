"""Computes an alarm again from the stored readings, and says where that differs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import psycopg

from analytics import hour_proof, technical_facts
from analytics import proof as proofs
from analytics.hour_store import HourStore
from analytics.recomputed import Recomputed
from analytics.scores.hourly import HOUR_MS
from analytics.weights import deterioration
from storage.queries import engine as sql
from telemetry.clock import from_ms, to_ms
from telemetry.outbox import Batch

Stored = dict[tuple[int, int], tuple[float, float]]
"""(Series, measured time in ms) -> value and quality."""


async def recompute(
    connection: psycopg.AsyncConnection[Any],
    patient_id: UUID | None,
    condition: str,
    evidence: Mapping[str, Any],
) -> Recomputed:
    """Compute an alarm again under the rule that it was stored with, through the engine itself.

    An alarm about equipment has no readings: its facts are held against what is stored.

    Args:
        connection: Where the readings are stored.
        patient_id: Whose alarm.
        condition: What is wrong.
        evidence: As the alarm keeps it.

    """
    if "rule" not in evidence:
        return await technical_facts.check(connection, condition, evidence)
    if patient_id is None or "proof" not in evidence:
        return Recomputed(None, reason="what it was computed from was not kept")
    try:
        if evidence["proof"].get("kind") == hour_proof.KIND:
            return await _recompute_hours(connection, patient_id, evidence)
        batch = proofs.readings_of(evidence["proof"])
    except proofs.UnprovableError as error:
        return Recomputed(None, reason=str(error))
    wanted = _kept(evidence, batch)
    stored = await _stored(connection, list(wanted))
    differences = list(_changed(evidence, wanted, stored))
    outcome = proofs.replay(
        evidence["proof"],
        patient_id,
        proofs.rule_of(evidence["rule"]),
        None if batch is None else _as_stored(batch, stored),
    )
    expected = evidence["result"]
    results = proofs.results(outcome, condition)
    if expected not in results:
        differences.append(_other(expected, results))
    return Recomputed(not differences, len(wanted), differences=tuple(differences))


async def _recompute_hours(
    connection: psycopg.AsyncConnection[Any], patient_id: UUID, evidence: Mapping[str, Any]
) -> Recomputed:
    """Score hours again from their stored readings, by the same steps as live."""
    proof, model = evidence["proof"], deterioration()
    hour_proof.check(proof, model)
    cells = [(patient_id, hour) for hour in hour_proof.hours_of(proof)]
    # The scale of NEWS2 has no part in it.
    hours = await HourStore(connection).readings(cells, np.ones(len(cells), np.int64))
    values, measured = hours.newest(), hours.measured()
    differences = [_changed_hour(*one) for one in hour_proof.changed(proof, values, measured)]
    rule, expected = proofs.rule_of(evidence["rule"]), evidence["result"]
    results = hour_proof.again(proof, patient_id, rule, (values, measured), model)
    if expected not in results:
        differences.append(_other(expected, results))
    count = sum(len(known) for _, known in hour_proof.shown(proof))
    return Recomputed(not differences, count, differences=tuple(differences))


def _changed_hour(hour: int, name: str, then: float | None, now: float | None) -> str:
    shown = ["not measured" if one is None else f"{one:g}" for one in (then, now)]
    at = from_ms(hour * HOUR_MS).isoformat()
    return f"{name} in the hour from {at}: {shown[0]} then, {shown[1]} now"


def _kept(evidence: Mapping[str, Any], batch: Batch | None) -> dict[tuple[int, int], float]:
    """Every reading that the alarm keeps: those shown with it, and those of the run."""
    kept = {
        (series["series_id"], time_ms): value
        for series in evidence.get("series", ())
        for time_ms, value in zip(series.get("time_ms", ()), series.get("value", ()), strict=True)
    }
    if batch is not None:
        keys = zip(batch.series.tolist(), batch.time_ms.tolist(), strict=True)
        # Of two for one instant the first is the one that is stored.
        kept = dict(reversed(list(zip(keys, batch.value.tolist(), strict=True)))) | kept
    return kept


async def _stored(connection: psycopg.AsyncConnection[Any], keys: list[tuple[int, int]]) -> Stored:
    numbers = [number for number, _ in keys]
    times = [from_ms(time_ms) for _, time_ms in keys]
    cursor = await connection.execute(sql.READINGS_AT, (numbers, times))
    return {
        (number, to_ms(time)): (value, quality)
        for number, time, value, quality in await cursor.fetchall()
    }


def _changed(
    evidence: Mapping[str, Any], kept: Mapping[tuple[int, int], float], stored: Stored
) -> list[str]:
    names = {number: metric for number, metric, _ in evidence["proof"]["channels"]}
    lines = []
    for (number, time_ms), value in sorted(kept.items()):
        now = stored.get((number, time_ms), (None, None))[0]
        if now != value:
            what = "gone" if now is None else f"now {now:g}"
            at = from_ms(time_ms).isoformat()
            lines.append(f"{names.get(number, number)} at {at}: {value:g} then, {what}")
    return lines


def _as_stored(batch: Batch, stored: Stored) -> Batch:
    """The same readings with the values that are stored; those that are gone are left out."""
    keys = list(zip(batch.series.tolist(), batch.time_ms.tolist(), strict=True))
    there = np.array([key in stored for key in keys], np.bool_)
    left = {
        name: getattr(batch, name)[there]
        for name in ("series", "time_ms", "received_ms", "value", "quality", "historical")
    }
    values = np.array([stored[key][0] for key in keys if key in stored], np.float64)
    return replace(Batch(**left), value=values)


def _other(expected: Mapping[str, Any], results: list[dict[str, Any]]) -> str:
    """In which way the result is another one."""
    same_kind = [one for one in results if one["kind"] == expected["kind"]]
    if not same_kind:
        return f"the condition does not come out as {expected['kind']} any more"
    other = same_kind[0]
    parts = [
        f"{name} {expected[name]} then, {other[name]} now"
        for name in ("at_ms", "started_ms", "score", "worst_ms", "lasted")
        if expected[name] != other[name]
    ]
    return "; ".join(parts)
