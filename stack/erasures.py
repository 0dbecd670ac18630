"""`jeg erasure`: looking again for people who were erased."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from stack.dead_letters import database_url
from stack.errors import StackError, database_away
from stack.folders import Folders
from storage import erasing
from storage.engine import Database, connect
from storage.erasure_scan import Finding, Traces, fingerprint, scan
from storage.queries import erasures as sql
from storage.queries.erasures import ErasureRow, page


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look found: tables, readings that wait, and whether the proof is the one made."""

    person: UUID
    findings: Sequence[Finding]
    waiting: int
    is_proven: bool

    @property
    def left(self) -> dict[str, int]:
        """Where a trace is that nobody decided to keep."""
        found = {
            f"{one.table}.{name}": rows for one in self.findings for name, rows in one.left.items()
        }
        return found | ({"outbox.payload": self.waiting} if self.waiting else {})

    @property
    def kept(self) -> dict[str, int]:
        """Where the number is kept for a reason."""
        return {
            f"{one.table}.{name}": rows
            for one in self.findings
            for name, rows in one.kept.items()
            if rows
        }

    @property
    def holds(self) -> bool:
        """Whether nothing is left and the proof is whole."""
        return not self.left and self.is_proven


def verdict(
    folders: Folders, which: str, words: Sequence[str], *, as_json: bool
) -> tuple[str, bool]:
    """What a look through every table finds, as text or JSON, and whether the erasure holds.

    Raises StackError for an erasure that nobody asked for, or an absent database.
    """
    try:
        number = UUID(which)
    except ValueError:
        message = f"{which!r} is no number of an erasure or a person (a UUID)"
        raise StackError(message) from None
    try:
        found = asyncio.run(_look(database_url(folders), number, words))
    except psycopg.OperationalError as error:
        raise database_away(error) from error
    if found is None:
        message = f"nobody of that number was erased: {which}"
        raise StackError(message)
    return (_json(found) if as_json else _text(found)), found.holds


async def _look(url: str, number: UUID, words: Sequence[str]) -> Verdict | None:
    async with await connect(url, application_name="jeg-erasure-verify") as connection:
        row = await (await connection.execute(sql.FIND, {"id": number})).fetchone()
        if row is None:
            return None
        erasure_id, person, devices, series, document, digest = row
        traces = Traces(person, devices, series, tuple(words))
        is_proven = False
        if document is not None and fingerprint(document) == bytes(digest):
            told = f"{erasure_id} sha256:{bytes(digest).hex()}"
            cursor = await connection.execute(sql.IS_TOLD, {"told": told})
            is_proven = await cursor.fetchone() == (True,)
        findings = await scan(connection, traces)
        return Verdict(person, findings, await erasing.in_outbox(connection, traces), is_proven)


def _text(found: Verdict) -> str:
    lines = [f"looked through {len(found.findings)} tables for {found.person}"]
    lines += [f"left: {rows} in {place}" for place, rows in sorted(found.left.items())]
    lines += [f"kept, a number alone: {rows} in {p}" for p, rows in sorted(found.kept.items())]
    if not found.is_proven:
        lines.append("the stored proof is missing, or is not the one that the audit log names")
    lines.append("holds" if found.holds else "does not hold")
    return "\n".join(lines)


def _json(found: Verdict) -> str:
    return json.dumps(
        {
            "holds": found.holds,
            "person_id": str(found.person),
            "tables": len(found.findings),
            "left": found.left,
            "kept": found.kept,
            "proven": found.is_proven,
        }
    )


def listing(folders: Folders, *, limit: int, as_json: bool) -> str:
    """Return the newest erasures as text or JSON.

    Raises StackError when the database is absent.
    """
    try:
        rows = asyncio.run(_rows(database_url(folders), limit))
    except (OSError, SQLAlchemyError) as error:
        raise database_away(error) from error
    if as_json:
        return json.dumps([_fields(row) for row in rows])
    lines = ("  ".join(str(value) for value in _fields(row).values()) for row in rows)
    return "\n".join(lines) or "nobody was erased"


async def _rows(url: str, limit: int) -> list[ErasureRow]:
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            return await page(session, after=None, limit=limit)
    finally:
        await database.close()


def _fields(row: ErasureRow) -> dict[str, str | None]:
    return {
        "requested_at": row.requested_at.isoformat(timespec="seconds"),
        "id": str(row.id),
        "person_id": str(row.person_id),
        "reason": row.reason,
        "state": row.state,
        "sha256": row.sha256.hex() if row.sha256 else None,
    }
