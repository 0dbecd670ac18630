"""The job that imports: outcomes, repetition, a worker that dies, the report."""

import asyncio
import datetime as dt
import gzip
import io
from typing import Any
from uuid import UUID

import psycopg
import pytest

from jobs.importing import work
from jobs.progress import perform
from jobs.settings import Settings
from storage.engine import Database, connect
from storage.imports import store
from storage.queries import background_jobs, imports
from tests.support.beds import Bed
from tests.support.import_files import export, record, zipped


async def ask(url: str, bed: Bed, content: bytes, **parameters: Any) -> UUID:
    database = Database(url, pool_size=1)
    try:
        async with database.write() as session:
            job = await background_jobs.add(session, bed.patient, imports.KIND, parameters)
            await imports.add(session, job.id, bed.patient, io.BytesIO(content), len(content))
    finally:
        await database.close()
    return job.id


async def run(url: str, bed: Bed, content: bytes, **parameters: Any) -> tuple[dict[str, Any], str]:
    """Perform an import to its end: its job, and its report."""
    job_id = await ask(url, bed, content, **parameters)
    async with await connect(url, application_name="tests") as connection:
        await perform(connection, Settings(database_url=url), job_id)
    return await outcome(bed, job_id)


async def outcome(bed: Bed, job_id: UUID) -> tuple[dict[str, Any], str]:
    cursor = await bed.db.execute(
        "SELECT state, error, result, done, total FROM background_jobs WHERE id = %s", (job_id,)
    )
    row = await cursor.fetchone()
    assert row is not None
    cursor = await bed.db.execute(
        "SELECT content FROM import_parts WHERE import_id = %s AND kind = 'report' ORDER BY number",
        (job_id,),
    )
    packed = b"".join(part for (part,) in await cursor.fetchall())
    names = ("state", "error", "result", "done", "total")
    return dict(zip(names, row, strict=True)), gzip.decompress(packed).decode() if packed else ""


async def stored(bed: Bed) -> list[tuple[str, int, float]]:
    cursor = await bed.db.execute(
        "SELECT source, metric, value FROM vitals JOIN series ON id = series_id"
        " WHERE patient_id = %s AND source <> '' ORDER BY 1, 2, time",
        (bed.patient,),
    )
    return await cursor.fetchall()


FILE = (
    b"time,metric,value,unit,source\n"
    b"2026-03-04T05:06:07Z,heart_rate,72,,Strap\n"
    b"2026-03-04T05:07:07Z,heart_rate,999,,Strap\n"
    b"2026-03-04T05:08:07Z,weight,155.4,lb,Scale\n"
    b"2026-03-04T05:08:07,weight,155.4,lb,Scale\n"
    b"2026-03-04T05:06:07Z,heart_rate,73,,Strap\n"
    b"2026-03-04T05:06:07Z,heart_rate,73,,Ring\n"
    b"2026-03-04T05:06:07Z,battery_level,73,,Ring\n"
    b"2026-03-04T05:06:07Z,heart_rate,72,,Strap\n"
)


async def test_every_row_has_its_outcome(bed: Bed, fresh_database_url: str) -> None:
    job, report = await run(fresh_database_url, bed, FILE)
    assert job["state"] == "succeeded"
    assert job["result"] == {
        "form": "csv",
        "rows": 8,
        "stored": 3,
        "duplicate": 1,
        "conflict": 1,
        "refused": 3,
        "reasons": {"out_of_range": 1, "time_naive": 1, "unknown_metric": 1},
        "sources": ["Ring", "Scale", "Strap"],
        "left_out": {},
    }
    assert report.splitlines() == [
        "row,outcome,reason",
        "1,stored,",
        "2,refused,out_of_range",
        "3,stored,",
        "4,refused,time_naive",
        "5,conflict,",
        "6,stored,",
        "7,refused,unknown_metric",
        "8,duplicate,",
    ]
    found = await stored(bed)
    assert [one[:2] for one in found] == [("Ring", 1), ("Scale", 7), ("Strap", 1)]
    assert [one[2] for one in found] == pytest.approx([73, 70.488, 72], abs=0.001)
    assert await bed.scalar("SELECT count(*) FROM import_parts WHERE kind = 'file'") == 0


async def test_the_same_file_again_adds_nothing(bed: Bed, fresh_database_url: str) -> None:
    await run(fresh_database_url, bed, FILE)
    before = await stored(bed)
    job, _ = await run(fresh_database_url, bed, FILE)
    assert (job["result"]["stored"], job["result"]["duplicate"]) == (0, 4)
    assert await stored(bed) == before


async def test_it_is_history(bed: Bed, fresh_database_url: str) -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    old = now - dt.timedelta(days=400)
    rows = [(now - dt.timedelta(hours=1), 230), (old, 228)]
    text = "time,heart_rate\n" + "".join(f"{time.isoformat()},{v}\n" for time, v in rows)
    await run(fresh_database_url, bed, text.encode())
    assert await bed.scalar("SELECT count(*) FROM outbox") == 0
    assert await bed.scalar("SELECT value FROM latest JOIN series ON id = series_id") == 230
    assert await bed.scalar("SELECT count(*) FROM rollup_dirty") == 2
    assert await bed.scalar("SELECT count(*) FROM score_dirty") == 2
    earlier = "time,heart_rate\n" + f"{(old - dt.timedelta(days=1)).isoformat()},60\n"
    await run(fresh_database_url, bed, earlier.encode())
    assert await bed.scalar("SELECT value FROM latest JOIN series ON id = series_id") == 230


async def test_a_worker_that_dies_leaves_a_job_that_begins_anew(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 3)
    job_id = await ask(fresh_database_url, bed, FILE)
    chunks = 0

    async def dying(*given: Any) -> Any:
        nonlocal chunks
        chunks += 1
        if chunks == 2:
            raise asyncio.CancelledError
        return await store(*given)

    monkeypatch.setattr(work, "store", dying)
    settings = Settings(database_url=fresh_database_url)
    async with await connect(fresh_database_url, application_name="tests") as connection:
        with pytest.raises(asyncio.CancelledError):
            await perform(connection, settings, job_id)
        assert (await outcome(bed, job_id))[0]["state"] == "running"
        assert len(await stored(bed)) == 2
        await perform(connection, settings, job_id)
    job, report = await outcome(bed, job_id)
    assert job["state"] == "succeeded"
    assert job["result"]["rows"] == 8
    assert len(await stored(bed)) == 3
    assert len(report.splitlines()) == 9


async def test_it_can_be_called_off(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 2)
    job_id = await ask(fresh_database_url, bed, FILE)

    async def slow(connection: psycopg.AsyncConnection[Any], *given: Any) -> Any:
        await bed.db.execute("UPDATE background_jobs SET cancel_requested = true")
        return await store(connection, *given)

    monkeypatch.setattr(work, "store", slow)
    async with await connect(fresh_database_url, application_name="tests") as connection:
        await perform(connection, Settings(database_url=fresh_database_url), job_id)
    job, report = await outcome(bed, job_id)
    assert job["state"] == "cancelled"
    assert len(report.splitlines()) == 3
    assert await bed.scalar("SELECT count(*) FROM import_parts WHERE kind = 'file'") == 0


async def test_a_file_that_breaks_off_is_stored_as_far_as_it_goes(
    bed: Bed, fresh_database_url: str
) -> None:
    content = export(record("HeartRate", 72, "count/min"))[:-8]
    job, report = await run(fresh_database_url, bed, content)
    assert (job["state"], job["error"]) == ("failed", "the XML is damaged or not complete")
    assert report.splitlines() == ["row,outcome,reason", "1,stored,"]
    assert len(await stored(bed)) == 1


async def test_an_export_in_a_zip_goes_all_the_way(bed: Bed, fresh_database_url: str) -> None:
    content = export(record("HeartRate", 72, "count/min"), record("OxygenSaturation", 0.97, "%"))
    job, _ = await run(
        fresh_database_url, bed, zipped(**{"apple_health_export/export.xml": content})
    )
    assert (job["state"], job["result"]["form"]) == ("succeeded", "apple_health")
    assert await stored(bed) == [
        ("Ama\u2019s Watch", 1, 72),
        ("Ama\u2019s Watch", 3, pytest.approx(97)),
    ]


async def test_who_may_not_see_the_patient_any_more_imports_nothing(
    bed: Bed, fresh_database_url: str
) -> None:
    job_id = await ask(fresh_database_url, bed, FILE)
    await bed.db.execute("UPDATE users SET is_active = false WHERE id = %s", (bed.patient,))
    async with await connect(fresh_database_url, application_name="tests") as connection:
        await perform(connection, Settings(database_url=fresh_database_url), job_id)
    job, _ = await outcome(bed, job_id)
    assert job["state"] == "failed"
    assert await stored(bed) == []
