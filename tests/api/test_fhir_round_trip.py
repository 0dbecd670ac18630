"""What is said in FHIR and read again is what it was: by property, for whatever rows there are."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from api.fhir.entering import read
from gateways.fhir import resources
from storage.queries.health_metrics import DIASTOLIC, SYSTOLIC, ReadingRow
from telemetry.clock import from_ms
from telemetry.metrics import METRICS

TIMES = st.integers(946_684_800_000, 4_102_444_800_000).map(from_ms)
MEASURED = [one for one in METRICS.values() if one.loinc and not one.codes and not one.technical]
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
    if metric.id in {SYSTOLIC, DIASTOLIC}:
        return
    row = ReadingRow(1, metric.id, None, "", time, value, quality)
    said = resources.observation(PATIENT, [row])
    assert again(said) == said
    whose, entered = read(said)
    assert (whose, entered.metric_type, entered.value) == (PATIENT, metric.code, value)
    assert (entered.unit, entered.recorded_at) == (metric.unit, time)
