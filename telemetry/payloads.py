"""Telemetry payloads, all JSON, brought to one form.

Native, compact, with message number and backlog flag; `m` takes single readings and runs of
evenly spaced ones:

    {"boot":17,"seq":4211,"sent":1732252800000,"h":true,"key":"jk_…","m":[
      {"c":"heart_rate","t":1732252799000,"v":72,"u":"/min","q":0.9},
      {"c":"oxygen_saturation","t0":1732252790000,"dt":1000,"v":[97,97,96]}]}

One reading, and several, in the words of the HTTP interface:

    {"device_id":"…","api_key":"jk_…","metric_type":"blood_pressure",
     "systolic":120,"diastolic":80,"timestamp":"2024-11-22T05:20:00Z"}
    {"device_id":"…","api_key":"jk_…","metrics":[
      {"type":"heart_rate","value":75,"timestamp":"2024-11-22T05:20:00Z"}]}

A JSON array is SenML (`telemetry.senml`).

A well-formed message is decoded in one pass by types. Anything else is decoded again without
them, so that one bad reading costs itself and not its message.
"""

from typing import Any

import msgspec

from telemetry import senml
from telemetry.errors import Reason
from telemetry.samples import Counter, Message, Refusal, Sample, Time

MAX_PAYLOAD_BYTES = 256 * 1024
"""Default size limit of a payload; the broker's limit is the same."""


class _Named(msgspec.Struct, gc=False):
    type: str
    value: float | None = None
    systolic: float | None = None
    diastolic: float | None = None
    unit: str | None = None
    timestamp: Time = None


class _Envelope(msgspec.Struct, gc=False):
    boot: Counter | None = None
    seq: Counter | None = None
    sent: Time = None
    h: bool = False
    key: str | None = None
    api_key: str | None = None
    device_id: str | None = None


class _Wire(_Envelope, gc=False):
    m: list[Sample] | None = None
    metrics: list[_Named] | None = None
    metric_type: str | None = None
    value: float | None = None
    systolic: float | None = None
    diastolic: float | None = None
    unit: str | None = None
    timestamp: Time = None


class _Loose(_Envelope):
    m: list[Any] | None = None
    metrics: list[Any] | None = None
    metric_type: Any = None
    value: Any = None
    systolic: Any = None
    diastolic: Any = None
    unit: Any = None
    timestamp: Any = None


_decode_wire = msgspec.json.Decoder(_Wire).decode
_decode_loose = msgspec.json.Decoder(_Loose).decode
_decode_head = msgspec.json.Decoder(_Envelope).decode
_decode_any = msgspec.json.Decoder().decode


def decode(payload: bytes | memoryview) -> Message | Reason:
    """Decode a telemetry payload; any bytes give a message or a reason, never an exception."""
    try:
        wire = _decode_wire(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if senml.is_pack(payload):
            return senml.decode(payload)
        return _numbered(payload, _decode_slowly(payload))
    samples = wire.m
    if samples is None:
        samples = _from_named(wire)
        if samples is None:
            return _numbered(payload, _decode_slowly(payload))
    if not samples:
        return _numbered(payload, Reason.NO_READINGS)
    seq = wire.seq if wire.boot is not None and wire.seq else None
    return Message(
        wire.boot if seq is not None else None,
        seq,
        wire.sent,
        wire.h,
        wire.key or wire.api_key,
        wire.device_id,
        samples,
    )


def _numbered(payload: bytes | memoryview, found: Message | Reason) -> Message | Reason:
    """Make a refused payload a message of refusals where its number can be read.

    It is then accounted for and receipted, instead of being sent again for ever.
    """
    if isinstance(found, Message):
        return found
    try:
        head = _decode_head(payload)
        said = without_keys(_decode_any(payload))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return found
    if head.boot is None or not head.seq:
        return found
    key, refusals = head.key or head.api_key, [Refusal(found, said)]
    return Message(head.boot, head.seq, head.sent, head.h, key, head.device_id, [], refusals)


def _from_named(wire: _Wire) -> list[Sample] | None:
    """Samples of the two named forms; None when some reading lacks what it needs."""
    if wire.metrics is not None:
        named = wire.metrics
    elif wire.metric_type is not None:
        named = [
            _Named(
                wire.metric_type,
                wire.value,
                wire.systolic,
                wire.diastolic,
                wire.unit,
                wire.timestamp,
            )
        ]
    else:
        return None
    samples: list[Sample] = []
    for reading in named:
        one = _samples_of(reading)
        if one is None:
            return None
        samples += one
    return samples


def _samples_of(reading: _Named) -> list[Sample] | None:
    if reading.type == "blood_pressure":
        if reading.systolic is None or reading.diastolic is None:
            return None
        return [
            Sample(f"blood_pressure_{part}", value, reading.timestamp, reading.unit)
            for part, value in (("systolic", reading.systolic), ("diastolic", reading.diastolic))
        ]
    if reading.value is None:
        return None
    return [Sample(reading.type, reading.value, reading.timestamp, reading.unit)]


def _decode_slowly(payload: bytes | memoryview) -> Message | Reason:
    """Find out what is wrong with a payload, keeping each reading that is right."""
    try:
        wire = _decode_loose(payload)
    except msgspec.ValidationError:
        return Reason.INVALID_PAYLOAD
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reason.INVALID_JSON
    numbered = wire.boot is not None and bool(wire.seq)
    message = Message(
        wire.boot if numbered else None,
        wire.seq if numbered else None,
        wire.sent,
        wire.h,
        wire.key or wire.api_key,
        wire.device_id,
        [],
    )
    if wire.m is not None:
        for raw in wire.m:
            _take_native(raw, message)
    elif wire.metrics is not None or wire.metric_type is not None:
        for raw in _named_of(wire):
            _take_named(raw, message)
    else:
        return Reason.INVALID_PAYLOAD
    return message if message.samples or message.refusals else Reason.NO_READINGS


def _named_of(wire: _Loose) -> list[Any]:
    if wire.metrics is not None:
        return wire.metrics
    one = {
        "type": wire.metric_type,
        "value": wire.value,
        "systolic": wire.systolic,
        "diastolic": wire.diastolic,
        "unit": wire.unit,
        "timestamp": wire.timestamp,
    }
    return [{name: value for name, value in one.items() if value is not None}]


def _take_native(raw: object, message: Message) -> None:
    try:
        message.samples.append(msgspec.convert(raw, Sample))
    except msgspec.ValidationError:
        message.refusals.append(Refusal(_wrong_type(raw, "v", "t"), raw))


def _take_named(raw: object, message: Message) -> None:
    try:
        samples = _samples_of(msgspec.convert(raw, _Named))
    except msgspec.ValidationError:
        message.refusals.append(Refusal(_wrong_type(raw, "value", "timestamp"), raw))
        return
    if samples is None:
        message.refusals.append(Refusal(Reason.NOT_A_NUMBER, raw))
    else:
        message.samples += samples


def _wrong_type(raw: object, value: str, time: str) -> Reason:
    """Reason for a reading of wrong types: a value or a time gone wrong is named as such."""
    if not isinstance(raw, dict):
        return Reason.INVALID_PAYLOAD
    if isinstance(raw.get(value), str | bool | dict) or raw.get(value, 0) is None:
        return Reason.NOT_A_NUMBER
    if isinstance(raw.get(time), float | bool | dict | list):
        return Reason.TIME_INVALID
    return Reason.INVALID_PAYLOAD


_KEY_FIELDS = frozenset({"key", "api_key"})


def without_keys(value: object) -> object:
    """Copy decoded JSON with every field that carries a device key left out."""
    if isinstance(value, dict):
        return {k: without_keys(v) for k, v in value.items() if k not in _KEY_FIELDS}
    if isinstance(value, list):
        return [without_keys(item) for item in value]
    return value


def decode_any(payload: bytes | memoryview) -> object:
    """Decode JSON of any shape; raises `msgspec.DecodeError` or `UnicodeDecodeError`."""
    return _decode_any(payload)
