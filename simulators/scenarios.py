"""What goes wrong with a patient, with the truth about when: labelled episodes.

A scenario moves the patient's hidden state; the model in `physiology` turns that into
vitals, with its couplings. Each shape is an envelope e(t) in [0, 1]: a smooth rise, a plateau,
and a recovery that is quick at first and then takes its time. The labelled episode is where
e(t) > 0; when it needs somebody is in `truth`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from simulators.noise import Floats, Times, gaussian, uniform
from simulators.shift import Shift


@dataclass(frozen=True, slots=True)
class Episode:
    """Ground truth: `kind` is present from `start_ms` (included) to `end_ms` (excluded)."""

    start_ms: int
    end_ms: int
    kind: str

    def contains(self, times_ms: Times) -> NDArray[np.bool_]:
        """Tell for each time (ms since 1970) whether it lies in the episode."""
        return (times_ms >= self.start_ms) & (times_ms < self.end_ms)


RECOVERY: Final = 1.6
"""How much quicker a recovery is at its beginning than at its end."""


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
        """e(t) in [0, 1], shape of `times_ms`.

        With r the share of the rise that has passed and l the share of the fall that is left,
        e = (1 - cos(pi min(r, l ** 1.6))) / 2: no corner anywhere, and half way through the
        recovery three quarters of it are done.
        """
        since = (times_ms - self.start_ms) / 1000.0
        left = (self.end_ms - times_ms) / 1000.0
        share = np.minimum(
            np.clip(since / max(self.rise_s, 1e-9), 0.0, 1.0),
            np.clip(left / max(self.fall_s, 1e-9), 0.0, 1.0) ** RECOVERY,
        )
        smooth: Floats = 0.5 - 0.5 * np.cos(np.pi * share)
        return smooth


class Scenario(Protocol):
    """A labelled disturbance of one patient."""

    kind: ClassVar[str]
    signs: ClassVar[tuple[str, ...]]
    """Metrics on which it shows beyond doubt."""

    @property
    def envelope(self) -> Envelope:
        """When, and how fast it comes and goes."""

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Add its effect at `times_ms` (n,) to `shift`."""


_HEART: Final = ("heart_rate", "pulse_rate")
_BREATH: Final = ("respiratory_rate",)
_PRESSURE: Final = ("blood_pressure_systolic", "blood_pressure_diastolic")


@dataclass(frozen=True, slots=True)
class Desaturation:
    """SpO2 falls by `depth` points within minutes (mucus plug, apnoea, oxygen off).

    11 points are 97 -> 86 %, NEWS2 3. A healthy adult who stops breathing air falls from 95 to
    85 % in about a minute (Farmery and Roe 1996, Br J Anaesth 76:284), an ill one faster.
    """

    kind: ClassVar[str] = "desaturation"
    signs: ClassVar[tuple[str, ...]] = ("oxygen_saturation", *_BREATH, *_HEART)
    envelope: Envelope
    depth: float = 11.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Hypoxia; heart and breathing follow through the model's couplings."""
        shift.hypoxia += self.depth * self.envelope.at(times_ms)


@dataclass(frozen=True, slots=True)
class Fever:
    """Temperature rises by `rise` Cel; heart rate and breathing follow by coupling."""

    kind: ClassVar[str] = "fever"
    signs: ClassVar[tuple[str, ...]] = ("body_temperature", *_BREATH, *_HEART)
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
    rate beyond the fever's share, +8/min breaths, -42 / -20 mm[Hg], -4 points of SpO2.
    """

    kind: ClassVar[str] = "sepsis"
    signs: ClassVar[tuple[str, ...]] = (
        "body_temperature",
        "oxygen_saturation",
        *_BREATH,
        *_HEART,
        *_PRESSURE,
    )
    envelope: Envelope
    severity: float = 1.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Move every vital sign that sepsis moves."""
        e = self.severity * self.envelope.at(times_ms)
        shift.fever += 1.6 * e
        shift.heart_rate += 14.0 * e
        shift.respiratory_rate += 8.0 * e
        shift.systolic -= 42.0 * e
        shift.diastolic -= 20.0 * e
        shift.hypoxia += 4.0 * e


@dataclass(frozen=True, slots=True)
class Bradycardia:
    """The heart slows to `rate` /min (conduction block, vagal tone), pressure a little.

    Below 40 /min NEWS2 gives 3 points; -8 mm[Hg] systolic for the lower output.
    """

    kind: ClassVar[str] = "bradycardia"
    signs: ClassVar[tuple[str, ...]] = (*_HEART, *_PRESSURE)
    envelope: Envelope
    rate: float = 36.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Replace the sinus rhythm by a slow escape rhythm."""
        e = self.envelope.at(times_ms)
        shift.rhythm.towards(self.rate, e, spread=0.8)
        shift.systolic -= 8.0 * e


@dataclass(frozen=True, slots=True)
class AtrialFibrillation:
    """Irregular fast rhythm: ventricular rate `rate` /min, +-7 /min as a monitor shows it.

    Beats differ by some 20 %; a monitor shows the mean of about eight of them. Untreated AF
    conducts at more than 110/min (ESC guideline 2020, doi 10.1093/eurheartj/ehaa612, rate
    control section); -12 mm[Hg] for the lost atrial kick.
    """

    kind: ClassVar[str] = "atrial_fibrillation"
    signs: ClassVar[tuple[str, ...]] = (*_HEART, *_PRESSURE)
    envelope: Envelope
    rate: float = 138.0

    def apply(self, times_ms: Times, shift: Shift) -> None:
        """Replace the sinus rhythm by the irregular one."""
        e = self.envelope.at(times_ms)
        shift.rhythm.towards(self.rate, e, spread=7.0)
        shift.systolic -= 12.0 * e
        shift.respiratory_rate += 2.0 * e


@dataclass(frozen=True, slots=True)
class Hypoglycaemia:
    """Blood glucose falls to `level` mg/dL; below 54 is clinically important.

    Level 2 of the International Hypoglycaemia Study Group (2017, doi 10.2337/dc16-2215).
    The adrenergic answer adds 14/min of heart rate and 8 mm[Hg] systolic.
    """

    kind: ClassVar[str] = "hypoglycaemia"
    signs: ClassVar[tuple[str, ...]] = ("blood_glucose", *_HEART)
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


@dataclass(frozen=True, slots=True)
class Course:
    """How a scenario usually goes: rise, hold and fall in seconds; what differs each time.

    `dial` is the field that says how bad it gets, `usual` its middle and `spread` its deviation.
    """

    build: Callable[..., Scenario]
    rise_s: float
    hold_s: float
    fall_s: float
    dial: str
    usual: float
    spread: float


COURSES: Final[dict[str, Course]] = {
    "desaturation": Course(Desaturation, 75, 180, 150, "depth", 12.0, 1.5),
    "fever": Course(Fever, 5400, 10800, 9000, "rise", 2.7, 0.25),
    "sepsis": Course(Sepsis, 14400, 14400, 14400, "severity", 1.0, 0.08),
    "bradycardia": Course(Bradycardia, 60, 240, 120, "rate", 36.0, 1.5),
    "atrial_fibrillation": Course(AtrialFibrillation, 40, 1200, 120, "rate", 138.0, 5.0),
    "hypoglycaemia": Course(Hypoglycaemia, 3600, 1200, 2400, "level", 46.0, 4.0),
}
_TEMPO: Final = 0.25
"""Deviation of the logarithm of how long each part of a course takes."""


def make(kind: str, start_ms: int, pace: float = 1.0) -> Scenario:
    """Build a scenario of `kind` at its usual course, `pace` times faster.

    Raises KeyError for a kind that does not exist.
    """
    c = COURSES[kind]
    return c.build(Envelope(start_ms, c.rise_s / pace, c.hold_s / pace, c.fall_s / pace))


def drawn(kind: str, seed: int, start_ms: int) -> Scenario:
    """Build a scenario of `kind` whose course and severity are drawn from `seed` and its start.

    Raises KeyError for a kind that does not exist.
    """
    c = COURSES[kind]
    index = start_ms // 1000 * 4 + np.arange(4)
    z = np.clip(gaussian(seed, 902, index), -2.0, 2.0)
    rise_s, hold_s, fall_s = np.exp(_TEMPO * z[:3]) * (c.rise_s, c.hold_s, c.fall_s)
    envelope = Envelope(start_ms, float(rise_s), float(hold_s), float(fall_s))
    return c.build(envelope, **{c.dial: c.usual + c.spread * float(z[3])})


def recurring(kind: str, seed: int, start_ms: int, end_ms: int, every_s: float) -> list[Scenario]:
    """Scenarios of one kind that begin in [start_ms, end_ms), one in each `every_s` slot.

    Slots are counted from 1970 and the place within a slot is drawn from `seed`, so that any
    two overlapping windows agree about the episodes in both.
    """
    slot_ms = round(every_s * 1000)
    slots = np.arange(start_ms // slot_ms, end_ms // slot_ms + 1, dtype=np.int64)
    starts = ((slots + 0.8 * uniform(seed, 901, slots)) * slot_ms).astype(np.int64)
    return [drawn(kind, seed, int(t)) for t in starts if start_ms <= t < end_ms]
