"""Ledgers of devices: what became of every message and reading, and what never came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Result, exists, func, select, text
from sqlalchemy.dialects.postgresql import Range

from storage.engine import ReadSession
from storage.models import DeviceLedger, IoTDevice
from telemetry.batch import UNNUMBERED


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Account of one boot of a device."""

    boot: int
    max_seq: int
    seen: Sequence[Range[int]]
    stored: int
    duplicate: int
    quarantined: int
    rejected: int

    @property
    def published(self) -> int:
        """Messages that the device sent: as many as it numbered, or as came without a number."""
        counted = self.stored + self.duplicate + self.quarantined + self.rejected
        return counted if self.boot == UNNUMBERED else self.max_seq

    def gaps(self) -> Iterator[tuple[int, int]]:
        """First and last number of each stretch of 1..max_seq that was never seen."""
        following = 1
        for seen in self.seen:
            lower, upper = seen.lower or 0, seen.upper or 0
            if lower > following:
                yield following, lower - 1
            following = max(following, upper)
        if following <= self.max_seq:
            yield following, self.max_seq


async def is_registered(session: ReadSession, device_id: UUID) -> bool:
    """Whether there is a device of that id."""
    return bool(await session.scalar(select(exists().where(IoTDevice.device_id == device_id))))


async def ledger(session: ReadSession, device_id: UUID, *, limit: int) -> list[LedgerRow]:
    """Accounts of a device's newest boots."""
    found: Result[*tuple[Any, ...]] = await session.execute(
        select(
            DeviceLedger.boot,
            DeviceLedger.max_seq,
            DeviceLedger.seen,
            DeviceLedger.stored,
            DeviceLedger.duplicate,
            DeviceLedger.quarantined,
            DeviceLedger.rejected,
        )
        .where(DeviceLedger.device_id == device_id)
        .order_by(DeviceLedger.boot.desc())
        .limit(limit)
    )
    return [LedgerRow(*row) for row in found]


@dataclass(frozen=True, slots=True)
class ReadingTotals:
    """Readings of a device over all its boots."""

    stored: int
    duplicate: int
    rejected: dict[str, int]


async def reading_totals(session: ReadSession, device_id: UUID) -> ReadingTotals:
    """Sum up what became of a device's readings, refusals by reason."""
    stored, duplicate = (
        await session.execute(
            select(
                func.coalesce(func.sum(DeviceLedger.readings_stored), 0),
                func.coalesce(func.sum(DeviceLedger.readings_duplicate), 0),
            ).where(DeviceLedger.device_id == device_id)
        )
    ).one()
    rejected = await session.execute(
        text(
            "SELECT reason.key, sum(reason.value::bigint)::bigint FROM device_ledgers"
            " CROSS JOIN LATERAL jsonb_each_text(readings_rejected) AS reason"
            " WHERE device_id = :device_id GROUP BY reason.key ORDER BY reason.key"
        ),
        {"device_id": device_id},
    )
    return ReadingTotals(int(stored), int(duplicate), {row[0]: row[1] for row in rejected})
