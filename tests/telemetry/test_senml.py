"""SenML packs are resolved as RFC 8428 says, or refused with a reason."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry import payloads, senml
from telemetry.clock import Window
from telemetry.errors import Reason
from telemetry.readings import Columns, validate
from telemetry.samples import Message, Sample

NOW = 1_750_000_000_000
SECONDS = NOW / 1000

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
fields = st.sampled_from([*senml._Record.__struct_fields__, "vs_", "bx", "x"])
records = st.dictionaries(fields, scalars | st.sampled_from([SECONDS, "heart_rate"]), max_size=6)


def decoded(*pack: dict[str, Any]) -> Message:
    message = payloads.decode(json.dumps(pack).encode())
    assert isinstance(message, Message)
    return message


@given(st.lists(records, max_size=4).map(json.dumps).map(str.encode) | st.binary())
def test_any_bytes_give_readings_or_reasons(payload: bytes) -> None:
    message = senml.decode(payload)
    if isinstance(message, Reason):
        return
    columns, window = Columns(), Window(NOW)
    refusals = message.refusals + validate(message.samples, window, columns)
    assert len(columns) + len(refusals) == len(message.samples) + len(message.refusals) > 0
    assert all(
        senml.RELATIVE_BELOW_SECONDS * 1000 <= t <= window.latest_ms for t in columns.time_ms
    )


def test_base_values_hold_until_the_next_ones() -> None:
    message = decoded(
        {"bn": "urn:dev:ow:10e2:", "bt": SECONDS, "bu": "Cel", "bv": 30, "bver": 10},
        {"n": "8310-5", "v": 6.9},
        {"n": "temperature", "v": 7.1, "t": -1.5},
        {"bn": "ward/4b/", "bv": 0, "n": "heart_rate", "u": "beat/min", "v": 72},
        {"bt": SECONDS - 10, "n": "oxygen_saturation", "u": "/", "v": 0.97},
    )
    assert message.samples == [
        Sample("8310-5", 36.9, NOW, "Cel"),
        Sample("temperature", 37.1, NOW - 1500, "Cel"),
        Sample("heart_rate", 72, NOW, "beat/min"),
        Sample("oxygen_saturation", 0.97, NOW - 10_000, "/"),
    ]
    columns = Columns()
    assert validate(message.samples, Window(NOW), columns) == []
    assert columns.value == pytest.approx([36.9, 37.1, 72, 97])


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"v": 70}, Reason.TIME_MISSING),
        ({"v": 70, "t": -5}, Reason.TIME_RELATIVE),
        ({"v": 70, "t": 2**28 - 1}, Reason.TIME_RELATIVE),
        ({"v": 70, "t": 1e300}, Reason.TIME_INVALID),
        ({"vs": "high", "t": SECONDS}, Reason.NOT_A_NUMBER),
        ({"v": "high", "t": SECONDS}, Reason.NOT_A_NUMBER),
        ({"t": SECONDS}, Reason.NOT_A_NUMBER),
    ],
)
def test_one_bad_record_costs_itself_only(record: dict[str, Any], reason: Reason) -> None:
    message = decoded(
        {"n": "pulse", "v": 70, "t": SECONDS}, {"n": "heart_rate"} | record, {"bt": SECONDS}
    )
    assert message.samples == [Sample("pulse", 70, NOW)]
    assert [refusal.reason for refusal in message.refusals] == [reason]


@pytest.mark.parametrize(
    ("pack", "reason"),
    [
        ([], Reason.NO_READINGS),
        ([{"bn": "x"}], Reason.NO_READINGS),
        ([5], Reason.INVALID_PAYLOAD),
        ([{"bver": 11, "n": "pulse", "v": 70, "t": SECONDS}], Reason.INVALID_PAYLOAD),
        ([{"n": "pulse", "v": 70, "t": SECONDS, "ward_": 1}], Reason.INVALID_PAYLOAD),
        ([{"bt": "noon"}, {"n": "pulse", "v": 70}], Reason.INVALID_PAYLOAD),
        (
            [
                {"n": "urn:uuid:11111111-1111-4111-8111-111111111111:pulse", "v": 70, "t": SECONDS},
                {"n": "urn:uuid:21111111-1111-4111-8111-111111111111:pulse", "v": 70, "t": SECONDS},
            ],
            Reason.SPOOFED_DEVICE,
        ),
    ],
)
def test_packs_refused_as_a_whole(pack: list[Any], reason: Reason) -> None:
    assert payloads.decode(json.dumps(pack).encode()) is reason


def test_broken_packs_are_no_json() -> None:
    assert payloads.decode(b' [{"n":') is Reason.INVALID_JSON


def test_fields_that_are_not_known_are_left_alone() -> None:
    assert decoded({"n": "pulse", "v": 70, "t": SECONDS, "ward": 1}).samples == [
        Sample("pulse", 70, NOW)
    ]


def test_a_name_may_tell_the_device() -> None:
    device = "11111111-1111-4111-8111-111111111111"
    message = decoded({"bn": f"urn:uuid:{device}:", "n": "pulse", "v": 70, "t": SECONDS})
    assert message.device_id == device
