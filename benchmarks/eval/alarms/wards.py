"""A simulated ward with the truth about it: mostly well patients, some ill, probes that slip.

Who lies there, for a ward of forty: ten who stay well, nineteen to whom one kind of illness
happens, and eleven whose device has one kind of fault much more often than usual. The well and the
ill move and lose their probe as people do: a bout of motion every four hours and a probe that
slips twice a day. Every second device does not tell a quality.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.book import Channel
from benchmarks.eval.alarms.traffic import UNDER_WAY_MS, Part, Traffic, collect, trusted
from simulators.baseline import Baseline
from simulators.bedside import Cadence
from simulators.demo_plan import STABLE
from simulators.faults import ClockFault, Drift, Fault, Flatline, Motion, ProbeOff, observe
from simulators.noise import uniform
from simulators.physiology import DAY_MS, Patient
from simulators.scenarios import drawn
from simulators.truth import Truth, truths

START_MS: Final = 1_790_000_000_000 // DAY_MS * DAY_MS
BLOCK_MS: Final = 3_600_000

CADENCES: Final = (
    Cadence(("heart_rate", "oxygen_saturation", "respiratory_rate", "pulse_rate"), 2, 0),
    Cadence(("blood_pressure_systolic", "blood_pressure_diastolic"), 900, 0),
    Cadence(("body_temperature",), 60, 0),
    Cadence(("blood_glucose",), 300, 0),
)
GRID_MS: Final = 2000
"""Every message is sent at a multiple of this."""
METRICS: Final = tuple(metric for cadence in CADENCES for metric in cadence.metrics)

BEDS: Final = {
    STABLE: 10, "desaturation": 4, "sepsis": 3, "bradycardia": 3, "atrial_fibrillation": 3,
    "hypoglycaemia": 3, "fever": 3, "probe_off": 2, "motion": 3, "flatline": 2, "drift": 2,
    "clock_fault": 2,
}  # fmt: skip
"""Kind -> beds of a ward."""

ILLNESSES_A_DAY: Final = {
    "desaturation": 4, "sepsis": 1, "bradycardia": 3, "atrial_fibrillation": 2,
    "hypoglycaemia": 2, "fever": 1,
}  # fmt: skip

FAULTS_A_DAY: Final = {"probe_off": 12, "motion": 36, "flatline": 4, "drift": 1, "clock_fault": 4}
"""In beds of that kind."""

USUAL_FAULTS_A_DAY: Final = {"probe_off": 2, "motion": 6}
"""In all other beds."""

FAULT_S: Final = {
    "probe_off": (60, 900), "motion": (15, 120), "flatline": (600, 5400), "drift": (14400, 28800),
    "clock_fault": (600, 3600),
}  # fmt: skip
"""Shortest and longest, in seconds."""


@dataclass(frozen=True, slots=True)
class Bed:
    """One patient and device, and what is true of them; `kind` is what the bed is there for."""

    kind: str
    patient_id: UUID
    patient: Patient
    faults: tuple[Fault, ...]
    tells_quality: bool
    truths: tuple[Truth, ...]


def ward(seed: int, hours: float = 24.0, beds: dict[str, int] | None = None) -> list[Bed]:
    """Draw a ward from `seed`, for the `hours` from midnight."""
    kinds = [kind for kind, count in (beds or BEDS).items() for _ in range(count)]
    return [_bed(seed * 1000 + index, kind, hours) for index, kind in enumerate(kinds, start=1)]


def _bed(seed: int, kind: str, hours: float) -> Bed:
    patient = Patient(seed, Baseline.drawn(seed))
    count = max(1, round(ILLNESSES_A_DAY.get(kind, 0) * hours / 24))
    if kind in ILLNESSES_A_DAY:
        patient.scenarios = [drawn(kind, seed, t) for t in _starts(seed, 910, count, hours)]
    a_day = {kind: FAULTS_A_DAY[kind]} if kind in FAULTS_A_DAY else USUAL_FAULTS_A_DAY
    faults = tuple(_faults(seed, a_day, hours))
    found = tuple(truths(patient, faults))
    return Bed(kind, UUID(int=seed), patient, faults, seed % 2 == 0, found)


def _starts(seed: int, stream: int, count: int, hours: float) -> list[int]:
    """Times spread over the hours: one in each of `count` equal slots, in its first half."""
    slot_ms = hours * BLOCK_MS / count
    place = 0.05 + 0.45 * uniform(seed, stream, np.arange(count))
    return [START_MS + int((i + p) * slot_ms) for i, p in enumerate(place.tolist())]


def _faults(seed: int, a_day: dict[str, int], hours: float) -> Iterator[Fault]:
    for stream, (kind, often) in enumerate(a_day.items(), start=920):
        count = max(1, round(often * hours / 24))
        shortest, longest = FAULT_S[kind]
        lengths = uniform(seed, stream + 20, np.arange(count))
        sizes = uniform(seed, stream + 40, np.arange(count)).tolist()
        starts = _starts(seed, stream, count, hours)
        for start, length, size in zip(starts, lengths.tolist(), sizes, strict=True):
            end = start + round(1000 * shortest * (longest / shortest) ** length)
            yield _fault(kind, start, min(end, START_MS + round(hours * BLOCK_MS)), size)


def _fault(kind: str, start_ms: int, end_ms: int, size: float) -> Fault:
    """One fault; `size` from 0 to 1 says how bad, and which way."""
    match kind:
        case "probe_off":
            return ProbeOff(start_ms, end_ms)
        case "motion":
            return Motion(start_ms, end_ms, depth=6 + 14 * size, seed=start_ms % 9973)
        case "flatline":
            return Flatline(start_ms, end_ms)
        case "drift":
            return Drift(start_ms, end_ms, per_hour=0.3 * (2 * size - 1))
        case "clock_fault":
            hours = (-2, -1, 1, 12)[int(4 * size) % 4]
            return ClockFault(start_ms, end_ms, hours * BLOCK_MS)
    message = f"no fault is called {kind!r}"
    raise ValueError(message)


def traffic_of(beds: list[Bed], hours: float = 24.0) -> Traffic:
    """What the devices of a ward send, as ingest hands it on."""
    channels = [
        Channel(bed.patient_id, 0, metric, UUID(int=bed.patient_id.int << 32))
        for bed in beds
        for metric in METRICS
    ]
    end_ms = START_MS + round(hours * BLOCK_MS)
    parts = [
        part for index, bed in enumerate(beds) for part in _parts(bed, index * len(METRICS), end_ms)
    ]
    return collect(channels, parts, START_MS, end_ms)


def _parts(bed: Bed, first: int, end_ms: int) -> Iterator[Part]:
    stored = _stored(bed, end_ms)
    for cadence in CADENCES:
        times = np.arange(START_MS, end_ms, 1000 * cadence.live_s, dtype=np.int64)
        for block in np.array_split(times, max(1, (end_ms - START_MS) // BLOCK_MS)):
            samples = observe(bed.patient, bed.faults, block, cadence.metrics)
            kept = stored[(block - START_MS) // GRID_MS]
            received = block[kept] + UNDER_WAY_MS
            for metric in cadence.metrics:
                quality = samples.quality[metric]
                told = quality if bed.tells_quality else np.full(len(block), np.nan)
                number, value = first + METRICS.index(metric), samples.values[metric]
                yield number, samples.times_ms[kept], received, value[kept], told[kept]


def _stored(bed: Bed, end_ms: int) -> NDArray[np.bool_]:
    """By instant of the grid: whether ingest stores the message that the device sends then."""
    grid = np.arange(START_MS, end_ms, GRID_MS, dtype=np.int64)
    if not any(isinstance(fault, ClockFault) for fault in bed.faults):
        return np.ones(len(grid), np.bool_)
    sent = observe(bed.patient, bed.faults, grid, ()).times_ms
    return trusted(sent, grid + UNDER_WAY_MS)
