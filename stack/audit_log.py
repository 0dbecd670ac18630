"""`jeg audit`: reading the audit log, and verifying its chain."""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from stack.dead_letters import database_url
from stack.errors import StackError, database_away
from stack.folders import Folders
from stack.output import printable
from storage.audit_check import Verdict, verify
from storage.engine import Database, connect
from storage.queries.audit import AuditFilter, AuditRow, page

_ANCHOR: Final = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def verdict(folders: Folders, *, anchor: str, as_json: bool) -> tuple[str, bool]:
    """What a look through the chain found, as text or JSON, and whether it holds.

    Raises StackError for a malformed anchor, or an absent database.
    """
    known = _anchor(anchor)
    try:
        found = asyncio.run(_verify(database_url(folders), known))
    except psycopg.Error as error:
        raise database_away(error) from error
    return (_json(found) if as_json else _text(found)), found.broken is None


def _anchor(text: str) -> tuple[int, bytes] | None:
    if not text:
        return None
    found = _ANCHOR.fullmatch(text.strip().lower())
    if found is None:
        message = "an anchor is NUMBER:HASH, as jeg audit verify prints it"
        raise StackError(message)
    return int(found[1]), bytes.fromhex(found[2])


async def _verify(url: str, anchor: tuple[int, bytes] | None) -> Verdict:
    async with await connect(url, application_name="jeg-audit-verify") as connection:
        return await verify(connection, anchor)


def _text(found: Verdict) -> str:
    if found.broken is not None:
        return f"broken: record {found.broken.seq} {found.broken.why}"
    waiting = f", {found.pending} more not chained yet" if found.pending else ""
    if found.erased:
        waiting += f", {found.erased} without reason and address since a person was erased"
    if found.since:
        waiting += f", those up to {found.since} were old enough to be let go of"
    return f"holds: {found.records} records{waiting}\nanchor: {found.records}:{found.head.hex()}"


def _json(found: Verdict) -> str:
    broken = None
    if found.broken is not None:
        broken = {"record": found.broken.seq, "why": found.broken.why}
    return json.dumps(
        {
            "holds": broken is None,
            "records": found.records,
            "pending": found.pending,
            "since": found.since,
            "erased": found.erased,
            "anchor": f"{found.records}:{found.head.hex()}",
            "broken": broken,
        }
    )


def listing(folders: Folders, *, patient: str, actor: str, limit: int, as_json: bool) -> str:
    """Return the newest records as text or JSON; `patient` and `actor` may be empty for all.

    Raises StackError for a malformed id, or an absent database.
    """
    wanted = AuditFilter(patient_id=_user(patient), actor_id=_user(actor))
    try:
        rows = asyncio.run(_rows(database_url(folders), wanted, limit))
    except (OSError, SQLAlchemyError) as error:
        raise database_away(error) from error
    if as_json:
        return json.dumps([_fields(row) for row in rows])
    return "\n".join(_line(row) for row in rows) or "no records"


def _user(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        message = f"{text!r} is not a user id (a UUID)"
        raise StackError(message) from None


async def _rows(url: str, wanted: AuditFilter, limit: int) -> Sequence[AuditRow]:
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            return await page(session, wanted, limit=limit)
    finally:
        await database.close()


def _fields(row: AuditRow) -> dict[str, object]:
    return {
        "number": row.seq,
        "at": row.at.isoformat(),
        "actor_id": None if row.actor_id is None else str(row.actor_id),
        "actor_name": row.actor_name,
        "actor_roles": row.actor_roles,
        "action": row.action,
        "resource": row.resource,
        "resource_id": row.resource_id,
        "patient_ids": [str(one) for one in row.patient_ids or ()],
        "purpose": row.purpose,
        "reason": row.reason,
        "address": row.address,
        "request_id": row.request_id,
        "outcome": row.outcome,
        "status": row.status,
        "hash": row.hash.hex(),
    }


def _line(row: AuditRow) -> str:
    who = row.actor_name or (str(row.actor_id) if row.actor_id else "nobody")
    about = len(row.patient_ids or ())
    whose = str((row.patient_ids or ("-",))[0]) if about <= 1 else f"{about} patients"
    why = f"{row.purpose} {row.reason}".strip()
    parts = [
        f"{row.seq:>8}",
        row.at.isoformat(timespec="seconds"),
        f"{who} ({row.actor_roles})",
        f"{row.action} {row.resource}",
        whose,
        why or "-",
        row.address,
        row.outcome,
    ]
    return printable("  ".join(parts))
