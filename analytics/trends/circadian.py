"""Pattern of a day: medians by local hour, and a cosine fitted to them.

The cosinor is the least-squares fit of `mesor + amplitude cos(2 pi (t - acrophase) / 24)`
(Cornelissen 2014, Theor. Biol. Med. Model. 11, 16). It is fitted where days are enough for it to
mean something; the share of variance that it explains stands beside it, and no p value: hours of
one day are too much alike for one to be honest.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_DAYS = 3
LEAST_HOURS = 18
"""Hours of the day, out of 24, that must have values."""


@dataclass(frozen=True, slots=True)
class Cosinor:
    """A cosine with a period of 24 hours.

    Attributes:
        mesor: Its middle, in the metric's unit.
        amplitude: From the middle to the peak.
        peak_hour: Local time of the peak, hours since midnight.
        explained: Share of the variance of the hours that it explains, 0 to 1.

    """

    mesor: float
    amplitude: float
    peak_hour: float
    explained: float


@dataclass(frozen=True, slots=True)
class Circadian:
    """What is usual by local hour; lists have 24 entries, None where nothing was measured."""

    median: list[float | None]
    low: list[float | None]
    high: list[float | None]
    days: list[int]
    cosinor: Cosinor | None


def circadian(hours: pd.Series, zone: ZoneInfo) -> Circadian | None:
    """Pattern of hourly values, indexed by aware UTC times; None where there are none.

    `low` and `high` are the quartiles over days. An hour that comes twice in a night of 25 hours
    gives both of its values to the same hour of the day; one that is skipped gives none.
    """
    if hours.empty:
        return None
    local = pd.DatetimeIndex(hours.index).tz_convert(zone)
    grouped = hours.groupby(local.hour)
    quartiles = grouped.quantile(np.array([0.25, 0.5, 0.75])).unstack().reindex(range(24))  # noqa: PD010
    days = grouped.count().reindex(range(24), fill_value=0)
    enough = local.normalize().nunique() >= LEAST_DAYS and int((days > 0).sum()) >= LEAST_HOURS
    clock = (local.hour + local.minute / 60 + 0.5).to_numpy(np.float64)
    return Circadian(
        median=_listed(quartiles[0.5]),
        low=_listed(quartiles[0.25]),
        high=_listed(quartiles[0.75]),
        days=[int(n) for n in days],
        cosinor=cosinor(clock, hours.to_numpy(np.float64)) if enough else None,
    )


def _listed(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]


def cosinor(clock: Floats, values: Floats) -> Cosinor:
    """Fit a cosine of 24 hours to `values` (n,) at local times `clock` (n,), in hours.

    >>> clock = np.arange(48.0)
    >>> found = cosinor(clock, 70 + 8 * np.cos(2 * np.pi * (clock - 15) / 24))
    >>> round(found.mesor, 6), round(found.amplitude, 6), round(found.peak_hour, 6)
    (70.0, 8.0, 15.0)
    """
    angle = 2 * np.pi * clock / 24
    columns = np.column_stack([np.ones_like(angle), np.cos(angle), np.sin(angle)])
    (mesor, across, along), *_ = np.linalg.lstsq(columns, values)
    spread = float(np.var(values))
    left_over = float(np.var(values - columns @ np.array([mesor, across, along])))
    return Cosinor(
        mesor=float(mesor),
        amplitude=float(np.hypot(across, along)),
        peak_hour=float(np.arctan2(along, across) / (2 * np.pi) * 24 % 24),
        explained=max(0.0, 1 - left_over / spread) if spread > 0 else 0.0,
    )
