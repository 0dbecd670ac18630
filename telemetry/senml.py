"""SenML packs in JSON (RFC 8428): an array of records, base values carried from one to the next.

    [{"bn":"urn:dev:ow:10e2073a01080063:","bt":1732252799.5,"n":"heart_rate","u":"beat/min","v":72},
     {"n":"8310-5","u":"Cel","v":36.9,"t":-1}]

What counts of a name is its last segment (behind ':' or '/'): a metric, its alias or LOINC code.
Times are absolute seconds since 1970. SenML counts a smaller time from the moment of receipt
(section 4.5.3); a queue may lie between, so such a time is refused and not guessed.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from telemetry.errors import Reason
from telemetry.samples import Message, Refusal, Sample

VERSION = 10
"""Highest `bver` understood (section 4.4)."""
RELATIVE_BELOW_SECONDS = 2**28
"""Times below count from now (section 4.5.3)."""
_ABSURD_SECONDS = 2**43
"""What no clock says, and what milliseconds in 64 bits still carry."""
_DEVICE = "urn:uuid:"
_UUID_CHARACTERS = 36
_SPACES = b" \t\r\n"


class _Record(msgspec.Struct, gc=False, omit_defaults=True):
    bn: str | None = None
    bt: float | None = None
    bu: str | None = None
    bv: float | None = None
    bver: int | None = None
    n: str = ""
    u: str | None = None
    v: float | None = None
    t: float = 0
    ut: float | None = None
    vs: str | None = None
    vb: bool | None = None
    vd: str | None = None
    s: float | None = None
    bs: float | None = None


class _Exact(_Record, forbid_unknown_fields=True):
    """A record without a field that this page does not know."""


_decode_exact = msgspec.json.Decoder(list[_Exact]).decode
_decode_raw = msgspec.json.Decoder(list[dict[str, Any]]).decode


@dataclass(slots=True)
class _Base:
    """Base values in force."""

    name: str = ""
    time: float = 0
    unit: str | None = None
    value: float | None = None


def is_pack(payload: bytes | memoryview) -> bool:
    """Tell whether a payload is an array, and so SenML if anything."""
    return bytes(payload[:64]).lstrip(_SPACES).startswith(b"[")


def decode(payload: bytes | memoryview) -> Message | Reason:
    """Decode a pack; any bytes give a message or a reason, never an exception."""
    message = Message(None, None, None, historical=False, key=None, device_id=None, samples=[])
    base = _Base()
    try:
        records: list[_Exact] = _decode_exact(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        reason = _decode_slowly(payload, base, message)
    else:
        reason = next(filter(None, (_take(record, base, message) for record in records)), None)
    if reason is not None:
        return reason
    return message if message.samples or message.refusals else Reason.NO_READINGS


def _decode_slowly(payload: bytes | memoryview, base: _Base, message: Message) -> Reason | None:
    """Find out what is wrong with a pack, keeping each record that is right."""
    try:
        raw = _decode_raw(payload)
    except msgspec.ValidationError:
        return Reason.INVALID_PAYLOAD
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reason.INVALID_JSON
    if any(name.endswith("_") for entry in raw for name in entry):
        return Reason.INVALID_PAYLOAD  # to be understood, or the pack left alone: section 4.4
    for entry in raw:
        try:
            record = msgspec.convert(entry, _Record)
        except msgspec.ValidationError:
            if any(name.startswith("b") for name in entry):
                return Reason.INVALID_PAYLOAD  # the records behind it would mean something else
            message.refusals.append(Refusal(Reason.NOT_A_NUMBER, entry))
            continue
        reason = _take(record, base, message)
        if reason is not None:
            return reason
    return None


def _take(record: _Record, base: _Base, message: Message) -> Reason | None:
    """Resolve one record; return the reason when the whole pack is refused for it."""
    if record.bver is not None and record.bver > VERSION:
        return Reason.INVALID_PAYLOAD
    base.name = base.name if record.bn is None else record.bn
    base.time = base.time if record.bt is None else record.bt
    base.unit = base.unit if record.bu is None else record.bu
    base.value = base.value if record.bv is None else record.bv
    if not record.n and record.v is None and not _is_no_number(record):
        return None  # base values only
    name = base.name + record.n
    if not _agrees(name, message):
        return Reason.SPOOFED_DEVICE
    sample = _resolve(name, record, base)
    if isinstance(sample, Reason):
        message.refusals.append(Refusal(sample, _resolved(record, base)))
    else:
        message.samples.append(sample)
    return None


def _is_no_number(record: _Record) -> bool:
    """Texts, truths, bytes and sums: no vital sign is one."""
    return any(kind is not None for kind in (record.vs, record.vb, record.vd, record.s, record.bs))


def _agrees(name: str, message: Message) -> bool:
    """Note the device that a name tells, if it does; tell whether all names agree."""
    if not name.startswith(_DEVICE):
        return True
    device_id = name[len(_DEVICE) :][:_UUID_CHARACTERS]
    if message.device_id is None:
        message.device_id = device_id
    return message.device_id == device_id


def _resolve(name: str, record: _Record, base: _Base) -> Sample | Reason:
    if _is_no_number(record) or (record.v is None and base.value is None):
        return Reason.NOT_A_NUMBER
    seconds = base.time + record.t
    if seconds < RELATIVE_BELOW_SECONDS:
        return Reason.TIME_RELATIVE if seconds else Reason.TIME_MISSING
    if seconds >= _ABSURD_SECONDS:
        return Reason.TIME_INVALID
    metric = name.replace("/", ":").rpartition(":")[2]
    unit = base.unit if record.u is None else record.u
    value = (base.value or 0) + (record.v or 0)
    return Sample(metric, value, round(seconds * 1000), unit)


def _resolved(record: _Record, base: _Base) -> dict[str, Any]:
    """A record that cannot be used, with the base values that held for it."""
    held = {"bn": base.name, "bt": base.time, "bu": base.unit, "bv": base.value}
    given: dict[str, Any] = msgspec.to_builtins(record)
    return {name: value for name, value in held.items() if value} | given
