"""Any bytes become a message or a reason, and no key survives redaction."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clock import EARLIEST_MS, Window, now_ms
from telemetry.errors import Reason
from telemetry.payloads import _Named, _Wire, decode
from telemetry.readings import Columns, count, validate
from telemetry.redact import REMOVED, redact
from telemetry.samples import Message, Sample

NOW = 1_750_000_000_000
WINDOW = Window(NOW)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)
names = st.sampled_from(
    [*_Wire.__struct_fields__, *Sample.__struct_fields__, *_Named.__struct_fields__]
)
shaped = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=30,
)


@given(
    st.binary()
    | json_values.map(json.dumps).map(str.encode)
    | shaped.map(json.dumps).map(str.encode)
)
def test_any_bytes_give_readings_or_reasons(payload: bytes) -> None:
    message = decode(payload)
    if isinstance(message, Reason):
        return
    columns = Columns()
    refusals = message.refusals + validate(message.samples, WINDOW, columns)
    assert all(isinstance(refusal.reason, Reason) for refusal in refusals)
    assert len(columns.metric) == len(columns.time_ms) == len(columns.value) == len(columns.quality)
    assert all(EARLIEST_MS <= t <= WINDOW.latest_ms for t in columns.time_ms)
    judged = len(columns) + sum(refusal.readings for refusal in refusals)
    assert judged >= sum(map(count, message.samples))


@given(shaped)
def test_both_decoders_agree_where_both_can(value: object) -> None:
    """A loosely decoded message keeps every sample that the typed one has."""
    body = {"boot": 1, "seq": 2, "m": [{"c": "heart_rate", "t": NOW, "v": 70}, value]}
    message = decode(json.dumps(body).encode())
    if isinstance(message, Message) and message.samples:
        assert message.samples[0] == Sample("heart_rate", 70, NOW)
        assert (message.boot, message.seq) == (1, 2)


def test_one_bad_reading_costs_itself_only() -> None:
    body = {"m": [{"c": "heart_rate", "t": NOW, "v": v} for v in (70, "x", None, True, 71)]}
    message = decode(json.dumps(body).encode())
    assert isinstance(message, Message)
    assert [sample.v for sample in message.samples] == [70, 71]
    assert [refusal.reason for refusal in message.refusals] == [Reason.NOT_A_NUMBER] * 3


def test_a_run_is_spread_out_evenly() -> None:
    columns = Columns()
    sample = Sample("body_temperature", [98.6, 100.4], u="degF", t0=NOW - 5000, dt=2500)
    assert validate([sample], WINDOW, columns) == []
    assert columns.time_ms.tolist() == [NOW - 5000, NOW - 2500]
    assert columns.value == pytest.approx([37.0, 38.0])


@pytest.mark.parametrize(
    "sample",
    [
        Sample("heart_rate", [], t0=NOW, dt=1),
        Sample("heart_rate", [70.0], t0=NOW),
        Sample("heart_rate", [70.0], t0=NOW, dt=0),
        Sample("heart_rate", [70.0] * 3, t0=NOW, dt=1_000_000),
        Sample("heart_rate", [70.0, 700.0], t0=NOW - 10_000, dt=1000),
    ],
)
def test_a_run_is_taken_whole_or_not_at_all(sample: Sample) -> None:
    columns = Columns()
    [refusal] = validate([sample], WINDOW, columns)
    assert refusal.readings == max(1, count(sample))
    assert len(columns) == 0


_SAMPLES = st.builds(
    Sample,
    c=st.sampled_from(["heart_rate", "oxygen_saturation", "8867-4", "nonsense"]),
    v=st.one_of(st.floats(60, 99), st.sampled_from([1e9, -1.0, float("nan")]), st.just([70.0])),
    t=st.one_of(st.integers(NOW - 9, NOW), st.sampled_from([None, "soon", 12, NOW * 9, 2**70])),
    u=st.sampled_from([None, "/min", "%", "furlong"]),
    q=st.sampled_from([None, 0.5, 1.0, 1.5]),
)
_USABLE = st.builds(
    Sample,
    c=st.sampled_from(["heart_rate", "oxygen_saturation"]),
    v=st.floats(60, 99),
    t=st.integers(NOW - 9, NOW),
    q=st.sampled_from([0.5, 1.0]),
)


@given(st.lists(st.one_of(_USABLE, _SAMPLES), max_size=3), st.lists(_USABLE, max_size=40))
def test_readings_that_are_taken_together_are_judged_as_each_by_itself(
    few: list[Sample], many: list[Sample]
) -> None:
    together, alone = Columns(), Columns()
    refusals = validate(few + many, WINDOW, together)
    one_by_one = [found for sample in few + many for found in validate([sample], WINDOW, alone)]
    assert refusals == one_by_one
    for metric in set(alone.metric):  # the order within a metric decides which of two stays
        assert _of(together, metric) == _of(alone, metric)
    assert len(together) == len(alone)


def _of(columns: Columns, metric: int) -> list[tuple[int, float, float]]:
    rows = zip(columns.metric, columns.time_ms, columns.value, columns.quality, strict=True)
    return [(time_ms, value, quality) for m, time_ms, value, quality in rows if m == metric]


@given(st.text(alphabet="abcXYZ019_-", min_size=43, max_size=43), st.binary(max_size=40))
def test_no_key_survives(secret: str, noise: bytes) -> None:
    key = "jk_" + secret
    for payload in (
        json.dumps({"key": key, "m": [{"api_key": key, "note": f"my key is {key}"}]}).encode(),
        json.dumps({"key": key, "m": 1}).encode()[:-3],
        b"api_key=" + key.encode() + noise,
        noise + key.encode(),
    ):
        assert secret.encode() not in redact(payload)


def test_keys_of_other_shapes_are_removed_too() -> None:
    assert redact(b'{"api_key": "hunter2", "m": 1}') == b'{"m":1}'
    assert redact(b'{"api_key": "hunter2", "m": ') == b'{"api_key": ' + REMOVED + b', "m": '


def test_a_payload_is_decoded_in_all_its_forms() -> None:
    named = {
        "device_id": "d",
        "api_key": "k",
        "metrics": [{"type": "spo2", "value": 97, "timestamp": NOW}],
    }
    message = decode(msgspec.json.encode(named))
    assert isinstance(message, Message)
    assert (message.device_id, message.key, message.seq) == ("d", "k", None)
    assert message.samples == [Sample("spo2", 97, NOW)]


def test_now_is_within_its_own_window() -> None:
    now = now_ms()
    assert Window(now).classify(now) == now
