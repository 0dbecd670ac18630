"""CSV files of readings: rows, columns, units and times."""

import csv
import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.metrics import METRICS
from tests.support.import_files import AT_MS, csv_of, told


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


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_of_more_cells_than_the_first_line_is_no_reading(delimiter: str) -> None:
    """A decimal comma where the comma parts cells: 36,6 degrees are not to be 36."""
    time = "2026-03-04T05:06:07Z"
    lines = ["time,body_temperature", f"{time},36,6", f"{time},36.6,,", f"{time},36.6"]
    rows = csv_of("\n".join(lines).replace(",", delimiter))
    assert [row.problem for row in rows] == ["too_many_values", "", ""]
    assert [[sample.v for sample in row.samples] for row in rows] == [[], [36.6], [36.6]]
