"""Judging a dead letter again: with its time explained, or after what refused it was mended."""

import datetime as dt
from dataclasses import dataclass

import msgspec

from telemetry.clock import EARLIEST_MS, to_ms
from telemetry.errors import QUARANTINED, Reason
from telemetry.payloads import decode
from telemetry.samples import Message, Sample, Time

UNPROVEN = frozenset(
    {
        Reason.FOREIGN_TOPIC,
        Reason.UNKNOWN_DEVICE,
        Reason.WRONG_PARTITION,
        Reason.SPOOFED_DEVICE,
        Reason.MISSING_KEY,
        Reason.WRONG_KEY,
        Reason.DEVICE_REVOKED,
    }
)
"""Who sent it was never proven, and the key is not kept: never judged again."""

REPLAYABLE = frozenset(
    {
        Reason.DEVICE_INACTIVE,
        Reason.DEVICE_UNVERIFIED,
        Reason.INVALID_PAYLOAD,
        Reason.UNKNOWN_METRIC,
        Reason.UNKNOWN_UNIT,
        Reason.NOT_A_NUMBER,
        Reason.OUT_OF_RANGE,
        Reason.INVALID_QUALITY,
    }
)
"""A newer registry, decoder or state of the device may think otherwise."""

RELEASABLE = QUARANTINED
"""An explanation of the time may release these."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of quarantined times.

    Attributes:
        offset_ms: To be added to the device's time; a time without offset from UTC was UTC. None:
            nothing is known of its clock.
        seconds: Numbers too small for milliseconds were seconds, and a run's `dt` with them.

    """

    offset_ms: int | None = None
    seconds: bool = False

    @property
    def covers(self) -> frozenset[Reason]:
        """Reasons that it explains."""
        return RELEASABLE if self.offset_ms is not None else frozenset({Reason.TIME_IN_SECONDS})


def explained(payload: bytes, explanation: Explanation | None) -> Message | Reason:
    """Decode what a dead letter kept, its times put right where they are explained."""
    message = decode(payload)
    if isinstance(message, Message) and explanation is not None:
        message.samples = [_explain(sample, explanation) for sample in message.samples]
    return message


def _explain(sample: Sample, explanation: Explanation) -> Sample:
    in_seconds = explanation.seconds and isinstance(sample.t0, int) and sample.t0 < EARLIEST_MS
    return Sample(
        sample.c,
        sample.v,
        _true(sample.t, explanation),
        sample.u,
        sample.q,
        _true(sample.t0, explanation),
        sample.dt * 1000 if in_seconds and sample.dt is not None else sample.dt,
    )


def _true(raw: Time, explanation: Explanation) -> Time:
    if isinstance(raw, int):
        scale = 1000 if explanation.seconds and raw < EARLIEST_MS else 1
        return raw * scale + (explanation.offset_ms or 0)
    if raw is None or explanation.offset_ms is None:
        return raw
    try:
        instant = msgspec.convert(raw, dt.datetime)
    except msgspec.ValidationError:
        return raw
    aware = instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant
    return to_ms(aware) + explanation.offset_ms
