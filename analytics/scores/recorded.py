"""From what was recorded to the inputs of the bedside scores: which metrics, and which one counts.

Heart rate and pulse rate, and three records of oxygen, say the same thing in several ways. The
scores take one input of each: `inputs` chooses.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.scores.news2 import INPUTS

Floats = NDArray[np.float64]

OXYGEN_FROM: Final[Mapping[str, float]] = MappingProxyType(
    {"supplemental_oxygen": 0.0, "oxygen_flow_rate": 0.0, "inspired_oxygen": 21.5}
)
"""Metric -> value (code, L/min, %) above which oxygen is given; air has 20.9 %."""

METRICS: Final = (
    *(name for name in INPUTS if name != "supplemental_oxygen"),
    "pulse_rate",
    *OXYGEN_FROM,
)
"""Metrics that NEWS2, qSOFA and the shock index are made of."""


def oxygen_given(metric: str, value: ArrayLike) -> Floats:
    """Whether somebody is given oxygen (1) or breathes air (0), from what was recorded of it.

    Args:
        metric: One of `OXYGEN_FROM`.
        value: (n,) in its unit, NaN where unknown, which stays so.

    >>> oxygen_given("inspired_oxygen", [20.9, 28.0]).tolist()
    [0.0, 1.0]
    >>> oxygen_given("oxygen_flow_rate", [0.0, 2.0, np.nan]).tolist()
    [0.0, 1.0, nan]
    """
    values = np.asarray(value, np.float64)
    given: Floats = np.where(np.isnan(values), np.nan, values > OXYGEN_FROM[metric])
    return given


def inputs(
    values: Mapping[str, Floats], ages_s: Mapping[str, Floats]
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Inputs of `news2` from the newest record of each metric: (values, ages), each (n,).

    Args:
        values: Metric -> (n,), NaN where there is no record; a metric may be left out.
        ages_s: Metric -> (n,) seconds since it was measured.

    Returns:
        Of the records of oxygen the newest, and of several at one time any that says oxygen;
        everything else as it came. `news2` itself lets a pulse rate stand in for a heart rate.

    >>> newest, ages = inputs(
    ...     {"oxygen_flow_rate": np.array([2.0, 0.0]), "inspired_oxygen": np.array([21.0, np.nan])},
    ...     {"oxygen_flow_rate": np.array([60.0, 9.0]), "inspired_oxygen": np.array([10.0, 0.0])})
    >>> newest["supplemental_oxygen"].tolist(), ages["supplemental_oxygen"].tolist()
    ([0.0, 0.0], [10.0, 9.0])
    """
    chosen = {name: value for name, value in values.items() if name not in OXYGEN_FROM}
    ages = {name: age for name, age in ages_s.items() if name not in OXYGEN_FROM}
    records = [name for name in OXYGEN_FROM if name in values]
    if records:
        given = np.stack([oxygen_given(name, values[name]) for name in records])
        old = np.stack([ages_s[name] for name in records])
        age = np.where(np.isnan(given), np.inf, old)
        newest = age.min(axis=0)
        counts = np.where((age == newest) & np.isfinite(given), given, -1.0).max(axis=0)
        chosen["supplemental_oxygen"] = np.where(counts < 0, np.nan, counts)
        ages["supplemental_oxygen"] = np.where(counts < 0, 0.0, newest)
    return chosen, ages
