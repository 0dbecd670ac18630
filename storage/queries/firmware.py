"""What is known of a device's firmware from its recent traffic: the firmware doctor's facts."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select, text

from storage.engine import ReadSession
from storage.models import IoTDevice
from storage.queries.ledgers import LedgerRow, ledger
from telemetry.batch import UNNUMBERED
from telemetry.errors import Reason
from telemetry.habits import Habit
from telemetry.topics import Up

MOST_LETTERS: Final = 10_000
LOOK_BACK: Final = dt.timedelta(days=1)
"""How far is looked back where no numbered message says when the boot began."""

_BOOTS = text("""
    -- A device's newest boots: what their ledgers say beside the counts of messages.
    SELECT boot, redelivered, readings_duplicate, readings_rejected, opened_at
    FROM device_ledgers WHERE device_id = :device_id AND boot >= 0
    ORDER BY boot DESC LIMIT :boots
""")
_HABITS = text("""
    -- What it was seen to do in these boots, and without a number since they began.
    SELECT habit, sum(times)::bigint FROM device_habits
    WHERE device_id = :device_id AND last_at >= :since AND (boot >= :boot OR boot = -1)
    GROUP BY habit
""")
_LEFT = text("""
    -- Whether it ever said goodbye in the newest boot or the one before.
    SELECT coalesce(sum(times), 0)::bigint FROM device_habits
    WHERE device_id = :device_id AND habit = 'left' AND boot >= coalesce((
        SELECT boot FROM device_ledgers WHERE device_id = :device_id AND boot >= 0
        ORDER BY boot DESC OFFSET 1 LIMIT 1), 0)
""")
_LETTERS = text("""
    -- What was refused of these boots, or without a number since they began, by reason and the
    -- last part of the topic. A message is received before its ledger is opened.
    SELECT reason, split_part(topic, '/', 6) AS leaf, sum(readings)::bigint FROM (
        SELECT reason, topic, readings FROM dead_letters
        WHERE device_id = :device_id AND received_at >= :since - interval '1 hour'
            AND (boot >= :boot OR (coalesce(boot, -1) = -1 AND received_at >= :since))
        ORDER BY received_at DESC LIMIT :most
    ) AS newest GROUP BY 1, 2
""")
_CLOCK = text("""
    -- The device's clock as it is understood now.
    SELECT boot, state, offset_ms, drift_ppm, uncertainty_ms FROM device_clocks
    WHERE device_id = :device_id ORDER BY boot DESC, recorded_at DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A device's clock; `offset_ms` is to be added to its time."""

    boot: int
    state: str
    offset_ms: int
    drift_ppm: float
    uncertainty_ms: int


@dataclass(frozen=True, slots=True)
class Boots:
    """The boots that are looked at, added up.

    `silent` counts numbers that never came, `begins_at` is the first one that did, of the boot
    that began latest; `redelivered` counts arrivals of a number that had come before.
    """

    newest: int
    messages: int
    silent: int
    begins_at: int
    redelivered: int
    readings_duplicate: int
    readings_rejected: int


@dataclass(frozen=True, slots=True)
class FirmwareFacts:
    """What the doctor looks at; `since` is when the oldest of the boots was first heard of."""

    since: dt.datetime
    last_seen: dt.datetime | None
    is_verified: bool
    says_status: bool
    boots: Boots | None
    clock: ClockFacts | None
    left: int
    habits: Mapping[Habit, int] = field(default_factory=dict)
    refused: Mapping[Reason, int] = field(default_factory=dict)
    """Reason -> readings or messages of any topic but status."""
    refused_statuses: Mapping[Reason, int] = field(default_factory=dict)

    def times(self, habit: Habit) -> int:
        """How often it was seen to do this."""
        return self.habits.get(habit, 0)


async def firmware_facts(
    session: ReadSession, device_id: UUID, *, boots: int
) -> FirmwareFacts | None:
    """Gather what the newest `boots` boots of a device tell; None when there is no such device."""
    device = await session.scalar(select(IoTDevice).where(IoTDevice.device_id == device_id))
    if device is None:
        return None
    wanted = {"device_id": device_id}
    found = (await session.execute(_BOOTS, wanted | {"boots": boots})).all()
    began = min((row.opened_at for row in found), default=dt.datetime.now(dt.UTC) - LOOK_BACK)
    since = max(began, device.owned_since)
    lowest = min((row.boot for row in found), default=0)
    seen = await session.execute(_HABITS, wanted | {"since": since, "boot": lowest})
    bounds = {"since": since, "boot": lowest, "most": MOST_LETTERS}
    letters = await session.execute(_LETTERS, wanted | bounds)
    refused: dict[bool, Counter[Reason]] = {True: Counter(), False: Counter()}
    for reason, leaf, amount in letters:
        refused[leaf == Up.STATUS][Reason(reason)] += amount
    clock = await clock_of(session, device_id)
    return FirmwareFacts(
        since=since,
        last_seen=device.last_seen,
        is_verified=device.is_verified,
        says_status=device.status_boot is not None,
        boots=_added(found, await ledger(session, device_id, limit=boots)) if found else None,
        clock=None if clock is None or clock.boot < lowest else clock,
        left=int(await session.scalar(_LEFT, wanted) or 0),
        habits={Habit(habit): times for habit, times in seen},
        refused=refused[False],
        refused_statuses=refused[True],
    )


async def clock_of(session: ReadSession, device_id: UUID) -> ClockFacts | None:
    """Find a device's clock as it is understood now; None when it told no time yet."""
    row = (await session.execute(_CLOCK, {"device_id": device_id})).one_or_none()
    return None if row is None else ClockFacts(*row)


def _added(found: Sequence[Row[Any]], ledgers: Sequence[LedgerRow]) -> Boots:
    """Add up boots, newest first, with the ledgers of the same boots."""
    numbered = [row for row in ledgers if row.boot != UNNUMBERED]
    firsts = [row.seen[0].lower or 1 for row in numbered if row.seen]
    return Boots(
        newest=found[0].boot,
        messages=sum(row.published for row in numbered),
        silent=sum(last - first + 1 for row in numbered for first, last in row.gaps()),
        begins_at=max(firsts, default=1),
        redelivered=sum(row.redelivered for row in found),
        readings_duplicate=sum(row.readings_duplicate for row in found),
        readings_rejected=sum(sum(row.readings_rejected.values()) for row in found),
    )
