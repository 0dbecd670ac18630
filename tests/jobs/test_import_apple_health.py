"""Exports of Apple Health: records, and what would grow or never end."""

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.importing import apple_health
from jobs.work import Failure
from tests.support.import_files import AT_MS, export, record, told


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


@given(st.lists(st.tuples(st.sampled_from(sorted(apple_health.METRICS)), st.floats(0, 500))))
def test_whatever_is_exported_is_read_again(records: list[tuple[str, float]]) -> None:
    content = export(
        *(record(kind.removeprefix("HKQuantityTypeIdentifier"), v, "x") for kind, v in records)
    )
    rows = list(apple_health.read(io.BytesIO(content), Counter()))
    assert [(row.samples[0].c, row.samples[0].v) for row in rows] == [
        (apple_health.METRICS[kind], value) for kind, value in records
    ]
