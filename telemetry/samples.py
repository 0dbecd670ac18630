"""What every payload form is brought to: a message of samples, and what could not be used."""

from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from telemetry.errors import Reason

_MAX_COUNTER = 2**53
"""Largest boot or seq: what every JSON implementation carries exactly."""

Counter = Annotated[int, msgspec.Meta(ge=0, le=_MAX_COUNTER)]
Time = int | str | None


class Sample(msgspec.Struct, gc=False):
    """One reading, or a run of them from `t0` every `dt` milliseconds."""

    c: str
    v: float | list[float]
    t: Time = None
    u: str | None = None
    q: float | None = None
    t0: Time = None
    dt: int | None = None


@dataclass(slots=True)
class Refusal:
    """A reading, or a run of `readings` of them, that cannot be used."""

    reason: Reason
    sample: object
    """As it came, without keys."""
    readings: int = 1


@dataclass(slots=True)
class Message:
    """A telemetry message in one form, whichever it came in.

    Attributes:
        boot: Boot counter of the device; None when the message is not numbered.
        seq: Number of the message within the boot, from 1; None likewise.
        sent: Device's clock when it sent the message, as it came.
        historical: The device says that this is backlog.
        key: Device key, when the payload carries it.
        device_id: Device as the payload names it, when it does.
        samples: Readings of the right types; their values are not judged yet.
        refusals: Readings of wrong types.

    """

    boot: int | None
    seq: int | None
    sent: Time
    historical: bool
    key: str | None
    device_id: str | None
    samples: list[Sample]
    refusals: list[Refusal] = field(default_factory=list)
