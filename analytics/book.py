"""The channels that the engine knows: whose they are, what looks at them, what is remembered.

A channel is a series of readings, or a score over several series of one patient (NEWS2).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import numpy as np

from analytics.detectors.base import Detector, Floats, Ints
from analytics.detectors.limits import Limits
from analytics.memory import ARTEFACT, LEARNERS, Memory
from analytics.overrides import EVERYBODY, RuleBook, Scope
from analytics.profiles import Profiles, Watch
from analytics.rules import LANES, NEWS2, SIGN, condition_of
from analytics.zones import Zones
from telemetry.metrics import METRICS

NEWS2_CHANNEL: Final = -1
"""Number of the channel that a patient's NEWS2 goes to; series have positive numbers."""
_FIRST_CAPACITY: Final = 64


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
        memory: What is remembered of each, by slot.
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
    stale_after: dict[UUID, Mapping[str, float]] = field(default_factory=dict)
    """Patient -> input of NEWS2 -> seconds that it counts, where somebody has set them."""

    def __post_init__(self) -> None:
        """Start with room for a few channels."""
        self.memory = Memory(_FIRST_CAPACITY)
        self.patient = np.full(_FIRST_CAPACITY, -1, np.int64)
        self.device = np.full(_FIRST_CAPACITY, -1, np.int64)
        self.score = np.zeros(_FIRST_CAPACITY, np.bool_)
        self.metric = np.zeros(_FIRST_CAPACITY, np.uint8)
        self.zone = np.zeros(_FIRST_CAPACITY, np.int64)
        self.profile = np.zeros(_FIRST_CAPACITY, np.int64)
        self.zones = Zones()
        self._members: dict[tuple[UUID, str, int], list[int]] = {}
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
        if slot == len(self.memory):
            self._grow()
        if record is not None:
            self.memory.unpack(slot, record)
        self.channels.append(channel)
        self._slots[key] = slot
        self._members.clear()
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
                self.memory.states[detector.name]["metric"][slot] = metric

    def _number(self, series: int, slot: int) -> None:
        if series >= len(self._series):
            room = np.full(max(series + 1 - len(self._series), len(self._series)), -1, np.int64)
            self._series = np.concatenate((self._series, room))
        self._series[series] = slot

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

    def members(self, patient_id: UUID, condition: str, lane: int) -> list[int]:
        """Slots whose readings can show this condition of this patient."""
        key = (patient_id, condition, lane)
        found = self._members.get(key)
        if found is None:
            watches = ((slot, self.watch(slot, lane)) for slot in self._by_patient[patient_id])
            found = [s for s, watch in watches if watch and watch.rule.condition == condition]
            self._members[key] = found
        return found

    def use_rules(self, rules: RuleBook) -> None:
        """Put other rules in force, from the next reading on, where they are other ones."""
        before, self.rules = self.rules, rules
        changed = {scope for (scope, _), _ in before.overrides.items() ^ rules.overrides.items()}
        used = len(np.unique(self.profile[: len(self)]))
        if EVERYBODY in changed or len(self.profiles.watches) > 2 * used + _FIRST_CAPACITY:
            self._prepare_rules()
        self._scopes = {scope for scope, _ in rules.overrides}
        for stale in [key for key in self._shared if changed.intersection(key[2])]:
            del self._shared[stale]
        for patient_id, slots in self._by_patient.items():
            ruled = self._ruled(patient_id)
            if ruled != self._ruled_by.get(patient_id) or changed.intersection(ruled[1]):
                for slot in slots:
                    self._apply_rules(slot)
        self._members.clear()

    def _prepare_rules(self) -> None:
        self.profiles = Profiles(self.detectors)
        self._scopes = {scope for scope, _ in self.rules.overrides}
        self._shared: dict[tuple[str, bool, tuple[Scope, ...]], int] = {}
        self._ruled_by: dict[UUID, tuple[bool, tuple[Scope, ...]]] = {}

    def _ruled(self, patient_id: UUID) -> tuple[bool, tuple[Scope, ...]]:
        """What decides on a patient's rules: whether NEWS2 applies, and whose rules hold."""
        scopes = tuple(s for s in self.rules.scopes(patient_id) if s in self._scopes)
        return self._scored(patient_id), scopes

    def _apply_rules(self, slot: int) -> None:
        """Channels of one metric whose patients have the same rules share a profile."""
        channel = self.channels[slot]
        ruled = self._ruled_by[channel.patient_id] = self._ruled(channel.patient_id)
        key = (channel.metric, *ruled)
        if key not in self._shared:
            watches = tuple(self._watch(channel, lane) for lane in range(len(LANES)))
            self._shared[key] = self.profiles.number(watches)
        self.profile[slot] = self._shared[key]

    def _scored(self, patient_id: UUID) -> bool:
        """Whether NEWS2 applies to a patient."""
        return patient_id not in self.minors and patient_id not in self.pregnant

    def _watch(self, channel: Channel, lane: int) -> Watch | None:
        condition = condition_of(channel.metric, lane)
        if condition is None:
            return None
        rule = self.rules.rule(channel.patient_id, condition)
        if condition == NEWS2 and not self._scored(channel.patient_id):
            # Off and not away, so that an alarm from before ends.
            rule = replace(rule, enabled=False)
        return Watch.of(rule)

    def _grow(self) -> None:
        more = len(self.memory)
        self.memory.grow()
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
