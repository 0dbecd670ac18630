"""Metrics, topics, keys and packed batches."""

from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clock import Window
from telemetry.devices import Device
from telemetry.errors import Reason
from telemetry.keys import digest, new_key
from telemetry.metrics import CONVERSIONS, METRICS, METRICS_BY_ID, units
from telemetry.outbox import Batch, InvalidBatchError, pack, unpack
from telemetry.readings import Columns, validate
from telemetry.samples import Sample
from telemetry.topics import Down, Up, UpTopic, device_topics, down, parse_up, partition_of, up


def test_every_metric_is_known_by_its_id_and_takes_its_own_unit() -> None:
    assert len(METRICS_BY_ID) == len(METRICS)
    for code, metric in METRICS.items():
        assert metric.low < metric.high
        assert metric.loinc or metric.technical or metric.codes
        assert not metric.codes or (metric.low, metric.high) == (0, len(metric.codes) - 1)
        assert units(code)[0] == metric.unit
        for unit in (None, metric.unit):
            found, convert = CONVERSIONS[code, unit]
            assert found is metric
            assert convert(metric.high) == metric.high


@pytest.mark.parametrize(
    ("name", "unit", "value", "expected"),
    [
        ("body_temperature", "degF", 98.6, 37.0),
        ("weight", "lb", 155.0, 70.306),
        ("glucose", "mmol/L", 5.5, 99.086),
        ("blood_pressure_systolic", "kPa", 16.0, 120.01),
        ("8867-4", "bpm", 72.0, 72.0),
    ],
)
def test_units_are_converted(name: str, unit: str, value: float, expected: float) -> None:
    _, convert = CONVERSIONS[name, unit]
    assert convert(value) == round(convert(value), 6), "no noise of floats is shown to anybody"
    assert convert(value) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("value", "kept"),
    [(0, [0]), (4, [4]), (2.0, [2]), (1.5, []), (5, []), (-1, []), (1e308, []), ([1, 2], [1, 2])],
)
def test_a_coded_value_is_one_of_its_vocabulary(
    value: float | list[float], kept: list[float]
) -> None:
    run = isinstance(value, list)
    times = {"t0": 1_700_000_000_000, "dt": 1000} if run else {"t": 1_700_000_000_000}
    out = Columns()
    refused = validate([Sample("80288-4", value, **times)], Window(1_700_000_100_000, 0), out)  # type: ignore[arg-type]
    assert out.value.tolist() == kept
    assert [one.reason for one in refused] == ([] if kept else [Reason.OUT_OF_RANGE])


def test_a_run_with_one_value_between_codes_is_refused() -> None:
    out = Columns()
    sample = Sample("supplemental_oxygen", [0, 0.5, 1], t0=1_700_000_000_000, dt=1000)
    (refusal,) = validate([sample], Window(1_700_000_100_000, 0), out)
    assert refusal.reason is Reason.OUT_OF_RANGE
    assert not len(out)


@given(st.uuids(), st.uuids(), st.sampled_from(Up))
def test_topics_survive_being_taken_apart(owner: UUID, device: UUID, leaf: Up) -> None:
    partition = partition_of(owner)
    assert parse_up(up(partition, device, leaf)) == UpTopic(partition, device, leaf)
    assert parse_up(down(partition, device, Down.CMD)) is None


@given(st.text())
def test_any_other_topic_is_none_of_the_protocols(topic: str) -> None:
    assert parse_up(topic) is None
    assert parse_up(f"jeg/v1/{topic}") is None


def test_a_device_is_told_each_of_its_topics() -> None:
    device = uuid4()
    topics = device_topics("a", device)
    assert set(topics) == {"telemetry", "status", "error", "reply", "receipt", "cmd", "config"}
    assert topics["telemetry"] == f"jeg/v1/a/{device}/up/telemetry"


def test_a_key_is_held_only_while_it_is_live() -> None:
    old, new = new_key(), new_key()
    keys = ((digest(old), 1000), (digest(new), None))
    device = Device(uuid4(), uuid4(), "a", "ACTIVE", is_verified=True, keys=keys)
    assert device.holds(old, 999)
    assert not device.holds(old, 1000)
    assert device.holds(new, 10**15)
    assert not device.holds(new[:-1], 0)


@given(st.integers(0, 50))
def test_a_batch_survives_packing(n: int) -> None:
    batch = Batch(
        np.arange(n, dtype=np.int32),
        np.arange(n, dtype=np.int64) * 1000,
        np.arange(n, dtype=np.int64) * 1001,
        np.linspace(0, 1, n),
        np.ones(n, np.float32),
        np.arange(n) % 2 == 0,
    )
    packed = pack(batch)
    back = unpack(packed)
    assert len(back) == n
    for name in Batch.__slots__:
        np.testing.assert_array_equal(getattr(back, name), getattr(batch, name))
    with pytest.raises(InvalidBatchError):
        unpack(packed + b"\0")
    with pytest.raises(InvalidBatchError):
        unpack(b"JEGBATC9" + packed[8:])
