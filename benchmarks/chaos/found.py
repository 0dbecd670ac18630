"""What the database holds after a case: rows, ledgers, dead letters and alarms, by device."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from telemetry.clock import to_ms
from telemetry.metrics import METRICS_BY_ID

ROWS = """
    -- Every reading of the case, by device.
    SELECT s.device_id, s.metric, v.time, v.value FROM vitals v JOIN series s ON s.id = v.series_id
"""
LEDGERS = """
    -- Every ledger, with the numbers that it has seen as pairs of first and last.
    SELECT device_id, boot, max_seq, stored, duplicate, quarantined, rejected, redelivered,
           readings_stored, readings_rejected,
           ARRAY(SELECT ARRAY[lower(r), upper(r) - 1] FROM unnest(seen) AS r) AS seen
    FROM device_ledgers
"""
LETTERS = "SELECT device_id, reason, topic, payload, readings, seq FROM dead_letters"
ALARMS = """
    -- Alarms about patients, each with how often it became active.
    SELECT a.patient_id, a.condition, count(t.id)
    FROM alarms a LEFT JOIN alarm_transitions t
      ON t.alarm_id = a.id AND t.to_state = 'active_unacknowledged' AND t.from_state <> t.to_state
    WHERE NOT a.retrospective AND a.category = 'physiological'
    GROUP BY a.id
"""


@dataclass
class Letter:
    """A dead letter, with the message number where its payload tells."""

    reason: str
    topic: str
    payload: bytes
    readings: int
    seq: int | None
    samples: list[Any]


@dataclass
class Found:
    """What the database holds of one device."""

    rows: dict[tuple[str, int], float] = field(default_factory=dict)
    repeated: int = 0
    ledgers: dict[int, dict[str, Any]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)


async def collect(db: psycopg.AsyncConnection[Any]) -> dict[UUID, Found]:
    """Read it all, in whatever state a case left it."""
    found: dict[UUID, Found] = defaultdict(Found)
    cursor = await db.execute(ROWS)
    async for device_id, metric, instant, value in cursor:
        one, key = found[device_id], (METRICS_BY_ID[metric].code, to_ms(instant))
        one.repeated += key in one.rows
        one.rows[key] = value
    cursor = await db.execute(LEDGERS)
    names = [column.name for column in cursor.description or ()]
    async for row in cursor:
        ledger = dict(zip(names, row, strict=True))
        found[ledger["device_id"]].ledgers[ledger["boot"]] = ledger
    cursor = await db.execute(LETTERS)
    async for device_id, *columns in cursor:
        letter = _letter(*columns)
        found[device_id].letters.append(letter)
    return found


def _letter(reason: str, topic: str, payload: bytes, readings: int, known: int | None) -> Letter:
    try:
        body = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = None
    body = body if isinstance(body, dict) else {}
    seq, samples = known or body.get("seq"), body.get("m")
    return Letter(
        reason,
        topic,
        payload,
        readings,
        seq if isinstance(seq, int) else None,
        samples if isinstance(samples, list) else [],
    )
