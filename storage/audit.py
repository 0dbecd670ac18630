"""The audit log's chain: adding to it, and proving that nobody has changed it since.

Every record's hash covers the hash before it and all of its own columns, so a record that was
changed, removed, added or moved breaks the chain at that place. Whoever appends holds the row of
`audit_head` locked: any number of replicas make one chain.

Free text and addresses, a record's particulars, are covered by a salted seal and not themselves.
When a person is erased, salt and particulars of their records go and the chain still holds;
particulars that went without such an erasure in the chain are a break of it.
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from storage.access import Access, Record, committing
from storage.engine import COMMITTED, WriteSession

GENESIS: Final = bytes(32)
"""What stands for the hash before the first record."""
BATCH: Final = 2_000
COLUMNS: Final = (
    "at",
    "actor_id",
    "actor_roles",
    "action",
    "resource",
    "resource_id",
    "patients",
    "purpose",
    "outcome",
    "status",
    "sealed",
)
PARTICULARS: Final = ("reason", "address", "request_id")
_SALT_BYTES: Final = 16
ERASE: Final = "ERASE"
"""Action of the record that says whose particulars were erased; its `resource_id` is the person."""
LET_GO: Final = "LET_GO"
"""Action of the record that says up to which record the log was let go of: its `resource_id`."""
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
_COPY: Final = f"""
    COPY audit_log (seq, {", ".join(COLUMNS)}, hash, {", ".join(PARTICULARS)}, salt) FROM STDIN
"""
_ADVANCE: Final = "UPDATE audit_head SET seq = %s, hash = %s"
_LEAVE: Final = "INSERT INTO audit_pending (record) VALUES (%s)"
_FORGET: Final = """
    -- What a person's records say in free text, and from where they came.
    UPDATE audit_log SET salt = NULL, reason = '', address = '', request_id = ''
    WHERE salt IS NOT NULL AND seq IN (
        SELECT seq FROM audit_log WHERE actor_id = %(person)s
        UNION ALL
        SELECT seq FROM audit_log WHERE patients IN (
            SELECT digest FROM audit_patients WHERE patient_ids @> ARRAY[%(person)s::uuid]
        )
    )
"""
_DECODER: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)

_OLD: Final = """
    -- The newest record that is old enough to go; never the last one.
    SELECT seq, hash FROM audit_log
    WHERE at < now() - %s * interval '1 day' AND seq > (SELECT start_seq FROM audit_head)
    ORDER BY at DESC LIMIT 1
"""
_START_AFTER: Final = "UPDATE audit_head SET start_seq = %s, start_hash = %s"
DELETE_OLD: Final = """
    -- Records before the beginning of the chain, a bounded number.
    DELETE FROM audit_log WHERE seq IN (
        SELECT seq FROM audit_log WHERE seq <= (SELECT start_seq FROM audit_head)
        ORDER BY seq LIMIT %s
    )
"""

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
                particulars, salt = _particulars(one), secrets.token_bytes(_SALT_BYTES)
                seq, columns = seq + 1, _columns(one, seal(salt, particulars))
                last = link(last, seq, columns)
                await copy.write_row((seq, *columns, last, *particulars, salt))
        await cursor.execute(_ADVANCE, (seq, last))
    return len(left)


def seal(salt: bytes, particulars: Sequence[str]) -> bytes:
    """What a record's hash covers in place of its particulars."""
    return sha256(salt + msgspec.json.encode(particulars)).digest()


def _particulars(record: Record) -> list[str]:
    return [getattr(record, name) for name in PARTICULARS]


def _columns(record: Record, sealed: bytes) -> tuple[Any, ...]:
    patients = digest_of(record.patient_ids) if record.patient_ids else None
    made = {"patients": patients, "sealed": sealed}
    return tuple(made[name] if name in made else getattr(record, name) for name in COLUMNS)


async def forget(connection: Connection, person: UUID) -> int:
    """Erase the particulars of a person's records, and say so in the chain; of how many.

    Who they were is then told by nothing but a number that leads nowhere any more. To be called
    inside a transaction of its own; what changes have left behind is chained first.
    """
    record = Access(action=ERASE, where=lambda: ("person", str(person))).records("success")
    while await append(connection, record, Known()) >= BATCH:
        record = []
    cursor = await connection.execute(_FORGET, {"person": person})
    return cursor.rowcount


async def leave(session: WriteSession) -> None:
    """Record the request that is being served in the transaction of its change.

    Both are committed or neither is. The chain takes it from there, see `append`. A request of
    somebody who is not logged in is recorded when it is answered: only then is it known whether
    what was committed is a login, or the count of one that failed.
    """
    access = committing()
    if access is None or access.actor_id is None or access.complete:
        return
    connection = await session.plain()
    for record in access.records("success"):
        await leave_record(connection, record)
    patients = set(access.patients)
    session.info.setdefault(COMMITTED, []).append(partial(setattr, access, "kept", patients))


async def leave_record(connection: Connection, record: Record) -> None:
    """Leave a record in the transaction of a change that no request made."""
    await connection.execute(_LEAVE, (msgspec.json.encode(record).decode(),))


async def let_go(connection: Connection, days: int) -> None:
    """Have the chain begin after the records of so many days ago, and say so at its end.

    What is before its beginning may be deleted then, by `DELETE_OLD`. To be called inside a
    transaction of its own.
    """
    await connection.execute(_LOCK)
    row = await (await connection.execute(_OLD, (days,))).fetchone()
    if row is None:
        return
    record = Access(action=LET_GO, where=lambda: ("audit", str(row[0]))).records("success")
    await append(connection, record, Known())
    await connection.execute(_START_AFTER, row)
