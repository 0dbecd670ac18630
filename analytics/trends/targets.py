"""Target ranges of metrics, each with its source, and the time spent in them.

They are ranges for adults in general. Somebody's own targets are agreed with their clinician; none
of these is a diagnosis. Steps and weight have none: they have goals.
"""

import math
from dataclasses import dataclass
from types import MappingProxyType

_NEWS2 = "Scores 0 in NEWS2 (Royal College of Physicians, 2017)"
_GLUCOSE = "Battelino et al. 2019, Diabetes Care 42, 1593: International Consensus on Time in Range"
_PRESSURE = "Mancia et al. 2023, J. Hypertens. 41, 1874 (ESH): at home 135/85 or more is raised"
_OXYGEN = "O'Driscoll et al. 2017, Thorax 72 suppl. 1 (BTS): 94-98 % for most; on air no upper end"


@dataclass(frozen=True, slots=True)
class Target:
    """Range of one metric, in its canonical unit.

    Attributes:
        low: Least value inside.
        high: Greatest value inside, or the first one outside where `high_inside` is false.
        very_low: Below it is far outside; minus infinity where there is no such bound.
        very_high: Above it is far outside; infinity where there is no such bound.
        source: Where the range comes from.
        high_inside: Whether `high` itself is inside.

    """

    low: float
    high: float
    source: str
    very_low: float = -math.inf
    very_high: float = math.inf
    high_inside: bool = True

    @property
    def greatest(self) -> float:
        """Greatest value that is inside."""
        return self.high if self.high_inside else math.nextafter(self.high, -math.inf)


TARGETS = MappingProxyType(
    {
        "heart_rate": Target(51, 90, _NEWS2),
        "pulse_rate": Target(51, 90, _NEWS2),
        "respiratory_rate": Target(12, 20, _NEWS2),
        "body_temperature": Target(36.1, 38.0, _NEWS2),
        "oxygen_saturation": Target(94, 100, _OXYGEN, very_low=90),
        "blood_pressure_systolic": Target(90, 135, _PRESSURE, high_inside=False),
        "blood_pressure_diastolic": Target(60, 85, _PRESSURE, high_inside=False),
        "blood_glucose": Target(70, 180, _GLUCOSE, very_low=54, very_high=250),
    }
)
"""Code -> range."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Minutes (or hours) of one metric, counted against its target.

    Attributes:
        n: All of them.
        very_low: Mean under `Target.very_low`; these are in `low` too.
        low: Mean under the range.
        high: Mean over the range.
        very_high: Mean over `Target.very_high`; these are in `high` too.
        surely_in: No reading of them was outside.
        surely_out: No reading of them was inside.
        mean: Mean of their means.
        sd: Standard deviation of their means; None for one of them.

    """

    n: int
    very_low: int
    low: int
    high: int
    very_high: int
    surely_in: int
    surely_out: int
    mean: float
    sd: float | None


@dataclass(frozen=True, slots=True)
class TimeInRange:
    """Shares of the measured time, 0 to 1.

    `inside` lies between `inside_least` and `inside_most`: a minute (or hour) whose readings lie on
    both sides of a bound counts by its mean.
    """

    inside: float
    inside_least: float
    inside_most: float
    below: float
    above: float
    far_below: float
    far_above: float
    n: int


def time_in_range(tally: Tally) -> TimeInRange | None:
    """Shares of a tally; None where nothing was measured."""
    if tally.n == 0:
        return None
    n = tally.n
    return TimeInRange(
        inside=(n - tally.low - tally.high) / n,
        inside_least=tally.surely_in / n,
        inside_most=1 - tally.surely_out / n,
        below=tally.low / n,
        above=tally.high / n,
        far_below=tally.very_low / n,
        far_above=tally.very_high / n,
        n=n,
    )


def glucose_management_indicator(mean_mg_dl: float) -> float:
    """Estimated HbA1c in %, from the mean of sensor glucose (Bergenstal 2018, Diabetes Care 41).

    >>> round(glucose_management_indicator(154), 1)
    7.0
    """
    return 3.31 + 0.02392 * mean_mg_dl
