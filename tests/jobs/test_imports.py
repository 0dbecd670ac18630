"""Imports of files: forms, units, times, bombs, repetition, a worker that dies, the report."""

import asyncio
import csv
import datetime as dt
import gzip
import io
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.importing import apple_health, csv_rows, files, work
from jobs.importing.csv_rows import Options
from jobs.importing.rows import Row
from jobs.progress import perform
from jobs.settings import Settings
from jobs.work import Failure
from storage.engine import Database, connect
from storage.imports import store
from storage.queries import background_jobs, imports
from telemetry.metrics import METRICS
from tests.support.beds import Bed, add_bed

AT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
AT_MS = 1_772_600_767_000


def csv_of(text: str, **options: Any) -> list[Row]:
    return list(csv_rows.read(io.BytesIO(text.encode()), Options(**options)))


def told(row: Row) -> list[tuple[Any, ...]] | str:
    return row.problem or [(one.c, one.v, one.t, one.u) for one in row.samples]


def record(kind: str, value: object, unit: str, at: dt.datetime = AT, **more: str) -> str:
    fields = {
        "type": f"HKQuantityTypeIdentifier{kind}",
        "sourceName": "Ama\u2019s Watch",
        "unit": unit,
        "startDate": at.strftime("%Y-%m-%d %H:%M:%S %z"),
        "endDate": at.strftime("%Y-%m-%d %H:%M:%S %z"),
        "value": str(value),
    } | more
    return "<Record " + " ".join(f"{n}={quoteattr(v)}" for n, v in fields.items()) + "/>"


def export(*elements: str, beginning: str = "") -> bytes:
    declared = beginning or "<!DOCTYPE HealthData [<!ELEMENT HealthData ANY>]>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{declared}\n<HealthData locale="en_GH">'
    return (text + "".join(elements) + "</HealthData>").encode()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_row_is_a_reading() -> None:
    rows = csv_of(
        "metric,value,unit,time,source\r\n"
        "heart_rate,72,/min,2026-03-04T05:06:07Z,Chest strap\r\n"
        "\r\n"
        'Weight,155.4,lb,"2026-03-04 06:06:07+01:00",\r\n'
        f"spo2,97,,{AT_MS},\r\n"
    )
    assert [(row.number, row.source) for row in rows] == [
        (1, "Chest strap"),
        (2, "CSV"),
        (3, "CSV"),
    ]
    assert [told(row) for row in rows] == [
        [("heart_rate", 72, AT_MS, "/min")],
        [("weight", 155.4, AT_MS, "lb")],
        [("spo2", 97, AT_MS, None)],
    ]


def test_a_column_may_be_a_metric_and_a_comma_a_point() -> None:
    rows = csv_of(
        "\ufeffTimestamp;Heart Rate;Body_Weight (lb);Comment\n"
        "2026-03-04T05:06:07Z;72;155,4;fine\n2026-03-04T05:06:07Z;;;\n"
    )
    assert told(rows[0]) == [("heart_rate", 72, AT_MS, None), ("body_weight", 155.4, AT_MS, "lb")]
    assert told(rows[1]) == "value_missing"


def test_columns_metric_and_unit_may_be_given() -> None:
    rows = csv_of(
        "Datum,Wert\n2026-03-04T05:06:07Z,5.5\n",
        columns={"time": "datum", "value": "Wert"},
        metric="blood_glucose",
        unit="mmol/L",
    )
    assert told(rows[0]) == [("blood_glucose", 5.5, AT_MS, "mmol/L")]


def test_both_pressures_are_of_one_row() -> None:
    rows = csv_of("time,systolic,diastolic\n2026-03-04T05:06:07Z,128,82\n")
    assert told(rows[0]) == [
        ("blood_pressure_systolic", 128, AT_MS, None),
        ("blood_pressure_diastolic", 82, AT_MS, None),
    ]


@pytest.mark.parametrize(
    ("time", "zone", "expected"),
    [
        ("2026-03-04T05:06:07", None, "time_naive"),
        ("2026-03-04T05:06:07", "Africa/Accra", AT_MS),
        ("2026-03-04T06:06:07", "Europe/Berlin", AT_MS),
        ("2026-10-25T02:30:00", "Europe/Berlin", "time_ambiguous"),
        ("2026-03-29T02:30:00", "Europe/Berlin", "time_ambiguous"),
        ("04.03.2026", "Europe/Berlin", "time_invalid"),
        ("0001-01-01T00:00:00+14:00", None, None),
        ("", None, "time_invalid"),
    ],
)
def test_times_are_never_guessed(time: str, zone: str | None, expected: object) -> None:
    row = csv_of(f"time,heart_rate\n{time},70\n", zone=zone and ZoneInfo(zone))[0]
    if isinstance(expected, str):
        assert row.problem == expected
    elif expected is not None:
        assert row.samples[0].t == expected
    else:
        assert row.problem or isinstance(row.samples[0].t, int)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "time"),
        (b"value,metric\n1,heart_rate\n", "time"),
        (b"time,value\n2026-03-04,1\n", "which metric"),
        (b"time,humours\n2026-03-04,1\n", "called like a metric"),
        (b"time,heart_rate\n2026-03-04T05:06:07Z,\xff\xfe\n", "UTF-8"),
        (b"time,heart_rate\n" + b"9" * 70_000, "64 KiB"),
        (b'time,heart_rate\n"2026', "does not end"),
        (b"\x7fELF\0\0\0", "neither"),
        (b"PK\x03\x04 not quite", "damaged"),
        (zipped(**{"readme.txt": b"hello"}), "no export.xml"),
        (b"<html><body/></html>", "no Apple Health export"),
        (b"<HealthData><Record", "damaged"),
    ],
)
def test_a_file_that_is_none_says_why(content: bytes, message: str) -> None:
    with pytest.raises(Failure, match=message):
        list(files.opened(io.BytesIO(content), len(content), Options()).rows)


def test_records_of_a_watch_become_readings() -> None:
    left_out: Counter[str] = Counter()
    content = export(
        record("HeartRate", 72, "count/min"),
        record("OxygenSaturation", 0.97, "%"),
        record("BloodGlucose", 5.5, "mmol<180.1558800000541>/L"),
        record("BodyTemperature", 98.6, "degF"),
        record("RestingHeartRate", 60, "count/min"),
        "<Correlation type='HKCorrelationTypeIdentifierBloodPressure'>"
        + record("BloodPressureSystolic", 128, "mmHg")
        + "</Correlation>",
        record("BloodPressureSystolic", 128, "mmHg"),
        record("StepCount", "many", "count"),
        record("StepCount", 40, "count", startDate="yesterday"),
    )
    rows = list(apple_health.read(io.BytesIO(content), left_out))
    assert [told(row) for row in rows] == [
        [("heart_rate", 72, AT_MS, "/min")],
        [("oxygen_saturation", 0.97, AT_MS, "/")],
        [("blood_glucose", 5.5, AT_MS, "mmol/L")],
        [("body_temperature", 98.6, AT_MS, "degF")],
        [("blood_pressure_systolic", 128, AT_MS, "mmHg")],
        "not_a_number",
        "time_invalid",
    ]
    assert {row.source for row in rows} == {"Ama\u2019s Watch"}
    assert [row.number for row in rows] == [1, 2, 3, 4, 6, 7, 8]
    assert left_out == {"HKQuantityTypeIdentifierRestingHeartRate": 1}


def test_entities_are_refused_before_they_grow() -> None:
    bomb = "<!DOCTYPE HealthData [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
    content = export(record("HeartRate", 72, "count/min", sourceName="&b;"), beginning=bomb)
    with pytest.raises(Failure, match="entities"):
        list(apple_health.read(io.BytesIO(content), Counter()))
    outside = "<!DOCTYPE HealthData [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    with pytest.raises(Failure, match="entities"):
        list(apple_health.read(io.BytesIO(export(beginning=outside)), Counter()))


def test_an_element_without_end_is_not_waited_for() -> None:
    content = export(record("HeartRate", 72, "count/min", sourceName="x" * (5 * 2**20)))
    with pytest.raises(Failure, match="4 MiB"):
        list(apple_health.read(io.BytesIO(content), Counter()))


def test_a_zip_bomb_is_read_no_further_than_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_FREE", 100_000)
    line = b"2026-03-04T05:06:07Z,70\n"
    content = zipped(**{"all.csv": b"time,heart_rate\n" + line * 400_000})
    found = files.opened(io.BytesIO(content), len(content), Options())
    with pytest.raises(Failure, match="unpacks to more"):
        list(found.rows)
    assert found.reader.at <= len(content) * files.MOST_RATIO + csv_rows.LONGEST_LINE


def test_the_export_is_found_in_its_zip() -> None:
    content = zipped(
        **{
            "apple_health_export/export_cda.xml": b"<ClinicalDocument/>" * 100,
            "apple_health_export/workout-routes/route.gpx": b"<gpx/>",
            "apple_health_export/export.xml": export(record("HeartRate", 72, "count/min")),
        }
    )
    found = files.opened(io.BytesIO(content), len(content), Options())
    assert [told(row) for row in found.rows] == [[("heart_rate", 72, AT_MS, "/min")]]


CODES = sorted(code for code, one in METRICS.items() if not (one.technical or one.codes))
READINGS = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.floats(0, 1000, allow_nan=False),
        st.datetimes(dt.datetime(2015, 1, 2), dt.datetime(2026, 1, 1)),  # noqa: DTZ001
        st.integers(-14 * 60, 14 * 60),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
    ),
    max_size=30,
)


@given(READINGS, st.sampled_from([",", ";", "\t"]))
def test_whatever_is_written_as_csv_is_read_again(rows: list[Any], delimiter: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["time", "value", "metric", "source"])
    times = []
    for code, value, time, offset, source in rows:
        zoned = time.replace(tzinfo=dt.timezone(dt.timedelta(minutes=offset)))
        times.append(
            (zoned - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)
        )
        writer.writerow([zoned.isoformat(), repr(value), code, source])
    found = csv_of(text.getvalue())
    assert [(row.samples[0].c, row.samples[0].v, row.samples[0].t) for row in found] == [
        (code, value, time) for (code, value, *_), time in zip(rows, times, strict=True)
    ]


@given(st.lists(st.tuples(st.sampled_from(sorted(apple_health.METRICS)), st.floats(0, 500))))
def test_whatever_is_exported_is_read_again(records: list[tuple[str, float]]) -> None:
    content = export(
        *(record(kind.removeprefix("HKQuantityTypeIdentifier"), v, "x") for kind, v in records)
    )
    rows = list(apple_health.read(io.BytesIO(content), Counter()))
    assert [(row.samples[0].c, row.samples[0].v) for row in rows] == [
        (apple_health.METRICS[kind], value) for kind, value in records
    ]


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_no_file_ends_in_anything_but_rows_or_a_failure(content: bytes) -> None:
    for start in (b"", b"time,heart_rate\n", b"<HealthData>", b"PK\x03\x04"):
        whole = start + content
        try:
            list(files.opened(io.BytesIO(whole), len(whole), Options()).rows)
        except Failure:
            continue


@pytest.fixture
async def bed(fresh_database_url: str) -> AsyncIterator[Bed]:
    async with await connect(fresh_database_url, application_name="tests") as db:
        yield await add_bed(db)


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
