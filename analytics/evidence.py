"""Why: the readings that an alarm comes from, and the rule that judged them, kept with it."""

from dataclasses import asdict
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow

from analytics import proof as proofs
from analytics.book import Book, Channel
from analytics.outcome import Change
from analytics.proof import Run
from analytics.rules import DETERIORATION, NEWS2, Rule
from analytics.scores.recorded import METRICS as INPUTS
from storage.queries import engine as sql
from telemetry.clock import from_ms

_MOST_READINGS: Final = 120
_BEFORE_MS: Final = 60_000
_SCORE_BEFORE_MS: Final = 24 * 3_600_000


async def gather(
    cursor: psycopg.AsyncCursor[DictRow],
    book: Book,
    change: Change,
    rule: Rule,
    run: Run | None = None,
) -> dict[str, Any]:
    """Everything that a change can be computed from again, as JSON."""
    event = change.event
    wanted, since_ms, most = [change.channel], event.started_ms - _BEFORE_MS, _MOST_READINGS
    if change.condition in {NEWS2, DETERIORATION}:
        channels = [book.channels[slot] for slot in book.slots_of_patient(change.patient_id)]
        wanted = [one for one in channels if one.metric in {*INPUTS, "blood_pressure_diastolic"}]
        since_ms, most = event.at_ms - _SCORE_BEFORE_MS, 1
    numbers = [channel.number for channel in wanted]
    await cursor.execute(sql.EVIDENCE, (numbers, from_ms(event.at_ms), from_ms(since_ms), most))
    return {
        "rule": asdict(rule),
        "score": event.score,
        "at_ms": event.at_ms,
        "started_ms": event.started_ms,
        "series": _series(wanted, await cursor.fetchall()),
        "result": proofs.told(change),
        **_proof(book, change, run),
    }


def _proof(book: Book, change: Change, run: Run | None) -> dict[str, Any]:
    if change.proof is not None:
        return {"proof": change.proof}
    return {} if run is None else {"proof": proofs.make(book, run, change.patient_id)}


def _series(wanted: list[Channel], rows: list[DictRow]) -> list[dict[str, Any]]:
    """Readings by series, ascending in time; series without any are left out."""
    times: dict[int, list[int]] = {}
    values: dict[int, list[float]] = {}
    for row in sorted(rows, key=lambda row: int(row["time_ms"])):
        times.setdefault(row["series_id"], []).append(row["time_ms"])
        values.setdefault(row["series_id"], []).append(row["value"])
    return [
        {
            "series_id": channel.number,
            "metric": channel.metric,
            "device_id": None if channel.device_id is None else str(channel.device_id),
            "time_ms": times[channel.number],
            "value": values[channel.number],
        }
        for channel in wanted
        if channel.number in times
    ]
