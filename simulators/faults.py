"""What goes wrong between a patient and the network: labelled faults of a device.

Each fault takes the true samples and gives those that the device reports, without changing
its input. Its episode is the ground truth: a detector of artefacts should find these, and
an alarm on a vital sign should not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from simulators.noise import Floats, Times, rounded, smooth
from simulators.physiology import METRICS, Patient, Samples
from simulators.scenarios import Episode

OPTICAL = ("oxygen_saturation", "pulse_rate")


class Fault(Protocol):
    """A labelled fault of a device."""

    kind: ClassVar[str]

    @property
    def start_ms(self) -> int:
        """First millisecond of the fault."""

    @property
    def end_ms(self) -> int:
        """First millisecond after it."""

    def apply(self, samples: Samples, patient: Patient) -> Samples:
        """Give what the device reports instead of `samples`."""


@dataclass(frozen=True, slots=True)
class ProbeOff:
    """The probe slips off: for `slipping_s` what is left of the light, then no value (NaN).

    While it slips the saturation falls by up to 25 points and the pulse comes and goes, and the
    quality falls from 0.6 to 0.1 with them; then it is 0.
    """

    kind: ClassVar[str] = "probe_off"
    start_ms: int
    end_ms: int
    metrics: tuple[str, ...] = OPTICAL
    slipping_s: float = 8.0

    def apply(self, samples: Samples, patient: Patient) -> Samples:
        """Blank the metrics of the probe."""
        slipped = (samples.times_ms - self.start_ms) / (1000.0 * self.slipping_s)
        wander = 30.0 * smooth(patient.seed, 63, samples.times_ms, 3.0)

        def slip(code: str, value: Floats) -> Floats:
            low = value - 25.0 * slipped
            left = low if code == "oxygen_saturation" else value + wander * slipped
            return np.where(slipped < 1.0, rounded(np.clip(left, 25.0, 220.0)), np.nan)

        quality = np.where(slipped < 1.0, 0.6 - 0.5 * slipped, 0.0)
        return _changed(self, samples, slip, quality=quality)


@dataclass(frozen=True, slots=True)
class Motion:
    """The patient moves, in bouts: optical values wander, and the quality falls as they do.

    With b(t) from 0 to 1 how much he moves, of about 15 s correlation time: saturation reads low
    by up to `depth` b points; the pulse locks to the movement, v + `spread` b x with x
    unit-variance noise of 4 s correlation time; quality 0.8 - 0.6 b. Venous blood that sloshes
    about is read too low, not too high (Petterson 2007, Anesth Analg 105:S78).
    """

    kind: ClassVar[str] = "motion"
    start_ms: int
    end_ms: int
    metrics: tuple[str, ...] = OPTICAL
    depth: float = 14.0
    spread: float = 25.0
    seed: int = 0

    def apply(self, samples: Samples, patient: Patient) -> Samples:  # noqa: ARG002
        """Disturb the optical metrics."""
        moves = np.clip(0.5 + 0.5 * smooth(self.seed, 61, samples.times_ms, 15.0), 0.0, 1.0)
        wander = self.spread * moves * smooth(self.seed, 62, samples.times_ms, 4.0)

        def disturb(code: str, value: Floats) -> Floats:
            if code == "oxygen_saturation":
                return rounded(np.clip(value - self.depth * moves, 50.0, 100.0))
            return rounded(np.clip(value + wander, 22.0, 220.0))

        return _changed(self, samples, disturb, quality=rounded(0.8 - 0.6 * moves, 2))


@dataclass(frozen=True, slots=True)
class Flatline:
    """A frozen device: it repeats the first value of the episode, with good quality."""

    kind: ClassVar[str] = "flatline"
    start_ms: int
    end_ms: int
    metrics: tuple[str, ...] = ("heart_rate", "respiratory_rate", "oxygen_saturation")

    def apply(self, samples: Samples, patient: Patient) -> Samples:
        """Hold the values of the episode's start."""
        codes = [code for code in self.metrics if code in samples.values]
        held = patient.sample(np.array([self.start_ms]), codes).values
        return _changed(self, samples, lambda c, v: np.full_like(v, held[c][0]))


@dataclass(frozen=True, slots=True)
class Drift:
    """A sensor that loses its calibration: v + `per_hour` (t - start)."""

    kind: ClassVar[str] = "drift"
    start_ms: int
    end_ms: int
    metrics: tuple[str, ...] = ("body_temperature",)
    per_hour: float = 0.4

    def apply(self, samples: Samples, patient: Patient) -> Samples:  # noqa: ARG002
        """Add the drift."""
        bias = self.per_hour * (samples.times_ms - self.start_ms) / 3_600_000.0
        return _changed(self, samples, lambda _, v: rounded(v + bias, 1))


@dataclass(frozen=True, slots=True)
class ClockFault:
    """The device's clock is off by `offset_ms`: right values at wrong times."""

    kind: ClassVar[str] = "clock_fault"
    start_ms: int
    end_ms: int
    offset_ms: int = -7_200_000

    def apply(self, samples: Samples, patient: Patient) -> Samples:  # noqa: ARG002
        """Move the times of the episode."""
        late = samples.times_ms + self.offset_ms
        times_ms = np.where(_inside(self, samples), late, samples.times_ms)
        return replace(samples, times_ms=times_ms)


def _inside(fault: Fault, samples: Samples) -> NDArray[np.bool_]:
    return (samples.times_ms >= fault.start_ms) & (samples.times_ms < fault.end_ms)


def _changed(
    fault: ProbeOff | Motion | Flatline | Drift,
    samples: Samples,
    change: Callable[[str, Floats], Floats],
    quality: Floats | None = None,
) -> Samples:
    """Apply `change` to the fault's metrics inside the episode, and set their quality."""
    inside = _inside(fault, samples)
    values, qualities = dict(samples.values), dict(samples.quality)
    for code in fault.metrics:
        if code not in values:
            continue
        values[code] = np.where(inside, change(code, values[code]), values[code])
        if quality is not None:
            qualities[code] = np.where(inside, quality, qualities[code])
    return replace(samples, values=values, quality=qualities)


def label(fault: Fault) -> Episode:
    """Give the ground truth of a fault."""
    return Episode(fault.start_ms, fault.end_ms, fault.kind)


def observe(
    patient: Patient,
    faults: Sequence[Fault],
    times_ms: Times,
    metrics: Sequence[str] = tuple(METRICS),
) -> Samples:
    """Give what a device with `faults` reports about `patient` at `times_ms` (n,).

    A clock fault comes last: the others are about true times.
    """
    samples = patient.sample(times_ms, metrics)
    for fault in sorted(faults, key=lambda f: isinstance(f, ClockFault)):
        samples = fault.apply(samples, patient)
    return samples
