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

from analytics.detectors.artefact import Artefact, SignalQuality
from analytics.detectors.base import Detector, Floats, Ints, Learner
from analytics.detectors.baseline import Baseline
from analytics.detectors.drift import Drift
from analytics.detectors.flatline import Flatline
from analytics.detectors.gap import Gap
from analytics.detectors.limits import Limits
from analytics.detectors.rate import RateOfChange
from analytics.overrides import RuleBook
from analytics.profiles import SIDES, Profiles, Watch
from analytics.rules import LANES, NEWS2, SIGN, condition_of
from analytics.tracking import NEVER, TRACK, Track
from analytics.zones import Zones
from telemetry.metrics import METRICS

Records = NDArray[np.void]

LEARNERS: Final[tuple[Learner, ...]] = (
    SignalQuality(),
    Flatline(),
    Gap(),
    RateOfChange(),
    Baseline(),
    Drift(),
)
"""Detectors that remember something of each series, in the order of their lanes."""
ARTEFACT: Final = Artefact()
"""What decides beforehand which readings the others are told of."""
NEWS2_CHANNEL: Final = -1
"""Number of the channel that a patient's NEWS2 goes to; series have positive numbers."""

RECORD: Final = np.dtype(
    [
        ("last_ms", "<i8"),
        ("last_value", "<f8"),
        ("newest_ms", "<i8"),
        ("seen_ms", "<i8"),
        ("gap_ms", "<f8"),
        ("arrivals", "<i4"),
        ("silent", "?"),
        ("live", TRACK, (len(LANES),)),
        ("late_ms", "<i8"),
        ("late_seen_ms", "<i8"),
        ("late", TRACK, (SIDES,)),
        *((detector.name, detector.dtype) for detector in (ARTEFACT, *LEARNERS)),
    ]
)
"""Newest reading that is believed (measured time, value); newest of any; when it was received, the
usual time between arrivals and their number, whether the silence alarm is on; the tracks of all
lanes; the same for readings that came late, which are followed apart and by limits only; then what
each detector remembers."""

RECORD_VERSION: Final = 3
_FIRST_CAPACITY: Final = 64
_MANY: Final = 4_096


def fresh_records(count: int) -> Records:
    """Records of channels that have shown nothing yet."""
    records = np.zeros(count, RECORD)
    track = np.array(Track().record(), TRACK)
    records["live"], records["late"] = track, track
    records["last_value"] = np.nan
    for name in ("last_ms", "newest_ms", "seen_ms", "late_ms", "late_seen_ms"):
        records[name] = NEVER
    return records


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


@dataclass(eq=False)
class Book:
    """All channels known to this process. Row numbers are slots; they never change.

    Attributes:
        channels: By slot.
        records: (capacity,) `RECORD`.
        patient: int64 (capacity,), number of the slot's patient.
        device: int64 (capacity,), number of the slot's device, -1 where it has none.
        score: bool (capacity,), a NEWS2.
        metric: uint8 (capacity,), id of the slot's metric, 0 for a score.
        zone: int64 (capacity,), number of the zone of the slot's patient in `zones`.
        profile: int64 (capacity,), number in `profiles` of what looks at the slot.

    """

    rules: RuleBook = field(default_factory=RuleBook)
    detectors: Sequence[Detector] = (*(Limits(sign) for sign in SIGN), *LEARNERS)
    artefact: Detector = ARTEFACT
    learn_idle: bool = True
    """Whether detectors learn that no rule looks at; a replay, whose memory goes, needs it not."""
    channels: list[Channel] = field(default_factory=list)
    minors: set[UUID] = field(default_factory=set)
    """Patients under 16, to whom NEWS2 does not apply."""
    pregnant: set[UUID] = field(default_factory=set)
    """Patients with child, to whom it does not apply either."""
    scale_2: set[UUID] = field(default_factory=set)
    """Patients for whom NEWS2's SpO2 scale 2 is prescribed."""

    def __post_init__(self) -> None:
        """Start with room for a few channels."""
        self.records: Records = fresh_records(_FIRST_CAPACITY)
        self._spare: Records | None = None
        self.patient = np.full(_FIRST_CAPACITY, -1, np.int64)
        self.device = np.full(_FIRST_CAPACITY, -1, np.int64)
        self.score = np.zeros(_FIRST_CAPACITY, np.bool_)
        self.metric = np.zeros(_FIRST_CAPACITY, np.uint8)
        self.zone = np.zeros(_FIRST_CAPACITY, np.int64)
        self.profile = np.zeros(_FIRST_CAPACITY, np.int64)
        self.zones = Zones()
        self.profiles = Profiles(self.detectors)
        self._prepare_rules()
        self._slots: dict[tuple[UUID, int], int] = {}
        self._series = np.full(_FIRST_CAPACITY, -1, np.int64)
        self._by_patient: dict[UUID, list[int]] = defaultdict(list)
        self._patients: dict[UUID, int] = {}
        self._devices: dict[UUID, int] = {}
        self.device_ids: list[UUID] = []

    def __len__(self) -> int:
        """Number of channels."""
        return len(self.channels)

    def add(
        self,
        channel: Channel,
        record: Any = None,  # noqa: ANN401 (numpy's scalar)
        zone: str = "UTC",
    ) -> int:
        """Open a channel, with what is remembered of it; its slot. A known one stays as it is.

        `zone` is the IANA name of the zone that the patient lives in.
        """
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
        self.zone[slot] = self.zones.number(zone)
        self.score[slot] = channel.number == NEWS2_CHANNEL
        if channel.metric in METRICS:
            self._is_of(slot, METRICS[channel.metric].id)
        if channel.number > 0:
            self._number(channel.number, slot)
        if channel.device_id is not None:
            if channel.device_id not in self._devices:
                self._devices[channel.device_id] = len(self.device_ids)
                self.device_ids.append(channel.device_id)
            self.device[slot] = self._devices[channel.device_id]
        self._apply_rules(slot)
        return slot

    def _is_of(self, slot: int, metric: int) -> None:
        """Tell every detector which metric's parameters to use."""
        self.metric[slot] = metric
        for detector in (ARTEFACT, *LEARNERS):
            if "metric" in (detector.dtype.names or ()):
                self.records[detector.name]["metric"][slot] = metric

    def _number(self, series: int, slot: int) -> None:
        if series >= len(self._series):
            room = np.full(max(series + 1 - len(self._series), len(self._series)), -1, np.int64)
            self._series = np.concatenate((self._series, room))
        self._series[series] = slot

    def copy(self, slots: Ints) -> Records:
        """Records of these ascending slots, to write on, valid until the next copy.

        Where they are all and many, they are copied into memory that is kept for it, and `put`
        exchanges the two: what is copied once a batch should not be made anew each time.
        """
        if len(slots) < max(len(self), _MANY):
            return self.records[slots]
        if self._spare is None:
            self._spare = self.records.copy()
        spare = self._spare[: len(slots)]
        spare[:] = self.records[: len(slots)]
        return spare

    def put(self, slots: Ints, records: Records) -> None:
        """Take records as the ones of these slots."""
        spare = self._spare
        if spare is None or id(records.base) != id(spare) or len(slots) != len(self):
            self.records[slots] = records
        else:
            self.records, self._spare = spare, self.records

    def slots_of_series(self, series: Ints) -> Ints:
        """Slot of each series (n,), -1 where it is not open."""
        known = (series >= 0) & (series < len(self._series))
        slots: Ints = np.where(known, self._series[np.where(known, series, 0)], -1)
        return slots

    def slot(self, channel: Channel) -> int:
        """Slot of a channel that is open."""
        return self._slots[channel.patient_id, channel.number]

    def slots_of_patient(self, patient_id: UUID) -> list[int]:
        """Every channel of a patient."""
        return self._by_patient.get(patient_id, [])

    def with_company(self, slots: Ints) -> Ints:
        """All channels of the patients of these slots, ascending."""
        used = len(self)
        here = np.zeros(len(self._patients) + 1, np.bool_)
        here[self.patient[slots]] = True
        return np.flatnonzero(here[self.patient[:used]])

    def knows(self, patient_id: UUID) -> bool:
        """Whether the patient's channels are open."""
        return patient_id in self._by_patient

    def watch(self, slot: int, lane: int) -> Watch | None:
        """Rule and timing of one lane of a channel, if any rule looks at it."""
        return self.profiles.watches[int(self.profile[slot])][lane]

    def times(self, name: str, slots: Ints, lanes: Ints) -> Ints:
        """A delay (`hold_ms`, say) of each slot and lane (n,)."""
        found: Ints = self.profiles.times[name][self.profile[slots], lanes]
        return found

    def thresholds(self, slots: Ints, lane: int) -> Floats:
        """Score from which the condition of one lane holds, of each slot (n,)."""
        found: Floats = self.profiles.threshold[self.profile[slots], lane]
        return found

    def members(self, patient_id: UUID, condition: str, lane: int) -> Iterable[int]:
        """Slots whose readings can show this condition of this patient."""
        for slot in self._by_patient[patient_id]:
            watch = self.watch(slot, lane)
            if watch is not None and watch.rule.condition == condition:
                yield slot

    def use_rules(self, rules: RuleBook) -> None:
        """Put other rules in force, from the next reading on."""
        self.rules = rules
        self._prepare_rules()
        for slot in range(len(self.channels)):
            self._apply_rules(slot)

    def save(self, slots: Ints, records: Records) -> list[tuple[UUID, int, bytes]]:
        """Patient, channel number and bytes of each record (k,), as they are stored."""
        return [
            (self.channels[slot].patient_id, self.channels[slot].number, record.tobytes())
            for slot, record in zip(slots.tolist(), records, strict=True)
        ]

    def _prepare_rules(self) -> None:
        self.profiles = Profiles(self.detectors)
        self._scopes = {scope for scope, _ in self.rules.overrides}
        self._shared: dict[tuple[Any, ...], int] = {}

    def _apply_rules(self, slot: int) -> None:
        """Channels of one metric whose patients have the same rules share a profile."""
        channel = self.channels[slot]
        scopes = tuple(s for s in self.rules.scopes(channel.patient_id) if s in self._scopes)
        key = (channel.metric, self._scored(channel.patient_id), scopes)
        if key not in self._shared:
            watches = tuple(self._watch(channel, lane) for lane in range(len(LANES)))
            self._shared[key] = self.profiles.number(watches)
        self.profile[slot] = self._shared[key]

    def _scored(self, patient_id: UUID) -> bool:
        """Whether NEWS2 applies to a patient."""
        return patient_id not in self.minors and patient_id not in self.pregnant

    def _watch(self, channel: Channel, lane: int) -> Watch | None:
        condition = condition_of(channel.metric, lane)
        if condition is None or (condition == NEWS2 and not self._scored(channel.patient_id)):
            return None
        return Watch.of(self.rules.rule(channel.patient_id, condition))

    def _grow(self) -> None:
        more = len(self.records)
        self.records, self._spare = np.concatenate((self.records, fresh_records(more))), None
        for name, empty in (
            ("patient", -1),
            ("device", -1),
            ("score", 0),
            ("metric", 0),
            ("zone", 0),
            ("profile", 0),
        ):
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.full(more, empty, column.dtype))))
