"""NEWS2, the National Early Warning Score, with bounds where inputs are missing.

Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017, chart 1 and
chart 4. For people of 16 years or more who are not pregnant.

A vital sign that was never measured, or too long ago, is unknown: it may hide any number of
points from none to its most, so the score is an interval [minimum, maximum] and never a silent
zero. Alarms act on the minimum: what is certain.

Consciousness and supplemental oxygen are inputs like the others: while nobody has recorded them,
or the record is old, they are unknown too, and whoever is asked to measure next is told so. Oxygen
is told by a record of air or oxygen, by a flow or by the concentration that is breathed
(`recorded.oxygen_given`), whichever is the newest.

>>> score = news2({"respiratory_rate": [26.0], "oxygen_saturation": [97.0],
...                "heart_rate": [88.0], "blood_pressure_systolic": [120.0]})
>>> score.minimum.tolist(), score.maximum.tolist(), score.risk_name(0)
([3], [11], 'urgent_single')
>>> score.names(score.missing, 0), score.settling_name(0)
(['supplemental_oxygen', 'consciousness', 'body_temperature'], 'consciousness')
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

INPUTS: Final = (
    "respiratory_rate",
    "oxygen_saturation",
    "supplemental_oxygen",
    "blood_pressure_systolic",
    "heart_rate",
    "consciousness",
    "body_temperature",
)
"""Columns of every two-dimensional result, in the order of the chart."""

RISKS: Final = ("routine", "low", "urgent_single", "urgent", "emergency")
"""Clinical risk by code; a single parameter of 3 points ranks between low and urgent."""

STALE_AFTER_S: Final[Mapping[str, float]] = MappingProxyType(
    {
        "respiratory_rate": 3_600,
        "oxygen_saturation": 3_600,
        "supplemental_oxygen": 43_200,
        "blood_pressure_systolic": 21_600,
        "heart_rate": 3_600,
        "consciousness": 43_200,
        "body_temperature": 21_600,
    }
)
"""Age in seconds beyond which an input no longer counts: an hour for what a monitor shows all the
time, six for what is taken on a round (the College asks for at least 4 to 6 hourly at a low score),
twelve for consciousness and oxygen (its longest interval between observations, at a score of 0)."""

LEAST_STALE_S: Final = 60
MOST_STALE_S: Final = 43_200
"""Bounds of what may be set for a patient; nothing older than the longer one is looked at."""

ADULT_FROM_YEARS: Final = 16
SCALE_2: Final = 2
"""SpO2 scale for who is at risk of hypercapnic respiratory failure, where it is prescribed."""

_RESPIRATION, _SATURATION, _OXYGEN, _SYSTOLIC, _PULSE, _CONSCIOUSNESS, _TEMPERATURE = range(7)
_MOST = np.array([3, 3, 2, 3, 3, 3, 3], np.int64)
_RED, _URGENT, _EMERGENCY = 3, 5, 7

# Lowest value of each band after the first, and the points of each band. Temperature is in
# tenths of a degree, so that every edge is a whole number.
_BANDS: Final = {
    _RESPIRATION: ((9, 12, 21, 25), (3, 1, 0, 2, 3)),
    _SATURATION: ((92, 94, 96), (3, 2, 1, 0)),
    _SYSTOLIC: ((91, 101, 111, 220), (3, 2, 1, 0, 3)),
    _PULSE: ((41, 51, 91, 111, 131), (3, 1, 0, 1, 2, 3)),
    _TEMPERATURE: ((351, 361, 381, 391), (3, 1, 0, 1, 2)),
}
_SCALE_2_AIR: Final = ((84, 86, 88), (3, 2, 1, 0))
_SCALE_2_OXYGEN: Final = ((84, 86, 88, 93, 95, 97), (3, 2, 1, 0, 1, 2, 3))


@dataclass(frozen=True, slots=True, eq=False)
class News2:
    """Scores of n patients. Two-dimensional arrays have a column per member of `INPUTS`.

    Attributes:
        minimum: int (n,), points that are certain, 0 to 20.
        maximum: int (n,), points if every unknown input were at its worst.
        risk: int (n,), index into `RISKS` by the minimum.
        risk_maximum: int (n,), the same by the maximum.
        points_minimum: int (n, 7), points of each input that are certain.
        points_maximum: int (n, 7), the most that each input may have.
        missing: bool (n, 7), never measured.
        stale: bool (n, 7), measured, but too long ago.
        settling: int (n,), index into `INPUTS` of the unknown input to measure first; -1 when
            both bounds give the same risk, so that nothing more needs to be known.

    """

    minimum: Ints
    maximum: Ints
    risk: Ints
    risk_maximum: Ints
    points_minimum: Ints
    points_maximum: Ints
    missing: Bools
    stale: Bools
    settling: Ints

    def names(self, flags: Bools, row: int) -> list[str]:
        """Names of the inputs of patient `row` that are set in `flags` (n, 7)."""
        return [name for name, flag in zip(INPUTS, flags[row], strict=True) if flag]

    def risk_name(self, row: int) -> str:
        """Clinical risk of patient `row`, by the minimum."""
        return RISKS[int(self.risk[row])]

    def settling_name(self, row: int) -> str | None:
        """The input whose measurement would narrow patient `row` down the most, if any."""
        index = int(self.settling[row])
        return None if index < 0 else INPUTS[index]


def news2(
    readings: Mapping[str, ArrayLike],
    ages_s: Mapping[str, ArrayLike] | None = None,
    *,
    scale: ArrayLike = 1,
    stale_after_s: Mapping[str, ArrayLike] = STALE_AFTER_S,
) -> News2:
    """Score n patients at once.

    Args:
        readings: Input name (of `INPUTS`, or `pulse_rate`, which stands in for a heart rate that
            is missing or stale) -> (n,) values, NaN where never measured; a name may be left
            out. Rates per minute, saturation in %, pressure in mmHg, temperature in Celsius.
            `supplemental_oxygen` is 0 on air and 1 on oxygen; `consciousness` is 0 for alert
            and anything else for new confusion, voice, pain or unresponsive.
        ages_s: Input name -> (n,) seconds since it was measured; 0 where left out.
        scale: 1 or 2, of one or each patient. SpO2 scale 2 only where it is prescribed.
        stale_after_s: Input name -> age in seconds from which it no longer counts, of all or (n,)
            of each patient.

    Raises:
        ValueError: The arrays differ in length, or a scale is neither 1 nor 2.

    """
    values, known, missing, stale = _gather(readings, ages_s or {}, stale_after_s)
    scales = np.broadcast_to(np.asarray(scale, np.int64), len(values))
    if not np.isin(scales, (1, SCALE_2)).all():
        message = "the SpO2 scale is 1 or 2"
        raise ValueError(message)
    unknown = missing | stale
    low, high = _points(values, known, unknown, scales)
    return _summarise(low, high, missing, stale)


def stale_after(own: Sequence[Mapping[str, float] | None]) -> Mapping[str, ArrayLike]:
    """For how long each input of n patients counts, where some have times of their own.

    >>> stale_after([None, {"heart_rate": 600}])["heart_rate"].tolist()
    [3600.0, 600.0]
    """
    if not any(own):
        return STALE_AFTER_S
    return {
        name: np.array([(one or {}).get(name, usual) for one in own], np.float64)
        for name, usual in STALE_AFTER_S.items()
    }


def bands(name: str) -> dict[str, list[tuple[str, int]]]:
    """The table of one input for people: scale (empty where there is one) -> (values, points)."""
    column = INPUTS.index(name)
    if column in {_OXYGEN, _CONSCIOUSNESS}:
        normal, other = ("air", "oxygen") if column == _OXYGEN else ("alert", "C, V, P or U")
        return {"": [(normal, 0), (other, int(_MOST[column]))]}
    tables = {"": _BANDS[column]}
    if column == _SATURATION:
        tables = {
            ", scale 1": _BANDS[column],
            ", scale 2 on air": _SCALE_2_AIR,
            ", scale 2 on oxygen": _SCALE_2_OXYGEN,
        }
    size, digits = (10, 1) if column == _TEMPERATURE else (1, 0)
    found = {}
    for scale, (edges, points) in tables.items():
        lows: tuple[int | None, ...] = (None, *edges)
        highs: tuple[int | None, ...] = (*edges, None)
        found[scale] = [
            (_span(low, high, size, digits), value)
            for low, high, value in zip(lows, highs, points, strict=True)
        ]
    return found


def _span(low: int | None, high: int | None, size: int, digits: int) -> str:
    """Values from an edge to just before the next; an edge may be missing."""
    first = None if low is None else f"{low / size:.{digits}f}"
    last = None if high is None else f"{(high - 1) / size:.{digits}f}"
    if first is None:
        return f"≤ {last}"
    return f"≥ {first}" if last is None else f"{first} to {last}"


def _gather(
    readings: Mapping[str, ArrayLike],
    ages_s: Mapping[str, ArrayLike],
    stale_after_s: Mapping[str, ArrayLike],
) -> tuple[Floats, Bools, Bools, Bools]:
    """Rounded values, and what is known, missing and stale; each (n, 7)."""
    columns = {name: np.atleast_1d(np.asarray(v, np.float64)) for name, v in readings.items()}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        message = f"inputs differ in length: {sorted(lengths)}"
        raise ValueError(message)
    n = lengths.pop() if lengths else 0
    absent = np.full(n, np.nan)
    values = np.stack([columns.get(name, absent) for name in INPUTS], axis=1)
    ages = np.stack(
        [np.broadcast_to(np.asarray(ages_s.get(k, 0.0), np.float64), n) for k in INPUTS], axis=1
    )
    limits = np.stack(
        [np.broadcast_to(np.asarray(stale_after_s[k], np.float64), n) for k in INPUTS], axis=1
    )
    if "pulse_rate" in columns:
        pulse_age = np.broadcast_to(np.asarray(ages_s.get("pulse_rate", 0.0), np.float64), n)
        lacking = ~(np.isfinite(values[:, _PULSE]) & (ages[:, _PULSE] <= limits[:, _PULSE]))
        instead = lacking & np.isfinite(columns["pulse_rate"])
        values[:, _PULSE] = np.where(instead, columns["pulse_rate"], values[:, _PULSE])
        ages[:, _PULSE] = np.where(instead, pulse_age, ages[:, _PULSE])
    missing = ~np.isfinite(values)
    # An unknown age is no proof of freshness.
    stale = ~missing & ~(ages <= limits)
    return _rounded(values), ~missing & ~stale, missing, stale


def _rounded(values: Floats) -> Floats:
    """Whole numbers, halves upward; temperature in tenths of a degree."""
    scaled = values.copy()
    scaled[:, _TEMPERATURE] *= 10
    # 38.05 * 10 is 380.49999999999994: the decimal that was shown is what counts.
    rounded: Floats = np.floor(np.round(scaled, 6) + 0.5)
    return rounded


def _band(values: Floats, bands: tuple[tuple[int, ...], tuple[int, ...]]) -> Ints:
    edges, points = bands
    found: Ints = np.asarray(points, np.int64)[np.searchsorted(edges, values, side="right")]
    return found


def _points(values: Floats, known: Bools, unknown: Bools, scales: Ints) -> tuple[Ints, Ints]:
    """Least and most points of each input, (n, 7) each."""
    low = np.zeros(values.shape, np.int64)
    for column, bands in _BANDS.items():
        low[:, column] = _band(values[:, column], bands)
    low[:, _OXYGEN] = np.where(values[:, _OXYGEN] > 0, 2, 0)
    low[:, _CONSCIOUSNESS] = np.where(values[:, _CONSCIOUSNESS] != 0, 3, 0)
    low[~known] = 0
    high = np.where(unknown, _MOST, low)
    second = (scales == SCALE_2) & known[:, _SATURATION]
    saturation = values[:, _SATURATION]
    air, oxygen = _band(saturation, _SCALE_2_AIR), _band(saturation, _SCALE_2_OXYGEN)
    on_oxygen = known[:, _OXYGEN] & (values[:, _OXYGEN] > 0)
    either = unknown[:, _OXYGEN]
    # Above 92 % oxygen only ever adds points, so air is the least and oxygen the most.
    low[second, _SATURATION] = np.where(on_oxygen, oxygen, air)[second]
    high[second, _SATURATION] = np.where(on_oxygen | either, oxygen, air)[second]
    return low, high


def _risk(points: Ints) -> Ints:
    total = points.sum(axis=1)
    red = (points >= _RED).any(axis=1)
    conditions = [total >= _EMERGENCY, total >= _URGENT, red, total >= 1]
    risk: Ints = np.select(conditions, [4, 3, 2, 1], 0).astype(np.int64)
    return risk


def _summarise(low: Ints, high: Ints, missing: Bools, stale: Bools) -> News2:
    risk, risk_maximum = _risk(low), _risk(high)
    spread = np.where(missing | stale, high - low, 0)
    # argmax takes the first of equals: respiration leads the chart, foretells the most and is
    # the one most often left out.
    settling = np.where(risk == risk_maximum, -1, spread.argmax(axis=1)).astype(np.int64)
    return News2(
        minimum=low.sum(axis=1),
        maximum=high.sum(axis=1),
        risk=risk,
        risk_maximum=risk_maximum,
        points_minimum=low,
        points_maximum=high,
        missing=missing,
        stale=stale,
        settling=settling,
    )
