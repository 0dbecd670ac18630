"""The native payload, from the device's side (the reading side is ingest's)."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec


class Reading(msgspec.Struct, omit_defaults=True, frozen=True):
    """One value: code, time in ms since 1970, value, unit (none: the canonical), quality."""

    c: str
    t: int
    v: float
    u: str | None = None
    q: float | None = None


class Run(msgspec.Struct, omit_defaults=True, frozen=True):
    """Evenly spaced values: v[i] is at t0 + i dt (ms)."""

    c: str
    t0: int
    dt: int
    v: list[float]
    u: str | None = None
    q: float | None = None


Measurement: TypeAlias = Reading | Run


class Telemetry(msgspec.Struct, omit_defaults=True, frozen=True):
    """One telemetry message; `h` marks history, `key` is set only when it goes in payloads."""

    boot: int
    seq: int
    sent: int
    m: Sequence[Measurement]
    h: bool = False
    key: str | None = None


class Status(msgspec.Struct, frozen=True):
    """A retained status, also the will."""

    boot: int
    state: str


class Receipt(msgspec.Struct, frozen=True):
    """What ingest tells after a commit: all messages of `boot` up to `seq` are settled.

    The counts are of readings of this device in that commit.
    """

    boot: int
    seq: int
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0


encode = msgspec.json.Encoder().encode
decode_receipt = msgspec.json.Decoder(Receipt).decode


def number(value: float) -> float:
    """Write whole numbers without a fraction, as devices do."""
    return int(value) if value == int(value) else value


def count(measurements: Sequence[Measurement]) -> int:
    """Count the readings in measurements: a run has as many as it has values."""
    return sum(len(m.v) if isinstance(m, Run) else 1 for m in measurements)
