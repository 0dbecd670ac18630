"""`jeg ledger DEVICE`: what became of every message of a device, and which never came."""

import asyncio
import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from stack.dead_letters import database_url, device_of
from stack.errors import StackError, database_away
from stack.folders import Folders
from storage.engine import Database
from storage.queries import ledgers
from storage.queries.ledgers import LedgerRow, ReadingTotals
from telemetry.batch import UNNUMBERED

_SHOWN_GAPS = 20
_COLUMNS = ("published", "stored", "duplicate", "quarantined", "rejected", "missing")


@dataclass(frozen=True, slots=True)
class Account:
    """The ledgers of a device's newest boots, and its readings over all boots."""

    boots: list[LedgerRow]
    readings: ReadingTotals


def ledger(folders: Folders, *, device: str, boots: int, as_json: bool) -> str:
    """Return the account of a device as text or JSON.

    Raises StackError for a malformed or unknown device id, or an absent database.
    """
    device_id = device_of(device)
    if device_id is None:
        message = "name a device id (a UUID)"
        raise StackError(message)
    account = asyncio.run(_read(database_url(folders), device_id, boots))
    return as_document(device_id, account) if as_json else as_text(account)


async def _read(url: str, device_id: UUID, boots: int) -> Account:
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            if not await ledgers.is_registered(session, device_id):
                message = f"no device {device_id} is registered"
                raise StackError(message)
            found = await ledgers.ledger(session, device_id, limit=boots)
            return Account(found, await ledgers.reading_totals(session, device_id))
    except (OSError, SQLAlchemyError) as error:
        raise database_away(error) from error
    finally:
        await database.close()


def as_text(account: Account) -> str:
    """Write a line per boot, its gaps below it, and the readings at the end."""
    if not account.boots:
        return "nothing was ever heard of this device"
    lines = ["boot".rjust(12) + "".join(name.rjust(13) for name in _COLUMNS)]
    for row in account.boots:
        name = "no number" if row.boot == UNNUMBERED else str(row.boot)
        lines.append(name.rjust(12) + "".join(str(n).rjust(13) for n in _counts(row).values()))
        gaps = [f"{a}-{b}" if b > a else str(a) for a, b in row.gaps()]
        if gaps:
            more = f" and {len(gaps) - _SHOWN_GAPS} gaps more" if len(gaps) > _SHOWN_GAPS else ""
            lines.append(f"{'missing':>12}  {', '.join(gaps[:_SHOWN_GAPS])}{more}")
    readings = account.readings
    refused = ", ".join(f"{n} {reason}" for reason, n in readings.rejected.items()) or "none"
    lines.append(
        f"readings: {readings.stored} stored, {readings.duplicate} duplicate, rejected: {refused}"
    )
    return "\n".join(lines)


def as_document(device_id: UUID, account: Account) -> str:
    """Write the same as JSON, in the shape of the API's ledger."""
    boots = [
        {
            "boot": row.boot,
            "max_seq": row.max_seq,
            "messages": _counts(row),
            "missing_ranges": list(row.gaps()),
        }
        for row in account.boots
    ]
    readings = account.readings
    return json.dumps(
        {
            "device_id": str(device_id),
            "boots": boots,
            "readings": {
                "stored": readings.stored,
                "duplicate": readings.duplicate,
                "rejected": readings.rejected,
            },
        },
        indent=2,
    )


def _counts(row: LedgerRow) -> dict[str, int]:
    missing = sum(last - first + 1 for first, last in row.gaps())
    counts = (row.published, row.stored, row.duplicate, row.quarantined, row.rejected, missing)
    return dict(zip(_COLUMNS, counts, strict=True))
