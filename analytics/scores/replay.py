"""The deterioration score of whole stretches of hours, from a state that was kept before them.

The very steps that `jeg eval deterioration` takes, one for each hour, also for those in which
nothing was measured. A patient of whom nothing was heard for longer than `FORGOTTEN_HOURS` is
somebody of whom nothing is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.scores import vital_trends
from analytics.scores.deterioration import Model
from analytics.scores.hourly import Row
from analytics.scores.vital_trends import INPUTS, SIGNALS, State

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FORGOTTEN_HOURS: Final = 14 * 24
LEAST_KNOWN: Final = 3
"""With fewer vital signs known there is no score: it would speak of typical people."""
_SHOWN_REASONS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Consecutive hours of one patient.

    Attributes:
        first: Number of the first hour (hours since 1970).
        rows: Index of each hour, from `first` on, into the values.
        before: Number of the hour that the state is from; None without one.
        state: (1,) state after that hour.

    """

    first: int
    rows: Sequence[int]
    before: int | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """What became of n hours.

    Attributes:
        features: (n, 81).
        states: (n,), state after each hour.
        scored: (n,), whether enough was known for a score.

    """

    features: Floats
    states: State
    scored: Bools


def replay(values: Floats, measured: Bools, stretches: Sequence[Stretch]) -> Replayed:
    """Step through stretches of hours of several patients, all at once.

    Args:
        values: (n, 7) newest value of each of `INPUTS` in each hour, NaN where not measured.
        measured: (n,), whether anything at all was measured in the hour.
        stretches: One per patient.

    """
    state = vital_trends.fresh(len(stretches))
    heard = np.full(len(stretches), -np.inf)
    for k, one in enumerate(stretches):
        if one.state is not None and one.before is not None:
            state[k], heard[k] = one.state[0], one.before
            if one.first - one.before > FORGOTTEN_HOURS:
                continue  # forgotten at its first hour, below
            for _ in range(one.first - one.before - 1):
                vital_trends.step(state[k : k + 1], np.full((1, len(INPUTS)), np.nan))
    features = np.zeros((len(values), len(vital_trends.FEATURES)))
    states = vital_trends.fresh(len(values))
    scored = np.zeros(len(values), np.bool_)
    for offset in range(max((len(one.rows) for one in stretches), default=0)):
        there = np.array([k for k, one in enumerate(stretches) if offset < len(one.rows)])
        rows = np.array([stretches[k].rows[offset] for k in there])
        hour = np.array([stretches[k].first + offset for k in there])
        now = state[there]
        forgotten = hour - heard[there] > FORGOTTEN_HOURS
        now[forgotten] = vital_trends.fresh(1)[0]
        features[rows] = vital_trends.step(now, values[rows])
        state[there] = states[rows] = now
        heard[there[measured[rows]]] = hour[measured[rows]]
        scored[rows] = measured[rows] & (vital_trends.known(now).sum(axis=1) >= LEAST_KNOWN)
    return Replayed(features, states, scored)


def score_rows(model: Model, replayed: Replayed, chosen: Bools) -> list[Row]:
    """Score the `chosen` (n,) of the hours that can be scored, with what speaks for it most."""
    indices = np.flatnonzero(replayed.scored & chosen)
    if not len(indices):
        return []
    features = replayed.features[indices]
    scores, shares = model.score(features), model.shares(features)
    version = version_of(model)
    found = []
    for i, score, share, feature in zip(indices.tolist(), scores, shares, features, strict=True):
        value = round(float(score), 4)
        parts = {
            "base": round(model.base, 4),
            "signals": _by_signal(share),
            "reasons": _reasons(share, feature),
        }
        found.append(Row(i, "deterioration", value, value, value, parts, version))
    return found


def version_of(model: Model) -> str:
    """Name under which scores of these weights are kept."""
    return f"deterioration:{model.version}"


def _by_signal(shares: Floats) -> dict[str, float]:
    """Share of each vital sign, the weightiest first."""
    totals = shares.reshape(-1, len(SIGNALS)).sum(axis=0)
    order = np.argsort(-np.abs(totals), kind="stable")
    return {SIGNALS[k]: round(float(totals[k]), 4) for k in order}


def _reasons(shares: Floats, features: Floats) -> list[dict[str, Any]]:
    found = []
    for k in np.argsort(-np.abs(shares), kind="stable")[:_SHOWN_REASONS]:
        kind, signal = vital_trends.FEATURES[k].split(":")
        value, share = round(float(features[k]), 3), round(float(shares[k]), 4)
        found.append({"signal": signal, "kind": kind, "value": value, "share": share})
    return found
