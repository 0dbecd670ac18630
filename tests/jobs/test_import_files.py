"""Opening files: of which form they are, archives, bombs, and what is no file of readings."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.importing import csv_rows, files
from jobs.importing.csv_rows import Options
from jobs.work import Failure
from tests.support.import_files import AT_MS, export, record, told, zipped


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
        (
            zipped(**{f"{year}.csv": b"time,heart_rate\n" for year in (2025, 2026)}),
            "several CSV files",
        ),
        (b"<html><body/></html>", "no Apple Health export"),
        (b"<HealthData><Record", "damaged"),
    ],
)
def test_a_file_that_is_none_says_why(content: bytes, message: str) -> None:
    with pytest.raises(Failure, match=message):
        list(files.opened(io.BytesIO(content), len(content), Options()).rows)


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
            "apple_health_export/electrocardiograms/ecg_1.csv": b"Name,Ama\n" * 1_000,
            "apple_health_export/electrocardiograms/ecg_2.csv": b"Name,Ama\n" * 1_000,
            "apple_health_export/export.xml": export(record("HeartRate", 72, "count/min")),
        }
    )
    found = files.opened(io.BytesIO(content), len(content), Options())
    assert [told(row) for row in found.rows] == [[("heart_rate", 72, AT_MS, "/min")]]


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_no_file_ends_in_anything_but_rows_or_a_failure(content: bytes) -> None:
    for start in (b"", b"time,heart_rate\n", b"<HealthData>", b"PK\x03\x04"):
        whole = start + content
        try:
            list(files.opened(io.BytesIO(whole), len(whole), Options()).rows)
        except Failure:
            continue
