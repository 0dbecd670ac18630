"""What a new score has to beat: chance, NEWS2, and each patient's own average."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from analytics.scores.news2 import INPUTS as NEWS2_INPUTS
from analytics.scores.news2 import news2
from analytics.scores.vital_trends import INPUTS
from analytics.training.stays import Floats, Ints, Stays

_HALF_LIFE_HOURS: Final = 12.0

_SPREAD: Final = np.array([18.0, 3.0, 0.8, 22.0, 16.0, 13.0, 5.5])
"""Usual deviation of each of `INPUTS` between people, for a patient of whom little is known."""


def hours(stays: Stays) -> Iterator[tuple[Ints, Ints]]:
    """Row and stay of each stay's next hour, hour after hour."""
    lengths = np.diff(stays.start)
    for hour in range(int(lengths.max())):
        there = np.flatnonzero(lengths > hour)
        yield stays.start[there] + hour, there


def random(stays: Stays) -> Floats:
    """Chance."""
    return np.random.default_rng(1).random(len(stays.label))


def early_warning(stays: Stays) -> Floats:
    """NEWS2 without consciousness, on air, of the last values however old: its best case here."""
    score = np.empty(len(stays.label))
    last = np.full((len(stays.number), len(INPUTS)), np.nan)
    used = [(i, name) for i, name in enumerate(INPUTS) if name in NEWS2_INPUTS]
    for rows, there in hours(stays):
        new = np.isfinite(stays.values[rows])
        last[there] = np.where(new, stays.values[rows], last[there])
        score[rows] = news2({name: last[there, i] for i, name in used}).minimum
    return score


def own_average(stays: Stays) -> Floats:
    """Mean distance of the vital signs from the patient's own EWMA, in its own deviations.

    Roberts, "Control chart tests based on geometric moving averages", Technometrics 1, 1959.
    """
    score = np.zeros(len(stays.label))
    weight, total, square = (np.zeros((len(stays.number), len(INPUTS))) for _ in range(3))
    fade = 2 ** (-1 / _HALF_LIFE_HOURS)
    for rows, there in hours(stays):
        value = stays.values[rows]
        known = np.isfinite(value)
        seen = np.where(known, value, 0.0)
        prior = np.maximum(weight[there], 1e-9)
        mean = total[there] / prior
        own = np.maximum(square[there] / prior - mean**2, 0)
        # A few readings say little of a patient's own spread: that of everybody counts as two.
        deviation = np.sqrt((own * prior + 2 * _SPREAD**2) / (prior + 2))
        distance = np.where(known & (weight[there] > 0), np.abs(value - mean) / deviation, 0.0)
        score[rows] = distance.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        weight[there] = weight[there] * fade + known
        total[there] = total[there] * fade + seen
        square[there] = square[there] * fade + seen**2
    return score


BASELINES: Final[Mapping[str, Callable[[Stays], Floats]]] = MappingProxyType(
    {"random": random, "news2": early_warning, "own_ewma": own_average}
)
"""Name -> score of every row, from vital signs of that row and before."""
