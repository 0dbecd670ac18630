"""What goes into the engine and what comes out of it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.book import Channel
from analytics.detectors.base import Floats, Ints
from analytics.memory import RECORD, Records, Sheet
from analytics.rules import Priority, Rule
from analytics.tracking import Event


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Readings as parallel arrays (n,), in any order; `telemetry.outbox.Batch` with slots.

    Attributes:
        slots: int64, channel in the book.
        time_ms: int64, measured.
        received_ms: int64, received.
        value: float64, in the metric's canonical unit.
        quality: float32, 0 to 1.
        historical: bool, the device's backlog.

    """

    slots: Ints
    time_ms: Ints
    received_ms: Ints
    value: Floats
    quality: NDArray[np.float32]
    historical: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.slots)

    def in_order(self) -> "Readings":
        """The same by channel, then ascending in time; itself where it is so already."""
        slots, time_ms = self.slots, self.time_ms
        later = (slots[1:] == slots[:-1]) & (time_ms[1:] >= time_ms[:-1])
        if (later | (slots[1:] > slots[:-1])).all():
            return self
        return self.take(np.lexsort((self.time_ms, self.slots)))

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Readings":
        """Readings chosen by a mask, a part of them, or all in another order."""
        return Readings(
            self.slots[chosen],
            self.time_ms[chosen],
            self.received_ms[chosen],
            self.value[chosen],
            self.quality[chosen],
            self.historical[chosen],
        )


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to a condition of a patient, over all series that can show it.

    Attributes:
        event: When, and what.
        patient_id: Whose condition.
        condition: Its name.
        rule: The rule as it is in force; None for the silence of a device.
        channel: The series that it was seen in.
        device_id: The device that a technical alarm is about.
        note: What else a person should read.
        proof: What it was computed from, where that was not a run of the engine.

    """

    event: Event
    patient_id: UUID
    condition: str
    rule: Rule | None
    channel: Channel
    device_id: UUID | None = None
    note: str = ""
    proof: Mapping[str, Any] | None = None

    @property
    def value(self) -> float | None:
        """The worst value so far, in the metric's unit."""
        return None if self.rule is None else self.rule.score_to_value(self.event.score)


@dataclass(frozen=True, slots=True)
class Finding:
    """An episode found in readings that came too late for an alarm; times are measured.

    `worst_ms` is when the score was first reached. `activated_ms` is None where this only tells
    when an episode found before was over. `proof` is what it was computed from, where that was not
    a run of the engine.
    """

    channel: Channel
    rule: Rule
    started_ms: int
    activated_ms: int | None
    ended_ms: int | None
    score: float
    worst_ms: int
    priority: Priority
    proof: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Everything that a run of the engine would change, before it is stored.

    Attributes:
        sheets: What is to be remembered, of different channels each.
        touched: Of each sheet, the rows whose record differs from the one before, ascending.
        changes: In the order of their times.
        findings: Retrospective episodes.
        scored: Number of readings that were scored.
        failures: Name of each detector that failed, once per failure.

    """

    sheets: list[Sheet] = field(default_factory=list)
    touched: list[Ints] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    scored: int = 0
    failures: list[str] = field(default_factory=list)

    @classmethod
    def together(cls, parts: list["Outcome"]) -> "Outcome":
        """What several parts of a run, about different patients, came to."""
        if len(parts) == 1:
            return parts[0]
        changes = [change for part in parts for change in part.changes]
        return cls(
            sheets=[sheet for part in parts for sheet in part.sheets],
            touched=[rows for part in parts for rows in part.touched],
            changes=sorted(changes, key=lambda change: change.event.at_ms),
            findings=[finding for part in parts for finding in part.findings],
            scored=sum(part.scored for part in parts),
            failures=[failure for part in parts for failure in part.failures],
        )

    def __bool__(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.changes or self.findings or any(len(rows) for rows in self.touched))

    def slots(self) -> Ints:
        """Channels whose record differs from the one before."""
        pairs = zip(self.sheets, self.touched, strict=True)
        return np.concatenate([np.empty(0, np.int64), *(s.slots[rows] for s, rows in pairs)])

    def records(self) -> Records:
        """Records of `slots`, as they are to be remembered."""
        pairs = zip(self.sheets, self.touched, strict=True)
        return np.concatenate([np.empty(0, RECORD), *(s.pack(rows) for s, rows in pairs)])

    def of(self, patients: AbstractSet[UUID]) -> "Outcome":
        """What of it is about these patients."""
        return replace(
            self,
            changes=[one for one in self.changes if one.patient_id in patients],
            findings=[one for one in self.findings if one.channel.patient_id in patients],
        )
