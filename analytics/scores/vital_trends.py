"""What a patient's vital signs have been doing, kept up hour by hour in a fixed memory.

A step takes one hour of many patients: the newest value of each vital sign measured in that hour,
NaN where there was none. From it and from what is remembered come, for each of the nine `SIGNALS`
(seven measured ones, shock index and pulse pressure), the nine `KINDS` of feature. All look back
only, and none is a clock: constant vital signs give constant features from the first hour on,
however long they last and however often they are measured.

Exponentially weighted mean with half-life h, bias-corrected (Kingma and Ba, 2015, section 3):

    w <- w 2^(-dt/h) + 1,  s <- s 2^(-dt/h) + x,  mean = s / w

A value is carried forward for `STALE_AFTER_HOURS`; after that the patient's own mean stands in for
it, and before any measurement the `TYPICAL` one, so that a gap pulls no score up or down.

>>> state = fresh(1)
>>> for rate in (80.0, 80.0, 120.0):
...     features = step(state, np.array([[rate, 97, 37, 120, 80, 60, 16]]))
>>> now, change = (FEATURES.index(f"{kind}:heart_rate") for kind in ("now", "change"))
>>> features[0, [now, change]].round(2).tolist()
[120.0, 25.89]
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
State = NDArray[Any]
"""Structured array with one element per patient; its bytes are its saved form."""

INPUTS: Final = (
    "heart_rate",
    "oxygen_saturation",
    "body_temperature",
    "blood_pressure_systolic",
    "blood_pressure_mean",
    "blood_pressure_diastolic",
    "respiratory_rate",
)
"""Columns of a step's values: /min, %, Celsius, three times mmHg, /min. A mean or diastolic
pressure that is not measured is worked out from the other two: mean = (systolic + 2 diastolic)/3.
"""

SIGNALS: Final = (*INPUTS, "shock_index", "pulse_pressure")
"""Shock index: heart rate / systolic pressure. Pulse pressure: systolic - diastolic."""

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "now": "newest value",
        "mean_6h": "mean, half-life 6 h",
        "mean_24h": "mean, half-life 24 h",
        "unrest": "mean absolute step between measurements, per root hour, half-life 12 h",
        "high": "highest, drawn towards the day's mean with a half-life of 12 h",
        "low": "lowest, drawn towards the day's mean with a half-life of 12 h",
        "trend": "mean of 2 h less mean of 24 h",
        "change": "newest value less mean of 12 h",
        "drift": "mean of 6 h less mean of 72 h",
    }
)
"""Kind of feature -> what it is."""

FEATURES: Final = tuple(f"{kind}:{signal}" for kind in KINDS for signal in SIGNALS)
"""Columns of the features, `<kind>:<signal>`."""

STALE_AFTER_HOURS: Final = 6.0
STALE_TEMPERATURE_AFTER_HOURS: Final = 24.0
"""Temperature is taken on rounds, the others are on the monitor."""

PLAUSIBLE: Final = np.array(
    [[15, 300], [40, 100], [30, 43.5], [30, 300], [15, 250], [10, 200], [2, 80]], np.float64
)
"""Lowest and highest value of each input that is believed; others count as not measured."""

TYPICAL: Final = np.array([84, 98, 37.0, 118, 78, 59, 18, 0.7, 59], np.float64)
"""Medians of adults in intensive care (see the card), used before a first measurement."""

TYPICAL_STEP: Final = np.array([5.0, 1.3, 0.25, 10.5, 7.5, 6.0, 3.0, 0.075, 9.0], np.float64)
"""Mean absolute step between successive hours, which unrest starts from."""

_HALF_LIVES: Final = np.array([2.0, 6.0, 12.0, 24.0, 72.0])
_2H, _6H, _12H, _24H, _72H = range(5)
_HEART_RATE, _, _TEMPERATURE, _SYSTOLIC, _MEAN, _DIASTOLIC, _ = range(7)
_STALE_AFTER: Final = np.where(
    np.arange(len(INPUTS)) == _TEMPERATURE, STALE_TEMPERATURE_AFTER_HOURS, STALE_AFTER_HOURS
)
_STEP_PRIOR: Final = 2.0
_FAINT: Final = 1e-9

_WIDTH: Final = len(SIGNALS)
STATE: Final = np.dtype(
    [
        ("last", "<f8", len(INPUTS)),
        ("age_hours", "<f8", len(INPUTS)),
        ("weight", "<f8", (_WIDTH, len(_HALF_LIVES))),
        ("total", "<f8", (_WIDTH, len(_HALF_LIVES))),
        ("measured", "<f8", _WIDTH),
        ("measured_hours", "<f8", _WIDTH),
        ("steps", "<f8", _WIDTH),
        ("step_weight", "<f8", _WIDTH),
        ("high", "<f8", _WIDTH),
        ("low", "<f8", _WIDTH),
    ]
)
"""What is remembered of one patient: 1.3 kB, however long the stay."""


def fresh(patients: int) -> State:
    """State of patients of whom nothing is known."""
    state = np.zeros(patients, STATE)
    for name in ("last", "measured", "high", "low"):
        state[name] = np.nan
    state["age_hours"] = np.inf
    return state


def step(state: State, values: Floats, hours: ArrayLike = 1.0) -> Floats:
    """Take one hour of k patients into `state`, in place, and tell their features.

    Args:
        state: (k,) states.
        values: (k, 7) newest value of each of `INPUTS` in this hour, NaN where not measured;
            not changed.
        hours: Time since the step before, of all or of each patient.

    Returns:
        (k, 81) `FEATURES`, none of them NaN.

    Raises:
        ValueError: The shapes do not fit.

    """
    if values.shape != (len(state), len(INPUTS)):
        message = f"expected values of shape {(len(state), len(INPUTS))}, got {values.shape}"
        raise ValueError(message)
    elapsed = np.broadcast_to(np.asarray(hours, np.float64), len(state))[:, None]
    measured = _believed(values)
    known = _carried(state, measured, elapsed)
    means = _means(state, known, elapsed)
    now = np.where(np.isfinite(known), known, means[:, :, _24H])
    unrest = _unrest(state, signals(measured), elapsed)
    high, low = _extremes(state, now, means[:, :, _24H], elapsed)
    blocks = (
        now,
        means[:, :, _6H],
        means[:, :, _24H],
        unrest,
        high,
        low,
        means[:, :, _2H] - means[:, :, _24H],
        now - means[:, :, _12H],
        means[:, :, _6H] - means[:, :, _72H],
    )
    return np.concatenate(blocks, axis=1)


def known(state: State) -> Bools:
    """Which of `INPUTS` each patient has a value of that is not stale, (k, 7)."""
    fresh_enough: Bools = state["age_hours"] <= _STALE_AFTER
    return fresh_enough


def signals(values: Floats) -> Floats:
    """The nine `SIGNALS` (k, 9) of the seven `INPUTS` (k, 7); NaN where unknown.

    >>> signals(np.array([[90, 97, 37, 120, np.nan, 60, 16]]))[0, [4, 7, 8]].tolist()
    [80.0, 0.75, 60.0]
    """
    found = np.full((len(values), _WIDTH), np.nan)
    found[:, : len(INPUTS)] = values
    systolic, mean, diastolic = (values[:, i] for i in (_SYSTOLIC, _MEAN, _DIASTOLIC))
    other = (3 * mean - systolic) / 2
    possible = (other >= PLAUSIBLE[_DIASTOLIC, 0]) & (other < systolic)
    found[:, _DIASTOLIC] = np.where(
        np.isfinite(diastolic), diastolic, np.where(possible, other, np.nan)
    )
    found[:, _MEAN] = np.where(np.isfinite(mean), mean, (systolic + 2 * diastolic) / 3)
    found[:, -2] = values[:, _HEART_RATE] / systolic
    found[:, -1] = systolic - found[:, _DIASTOLIC]
    return found


def _believed(values: Floats) -> Floats:
    low, high = PLAUSIBLE.T
    believed: Floats = np.where((values >= low) & (values <= high), values, np.nan)
    return believed


def _carried(state: State, measured: Floats, elapsed: Floats) -> Floats:
    """Signals from the last values that are not stale, (k, 9)."""
    new = np.isfinite(measured)
    state["last"] = np.where(new, measured, state["last"])
    state["age_hours"] = np.where(new, 0.0, state["age_hours"] + elapsed)
    return signals(np.where(known(state), state["last"], np.nan))


def _means(state: State, known: Floats, elapsed: Floats) -> Floats:
    """Means of every half-life, (k, 9, 5)."""
    there = np.isfinite(known)[:, :, None]
    fade = 2.0 ** (-elapsed[:, :, None] / _HALF_LIVES)
    # Weights that fade to nothing would lose the mean; what is divided out cannot matter.
    fade = np.where(there | (state["weight"] > _FAINT), fade, 1.0)
    state["weight"] = state["weight"] * fade + there
    state["total"] = state["total"] * fade + np.where(there, known[:, :, None], 0.0)
    seen = state["weight"] > 0
    means: Floats = np.where(
        seen, state["total"] / np.where(seen, state["weight"], 1.0), TYPICAL[:, None]
    )
    return means


def _unrest(state: State, measured: Floats, elapsed: Floats) -> Floats:
    """Mean absolute step between successive measurements, (k, 9)."""
    apart = state["measured_hours"] + elapsed
    # As of a random walk: values hours apart differ more than successive ones, and how often
    # something is measured is no vital sign.
    step_size = np.abs(measured - state["measured"]) / np.sqrt(np.maximum(apart, 1.0))
    there = np.isfinite(step_size)
    fade = 2.0 ** (-elapsed / _HALF_LIVES[_12H])
    state["steps"] = state["steps"] * fade + np.where(there, step_size, 0.0)
    state["step_weight"] = state["step_weight"] * fade + there
    state["measured"] = np.where(np.isfinite(measured), measured, state["measured"])
    state["measured_hours"] = np.where(np.isfinite(measured), 0.0, apart)
    unrest: Floats = (state["steps"] + _STEP_PRIOR * TYPICAL_STEP) / (
        state["step_weight"] + _STEP_PRIOR
    )
    return unrest


def _extremes(state: State, now: Floats, day: Floats, elapsed: Floats) -> tuple[Floats, Floats]:
    """Highest and lowest that are still remembered, (k, 9) each."""
    fade = 2.0 ** (-elapsed / _HALF_LIVES[_12H])
    state["high"] = np.fmax(now, day + (state["high"] - day) * fade)
    state["low"] = np.fmin(now, day + (state["low"] - day) * fade)
    return state["high"].copy(), state["low"].copy()
