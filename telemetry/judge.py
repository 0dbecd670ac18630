"""From a message as it arrived to its place in a batch: the one set of checks for every road in.

The order of checks is from the outside in: who claims to send, may they, what do they say.
"""

from array import array
from collections.abc import Callable, Iterator
from itertools import count as counter
from typing import Annotated, TypeVar

import msgspec

from telemetry.arrivals import Arrival
from telemetry.batch import UNNUMBERED, Batch, Fault, Status
from telemetry.clock import Window
from telemetry.clocks import DEFAULT_LIMITS, Clock, Limits
from telemetry.conduct import note_status, note_telemetry
from telemetry.devices import Device
from telemetry.errors import Reason
from telemetry.payloads import MAX_PAYLOAD_BYTES, decode
from telemetry.readings import count, validate
from telemetry.replies import ReplyWire, reply_of
from telemetry.samples import Counter, Message, Refusal, Sample, Time
from telemetry.topics import Up

_NO_NUL = r"^[^\0]*$"
"""No text column of PostgreSQL holds a NUL."""


class _StatusWire(msgspec.Struct):
    boot: Counter
    state: str
    battery: float | None = None
    firmware: Annotated[str, msgspec.Meta(max_length=200, pattern=_NO_NUL)] | None = None
    gateway: Annotated[str, msgspec.Meta(max_length=200, pattern=_NO_NUL)] | None = None
    key: str | None = None
    api_key: str | None = None


class _FaultWire(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_NO_NUL)]
    message: Annotated[str, msgspec.Meta(max_length=500, pattern=_NO_NUL)] = ""
    boot: Counter | None = None
    t: Time = None
    key: str | None = None
    api_key: str | None = None


_decode_reply = msgspec.json.Decoder(ReplyWire).decode
_decode_fault = msgspec.json.Decoder(_FaultWire).decode
_decode_status = msgspec.json.Decoder(_StatusWire).decode


class Judge:
    """Puts arrivals into batches. One judge per worker: it numbers the series it opens."""

    def __init__(
        self, payload_bytes: int = MAX_PAYLOAD_BYTES, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        self._payload_bytes = payload_bytes
        self._limits = limits
        self._new_ids: Iterator[int] = counter(-1, -1)

    def take(self, arrival: Arrival, device: Device | None, batch: Batch) -> Reason | None:
        """Enter an arrival into `batch`, as readings or as a dead letter.

        Returns the reason when the message as a whole was refused.
        """
        batch.messages += 1
        reason = self._take(arrival, device, batch)
        if reason is not None:
            device_id = arrival.parsed.device_id if arrival.parsed else None
            batch.refuse(
                reason,
                arrival.topic,
                arrival.payload,
                device_id,
                received_ms=arrival.window.received_ms,
                device=device,
            )
        return reason

    def _take(self, arrival: Arrival, device: Device | None, batch: Batch) -> Reason | None:
        parsed = arrival.parsed
        if parsed is None:
            return Reason.FOREIGN_TOPIC
        if parsed.leaf is Up.STATUS and not arrival.payload:
            return None  # clears the retained one, also of a device that is gone or moved
        if device is None:
            return Reason.UNKNOWN_DEVICE
        if parsed.partition != device.partition:
            return Reason.WRONG_PARTITION
        if device.status == "REVOKED":
            return Reason.DEVICE_REVOKED
        if len(arrival.payload) > self._payload_bytes:
            return Reason.TOO_LARGE
        if parsed.leaf is Up.TELEMETRY:
            return self._telemetry(arrival, device, batch)
        if parsed.leaf is Up.STATUS:
            return self._status(arrival, device, batch)
        if parsed.leaf is Up.ERROR:
            return _fault(arrival, device, batch)
        return _reply(arrival, device, batch)

    def _status(self, arrival: Arrival, device: Device, batch: Batch) -> Reason | None:
        """Take a device's word on itself; the charge that it tells is a reading like others."""
        wire = _word(arrival, device, _decode_status)
        if isinstance(wire, Reason):
            return wire
        if wire.state not in {"online", "offline"}:
            return Reason.INVALID_PAYLOAD
        note_status(arrival, device, batch, boot=wire.boot, online=wire.state == "online")
        batch.statuses.append(
            Status(
                device.device_id,
                wire.boot,
                wire.state == "online",
                wire.battery,
                wire.firmware,
                wire.gateway,
            )
        )
        # A last will was written when the device connected: its charge is of then.
        if wire.state == "online" and wire.battery is not None and device.refusal() is None:
            self._charge(wire.battery, arrival, device, batch)
        return None

    def _charge(self, percent: float, arrival: Arrival, device: Device, batch: Batch) -> None:
        received_ms = arrival.window.received_ms
        before = len(batch.columns)
        sample = Sample("battery_level", percent, received_ms)
        refusals = validate([sample], arrival.window, batch.columns)
        self._add_series(device, before, batch)
        batch.add(
            batch.account_of(device, UNNUMBERED),
            0,
            len(batch.columns) - before,
            refusals,
            historical=False,
            received_ms=received_ms,
            topic=arrival.topic,
        )

    def _telemetry(self, arrival: Arrival, device: Device, batch: Batch) -> Reason | None:
        message = decode(arrival.payload)
        if isinstance(message, Reason):
            return message
        reason = _identity(message, arrival, device)
        if reason is not None:
            return reason
        if message.boot is None and arrival.numbers is not None:
            message.boot, message.seq, message.sent = arrival.numbers
        boot = UNNUMBERED if message.boot is None else message.boot
        account = batch.account_of(device, boot)
        refusals = message.refusals
        before = len(batch.columns)
        reason = device.refusal()
        if reason is None and message.sent is not None:
            reason = self._clock_fault(message, device, boot, arrival.window, batch)
        if reason is None:
            refusals += validate(message.samples, arrival.window, batch.columns)
        else:
            refusals += [Refusal(reason, s, count(s)) for s in message.samples]
        self._add_series(device, before, batch)
        newest = batch.columns.time_ms[-1] if len(batch.columns) > before else None
        note_telemetry(arrival, message, device, batch, newest_ms=newest)
        batch.add(
            account,
            message.seq or 0,
            len(batch.columns) - before,
            refusals,
            historical=message.historical,
            received_ms=arrival.window.received_ms,
            topic=arrival.topic,
            sent=message.sent,
        )
        return None

    def readings(
        self, message: Message, device: Device, window: Window, batch: Batch
    ) -> tuple[int, list[Refusal]]:
        """Enter the usable readings of a message whose sender is beyond doubt.

        Returns how many there are, and what was refused; the caller accounts for the message.
        """
        before = len(batch.columns)
        refusals = [*message.refusals, *validate(message.samples, window, batch.columns)]
        self._add_series(device, before, batch)
        return len(batch.columns) - before, refusals

    def _clock_fault(
        self, message: Message, device: Device, boot: int, window: Window, batch: Batch
    ) -> Reason | None:
        """Let the device's clock learn from a message; say what is wrong with it, if anything."""
        sent, seq, clock = message.sent, message.seq or 0, device.clock
        received_ms = window.received_ms
        if (
            clock is not None
            and clock.boot == boot
            and sent.__class__ is int
            and not message.historical
            and clock.hear(sent, seq, received_ms)
        ):
            return None
        sent_ms = window.classify(sent)
        if isinstance(sent_ms, Reason):
            return _OF_CLOCK.get(sent_ms)
        if clock is None or clock.boot < boot:
            clock = device.clock = Clock(boot, self._limits)
        elif boot < clock.boot:
            return None  # sent again from before a restart: what that clock was is not known now
        fault = clock.judge(sent_ms, seq, received_ms, window.queued_ms, backlog=message.historical)
        if clock.restated and clock.model is not None:
            clock.restated = False
            batch.clocks.append((device.device_id, clock.model))
        return fault

    def _add_series(self, device: Device, start: int, batch: Batch) -> None:
        metrics = batch.columns.metric[start:]
        if len(metrics) > 1 and metrics.count(metrics[0]) == len(metrics):
            series = self._series(device, metrics[0], batch)
            batch.series.extend(array("i", (series,)) * len(metrics))
            return
        for metric in metrics:
            batch.series.append(self._series(device, metric, batch))

    def _series(self, device: Device, metric: int, batch: Batch) -> int:
        known = device.series.get(metric)
        if known is None:
            known = device.series[metric] = next(self._new_ids)
        if known < 0:
            batch.new_series[known] = (device, metric)
        return known


_OF_CLOCK = {
    Reason.TIME_IN_FUTURE: Reason.CLOCK_AHEAD,
    Reason.TIME_IMPLAUSIBLE: Reason.CLOCK_BEHIND,
}
"""What an implausible `sent` says of the clock; the readings' own times say the rest."""


def _identity(message: Message, arrival: Arrival, device: Device) -> Reason | None:
    if message.device_id is not None and message.device_id != str(device.device_id):
        return Reason.SPOOFED_DEVICE
    key = message.key or arrival.key
    if key is None:
        return Reason.MISSING_KEY
    return None if device.holds(key, arrival.window.received_ms) else Reason.WRONG_KEY


T = TypeVar("T", _StatusWire, _FaultWire, ReplyWire)


def _word(arrival: Arrival, device: Device, decode_as: Callable[[bytes], T]) -> T | Reason:
    """Decode what a device says of itself; the broker has authenticated it, a key must be right."""
    try:
        wire = decode_as(arrival.payload)
    except msgspec.ValidationError:
        return Reason.INVALID_PAYLOAD
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reason.INVALID_JSON
    key = wire.key or wire.api_key or arrival.key
    if key is not None and not device.holds(key, arrival.window.received_ms):
        return Reason.WRONG_KEY
    return wire


def _fault(arrival: Arrival, device: Device, batch: Batch) -> Reason | None:
    wire = _word(arrival, device, _decode_fault)
    if isinstance(wire, Reason):
        return wire
    occurred = arrival.window.classify(wire.t)
    occurred_ms = None if isinstance(occurred, Reason) else occurred
    fault = Fault(device.device_id, wire.boot, wire.code, wire.message, occurred_ms)
    batch.faults.append(fault)
    return None


def _reply(arrival: Arrival, device: Device, batch: Batch) -> Reason | None:
    wire = _word(arrival, device, _decode_reply)
    if isinstance(wire, Reason):
        return wire
    if not (wire.key or wire.api_key or arrival.key):
        return Reason.MISSING_KEY
    reply = reply_of(wire, device.device_id)
    if isinstance(reply, Reason):
        return reply
    batch.replies.append(reply)
    return None
