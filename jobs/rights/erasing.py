"""Erases a person, and proves it: what a look through every table finds afterwards is nothing.

Begun anew, it goes on: every step leaves less of the person than before. The account itself goes
last, in the transaction that looks through the tables and keeps the proof, so that there is never
an erased person without one.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from gateways.broker_accounts import FileBrokerAccounts
from gateways.files import FilesAwayError, stored_files
from jobs.rights.retained import clear_retained
from jobs.work import Failure, Job
from storage import audit, erasing
from storage.access import Access
from storage.engine import connect
from storage.erasure_scan import Finding, Traces, fingerprint, scan
from storage.person_tables import ERASED, KEPT, TABLES
from storage.queries import erasures as sql
from telemetry.vouchers import Vouchers

VERSION: Final = 1
ERASED_ACTION: Final = "ERASED"
_ROUNDS: Final = 3
"""What was on its way when the erasure began may arrive during it."""

Connection = psycopg.AsyncConnection[Any]


@dataclass(slots=True)
class _Subject:
    """Whom an erasure is of."""

    erasure_id: UUID
    requested_by: UUID
    reason: str
    requested_at: dt.datetime
    traces: Traces
    files: list[str]
    counts: Counter[str] = field(default_factory=Counter)


async def perform_erasure(job: Job) -> dict[str, Any]:
    """Erase a person everywhere, and keep the proof."""
    async with await connect(job.url, application_name="jeg-jobs-erasure") as connection:
        erasure_id = UUID(job.parameters["erasure_id"])
        subject = await _begin(connection, erasure_id)
        if subject is not None:
            await _Erasing(job, connection, subject).run()
    return {"erasure_id": str(erasure_id)}


async def _begin(connection: Connection, erasure_id: UUID) -> _Subject | None:
    row = await (await connection.execute(sql.BEGIN, (erasure_id,))).fetchone()
    if row is None or row[-1] is not None:
        return None
    person, requested_by, reason, devices, series, files, counts, requested_at, _ = row
    await connection.execute(sql.ADD_ERASED, {"erased": ERASED})
    owned = await (await connection.execute(sql.DEVICES, (person,))).fetchall()
    others = [device for device, is_others in owned if is_others]
    if others:
        await connection.execute(sql.HAND_OVER, {"erased": ERASED, "others": others})
    devices = sorted({*devices, *(device for device, is_others in owned if not is_others)})
    found = await (await connection.execute(sql.SERIES, (person,))).fetchall()
    series = sorted({*series, *(number for (number,) in found)})
    keys = await (await connection.execute(sql.FILES, {"person": person})).fetchall()
    files = sorted({*files, *(key for (key,) in keys)})
    noted = {"id": erasure_id, "devices": devices, "series": series, "files": files}
    await connection.execute(sql.NOTE, noted)
    words = await (await connection.execute(sql.WORDS, (person,))).fetchone() or ()
    traces = Traces(person, devices, series, tuple(filter(None, words)))
    return _Subject(erasure_id, requested_by, reason, requested_at, traces, files, Counter(counts))


class _Erasing:
    """One erasure on its way."""

    def __init__(self, job: Job, connection: Connection, subject: _Subject) -> None:
        self._job = job
        self._connection = connection
        self._subject = subject
        self._traces = subject.traces
        self._done = 0
        self._total = len(subject.traces.series) + len(TABLES) + 6

    async def run(self) -> None:
        await self._shut()
        await self._delete()
        await self._make_nobodys()
        await self._files()
        await self._forget()
        await self._tell("proof")
        await self._prove()

    async def _shut(self) -> None:
        """Nothing new of the person comes in from here on."""
        self._count(await erasing.shut(self._connection, self._traces))
        settings = self._job.settings
        if settings.broker_accounts_dir is not None:
            accounts = FileBrokerAccounts(settings.broker_accounts_dir)
            for device in self._traces.devices:
                accounts.remove(device)
        try:
            await clear_retained(settings, self._traces.person, self._traces.devices)
        except OSError as error:
            message = "the broker is away; ask for the erasure again"
            raise Failure(message) from error
        vouchers = Vouchers(settings.secret_key.get_secret_value())
        for word in self._traces.words:
            await self._connection.execute(sql.DROP_FAILURES, (vouchers.account_key(word),))
        await self._tell("devices")

    async def _delete(self) -> None:
        for series in self._traces.series:
            gone = await erasing.delete_readings(self._connection, series)
            self._count({"vitals": gone})
            await self._tell("readings")
        await self._delete_rows(tell=True)

    async def _delete_rows(self, *, tell: bool = False) -> None:
        async for table, rows in erasing.delete_rows(self._connection, self._traces):
            self._count({table: rows})
            if tell:
                await self._tell(table)
        self._count({"outbox": await erasing.take_from_outbox(self._connection, self._traces)})

    async def _make_nobodys(self) -> None:
        self._count(await erasing.make_nobodys(self._connection, self._traces))
        self._count(await erasing.clear_mentions(self._connection, self._traces))
        await self._tell("others' records")

    async def _files(self) -> None:
        """Delete pictures and documents."""
        files = stored_files(self._job.settings.file_store())
        try:
            for key in self._subject.files:
                await files.delete(key)
        except FilesAwayError as error:
            message = "the store of files is away; ask for the erasure again"
            raise Failure(message) from error
        await self._tell("files")

    async def _forget(self) -> None:
        async with self._connection.transaction():
            self._count({"audit_log": await audit.forget(self._connection, self._traces.person)})

    async def _prove(self) -> None:
        left: list[str] = []
        for _ in range(_ROUNDS):
            left = await self._try_to_prove()
            if not left:
                return
            await self._delete_rows()
            await self._make_nobodys()
            await self._forget()
        message = f"traces are left in {', '.join(left)}; ask for the erasure again"
        raise Failure(message)

    async def _try_to_prove(self) -> list[str]:
        """End the account if nothing else leads to the person; where something still does."""
        left: set[str] = set()
        async with self._connection.transaction() as proof:
            await erasing.conclude(self._connection, self._traces.person)
            findings = await scan(self._connection, self._traces)
            left |= {f"{one.table}.{name}" for one in findings for name in one.left}
            if await erasing.in_outbox(self._connection, self._traces):
                left.add("outbox.payload")
            if left:
                raise psycopg.Rollback(proof)
            await self._keep(findings)
        return sorted(left)

    async def _keep(self, findings: list[Finding]) -> None:
        at = dt.datetime.now(dt.UTC)
        document = proof_of(self._subject, findings, at)
        digest = fingerprint(document)
        fields = {
            "id": self._subject.erasure_id,
            "at": at,
            "document": Jsonb(document),
            "sha256": digest,
        }
        await self._connection.execute(sql.FINISH, fields)
        where = ("erasure", f"{self._subject.erasure_id} sha256:{digest.hex()}")
        for record in Access(action=ERASED_ACTION, where=lambda: where).records("success"):
            await audit.leave_record(self._connection, record)

    def _count(self, more: dict[str, int] | Counter[str]) -> None:
        self._subject.counts.update(more)

    async def _tell(self, note: str) -> None:
        counts = {name: rows for name, rows in sorted(self._subject.counts.items()) if rows}
        fields = (Jsonb(counts), self._subject.erasure_id)
        await self._connection.execute(sql.COUNT, fields)
        self._done = min(self._done + 1, self._total)
        await self._job.tell(self._done, self._total, note)


def proof_of(subject: _Subject, findings: list[Finding], at: dt.datetime) -> dict[str, Any]:
    """The document: what was done, where was looked, what was found, what is kept and why."""
    person = subject.traces.person
    return {
        "kind": "jeghealth.erasure",
        "version": VERSION,
        "erasure_id": str(subject.erasure_id),
        "person_id": str(person),
        "reason": subject.reason,
        "requested_by": "the person" if subject.requested_by == person else "an administrator",
        "requested_at": subject.requested_at.isoformat(),
        "finished_at": at.isoformat(),
        "looked_for": {
            "account_numbers": 1,
            "addresses_and_names": len(subject.traces.words),
            "devices": len(subject.traces.devices),
            "series_of_readings": len(subject.traces.series),
        },
        "rows": {name: rows for name, rows in sorted(subject.counts.items()) if rows},
        "files": len(subject.files),
        "tables": {
            one.table: {"columns": sorted(one.columns), "found": sum(one.left.values())}
            for one in findings
        },
        "found": sum(sum(one.left.values()) for one in findings),
        "kept": [
            {"table": one.table, "column": name, "rows": rows, "why": KEPT[one.table, name]}
            for one in findings
            for name, rows in sorted(one.kept.items())
            if rows
        ],
    }
