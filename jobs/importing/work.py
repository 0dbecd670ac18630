"""Performs an import: rows are read, judged, stored and reported on, some thousands at a time.

Whoever performs it again, after a worker died, begins anew: what was stored is recognised row by
row, so nothing is stored twice. Nothing but some thousand rows is in memory.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import psycopg

from analytics.scores.hourly import METRICS as SCORED
from jobs.importing.csv_rows import Options
from jobs.importing.files import Opened, opened
from jobs.importing.report import Report
from jobs.importing.rows import Row
from jobs.work import Failure, Job
from storage import revision
from storage.engine import Database, connect
from storage.imports import Readings, SeriesKey, open_series, store
from storage.queries import care
from storage.queries import imports as sql
from storage.tally import State
from telemetry.clock import Window, now_ms
from telemetry.metrics import METRICS, METRICS_BY_NAME
from telemetry.readings import Columns, validate

ROWS_AT_ONCE: Final = 5_000
MOST_SOURCES: Final = 100
"""Apps and devices in one file; each is a series of its own for every metric."""
_KIBIBYTE: Final = 1024
_SCORED: Final = [METRICS[code].id for code in SCORED]
_OUTCOMES: Final = {
    State.STORED: "stored",
    State.DUPLICATE: "duplicate",
    State.CONFLICTING: "conflict",
}
_Judged = list[tuple[Row, int, int]]
"""Rows that are usable, each with its readings: from, until."""


async def perform_import(job: Job) -> dict[str, Any]:
    """Import a file for the patient it was sent for, if the asker may still see them."""
    async with await connect(job.url, application_name="jeg-jobs-import") as connection:
        row = await (await connection.execute(sql.OF, (job.id,))).fetchone()
        if row is None or not await _may_see(job, row[0]):
            message = "there is no such patient, or you may not see them any more"
            raise Failure(message)
        patient_id, size = row
        try:
            summary = await _import(job, connection, patient_id, size)
        except psycopg.OperationalError:
            raise  # the file is still wanted: the job is begun anew
        except Exception:
            # Whoever wants it again sends it again.
            await connection.execute(sql.DROP, (job.id, "file"))
            raise
        await connection.execute(sql.DROP, (job.id, "file"))
        return summary


async def _import(
    job: Job, connection: psycopg.AsyncConnection[Any], patient_id: UUID, size: int
) -> dict[str, Any]:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as lines:
        await fetch(connection, job.id, file)
        found = await asyncio.to_thread(opened, file, size, _options(job.parameters))
        return await Importer(job, connection, patient_id, Report(lines)).run(found)


async def _may_see(job: Job, patient_id: UUID) -> bool:
    database = Database(job.url, pool_size=1)
    try:
        async with database.read() as session:
            viewers = await care.active_viewers(session, [job.owner_id])
            if not viewers:
                return False
            mine = patient_id == job.owner_id
            return mine or await care.may_see(session, viewers[0], patient_id)
    finally:
        await database.close()


async def fetch(connection: psycopg.AsyncConnection[Any], import_id: UUID, file: BinaryIO) -> None:
    """Bring a file here, to its beginning."""
    number = 0
    while True:
        row = await (
            await connection.execute(sql.PART, (import_id, number), binary=True)
        ).fetchone()
        if row is None:
            break
        await asyncio.to_thread(file.write, row[0])
        number += 1
    file.seek(0)


async def keep_report(
    connection: psycopg.AsyncConnection[Any], import_id: UUID, report: Report
) -> None:
    """Keep the report on an import's rows, in place of an earlier one."""
    file = report.closed()
    await connection.execute(sql.DROP, (import_id, "report"))
    number = 0
    while part := file.read(sql.PART_BYTES):
        await connection.execute(sql.ADD_PART, (import_id, "report", number, part))
        number += 1


def _options(asked: dict[str, Any]) -> Options:
    zone = asked.get("time_zone")
    return Options(
        asked.get("columns") or {}, asked.get("metric"), asked.get("unit"), zone and ZoneInfo(zone)
    )


class Importer:
    """One import on its way."""

    def __init__(
        self,
        job: Job,
        connection: psycopg.AsyncConnection[Any],
        patient_id: UUID,
        report: Report,
    ) -> None:
        """Store over `connection`, which is in autocommit mode."""
        self._job = job
        self._connection = connection
        self._patient_id = patient_id
        self._report = report
        self._series: dict[SeriesKey, int] = {}
        self._window = Window(now_ms())
        self._failure: Failure | None = None

    async def run(self, found: Opened) -> dict[str, Any]:
        """Import all rows; the summary.

        Raises:
            Failure: The file cannot be read on; what was read is stored and reported.
            Cancelled: Likewise.
        """
        try:
            while rows := await asyncio.to_thread(self._take, found.rows):
                await self._store(rows)
                reader = found.reader
                done = min(reader.at, reader.size) // _KIBIBYTE
                total = max(reader.size // _KIBIBYTE, 1)
                await self._job.tell(done, total, f"{self._report.counts.total()} rows")
            if self._failure is not None:
                raise self._failure
        finally:
            if not self._connection.broken:
                await self._conclude()
        return {
            "form": found.form,
            **self._report.summary(),
            "left_out": dict(found.left_out),
        }

    def _take(self, rows: Iterator[Row]) -> list[Row]:
        """The next rows; what comes before the place where a file breaks off is not lost."""
        taken: list[Row] = []
        try:
            taken.extend(islice(rows, ROWS_AT_ONCE))
        except Failure as failure:
            self._failure = failure
        return taken

    async def _store(self, rows: list[Row]) -> None:
        columns = Columns()
        keys: list[SeriesKey] = []
        told, usable = await asyncio.to_thread(self._judge, rows, columns, keys)
        if missing := [key for key in dict.fromkeys(keys) if key not in self._series]:
            self._series |= await open_series(self._connection, self._patient_id, missing)
        readings = Readings(
            np.array([self._series[key] for key in keys], np.int32),
            np.array(columns.time_ms, np.int64),
            np.array(columns.value, np.float64),
        )
        states = (await store(self._connection, readings, _SCORED)).tolist()
        for row, start, end in usable:
            # The worst of its readings: stored, duplicate, conflicting.
            outcome = _OUTCOMES[State(max(states[start:end]))]
            told.append((row.number, outcome, ""))
        await asyncio.to_thread(self._report.add, sorted(told))

    def _judge(
        self, rows: list[Row], columns: Columns, keys: list[SeriesKey]
    ) -> tuple[list[tuple[int, str, str]], _Judged]:
        """Enter the readings of usable rows; the refused rows, and the usable ones."""
        refused: list[tuple[int, str, str]] = []
        usable: _Judged = []
        for row in rows:
            start = len(columns)
            problem = row.problem or self._problem(row, columns)
            if problem:
                refused.append((row.number, "refused", problem))
                continue
            self._report.sources.add(row.source)
            keys.extend((row.source, metric) for metric in columns.metric[start:])
            usable.append((row, start, len(columns)))
        return refused, usable

    def _problem(self, row: Row, columns: Columns) -> str:
        """Enter the readings of a row, all or none; why none."""
        known = self._report.sources
        if row.source not in known and len(known) >= MOST_SOURCES:
            return "too_many_sources"
        start = len(columns)
        for sample in row.samples:
            metric = METRICS_BY_NAME.get(sample.c)
            if metric is not None and (metric.technical or metric.codes):
                problem = "unknown_metric"
            else:
                refusals = validate([sample], self._window, columns)
                problem = refusals[0].reason if refusals else ""
            if problem:
                for column in (columns.metric, columns.time_ms, columns.value, columns.quality):
                    del column[start:]
                return problem
        return ""

    async def _conclude(self) -> None:
        """Show the newest of what is there by now, and keep the report."""
        async with self._connection.transaction():
            series = sorted(self._series.values())
            await revision.find_newest(self._connection, series, self._patient_id)
            await keep_report(self._connection, self._job.id, self._report)
