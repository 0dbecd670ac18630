"""Imports a catalogue of medicines: a CSV file, row by row, some hundreds in a transaction.

A row adds the medicine of its `catalogue_key` or makes it what the row says, in the columns that
the file has. Whoever does it again, after a worker died, finds what is there unchanged.
"""

import asyncio
import csv
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final, cast

import psycopg

from jobs.importing.csv_rows import text_lines
from jobs.importing.files import Reader
from jobs.importing.report import Report
from jobs.importing.work import fetch, keep_report
from jobs.work import Failure, Job
from storage.engine import Database, connect
from storage.queries import care, medications
from storage.queries import imports as sql
from telemetry.medicines.catalogue_file import COLUMNS, NEEDED, UnusableMedicineError, values

ROWS_AT_ONCE: Final = 500
MOST_ROWS: Final = 200_000
MANAGES: Final = "medications.manage"
OUTCOMES: Final = ("created", "updated", "unchanged", "refused")
_KIBIBYTE: Final = 1024
_Row = tuple[int, Sequence[str]]


async def perform_medication_import(job: Job) -> dict[str, Any]:
    """Import a catalogue, if the asker may still change it."""
    database = Database(job.url, pool_size=1)
    try:
        async with await connect(job.url, application_name="jeg-jobs-import") as connection:
            row = await (await connection.execute(sql.OF, (job.id,))).fetchone()
            if row is None or not await _may_manage(database, job):
                message = "you may not change the catalogue any more"
                raise Failure(message)
            try:
                summary = await _import(job, database, connection, row[1])
            except psycopg.OperationalError:
                raise  # the file is still wanted: the job is begun anew
            except Exception:
                await connection.execute(sql.DROP, (job.id, "file"))
                raise
            await connection.execute(sql.DROP, (job.id, "file"))
            return summary
    finally:
        await database.close()


async def _may_manage(database: Database, job: Job) -> bool:
    async with database.read() as session:
        viewers = await care.active_viewers(session, [job.owner_id])
    return any(MANAGES in one.permissions for one in viewers)


async def _import(
    job: Job, database: Database, connection: psycopg.AsyncConnection[Any], size: int
) -> dict[str, Any]:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as lines:
        await fetch(connection, job.id, file)
        report = Report(lines, OUTCOMES)
        reader = Reader(file, size, max(size, 1))
        try:
            await _Import(job, database, report, reader).run()
        finally:
            if not connection.broken:
                async with connection.transaction():
                    await keep_report(connection, job.id, report)
        found = report.summary()
        del found["sources"]
        return found


class _Import:
    """One import on its way."""

    def __init__(self, job: Job, database: Database, report: Report, reader: Reader) -> None:
        self._job, self._database = job, database
        self._report, self._reader = report, reader
        self._seen: set[str] = set()
        self._columns: tuple[str, ...] = ()
        self._failure: Failure | None = None

    async def run(self) -> None:
        """Import all rows.

        Raises:
            Failure: The file cannot be read on; what was read is kept and reported.
            Cancelled: Likewise.
        """
        rows = self._rows()
        while taken := await asyncio.to_thread(self._take, rows):
            await self._store(taken)
            done = min(self._reader.at, self._reader.size) // _KIBIBYTE
            total = max(self._reader.size // _KIBIBYTE, 1)
            await self._job.tell(min(done, total), total, f"{self._report.counts.total()} rows")
        if self._failure is not None:
            raise self._failure

    def _rows(self) -> Iterator[_Row]:
        lines = text_lines(cast("BinaryIO", self._reader))
        first = next(lines, "")
        delimiter = max(",;\t", key=first.count)
        header = next(csv.reader([first], delimiter=delimiter), [])
        self._columns = tuple("_".join(name.strip().lower().split()) for name in header)
        if missing := [name for name in NEEDED if name not in self._columns]:
            message = f"the first line has no column {' and none '.join(missing)}"
            raise Failure(message)
        if len(set(self._columns)) < len(self._columns):
            message = "the first line has a column twice"
            raise Failure(message)
        number = 0
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                if any(cell.strip() for cell in cells):
                    number += 1
                    yield number, cells
        except csv.Error as error:
            message = "the file is not CSV: a quote or a line does not end"
            raise Failure(message) from error

    def _take(self, rows: Iterator[_Row]) -> list[_Row]:
        """The next rows; what comes before the place where a file breaks off is not lost."""
        taken: list[_Row] = []
        try:
            taken.extend(islice(rows, ROWS_AT_ONCE))
        except Failure as failure:
            self._failure = failure
        if self._report.counts.total() + len(taken) > MOST_ROWS:
            self._failure = Failure(f"a file has at most {MOST_ROWS:,} rows")
            return []
        return taken

    async def _store(self, rows: Sequence[_Row]) -> None:
        told: list[tuple[int, str, str]] = []
        usable: list[tuple[int, dict[str, Any]]] = []
        for number, cells in rows:
            try:
                usable.append((number, self._judged(cells)))
            except UnusableMedicineError as error:
                told.append((number, "refused", str(error)))
        outcome = await self._upsert([one for _, one in usable])
        told += [(number, outcome[one["catalogue_key"]], "") for number, one in usable]
        await asyncio.to_thread(self._report.add, sorted(told))

    def _judged(self, cells: Sequence[str]) -> dict[str, Any]:
        if len(cells) > len(self._columns):
            reason = "too_many_cells"
            raise UnusableMedicineError(reason)
        padded = [*cells, *[""] * (len(self._columns) - len(cells))]
        named = dict(zip(self._columns, padded, strict=True))
        found = values({name: named[name] for name in COLUMNS if name in named})
        if found["catalogue_key"] in self._seen:
            reason = "catalogue_key_repeated"
            raise UnusableMedicineError(reason)
        self._seen.add(found["catalogue_key"])
        return found

    async def _upsert(self, found: Sequence[dict[str, Any]]) -> dict[str, str]:
        async with self._database.write() as session:
            names = {one["category"] for one in found if one.get("category")}
            ids = await medications.category_ids(session, names)
            rows = []
            for one in found:
                row = dict(one)
                if "category" in row:
                    row["category_id"] = ids.get(row.pop("category"))
                rows.append(row)
            return await medications.upsert(session, rows)
