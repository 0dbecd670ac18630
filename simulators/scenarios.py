"""What goes wrong with a patient, with the truth about when: labelled episodes.

A scenario moves the patient's hidden state; the model in `physiology` turns that into
vitals, with its couplings. Each shape is an envelope e(t) in [0, 1]: a raised-cosine rise,
a plateau, a raised-cosine fall. The labelled episode is where e(t) > 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from simulators.noise import Floats, Times, uniform


@dataclass(frozen=True, slots=True)
class Episode:
    """Ground truth: `kind` is present from `start_ms` (included) to `end_ms` (excluded)."""

    start_ms: int
    end_ms: int
    kind: str

    def contains(self, times_ms: Times) -> NDArray[np.bool_]:
        """Tell for each time (ms since 1970) whether it lies in the episode."""
        return (times_ms >= self.start_ms) & (times_ms < self.end_ms)


@dataclass(slots=True)
class Pull:
    """Draws a value towards a target: x + share (target - x), plus noise of sd `spread`.

    `share` has shape (n,), 0..1; target and spread are in the value's unit.
    """

    share: Floats
    target: float = 0.0
    spread: float = 0.0

    def towards(self, target: float, share: Floats, spread: float = 0.0) -> None:
        """Add a draw; where two overlap the stronger share counts, and the later target."""
        self.share = np.maximum(self.share, share)
        self.target, self.spread = target, spread

    def on(self, value: Floats, noise: Floats) -> Floats:
        """Draw `value` (n,) with unit-variance `noise` (n,)."""
        return value + self.share * (self.target + self.spread * noise - value)


@dataclass(slots=True)
class Shift:
    """What scenarios add to the hidden state; arrays of shape (n,), zero at rest.

    hypoxia: points of SpO2 lost. fever: Cel. heart_rate, respiratory_rate: /min beyond the
    couplings. systolic, diastolic: mm[Hg]. rhythm: a heart rate other than the sinus node's.
    sugar: a glucose (mg/dL) that the body no longer holds off.
    """

    hypoxia: Floats
    fever: Floats
    heart_rate: Floats
    respiratory_rate: Floats
    systolic: Floats
    diastolic: Floats
    rhythm: Pull
    sugar: Pull

    @classmethod
    def none(cls, n: int) -> "Shift":
        """Build the shift of a patient at rest, for n times."""
        a, b, c, d, e, f, rhythm, sugar = np.zeros((8, n))
        return cls(a, b, c, d, e, f, Pull(rhythm), Pull(sugar))


@dataclass(frozen=True, slots=True)
class Envelope:
    """A rise, a plateau and a fall, in seconds, from `start_ms` on."""

    start_ms: int
    rise_s: float
    hold_s: float
    fall_s: float

    @property
    def end_ms(self) -> int:
        """The first millisecond after the fall."""
        return self.start_ms + round(1000 * (self.rise_s + self.hold_s + self.fall_s))

    def at(self, times_ms: Times) -> Floats:
        """e(t) in [0, 1], shape of `times_ms`."""
        since = (times_ms - self.start_ms) / 1000.0
        left = (self.end_ms - times_ms) / 1000.0
        share = np.minimum(
            since / max(self.rise_s, 1e-9),
            left / max(self.fall_s, 1e-9),
        )
        smooth: Floats = 0.5 - 0.5 * np.cos(np.pi * np.clip(share, 0.0, 1.0))
        return smooth


class Scenario(Protocol):
    """A labelled disturbance of one patient."""

    kind: ClassVar[str]

    @property
    def envelope(self) -> Envelope:
        """When, and how fast it comes and goes."""

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Add its effect at `times_ms` (n,) to `shift`."""


@dataclass(frozen=True, slots=True)
class Desaturation:
    """SpO2 falls by `depth` points within a minute or so (mucus plug, apnoea, oxygen off).

    Parameters: rise 45 s, hold 180 s, fall 90 s, depth 11 points (97 -> 86 %, NEWS2 3).
    """

    kind: ClassVar[str] = "desaturation"
    envelope: Envelope
    depth: float = 11.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Hypoxia; heart and breathing follow through the model's couplings."""
        shift.hypoxia += self.depth * self.envelope.at(times_ms)


@dataclass(frozen=True, slots=True)
class Fever:
    """Temperature rises by `rise` Cel; heart rate and breathing follow by coupling."""

    kind: ClassVar[str] = "fever"
    envelope: Envelope
    rise: float = 2.7

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Fever only: the couplings do the rest."""
        shift.fever += self.rise * self.envelope.at(times_ms)


@dataclass(frozen=True, slots=True)
class Sepsis:
    """Slow decline: warm, fast, breathless, hypotensive, slightly hypoxic.

    Directions and sizes after Sepsis-3's bedside criteria, RR >= 22/min and SBP <= 100
    mm[Hg] (Singer 2016, doi 10.1001/jama.2016.0287). At severity 1: +1.6 Cel, +14/min heart
    rate beyond the fever's share, +6/min breaths, -36 / -18 mm[Hg], -4 points of SpO2.
    """

    kind: ClassVar[str] = "sepsis"
    envelope: Envelope
    severity: float = 1.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Move every vital sign that sepsis moves."""
        e = self.severity * self.envelope.at(times_ms)
        shift.fever += 1.6 * e
        shift.heart_rate += 14.0 * e
        shift.respiratory_rate += 6.0 * e
        shift.systolic -= 36.0 * e
        shift.diastolic -= 18.0 * e
        shift.hypoxia += 4.0 * e


@dataclass(frozen=True, slots=True)
class Bradycardia:
    """The heart slows to `rate` /min (conduction block, vagal tone), pressure a little.

    Below 40 /min NEWS2 gives 3 points; -8 mm[Hg] systolic for the lower output.
    """

    kind: ClassVar[str] = "bradycardia"
    envelope: Envelope
    rate: float = 36.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Replace the sinus rhythm by a slow escape rhythm."""
        e = self.envelope.at(times_ms)
        shift.rhythm.towards(self.rate, e, spread=0.8)
        shift.systolic -= 8.0 * e


@dataclass(frozen=True, slots=True)
class AtrialFibrillation:
    """Irregular fast rhythm: ventricular rate `rate` /min, spread 14 /min beat to beat.

    Untreated AF conducts at more than 110/min (ESC guideline 2020, doi
    10.1093/eurheartj/ehaa612, rate control section); -12 mm[Hg] for the lost atrial kick.
    """

    kind: ClassVar[str] = "atrial_fibrillation"
    envelope: Envelope
    rate: float = 138.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Replace the sinus rhythm by the irregular one."""
        e = self.envelope.at(times_ms)
        shift.rhythm.towards(self.rate, e, spread=14.0)
        shift.systolic -= 12.0 * e


@dataclass(frozen=True, slots=True)
class Hypoglycaemia:
    """Blood glucose falls to `level` mg/dL; below 54 is clinically important.

    Level 2 of the International Hypoglycaemia Study Group (2017, doi 10.2337/dc16-2215).
    The adrenergic answer adds 14/min of heart rate and 8 mm[Hg] systolic.
    """

    kind: ClassVar[str] = "hypoglycaemia"
    envelope: Envelope
    level: float = 46.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Lower the glucose and add the adrenergic answer."""
        e = self.envelope.at(times_ms)
        shift.sugar.towards(self.level, e, spread=1.5)
        shift.heart_rate += 14.0 * e
        shift.systolic += 8.0 * e


def episode(scenario: Scenario) -> Episode:
    """Give the ground truth of a scenario."""
    e = scenario.envelope
    return Episode(e.start_ms, e.end_ms, scenario.kind)


# Usual course at the bedside: rise, hold and fall in seconds.
COURSES: dict[str, tuple[Callable[[Envelope], Scenario], float, float, float]] = {
    "desaturation": (Desaturation, 45, 180, 90),
    "fever": (Fever, 5400, 10800, 7200),
    "sepsis": (Sepsis, 14400, 14400, 10800),
    "bradycardia": (Bradycardia, 30, 240, 60),
    "atrial_fibrillation": (AtrialFibrillation, 4, 1200, 4),
    "hypoglycaemia": (Hypoglycaemia, 1800, 1200, 900),
}


def make(kind: str, start_ms: int, pace: float = 1.0) -> Scenario:
    """Build a scenario of `kind` at its usual course, `pace` times faster.

    Raises KeyError for a kind that does not exist.
    """
    build, rise_s, hold_s, fall_s = COURSES[kind]
    return build(Envelope(start_ms, rise_s / pace, hold_s / pace, fall_s / pace))


def recurring(kind: str, seed: int, start_ms: int, end_ms: int, every_s: float) -> list[Scenario]:
    """Scenarios of one kind that begin in [start_ms, end_ms), one in each `every_s` slot.

    Slots are counted from 1970 and the place within a slot is drawn from `seed`, so that any
    two overlapping windows agree about the episodes in both.
    """
    slot_ms = round(every_s * 1000)
    slots = np.arange(start_ms // slot_ms, end_ms // slot_ms + 1, dtype=np.int64)
    starts = ((slots + 0.8 * uniform(seed, 901, slots)) * slot_ms).astype(np.int64)
    return [make(kind, int(t)) for t in starts if start_ms <= t < end_ms]
