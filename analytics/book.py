"""What the engine keeps of every channel: one structured array, one row per channel.

A channel is a series of readings, or a score over several series of one patient (NEWS2). What is
remembered of it is a `RECORD`; its bytes are what is stored, so a restart goes on where it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.base import Detector, Ints, State
from analytics.detectors.limits import Limits
from analytics.overrides import RuleBook
from analytics.rules import HIGH_SIDE, LOW_SIDE, NEWS2, SIGN, Rule, condition_of
from analytics.tracking import NEVER, TRACK, Timing, Track

Records = NDArray[np.void]

SIDES: Final = (LOW_SIDE, HIGH_SIDE)
NEWS2_CHANNEL: Final = -1
"""Number of the channel that a patient's NEWS2 goes to; series have positive numbers."""

RECORD: Final = np.dtype(
    [
        ("last_ms", "<i8"),
        ("last_value", "<f8"),
        ("seen_ms", "<i8"),
        ("gap_ms", "<f8"),
        ("arrivals", "<i4"),
        ("silent", "?"),
        ("live", TRACK, (2,)),
        ("late_ms", "<i8"),
        ("late_seen_ms", "<i8"),
        ("late", TRACK, (2,)),
    ]
)
"""Newest live reading (measured time, value), when it was received, the usual time between
arrivals and their number, whether the silence alarm is on, and the tracks of both sides; then
the same for readings that came late, which are followed apart."""

RECORD_VERSION: Final = 2
_DELAYS: Final = ("delay_ms", "clear_ms", "hold_ms", "severe_delay_ms", "severe_clear_ms")
_FIRST_CAPACITY: Final = 64


def fresh_records(count: int) -> Records:
    """Records of channels that have shown nothing yet."""
    track = Track().record()
    empty = (NEVER, np.nan, NEVER, 0.0, 0, False, [track] * 2, NEVER, NEVER, [track] * 2)
    return np.full(count, np.array(empty, RECORD))


def load_record(version: int, payload: bytes) -> Any:  # noqa: ANN401 (numpy's scalar of a record)
    """Read a stored record, or begin afresh where it is of another layout."""
    if version != RECORD_VERSION or len(payload) != RECORD.itemsize:
        return fresh_records(1)[0]
    return np.frombuffer(payload, RECORD)[0]


@dataclass(frozen=True, slots=True)
class Channel:
    """Where readings or scores of one kind of one patient come from.

    Attributes:
        patient_id: Whose.
        number: `series.id`, or `NEWS2_CHANNEL`.
        metric: Metric code, or `NEWS2`.
        device_id: None for manual entry and for scores.

    """

    patient_id: UUID
    number: int
    metric: str
    device_id: UUID | None = None


@dataclass(slots=True)
class Watch:
    """Rule and timing of one side of one channel."""

    rule: Rule
    timing: Timing


@dataclass(eq=False)
class Book:
    """All channels known to this process. Row numbers are slots; they never change.

    Attributes:
        channels: By slot.
        records: (capacity,) `RECORD`.
        patient: int64 (capacity,), number of the slot's patient.
        device: int64 (capacity,), number of the slot's device, -1 where it has none.
        score: bool (capacity,), a score over several series.
        limits: By side, the detector's state (capacity,).
        delay_ms: int64 (capacity, 2); `clear_ms`, `hold_ms`, `severe_delay_ms` and
            `severe_clear_ms` likewise.

    """

    rules: RuleBook = field(default_factory=RuleBook)
    detectors: Sequence[Detector] = tuple(Limits(sign) for sign in SIGN)
    channels: list[Channel] = field(default_factory=list)
    minors: set[UUID] = field(default_factory=set)
    """Patients under 16, to whom NEWS2 does not apply."""

    def __post_init__(self) -> None:
        """Start with room for a few channels."""
        self.records = fresh_records(_FIRST_CAPACITY)
        self.patient = np.full(_FIRST_CAPACITY, -1, np.int64)
        self.device = np.full(_FIRST_CAPACITY, -1, np.int64)
        self.score = np.zeros(_FIRST_CAPACITY, np.bool_)
        self.limits: list[State] = [d.fresh(_FIRST_CAPACITY) for d in self.detectors]
        self.delay_ms = np.zeros((_FIRST_CAPACITY, 2), np.int64)
        self.clear_ms = np.zeros((_FIRST_CAPACITY, 2), np.int64)
        self.hold_ms = np.zeros((_FIRST_CAPACITY, 2), np.int64)
        self.severe_delay_ms = np.zeros((_FIRST_CAPACITY, 2), np.int64)
        self.severe_clear_ms = np.zeros((_FIRST_CAPACITY, 2), np.int64)
        self._watches: list[tuple[Watch | None, Watch | None]] = []
        self._slots: dict[tuple[UUID, int], int] = {}
        self._series: dict[int, int] = {}
        self._by_patient: dict[UUID, list[int]] = defaultdict(list)
        self._patients: dict[UUID, int] = {}
        self._devices: dict[UUID, int] = {}
        self.device_ids: list[UUID] = []

    def __len__(self) -> int:
        """Number of channels."""
        return len(self.channels)

    def add(self, channel: Channel, record: Any = None) -> int:  # noqa: ANN401 (numpy's scalar)
        """Open a channel, with what is remembered of it; its slot. A known one stays as it is."""
        key = (channel.patient_id, channel.number)
        if key in self._slots:
            return self._slots[key]
        slot = len(self.channels)
        if slot == len(self.records):
            self._grow()
        if record is not None:
            self.records[slot] = record
        self.channels.append(channel)
        self._slots[key] = slot
        self._by_patient[channel.patient_id].append(slot)
        self.patient[slot] = self._patients.setdefault(channel.patient_id, len(self._patients))
        self.score[slot] = channel.number == NEWS2_CHANNEL
        if channel.number > 0:
            self._series[channel.number] = slot
        if channel.device_id is not None:
            if channel.device_id not in self._devices:
                self._devices[channel.device_id] = len(self.device_ids)
                self.device_ids.append(channel.device_id)
            self.device[slot] = self._devices[channel.device_id]
        self._watches.append((None, None))
        self._apply_rules(slot)
        return slot

    def slots_of_series(self, series: Ints) -> Ints:
        """Slot of each series (n,), -1 where it is not open."""
        unique, inverse = np.unique(series, return_inverse=True)
        slots = np.array([self._series.get(int(number), -1) for number in unique], np.int64)
        return slots[inverse]

    def slots_of_patient(self, patient_id: UUID) -> list[int]:
        """Every channel of a patient."""
        return self._by_patient.get(patient_id, [])

    def with_company(self, slots: Ints) -> Ints:
        """All channels of the patients of these slots, ascending."""
        patients = {self.channels[slot].patient_id for slot in np.unique(slots).tolist()}
        company = [slot for patient in patients for slot in self._by_patient[patient]]
        return np.array(sorted(company), np.int64)

    def knows(self, patient_id: UUID) -> bool:
        """Whether the patient's channels are open."""
        return patient_id in self._by_patient

    def watch(self, slot: int, side: int) -> Watch | None:
        """Rule and timing of one side of a channel, if any rule looks at it."""
        return self._watches[slot][side]

    def members(self, patient_id: UUID, condition: str, side: int) -> Iterable[int]:
        """Slots whose readings can show this condition of this patient."""
        for slot in self._by_patient[patient_id]:
            watch = self._watches[slot][side]
            if watch is not None and watch.rule.condition == condition:
                yield slot

    def use_rules(self, rules: RuleBook) -> None:
        """Put other rules in force, from the next reading on."""
        self.rules = rules
        for slot in range(len(self.channels)):
            self._apply_rules(slot)

    def save(self, slots: Ints, records: Records) -> list[tuple[UUID, int, bytes]]:
        """Patient, channel number and bytes of each record (k,), as they are stored."""
        return [
            (self.channels[slot].patient_id, self.channels[slot].number, record.tobytes())
            for slot, record in zip(slots.tolist(), records, strict=True)
        ]

    def _apply_rules(self, slot: int) -> None:
        watches: list[Watch | None] = []
        for side in SIDES:
            watch = self._watch(self.channels[slot], side)
            watches.append(watch)
            limit = np.nan
            if watch is not None:
                # A limit that is switched off is out of reach, so that an open alarm clears.
                limit = watch.rule.limit if watch.rule.enabled else SIGN[side] * np.inf
                for name in _DELAYS:
                    getattr(self, name)[slot, side] = getattr(watch.timing, name)
            self.limits[side]["limit"][slot] = limit
        self._watches[slot] = (watches[LOW_SIDE], watches[HIGH_SIDE])

    def _watch(self, channel: Channel, side: int) -> Watch | None:
        condition = condition_of(channel.metric, side)
        if condition is None or (condition == NEWS2 and channel.patient_id in self.minors):
            return None
        rule = self.rules.rule(channel.patient_id, condition)
        timing = Timing(
            delay_ms=round(rule.delay_s * 1000),
            clear_ms=round(rule.clear_delay_s * 1000),
            hold_ms=round(rule.hold_s * 1000),
            hysteresis=rule.hysteresis,
            severe_score=rule.severe_score,
            severe_delay_ms=round(rule.severe_delay_s * 1000),
            severe_clear_ms=round(rule.severe_clear_delay_s * 1000),
        )
        return Watch(rule, timing)

    def _grow(self) -> None:
        more = len(self.records)
        self.records = np.concatenate((self.records, fresh_records(more)))
        self.patient = np.concatenate((self.patient, np.full(more, -1, np.int64)))
        self.device = np.concatenate((self.device, np.full(more, -1, np.int64)))
        self.score = np.concatenate((self.score, np.zeros(more, np.bool_)))
        self.limits = [
            np.concatenate((state, detector.fresh(more)))
            for state, detector in zip(self.limits, self.detectors, strict=True)
        ]
        room = np.zeros((more, 2), np.int64)
        for name in _DELAYS:
            setattr(self, name, np.concatenate((getattr(self, name), room)))
