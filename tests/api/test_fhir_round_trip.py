"""What is said in FHIR and read again is what it was: by property, for whatever rows there are."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from api.fhir.entering import read
from api.health_metrics.manual_schemas import ReadingInput
from api.observations.schemas import ObservationInput
from gateways.fhir import resources
from storage.queries.health_metrics import ReadingRow
from telemetry.clock import from_ms
from telemetry.metrics import METRICS
from tests.api.test_fhir import ROOT, matches, resource
from tests.support.http import NOW, People

TIMES = st.integers(946_684_800_000, 4_102_444_800_000).map(from_ms)
PRESSURES = [METRICS["blood_pressure_systolic"], METRICS["blood_pressure_diastolic"]]
MEASURED = [
    one
    for one in METRICS.values()
    if one.loinc and not one.codes and not one.technical and one not in PRESSURES
]
PATIENT = UUID("5f0c2f4e-6d0a-4f5e-9f63-2a1f0c6f1b7e")


def again(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource as JSON, read by the library and said once more."""
    sent = msgspec.json.decode(msgspec.json.encode(resource))
    model = get_fhir_model_class(sent["resourceType"]).model_validate(sent)
    found: dict[str, Any] = model.model_dump(mode="json")
    return found


@settings(max_examples=100)
@given(st.sampled_from(MEASURED), TIMES, st.floats(0.1, 1), st.data())
def test_an_observation_is_entered_as_it_was_said(
    metric: Any, time: dt.datetime, quality: float, data: st.DataObject
) -> None:
    value = data.draw(st.floats(metric.low, metric.high))
    row = ReadingRow(1, metric.id, None, "", time, value, quality)
    said = resources.observation(PATIENT, [row])
    assert again(said) == said
    whose, entered = read(said)
    assert isinstance(entered, ReadingInput)
    assert (whose, entered.metric_type, entered.value) == (PATIENT, metric.code, value)
    assert (entered.unit, entered.recorded_at) == (metric.unit, time)


@pytest.mark.parametrize("code", ["consciousness", "supplemental_oxygen"])
def test_a_word_is_entered_as_it_was_said(code: str) -> None:
    metric = METRICS[code]
    for value, word in enumerate(metric.codes):
        said = resources.observation(
            PATIENT, [ReadingRow(1, metric.id, None, "", NOW, float(value), 1)]
        )
        assert again(said) == said
        whose, entered = read(said)
        assert isinstance(entered, ObservationInput)
        assert (whose, getattr(entered, code)) == (PATIENT, word)
        assert entered.values() == {code: value}


@settings(max_examples=50)
@given(TIMES, st.integers(60, 200), st.integers(30, 59))
def test_a_pressure_is_entered_as_it_was_said(time: dt.datetime, high: int, low: int) -> None:
    rows = [
        ReadingRow(1, metric.id, None, "", time, value, 1)
        for metric, value in zip(PRESSURES, (high, low), strict=True)
    ]
    said = resources.observation(PATIENT, rows)
    assert again(said) == said
    _, entered = read(said)
    assert isinstance(entered, ReadingInput)
    assert (entered.systolic_value, entered.diastolic_value) == (high, low)
    assert (entered.unit, entered.recorded_at) == ("mm[Hg]", time)


@pytest.mark.parametrize("share", [0.4, 0.55])
async def test_what_is_entered_is_answered_and_found(people: People, share: float) -> None:
    """Of every metric: the value, unit, time and codes that were sent."""
    patient = await people.patient()
    time = NOW - dt.timedelta(hours=1)
    for metric in MEASURED:
        value = round(metric.low + share * (metric.high - metric.low), 1)
        said = resources.observation(
            patient.id, [ReadingRow(1, metric.id, None, "", time, value, 1)]
        )
        created = await patient.post(f"{ROOT}/Observation", said)
        made = resource(created, 201)
        found = resource(await patient.get(f"{ROOT}/Observation/{made['id']}"))
        query = {"patient": str(patient.id), "code": metric.loinc[0]}
        listed = resource(await patient.get(f"{ROOT}/Observation", **query))
        assert found == made
        assert matches(listed) == [made]
        for name in ("code", "category", "subject", "effectiveDateTime", "valueQuantity"):
            assert found[name] == said[name], (metric.code, name)
