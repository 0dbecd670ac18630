"""What a ward device measures and how often: live messages and runs of history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulators.payloads import Measurement, Reading, Run, number
from simulators.physiology import DAY_MS, Patient

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Cadence:
    """Metrics that are measured together, every `live_s` now and every `history_s` before."""

    metrics: tuple[str, ...]
    live_s: int
    history_s: int


CADENCES = (
    Cadence(("heart_rate", "oxygen_saturation", "respiratory_rate"), 2, 300),
    Cadence(("blood_pressure_systolic", "blood_pressure_diastolic"), 60, 900),
    Cadence(("body_temperature",), 60, 300),
    Cadence(("blood_glucose",), 60, 900),
    Cadence(("steps",), 60, 300),
    Cadence(("battery_level",), 300, 3600),
)


def now_all(patient: Patient, at_ms: int) -> list[Reading]:
    """Measure everything once, as a device does when it is put on."""
    times = np.array([at_ms], dtype=np.int64)
    codes = [code for cadence in CADENCES for code in cadence.metrics]
    samples = patient.sample(times, codes)
    return [
        _reading(code, at_ms, samples.values[code][0], samples.quality[code][0]) for code in codes
    ]


def live(patient: Patient, start_ms: int, end_ms: int) -> list[tuple[int, list[Reading]]]:
    """Measure what falls due in [start_ms, end_ms), by time; each cadence on its own grid."""
    due: dict[int, list[Reading]] = {}
    for cadence in CADENCES:
        step = cadence.live_s * 1000
        times = np.arange(-(-start_ms // step) * step, end_ms, step, dtype=np.int64)
        if not len(times):
            continue
        samples = patient.sample(times, cadence.metrics, cadence.live_s)
        for i, t in enumerate(times.tolist()):
            due.setdefault(t, []).extend(
                _reading(code, t, samples.values[code][i], samples.quality[code][i])
                for code in cadence.metrics
            )
    return sorted(due.items())


def history(
    patient: Patient, start_ms: int, end_ms: int
) -> Iterator[tuple[int, Sequence[Measurement]]]:
    """Give runs for [start_ms, end_ms), one message a day: (end of its span, runs).

    Times are multiples of the cadence, whatever the span: what is sent twice is recognised as
    the same readings. A day is some 1,700 values, about 9 KiB; the broker takes 256 KiB.
    """
    begin = start_ms
    while begin < end_ms:
        end = min((begin // DAY_MS + 1) * DAY_MS, end_ms)
        yield end, [run for cadence in CADENCES for run in _runs(patient, cadence, begin, end)]
        begin = end


def _runs(patient: Patient, cadence: Cadence, start_ms: int, end_ms: int) -> list[Run]:
    step = cadence.history_s * 1000
    times = np.arange(-(-start_ms // step) * step, end_ms, step, dtype=np.int64)
    if not len(times):
        return []
    samples = patient.sample(times, cadence.metrics, cadence.history_s)
    return [
        Run(code, int(times[0]), step, [number(v) for v in samples.values[code].tolist()])
        for code in cadence.metrics
    ]


def _reading(code: str, t: int, value: float, quality: float) -> Reading:
    return Reading(code, t, number(float(value)), q=float(quality))
