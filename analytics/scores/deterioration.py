"""Deterioration score: how much a patient's vital signs look like those of the hours before sepsis.

    score = 1/M sum over members m of (bias_m + sum over trees t of leaf_t(features))

The features are `vital_trends.FEATURES`: levels, means, unrest, extremes and changes of seven
vital signs, of the past only. Neither the clock, nor the length of the record, nor which tests
were made goes in: constant vital signs give a constant score. The members are boosted symmetric
trees, each trained without one fifth of the patients (see the card,
docs/reference/deterioration-score.md: data, method, figures, limits of use).

Higher is worse. The unit is log-odds that were balanced over the hours of stay, not a probability;
`Model.threshold` says where a number of alerts a day was met. There is no warm-up: before a first
measurement a patient is taken as typical.

>>> stump = {"bias": -1.0, "features": [[0]], "thresholds": [[110.0]],
...          "leaves": [[-0.5, 1.5]], "cover": [[0.75, 0.25]]}
>>> model = Model.parse({"format": FORMAT, "version": "example", "features": list(FEATURES),
...                      "trained_on": "", "thresholds": {"0.5": 0.0}, "members": [stump]})
>>> state = model.fresh(2)
>>> features = model.step(state, np.array([[80, 97, 37, 120, 80, 60, 16],
...                                        [130, 97, 37, 120, 80, 60, 16.0]]))
>>> model.score(features).tolist(), model.base
([-1.5, 0.5], -1.0)
>>> model.explain(features[1])[0]
Reason(signal='heart_rate', kind='now', value=130.0, share=1.5)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.scores import vital_trends
from analytics.scores.trees import Trees
from analytics.scores.vital_trends import FEATURES, INPUTS, SIGNALS, Floats, State

Ints = NDArray[np.int64]

FORMAT: Final = 1
"""Of the weights file; a change that old code would misread raises it."""

ALL_MEMBERS: Final = -1
"""In place of a member's number: the mean of all."""


class WeightsError(ValueError):
    """These are no weights of a deterioration score that this version can run."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Share of one feature in one score.

    Attributes:
        signal: One of `SIGNALS`.
        kind: One of `KINDS`.
        value: Of the feature, in the signal's unit.
        share: What it adds to the score (its Shapley value), negative where it speaks against.

    """

    signal: str
    kind: str
    value: float
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Trained weights, and the score that they make.

    Attributes:
        version: Name of these weights.
        trained_on: SHA-256 of the recordings that they come from.
        thresholds: Alerts per patient-day -> score from which to alert, met on held-out patients.
        biases: Of each member.
        members: Trees of each member.

    """

    version: str
    trained_on: str
    thresholds: Mapping[str, float]
    biases: tuple[float, ...]
    members: tuple[Trees, ...]

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Model":
        """Read a weights document.

        Raises:
            WeightsError: It is of another format or for other features, or does not fit together.

        """
        try:
            if document["format"] != FORMAT or tuple(document["features"]) != FEATURES:
                message = "weights of another format or for other features"
                raise WeightsError(message)
            members = tuple(_trees(member) for member in document["members"])
            biases = tuple(float(member["bias"]) for member in document["members"])
            thresholds = {str(k): float(v) for k, v in document["thresholds"].items()}
            version, trained_on = str(document["version"]), str(document["trained_on"])
        except (KeyError, TypeError, AttributeError) as error:
            message = f"weights are incomplete: {error}"
            raise WeightsError(message) from error
        if not members or not np.isfinite(biases).all():
            message = "weights without a member, or with a bias that is no number"
            raise WeightsError(message)
        return cls(version, trained_on, MappingProxyType(thresholds), biases, members)

    @staticmethod
    def fresh(patients: int) -> State:
        """State of patients of whom nothing is known."""
        return vital_trends.fresh(patients)

    @staticmethod
    def step(state: State, values: Floats, hours: ArrayLike = 1.0) -> Floats:
        """Take one hour of patients in; see `vital_trends.step`."""
        return vital_trends.step(state, values, hours)

    def score(self, features: Floats, member: int = ALL_MEMBERS) -> Floats:
        """Scores (n,) of features (n, 81), by one member or the mean of all."""
        if member != ALL_MEMBERS:
            return self.biases[member] + self.members[member].score(features)
        each = [self.score(features, number) for number in range(len(self.members))]
        mean: Floats = np.mean(each, axis=0)
        return mean

    @property
    def base(self) -> float:
        """Score of somebody of whom nothing is known; the shares of a row and it are its score."""
        pairs = zip(self.biases, self.members, strict=True)
        return float(np.mean([bias + trees.expected for bias, trees in pairs]))

    def shares(self, features: Floats) -> Floats:
        """Share of each feature in each score, (n, 81)."""
        mean: Floats = np.mean([trees.shares(features) for trees in self.members], axis=0)
        return mean

    def explain(self, features: Floats) -> tuple[Reason, ...]:
        """What made the score of one patient's features (81,), the weightiest first."""
        shares = self.shares(features[None, :])[0]
        order = np.argsort(-np.abs(shares), kind="stable")
        return tuple(
            _reason(int(i), float(features[i]), float(shares[i])) for i in order if shares[i]
        )

    def by_signal(self, features: Floats) -> dict[str, float]:
        """Share of each vital sign, all of its features together, in one patient's score."""
        shares = self.shares(features[None, :])[0].reshape(-1, len(SIGNALS)).sum(axis=0)
        return dict(zip(SIGNALS, shares.tolist(), strict=True))

    def replay(self, values: Floats, start: Ints, members: Sequence[int] | None = None) -> Floats:
        """Score whole stays, hour by hour, by the same steps as live.

        Args:
            values: (n, 7) hourly rows of `INPUTS`, stay after stay; not changed.
            start: (stays + 1,) row at which each stay begins, and n.
            members: Of each stay, the member that scores it; the mean of all when left out.

        Returns:
            (n,) scores; each depends on its own row and earlier ones of its stay only.

        """
        lengths = np.diff(start)
        order = np.argsort(-lengths, kind="stable")
        first, lengths = start[:-1][order], lengths[order]
        chosen = np.full(len(order), ALL_MEMBERS)
        if members is not None:
            chosen = np.asarray(members, np.int64)[order]
        state = self.fresh(len(order))
        scores = np.empty(len(values))
        for hour in range(int(lengths.max(initial=0))):
            there = int(np.searchsorted(-lengths, -hour))
            rows = first[:there] + hour
            features = self.step(state[:there], values[rows])
            for member in np.unique(chosen[:there]):
                mine = chosen[:there] == member
                scores[rows[mine]] = self.score(features[mine], int(member))
        return scores


def _reason(index: int, value: float, share: float) -> Reason:
    kind, signal = FEATURES[index].split(":")
    return Reason(signal, kind, value, share)


def _trees(member: Mapping[str, Any]) -> Trees:
    try:
        trees = Trees(
            np.asarray(member["features"], np.int64),
            np.asarray(member["thresholds"], np.float64),
            np.asarray(member["leaves"], np.float64),
            np.asarray(member["cover"], np.float64),
        )
    except ValueError as error:
        message = "weights hold something that is no number, or trees of several sizes"
        raise WeightsError(message) from error
    if trees.features.ndim != 2:  # noqa: PLR2004 (trees by levels)
        message = "trees are not a table of levels"
        raise WeightsError(message)
    count, depth = trees.features.shape
    shapes = trees.thresholds.shape, trees.leaves.shape, trees.cover.shape
    numbers = (trees.thresholds, trees.leaves, trees.cover)
    if shapes != ((count, depth), (count, 1 << depth), (count, 1 << depth)) or not all(
        np.isfinite(part).all() for part in numbers
    ):
        message = "trees do not fit together, or hold something that is no number"
        raise WeightsError(message)
    if ((trees.features < 0) | (trees.features >= len(FEATURES))).any():
        message = "a tree asks about a feature that there is not"
        raise WeightsError(message)
    return trees


__all__ = ["ALL_MEMBERS", "FORMAT", "INPUTS", "Model", "Reason", "WeightsError"]
