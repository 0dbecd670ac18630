"""Shock index: heart rate divided by systolic pressure.

    SI = heart rate (/min) / systolic pressure (mmHg)

Source: Allgoewer and Burri, Schockindex, Deutsche Medizinische Wochenschrift 92, 1967,
doi 10.1055/s-0028-1106070: 0.54 on average in the healthy, 1 where shock threatens, 1.5 in shock.
Rady et al., Annals of Emergency Medicine 24, 1994, doi 10.1016/s0196-0644(94)70279-9: above 0.9 in
patients who went on to intensive care, 0.5 to 0.7 being usual. The bands are those of adults of any
age: neither paper has others for the old, whose index is lower (some multiply it by the age, which
is another score). Beta blockers and pacemakers keep it low; children have another range.

A value that is missing or stale on either side leaves it unknown (NaN): unlike a score in points,
a ratio has no useful bounds then. A pulse rate stands in for an unknown heart rate.

>>> shock_index({"heart_rate": [60.0, 110.0, 90.0],
...              "blood_pressure_systolic": [120.0, 100.0, np.nan]}).tolist()
[0.5, 1.1, nan]
>>> [BANDS[i] for i in band(np.array([0.5, 0.9, 1.1, np.nan])) if i >= 0]
['normal', 'raised', 'high']
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.scores.news2 import STALE_AFTER_S
from analytics.scores.qsofa import fresh

BANDS: Final = ("normal", "borderline", "raised", "high")
EDGES: Final = (0.7, 0.9, 1.0)
"""Lowest value of each band after the first: over the usual, Rady's, Allgoewer's."""
UNKNOWN: Final = -1


def shock_index(
    readings: Mapping[str, ArrayLike],
    ages_s: Mapping[str, ArrayLike] | None = None,
    *,
    stale_after_s: Mapping[str, float] = STALE_AFTER_S,
) -> NDArray[np.float64]:
    """Shock index of n patients, (n,), NaN where unknown.

    Args:
        readings: `heart_rate`, `pulse_rate` and `blood_pressure_systolic` -> (n,) values, NaN
            where never measured; a name may be left out.
        ages_s: Name -> (n,) seconds since it was measured; 0 where left out.
        stale_after_s: Name -> age in seconds beyond which it no longer counts.

    """
    ages = ages_s or {}
    n = max((np.size(value) for value in readings.values()), default=0)

    def known(name: str, limit: str) -> NDArray[np.float64]:
        return fresh(readings.get(name, np.nan), ages.get(name, 0.0), stale_after_s[limit], n)

    heart, pulse = known("heart_rate", "heart_rate"), known("pulse_rate", "heart_rate")
    systolic = known("blood_pressure_systolic", "blood_pressure_systolic")
    rate = np.where(np.isfinite(heart), heart, pulse)
    index: NDArray[np.float64] = rate / np.where(systolic > 0, systolic, np.nan)
    return index


def band(index: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which of `BANDS` each index (n,) is in, `UNKNOWN` for NaN."""
    found = np.searchsorted(EDGES, index, side="right")
    bands: NDArray[np.int64] = np.where(np.isnan(index), UNKNOWN, found).astype(np.int64)
    return bands
