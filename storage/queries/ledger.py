"""The local ledger: lines that are only ever added, and what they come to."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import LedgerEntry


@dataclass(frozen=True, slots=True)
class Line:
    """One line."""

    key: str
    entry: str
    amount: Decimal
    currency: str
    note: str


async def lines(session: ReadSession | WriteSession, ref: str) -> list[Line]:
    """Lines of one payment, the oldest first. There are few."""
    statement = (
        select(
            LedgerEntry.key,
            LedgerEntry.entry,
            LedgerEntry.amount,
            LedgerEntry.currency,
            LedgerEntry.note,
        )
        .where(LedgerEntry.ref == ref)
        .order_by(LedgerEntry.at, LedgerEntry.id)
    )
    return [Line(*row) for row in await session.execute(statement)]


async def add(session: WriteSession, ref: str, line: Line) -> None:
    """Add a line, unless one of its key is there."""
    await session.execute(
        insert(LedgerEntry)
        .values(
            ref=ref,
            key=line.key,
            entry=line.entry,
            amount=line.amount,
            currency=line.currency,
            note=line.note,
        )
        .on_conflict_do_nothing(index_elements=["ref", "key"])
    )
