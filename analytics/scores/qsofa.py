"""qSOFA, the quick Sequential Organ Failure Assessment, with bounds where inputs are unknown.

    points = (respiratory rate >= 22/min) + (systolic pressure <= 100 mmHg) + (altered mentation)

Source: Seymour et al., Assessment of Clinical Criteria for Sepsis, JAMA 315, 2016,
doi 10.1001/jama.2016.0288; Singer et al. (Sepsis-3), doi 10.1001/jama.2016.0287. Two points or more
in somebody with a suspected infection go with a higher risk of death: a prompt to look for organ
dysfunction, not a diagnosis, and too insensitive to be a screening by itself (Surviving Sepsis
Campaign 2021). Altered mentation is a Glasgow Coma Scale under 15 in the paper; here it is any
record of consciousness other than alert.

Values are rounded to whole numbers first, halves upward. A missing or stale input may hide its
point, so the result is an interval.

>>> found = qsofa({"respiratory_rate": [22.0, 21.4], "blood_pressure_systolic": [100.0, 101.0],
...                "consciousness": [np.nan, 0.0]})
>>> found.minimum.tolist(), found.maximum.tolist(), found.unknown[0].tolist()
([2, 0], [3, 0], [False, False, True])
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.scores.news2 import STALE_AFTER_S

INPUTS: Final = ("respiratory_rate", "blood_pressure_systolic", "consciousness")
POSITIVE_FROM: Final = 2
"""Points from which it is positive."""

_BREATHS_FROM, _SYSTOLIC_TO = 22, 100


@dataclass(frozen=True, slots=True, eq=False)
class QSofa:
    """Scores of n patients.

    Attributes:
        minimum: int (n,), points that are certain, 0 to 3.
        maximum: int (n,), points if every unknown input had its one.
        points: int (n, 3), by `INPUTS`; 0 where unknown.
        unknown: bool (n, 3), never measured, or too long ago.

    """

    minimum: NDArray[np.int64]
    maximum: NDArray[np.int64]
    points: NDArray[np.int64]
    unknown: NDArray[np.bool_]


def qsofa(
    readings: Mapping[str, ArrayLike],
    ages_s: Mapping[str, ArrayLike] | None = None,
    *,
    stale_after_s: Mapping[str, float] = STALE_AFTER_S,
) -> QSofa:
    """Score n patients at once.

    Args:
        readings: Input name -> (n,) values, NaN where never measured; a name may be left out.
        ages_s: Input name -> (n,) seconds since it was measured; 0 where left out.
        stale_after_s: Input name -> age in seconds beyond which it no longer counts.

    """
    ages = ages_s or {}
    n = max((np.size(value) for value in readings.values()), default=0)
    columns = [
        fresh(readings.get(name, np.nan), ages.get(name, 0.0), stale_after_s[name], n)
        for name in INPUTS
    ]
    breaths, systolic, consciousness = (np.floor(column + 0.5) for column in columns)
    unknown = ~np.isfinite(np.stack(columns, axis=1))
    over = (breaths >= _BREATHS_FROM, systolic <= _SYSTOLIC_TO, consciousness > 0)
    points = (np.stack(over, axis=1) & ~unknown).astype(np.int64)
    minimum = points.sum(axis=1)
    return QSofa(minimum, minimum + unknown.sum(axis=1), points, unknown)


def fresh(value: ArrayLike, age_s: ArrayLike, stale_after_s: float, n: int) -> NDArray[np.float64]:
    """Values (n,) that are not too old; NaN for the others, and for an unknown age."""
    values = np.broadcast_to(np.asarray(value, np.float64), n)
    known = np.isfinite(values) & (np.broadcast_to(np.asarray(age_s), n) <= stale_after_s)
    found: NDArray[np.float64] = np.where(known, values, np.nan)
    return found
