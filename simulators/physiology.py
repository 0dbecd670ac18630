"""A believable patient: vitals as a function of time, coupled to one another.

`Patient.sample` gives the vitals at any times, in any order, and always the same for the
same seed: a month of history and the live values after it are one signal.

Model, with t in hours of the local day and n_k unit-variance noise (see `noise`):

    temperature = T0 + 0.35 cos(2 pi (t - 18) / 24) + 0.08 n + fever
    SpO2        = S0 - 0.5 night + 0.5 n - hypoxia                      (at most 100)
    RR          = R0 + 0.6 day + 1.1 n + 2.0 fever + 0.5 (94 - SpO2)+ + 6 activity
    HR          = H0 + 5 day + 3.5 n + 8.5 fever + 1.2 (94 - SpO2)+ + 24 activity
    SBP, DBP    = P0 + 6 / 4 day + 5 / 3.5 n + 14 / 4 activity
    glucose     = G0 + 28 meals + 4 n

The noise of heart rate, breathing and systolic pressure has a part in common, n = 0.8 own + 0.6
arousal: sleep, pain and company move all three.

Sources of the parameters: fever and heart rate 8.5 /min per Cel (Karjalainen and Viitasalo
1986, Arch Intern Med 146:1169); hypoxic drive nearly linear in saturation
(Rebuck and Campbell 1974, Am Rev Respir Dis 109:345); day and night of heart rate and
pressure (Degaute 1991, Hypertension 18:199), of temperature with its top in the
early evening (Mackowiak 1992, doi 10.1001/jama.1992.03490120092034). The sizes of noise are
chosen to look like ward recordings; they are not fitted to any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulators.baseline import Baseline
from simulators.noise import Floats, Times, gaussian, physiological, rounded, smooth, uniform
from simulators.scenarios import Episode, Scenario, episode
from simulators.shift import Shift

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Samples:
    """Vitals at `times_ms` (n,): by metric code, values and qualities 0..1, each (n,).

    NaN says that there is no reading at that time. Units are the registry's.
    """

    times_ms: Times
    values: dict[str, Floats]
    quality: dict[str, Floats]


# Decimals that a device shows; battery and steps are counts.
DECIMALS = {"body_temperature": 1, "body_weight": 1}
LIMITS: dict[str, tuple[float, float]] = {
    "heart_rate": (22.0, 220.0),
    "pulse_rate": (22.0, 220.0),
    "respiratory_rate": (4.0, 60.0),
    "oxygen_saturation": (60.0, 100.0),
    "blood_pressure_systolic": (55.0, 240.0),
    "blood_pressure_diastolic": (30.0, 140.0),
    "body_temperature": (33.5, 41.5),
    "blood_glucose": (30.0, 420.0),
    "body_weight": (35.0, 200.0),
    "steps": (0.0, 400.0),
    "battery_level": (1.0, 100.0),
}


@dataclass
class _State:
    """What the metrics share at some times: each part is worked out when first asked for."""

    seed: int
    baseline: Baseline
    times_ms: Times
    interval_s: float
    shift: Shift
    calm: bool = False
    """Without noise and activity: what the body tends to."""

    @cached_property
    def hour(self) -> Floats:
        """Hour of the patient's day, 0 to 24."""
        local_ms = self.times_ms + round(self.baseline.utc_offset_hours * 3_600_000)
        return (local_ms % DAY_MS) / 3_600_000.0

    @cached_property
    def day(self) -> Floats:
        """1 in the afternoon, -1 before dawn."""
        rhythm: Floats = np.cos(2.0 * np.pi * (self.hour - 15.0) / 24.0)
        return rhythm

    @cached_property
    def activity(self) -> Floats:
        """Bouts of walking while awake (07 to 22 h), from 0 to about 1.5."""
        if self.calm:
            return np.zeros(len(self.times_ms))
        awake = 1.0 / (1.0 + np.exp(-(np.minimum(self.hour - 7.0, 22.0 - self.hour)) / 0.3))
        bouts = np.maximum(0.0, smooth(self.seed, 50, self.times_ms, 420.0) - 0.9)
        active: Floats = self.baseline.activity * awake * np.minimum(bouts, 1.5)
        return active

    @cached_property
    def saturation(self) -> Floats:
        """Saturation of the blood, which heart and breathing answer to; %."""
        night = np.maximum(0.0, -self.day)
        rest = self.baseline.oxygen_saturation - 0.5 * night + 0.5 * self.noise(1)
        return rest - self.shift.hypoxia

    @cached_property
    def deficit(self) -> Floats:
        """Points of saturation below 94 %."""
        return np.maximum(0.0, 94.0 - self.saturation)

    def noise(self, stream: int) -> Floats:
        """Unit-variance variability of one vital sign."""
        if self.calm:
            return np.zeros(len(self.times_ms))
        return physiological(self.seed, stream, self.times_ms)

    @cached_property
    def arousal(self) -> Floats:
        """Unit-variance variability that heart, breathing and pressure share."""
        return self.noise(9)

    def autonomic(self, stream: int) -> Floats:
        """Unit-variance variability of a vital sign that arousal moves too."""
        varied: Floats = 0.8 * self.noise(stream) + 0.6 * self.arousal
        return varied

    def jitter(self, stream: int) -> Floats:
        """Unit-variance noise, independent from second to second."""
        if self.calm:
            return np.zeros(len(self.times_ms))
        return gaussian(self.seed, stream, self.times_ms // 1000)

    def beats(self, stream: int) -> Floats:
        """Unit-variance noise of a mean over a few heartbeats."""
        if self.calm:
            return np.zeros(len(self.times_ms))
        return smooth(self.seed, stream, self.times_ms, 4.0)


def _heart_rate(s: _State) -> Floats:
    sinus = (
        s.baseline.heart_rate
        + 5.0 * s.day
        + 3.5 * s.autonomic(2)
        + 8.5 * s.shift.fever
        + 1.2 * s.deficit
        + 24.0 * s.activity
        + s.shift.heart_rate
    )
    return s.shift.rhythm.on(sinus, s.beats(31))


def _pulse_rate(s: _State) -> Floats:
    # An optical pulse misses the weak beats of an irregular rhythm: a deficit of some /min.
    deficit = 0.8 * s.shift.rhythm.spread * s.shift.rhythm.share
    return _heart_rate(s) - deficit + 0.6 * s.jitter(32)


def _respiratory_rate(s: _State) -> Floats:
    return (
        s.baseline.respiratory_rate
        + 0.6 * s.day
        + 1.1 * s.autonomic(3)
        + 2.0 * s.shift.fever
        + 0.5 * s.deficit
        + 6.0 * s.activity
        + s.shift.respiratory_rate
    )


def _oxygen_saturation(s: _State) -> Floats:
    return s.saturation


def _systolic(s: _State) -> Floats:
    rest = s.baseline.blood_pressure_systolic + 6.0 * s.day + 5.0 * s.autonomic(4)
    return rest + 14.0 * s.activity + s.shift.systolic


def _diastolic(s: _State) -> Floats:
    # Shares most of its noise with the systolic value, as pressures do.
    own = 0.8 * s.autonomic(4) + 0.6 * s.noise(5)
    rest = s.baseline.blood_pressure_diastolic + 4.0 * s.day + 3.5 * own
    return rest + 4.0 * s.activity + s.shift.diastolic


def _temperature(s: _State) -> Floats:
    rhythm = 0.35 * np.cos(2.0 * np.pi * (s.hour - 18.0) / 24.0)
    return s.baseline.body_temperature + rhythm + 0.08 * s.noise(6) + s.shift.fever


def _glucose(s: _State) -> Floats:
    since = np.stack([(s.hour - meal) % 24.0 for meal in (7.5, 12.5, 18.5)])
    meals = (since / 0.8 * np.exp(1.0 - since / 0.8)).sum(axis=0)
    held: Floats = s.baseline.blood_glucose + 28.0 * meals + 4.0 * s.noise(7)
    return s.shift.sugar.on(held, s.jitter(33))


def _weight(s: _State) -> Floats:
    return s.baseline.body_weight + 0.3 * s.day + 0.3 * s.noise(8)


def _steps(s: _State) -> Floats:
    return 95.0 * s.activity * (s.interval_s / 60.0)


def _battery(s: _State) -> Floats:
    # Forty hours of use from full to a fifth, two hours on the charger.
    position = (s.times_ms / 3_600_000.0 + 42.0 * (s.seed % 997) / 997.0) % 42.0
    return np.maximum(100.0 - 2.0 * position, 20.0 + 40.0 * (position - 40.0))


METRICS: dict[str, Callable[[_State], Floats]] = {
    "heart_rate": _heart_rate,
    "pulse_rate": _pulse_rate,
    "respiratory_rate": _respiratory_rate,
    "oxygen_saturation": _oxygen_saturation,
    "blood_pressure_systolic": _systolic,
    "blood_pressure_diastolic": _diastolic,
    "body_temperature": _temperature,
    "blood_glucose": _glucose,
    "body_weight": _weight,
    "steps": _steps,
    "battery_level": _battery,
}


@dataclass(slots=True)
class Patient:
    """A patient: a seed, a baseline and the scenarios that befall him."""

    seed: int
    baseline: Baseline = field(default_factory=Baseline)
    scenarios: list[Scenario] = field(default_factory=list)

    @property
    def episodes(self) -> list[Episode]:
        """Ground truth: what was wrong and when, by start."""
        return sorted(map(episode, self.scenarios), key=lambda e: (e.start_ms, e.end_ms))

    def sample(
        self,
        times_ms: Times,
        metrics: Sequence[str] = tuple(METRICS),
        interval_s: float = 60.0,
    ) -> Samples:
        """Vitals at `times_ms` (n,), ms since 1970, in any order.

        `interval_s` is the time that one value of `steps` counts. Raises KeyError for a
        metric that the model does not know.
        """
        state = _State(self.seed, self.baseline, times_ms, interval_s, self._shift(times_ms))
        values = {
            code: rounded(np.clip(METRICS[code](state), *LIMITS[code]), DECIMALS.get(code, 0))
            for code in metrics
        }
        quality = rounded(0.97 - 0.04 * uniform(self.seed, 41, times_ms // 1000), 2)
        return Samples(times_ms, values, {code: quality.copy() for code in metrics})

    def calm(self, times_ms: Times, metrics: Sequence[str]) -> dict[str, Floats]:
        """What the vitals (n,) tend to at `times_ms` (n,): no noise, no activity, no rounding.

        Raises KeyError for a metric that the model does not know.
        """
        shift = self._shift(times_ms)
        state = _State(self.seed, self.baseline, times_ms, 60.0, shift, calm=True)
        return {code: METRICS[code](state) for code in metrics}

    def _shift(self, times_ms: Times) -> Shift:
        shift = Shift.none(len(times_ms))
        for scenario in self.scenarios:
            if episode(scenario).contains(times_ms).any():
                scenario.apply(times_ms, shift)
        return shift
