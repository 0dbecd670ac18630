"""The audit log's chain: adding to it, and proving that nobody has changed it since.

Every record's hash covers the hash before it and all of its own columns, so a record that was
changed, removed, added or moved breaks the chain at that place. Whoever appends holds the row of
`audit_head` locked: any number of replicas make one chain.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from storage.access import Record, current
from storage.engine import COMMITTED, WriteSession

GENESIS: Final = bytes(32)
"""What stands for the hash before the first record."""
BATCH: Final = 2_000
_COLUMNS: Final = (
    "at",
    "actor_id",
    "actor_roles",
    "action",
    "resource",
    "resource_id",
    "patients",
    "purpose",
    "reason",
    "address",
    "request_id",
    "outcome",
    "status",
)
_LOCK: Final = """
    -- The end of the chain, held until the transaction ends.
    SELECT seq, hash FROM audit_head FOR UPDATE
"""
_TAKE: Final = """
    -- Records that changes left behind in their own transactions, oldest first.
    WITH taken AS (
        DELETE FROM audit_pending WHERE id IN (
            SELECT id FROM audit_pending ORDER BY id LIMIT %s
        ) RETURNING id, record
    ) SELECT record FROM taken ORDER BY id
"""
_KEEP_PATIENTS: Final = """
    -- Sets of patients that were not seen together before.
    INSERT INTO audit_patients (digest, patient_ids) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""
_COPY: Final = f"COPY audit_log (seq, {', '.join(_COLUMNS)}, hash) FROM STDIN"
_ADVANCE: Final = "UPDATE audit_head SET seq = %s, hash = %s"
_LEAVE: Final = "INSERT INTO audit_pending (record) VALUES (%s)"
_READ: Final = f"""
    -- Part of the chain, in its order, with the patients that each record points to.
    SELECT seq, {", ".join(_COLUMNS)}, hash, patient_ids
    FROM audit_log LEFT JOIN audit_patients ON digest = patients
    WHERE seq > %s ORDER BY seq LIMIT %s
"""  # noqa: S608 - names of columns
_DECODER: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)

Connection = psycopg.AsyncConnection[Any]


class Known:
    """Digests of sets of patients that are stored already, so that they are not sent again."""

    MOST: Final = 10_000

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def unknown(self, sets: Mapping[bytes, Sequence[UUID]]) -> list[tuple[bytes, list[UUID]]]:
        """Those that may have to be stored."""
        return [(digest, list(ids)) for digest, ids in sets.items() if digest not in self._digests]

    def add(self, digests: Iterable[bytes]) -> None:
        """Remember these, once they are committed."""
        if len(self._digests) > self.MOST:
            self._digests.clear()
        self._digests.update(digests)


def digest_of(patient_ids: Sequence[UUID]) -> bytes:
    """Digest of a set of patients."""
    return sha256(b"".join(one.bytes for one in sorted(patient_ids))).digest()


def link(before: bytes, seq: int, columns: Sequence[Any]) -> bytes:
    """Hash of a record: of the one before it, its number, and its columns in their order."""
    at, *others = columns
    content = [seq, at.astimezone(dt.UTC).isoformat(timespec="microseconds"), *others]
    return sha256(before + msgspec.json.encode(content)).digest()


async def append(connection: Connection, records: Sequence[Record], known: Known) -> int:
    """Chain records, and those that changes left; how many of the latter.

    To be called inside a transaction of its own, which holds the chain until it is committed.
    """
    async with connection.cursor() as cursor:
        row = await (await cursor.execute(_LOCK)).fetchone()
        if row is None:
            raise LookupError
        seq, last = row
        left = [
            _DECODER.decode(text)
            for (text,) in await (await cursor.execute(_TAKE, (BATCH,))).fetchall()
        ]
        everything = [*left, *records]
        if not everything:
            return 0
        sets = {
            digest_of(one.patient_ids): one.patient_ids for one in everything if one.patient_ids
        }
        if new := known.unknown(sets):
            await cursor.executemany(_KEEP_PATIENTS, new)
        async with cursor.copy(_COPY) as copy:
            for one in everything:
                seq, columns = seq + 1, _columns(one)
                last = link(last, seq, columns)
                await copy.write_row((seq, *columns, last))
        await cursor.execute(_ADVANCE, (seq, last))
    return len(left)


def _columns(record: Record) -> tuple[Any, ...]:
    patients = digest_of(record.patient_ids) if record.patient_ids else None
    return tuple(patients if name == "patients" else getattr(record, name) for name in _COLUMNS)


async def leave(session: WriteSession) -> None:
    """Record the request that is being served in the transaction of its change.

    Both are committed or neither is. The chain takes it from there, see `append`. A request of
    somebody who is not logged in is recorded when it is answered: only then is it known whether
    what was committed is a login, or the count of one that failed.
    """
    access = current()
    if access is None or access.actor_id is None or access.complete:
        return
    connection = await session.plain()
    for record in access.records("success"):
        await connection.execute(_LEAVE, (msgspec.json.encode(record).decode(),))
    patients = set(access.patients)
    session.info.setdefault(COMMITTED, []).append(partial(setattr, access, "kept", patients))


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


async def verify(connection: Connection, anchor: tuple[int, bytes] | None = None) -> Verdict:
    """Look through the whole chain, as it was when the look began.

    Args:
        connection: In autocommit mode; the look is one transaction that sees one moment.
        anchor: Number and hash of a record, noted earlier and kept elsewhere: it proves that the
            chain was not made anew as a whole, or cut off at its end.

    """
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = await (await connection.execute("SELECT seq, hash FROM audit_head")).fetchone()
        end = (0, b"") if row is None else (row[0], bytes(row[1]))
        counted = await (await connection.execute("SELECT count(*) FROM audit_pending")).fetchone()
        seq, last, broken, anchored = 0, GENESIS, None, anchor is None or anchor[0] == 0
        while broken is None:
            rows = await (await connection.execute(_READ, (seq, BATCH))).fetchall()
            for row in rows:
                broken = _flaw(last, seq + 1, row)
                if broken is not None:
                    break
                seq, last = seq + 1, bytes(row[-2])
                if anchor is not None and anchor[0] == seq:
                    anchored = anchor[1] == last
                    broken = None if anchored else Break(seq, "is not what was anchored")
                    if broken is not None:
                        break
            if len(rows) < BATCH:
                break
        if broken is None and (seq, last) != end:
            broken = Break(seq + 1, "is missing: the chain ends before its head")
        if broken is None and not anchored:
            broken = Break(seq + 1, "is missing: the chain ends before the anchor")
    return Verdict(seq, last, counted[0] if counted else 0, broken)


def _flaw(last: bytes, expected: int, row: Sequence[Any]) -> Break | None:
    seq, *columns, found, patient_ids = row
    if seq != expected:
        return Break(expected, "is missing")
    patients = columns[_COLUMNS.index("patients")]
    if patients is not None and (patient_ids is None or digest_of(patient_ids) != bytes(patients)):
        return Break(seq, "points to patients who are not those that were recorded")
    if link(last, seq, columns) != bytes(found):
        return Break(seq, "was changed, or one was put in or taken out before it")
    return None
