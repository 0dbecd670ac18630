"""Proving that nobody has changed the audit log since it was written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import psycopg

from storage.audit import (
    BATCH,
    COLUMNS,
    ERASE,
    GENESIS,
    LET_GO,
    PARTICULARS,
    digest_of,
    link,
    seal,
)

Connection = psycopg.AsyncConnection[Any]

_READ: Final = f"""
    -- Part of the chain, in its order, with the patients that each record points to.
    SELECT seq, {", ".join(COLUMNS)}, hash, patient_ids, salt, {", ".join(PARTICULARS)}
    FROM audit_log LEFT JOIN audit_patients ON digest = patients
    WHERE seq > %s ORDER BY seq LIMIT %s
"""  # noqa: S608 - names of columns
_STARTS: Final = """
    -- Both ends of the chain: its beginning, unless the oldest part was let go of, and its head.
    SELECT start_seq, start_hash, seq, hash FROM audit_head
"""
_ERASURES: Final = """
    -- Whose particulars were erased, as the chain has it.
    SELECT resource_id FROM audit_log WHERE action = %s AND actor_id IS NULL
"""
_BEGINNINGS: Final = """
    -- Where the chain begins by its own account, once its oldest part was let go of.
    SELECT resource_id FROM audit_log WHERE action = %s AND actor_id IS NULL
    ORDER BY seq DESC LIMIT 1
"""
_ACTOR: Final = COLUMNS.index("actor_id")
_PATIENTS: Final = COLUMNS.index("patients")
_SEALED: Final = COLUMNS.index("sealed")


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the log is not what was written."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look through the chain found."""

    records: int
    head: bytes
    """Hash of the last record that was looked at and held."""
    pending: int
    """Records that are not in the chain yet."""
    broken: Break | None
    since: int = 0
    """The last record that was let go of because it was old enough; 0 while all are there."""
    erased: int = 0
    """Records whose particulars went with a person who was erased."""


async def verify(connection: Connection, anchor: tuple[int, bytes] | None = None) -> Verdict:
    """Look through the whole chain, as it was when the look began.

    Args:
        connection: In autocommit mode; the look is one transaction that sees one moment.
        anchor: Number and hash of a record, noted earlier and kept elsewhere: it proves that the
            chain was not made anew as a whole, or cut off at its end.

    """
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        counted = await (await connection.execute("SELECT count(*) FROM audit_pending")).fetchone()
        look = await _begun(connection, anchor)
        whole = look.broken is None
        while whole:
            rows = await (await connection.execute(_READ, (look.seq, BATCH))).fetchall()
            whole = all(look.take(row) for row in rows) and len(rows) == BATCH
    look.conclude()
    pending = counted[0] if counted else 0
    return Verdict(look.seq, look.last, pending, look.broken, look.since, look.without)


@dataclass(slots=True)
class _Look:
    """A look on its way: the last record that held, and what was found by then."""

    seq: int
    last: bytes
    end: tuple[int, bytes]
    anchor: tuple[int, bytes] | None
    erased: frozenset[UUID]
    """People who were erased, as the chain itself has it."""
    since: int = 0
    without: int = 0
    anchored: bool = False
    broken: Break | None = field(default=None)

    def take(self, row: Sequence[Any]) -> bool:
        """Judge the next record; whether it holds."""
        seq, columns = row[0], row[1 : 1 + len(COLUMNS)]
        found, patient_ids, salt, *particulars = row[1 + len(COLUMNS) :]
        if seq != self.seq + 1:
            self.broken = Break(self.seq + 1, "is missing")
            return False
        why = _other_patients(columns, patient_ids)
        if not why and link(self.last, seq, columns) != bytes(found):
            why = "was changed, or one was put in or taken out before it"
        why = why or self._unsealed(columns, patient_ids, salt, particulars)
        if not why:
            self.seq, self.last = seq, bytes(found)
            if self.anchor is not None and self.anchor[0] == seq:
                self.anchored = self.anchor[1] == self.last
                why = "" if self.anchored else "is not what was anchored"
        self.broken = Break(seq, why) if why else None
        return not why

    def _unsealed(
        self,
        columns: Sequence[Any],
        patient_ids: Sequence[UUID] | None,
        salt: bytes | None,
        particulars: list[str],
    ) -> str:
        if salt is not None:
            fits = seal(bytes(salt), particulars) == bytes(columns[_SEALED])
            return "" if fits else "was changed: its reason, address or request id"
        self.without += 1
        people = {columns[_ACTOR], *(patient_ids or ())}
        if any(particulars) or people.isdisjoint(self.erased):
            return "lost its reason, address and request id, and nobody of it was erased"
        return ""

    def conclude(self) -> None:
        """Judge where the chain ends."""
        if self.broken is None and (self.seq, self.last) != self.end:
            self.broken = Break(self.seq + 1, "is missing: the chain ends before its head")
        if self.broken is None and self.anchor is not None and not self.anchored:
            self.broken = Break(self.seq + 1, "is missing: the chain ends before the anchor")


async def _begun(connection: Connection, anchor: tuple[int, bytes] | None) -> _Look:
    row = await (await connection.execute(_STARTS)).fetchone()
    start, start_hash, end, end_hash = row or (0, GENESIS, 0, b"")
    erasures = await (await connection.execute(_ERASURES, (ERASE,))).fetchall()
    look = _Look(
        start,
        bytes(start_hash),
        (end, bytes(end_hash)),
        anchor,
        frozenset(UUID(person) for (person,) in erasures),
        since=start,
        anchored=anchor is None or anchor[0] <= start,
    )
    told = await (await connection.execute(_BEGINNINGS, (LET_GO,))).fetchone()
    if start and (told is None or told[0] != str(start)):
        look.broken = Break(start, "was cut off, and the chain does not say so")
    return look


def _other_patients(columns: Sequence[Any], patient_ids: Sequence[UUID] | None) -> str:
    patients = columns[_PATIENTS]
    if patients is not None and (patient_ids is None or digest_of(patient_ids) != bytes(patients)):
        return "points to patients who are not those that were recorded"
    return ""
