"""What was measured of a device's own health: what came, was refused, and went wrong."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import text

from storage.engine import ReadSession
from storage.queries.devices import DeviceRow
from storage.queries.firmware import ClockFacts, clock_of
from storage.queries.ledgers import ledger

WINDOW: Final = dt.timedelta(hours=1)
"""How much of what came last is looked at."""
MOST_ROWS: Final = 100_000
"""Readings or refusals of one window: ten metrics at 2 Hz are fewer."""

_READINGS = text("""
    -- Readings of the window, and how good they were by the device's own word.
    SELECT count(*)::bigint, avg(quality)::float8 FROM (
        SELECT v.quality FROM series s JOIN vitals v ON v.series_id = s.id
        WHERE s.device_id = :device_id AND s.patient_id = :owner_id
            AND v.time > :start AND v.time <= :stop
        LIMIT :most
    ) AS newest
""")
_REFUSED = text("""
    -- What was refused in the window, by reason.
    SELECT reason, sum(readings)::bigint FROM (
        SELECT reason, readings FROM dead_letters
        WHERE device_id = :device_id AND received_at > :start AND received_at <= :stop
        LIMIT :most
    ) AS newest GROUP BY reason ORDER BY 2 DESC, 1
""")
_FAULTS = text("""
    -- Faults that it reported within a day, the most frequent first.
    SELECT code, count(*)::bigint, max(received_at) FROM (
        SELECT code, received_at FROM device_errors
        WHERE device_id = :device_id AND received_at >= :since
        ORDER BY received_at DESC LIMIT :most
    ) AS newest GROUP BY code ORDER BY 2 DESC, 1 LIMIT 10
""")
_CONDITIONS = text("""
    -- What is technically wrong with it now.
    SELECT kind, since FROM device_conditions WHERE device_id = :device_id ORDER BY kind
""")


@dataclass(frozen=True, slots=True)
class FaultCount:
    """How often a device reported one fault within a day."""

    code: str
    times: int
    last_at: dt.datetime


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What is known; readings and refusals are those of the hour before it was last heard."""

    device: DeviceRow
    now: dt.datetime
    readings: int = 0
    mean_quality: float | None = None
    refused: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[FaultCount] = ()
    conditions: Mapping[str, dt.datetime] = field(default_factory=dict)
    boot: int | None = None
    messages: int = 0
    missing: int = 0
    clock: ClockFacts | None = None


async def health_facts(session: ReadSession, device: DeviceRow) -> HealthFacts:
    """Gather what tells how a device is."""
    now = dt.datetime.now(dt.UTC)
    stop = max(device.last_seen or now, device.owned_since)
    window = {
        "device_id": device.device_id,
        "owner_id": device.owner_id,
        "start": max(stop - WINDOW, device.owned_since),
        # A device's clock may be ahead of ours by some seconds.
        "stop": stop + dt.timedelta(minutes=5),
        "most": MOST_ROWS,
    }
    readings, quality = (await session.execute(_READINGS, window)).one()
    refused = await session.execute(_REFUSED, window)
    recent = {"since": max(now - dt.timedelta(days=1), device.owned_since)}
    faults = await session.execute(_FAULTS, window | recent)
    conditions = await session.execute(_CONDITIONS, window)
    newest = [row for row in await ledger(session, device.device_id, limit=1) if row.boot >= 0]
    numbers: dict[str, Any] = {}
    if newest:
        missing = sum(last - first + 1 for first, last in newest[0].gaps())
        numbers = {"boot": newest[0].boot, "messages": newest[0].published, "missing": missing}
    return HealthFacts(
        device=device,
        now=now,
        readings=readings,
        mean_quality=quality,
        refused={row[0]: row[1] for row in refused},
        faults=[FaultCount(*row) for row in faults],
        conditions={row[0]: row[1] for row in conditions},
        clock=await clock_of(session, device.device_id),
        **numbers,
    )
