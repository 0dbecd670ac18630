"""Imports: rows a second of a CSV file and of an Apple Health export, once and again.

Beside them the same number of readings by one plain INSERT inside the database: no file, no
judging, no look for duplicates, no report. CPU is this process's, the database has its own; memory
is the most that the process held beyond what it held before.
"""

import asyncio
import datetime as dt
import io
import resource
import time
from collections.abc import Iterator
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid4

from benchmarks.stage import Stage
from jobs.progress import perform
from jobs.settings import Settings
from storage.engine import Database, connect
from storage.queries import background_jobs, imports

ROWS: Final = 500_000
_START: Final = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_PIECE: Final = 10_000
_PLAIN: Final = """
    -- What storing alone costs.
    INSERT INTO vitals SELECT %s, timestamptz '2023-01-01' + i * interval '7 seconds', 70, 1
    FROM generate_series(1, %s) AS i
"""


def measure(ready: Stage, rows: int = ROWS) -> dict[str, Any]:
    """Import files of so many rows."""
    figures: dict[str, Any] = {"rows": rows, "plain_rows_s": _plain(ready, rows)}
    before = _memory_mib()
    for form, write in (("csv", _csv), ("apple_health", _export)):
        patient = _patient(ready)
        file = io.BytesIO()
        for piece in write(rows):
            file.write(piece)
        cpu = time.process_time()
        first, result = asyncio.run(_import(ready.postgres.url, patient, file))
        cpu = time.process_time() - cpu
        again, repeated = asyncio.run(_import(ready.postgres.url, patient, file))
        if result["stored"] != rows or repeated["stored"]:
            raise AssertionError(result, repeated)
        figures[form] = {
            "mib": round(len(file.getvalue()) / 2**20, 1),
            "rows_s": round(rows / first),
            "again_rows_s": round(rows / again),
            "cpu_us_row": round(cpu / rows * 1e6, 1),
        }
        before += len(file.getvalue()) / 2**20
    figures["memory_mib"] = round(_memory_mib() - before)
    return figures


def _memory_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _times(rows: int) -> Iterator[range]:
    for start in range(0, rows, _PIECE):
        yield range(start, min(start + _PIECE, rows))


def _csv(rows: int) -> Iterator[bytes]:
    yield b"time,metric,value,unit,source\n"
    for numbers in _times(rows):
        times = [(_START + dt.timedelta(seconds=7 * i)).isoformat() for i in numbers]
        lines = [
            f"{at},heart_rate,{60 + i % 60},/min,Strap\n"
            for i, at in zip(numbers, times, strict=True)
        ]
        yield "".join(lines).encode()


def _export(rows: int) -> Iterator[bytes]:
    yield b'<?xml version="1.0"?><HealthData locale="en_GH">'
    for numbers in _times(rows):
        times = [f"{_START + dt.timedelta(seconds=7 * i):%Y-%m-%d %H:%M:%S} +0000" for i in numbers]
        records = [
            '<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min"'
            f' creationDate="{at}" startDate="{at}" endDate="{at}" value="{60 + i % 60}"/>\n'
            for i, at in zip(numbers, times, strict=True)
        ]
        yield "".join(records).encode()
    yield b"</HealthData>"


def _patient(ready: Stage) -> UUID:
    patient = uuid4()
    with ready.connect() as db:
        db.execute(
            "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, '', '')",
            (patient, str(patient)),
        )
    return patient


def _plain(ready: Stage, rows: int) -> int:
    with ready.connect() as db:
        row = db.execute(
            "INSERT INTO series (patient_id, metric) VALUES (%s, 1) RETURNING id",
            (_patient(ready),),
        ).fetchone()
        began = time.perf_counter()
        db.execute(_PLAIN, (None if row is None else row[0], rows))
        return round(rows / (time.perf_counter() - began))


async def _import(url: str, patient: UUID, file: BinaryIO) -> tuple[float, dict[str, Any]]:
    """Seconds from the kept file to the end of the job, and what it came to."""
    database = Database(url, pool_size=1)
    size = file.seek(0, io.SEEK_END)
    async with database.write() as session:
        job = await background_jobs.add(session, patient, imports.KIND, {})
        await imports.add(session, job.id, patient, file, size)
    await database.close()
    async with await connect(url, application_name="bench") as connection:
        began = time.perf_counter()
        await perform(connection, Settings.model_validate({"database_url": url}), job.id)
        seconds = time.perf_counter() - began
        cursor = await connection.execute(
            "SELECT result FROM background_jobs WHERE id = %s", (job.id,)
        )
        row = await cursor.fetchone()
    return seconds, {} if row is None else row[0]
