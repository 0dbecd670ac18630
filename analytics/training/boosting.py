"""Gradient boosting of small symmetric trees with Newton steps, in numpy.

Every tree asks the same question at all nodes of a level (Prokhorenkova et al., "CatBoost:
unbiased boosting with categorical features", 2018), so a tree of depth d is d thresholds and 2^d
leaves: hard to overfit, quick to run, and small enough to print. Gain of a question over all
nodes, G and H being sums of the first and second derivative of the log-loss (Chen and Guestrin,
"XGBoost", 2016, equation 7):

    gain = sum G_left^2 / (H_left + l) + G_right^2 / (H_right + l) - G^2 / (H + l)

A question about a monotone feature is only asked where all leaves then agree with its direction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_WORTH: Final = 1e-6
"""Gain below which a question is noise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to boost.

    Attributes:
        trees: How many.
        depth: Questions in each.
        rate: Share of each Newton step that is taken.
        penalty: l above, on the scale of the summed second derivative of one tree's sample.
        rows: Share of the rows that each tree sees.
        columns: Share of the features that each tree sees.
        bins: Most thresholds + 1 that a feature may have.
        seed: Of the sampling.

    """

    trees: int = 300
    depth: int = 3
    rate: float = 0.08
    penalty: float = 10.0
    rows: float = 0.5
    columns: float = 0.3
    bins: int = 48
    seed: int = 2019


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """One tree: ask whether feature > threshold at each level, first level the highest bit."""

    features: tuple[int, ...]
    thresholds: tuple[float, ...]
    leaves: Floats
    cover: Floats
    """Share of the weight that reaches each leaf."""


def edges_of(features: Floats, bins: int) -> list[Floats]:
    """Candidate thresholds of each feature: quantiles with four significant digits."""
    at = np.linspace(0, 1, bins + 1)[1:-1]
    quantiles = np.quantile(features, at, axis=0)
    return [np.unique([float(f"{q:.4g}") for q in column]) for column in quantiles.T]


def binned(features: Floats, edges: list[Floats]) -> Bytes:
    """How many thresholds each value exceeds, (features, rows)."""
    return np.stack(
        [
            np.searchsorted(e, f, side="left").astype(np.uint8)
            for f, e in zip(features.T, edges, strict=True)
        ]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Features of rows, as boosting sees them.

    Attributes:
        bins: From `binned`, (features, rows).
        edges: From `edges_of`.
        direction: (features,) 1 where the score may only rise with the feature, -1 only fall.

    """

    bins: Bytes
    edges: list[Floats]
    direction: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """What one tree sees: some features of some rows, and the derivatives of their loss."""

    bins: Bytes
    columns: Ints
    slope: Floats
    curve: Floats


def boost(table: Table, label: Floats, weight: Floats, plan: Plan) -> Iterator[Grown]:
    """Grow trees, one after the other, for labels (rows,) of 0 or 1 with weights (rows,)."""
    rng = np.random.default_rng(plan.seed)
    score = np.full(len(label), prior(label, weight))
    count = int(len(label) * plan.rows)
    wide = max(1, int(len(table.bins) * plan.columns))
    for _ in range(plan.trees):
        rows = rng.integers(0, len(label), count)
        columns = rng.permutation(len(table.bins))[:wide]
        chance = 1 / (1 + np.exp(-score[rows]))
        slope = weight[rows] * (label[rows] - chance)
        curve = weight[rows] * chance * (1 - chance)
        tree = _grow(table, _Sample(table.bins[np.ix_(columns, rows)], columns, slope, curve), plan)
        if tree is None:
            return
        leaf = np.zeros(len(label), np.uint8)
        for feature, threshold in zip(tree.features, tree.thresholds, strict=True):
            cut = int(np.searchsorted(table.edges[feature], threshold))
            leaf = leaf * 2 + (table.bins[feature] > cut)
        score += tree.leaves[leaf]
        yield tree


def prior(label: Floats, weight: Floats) -> float:
    """Log-odds of the label."""
    share = float(np.average(label, weights=weight))
    return float(np.log(share / (1 - share)))


def _grow(table: Table, sample: _Sample, plan: Plan) -> Grown | None:
    node = np.zeros(sample.bins.shape[1], np.int64)
    asked: list[tuple[int, int]] = []
    last = (0, 0)
    for _ in range(plan.depth):
        found = _question(table, sample, node, [feature for feature, _ in asked], plan)
        if found is None and not asked:
            return None
        # Where no further question is worth asking the last is asked again: its other leaves
        # stay empty.
        row, cut = found or last
        last = row, cut
        asked.append((int(sample.columns[row]), cut))
        node = node * 2 + (sample.bins[row] > cut)
    slopes = np.bincount(node, sample.slope, 1 << plan.depth)
    curves = np.bincount(node, sample.curve, 1 << plan.depth)
    return Grown(
        tuple(feature for feature, _ in asked),
        tuple(float(table.edges[feature][cut]) for feature, cut in asked),
        plan.rate * slopes / (curves + plan.penalty),
        curves / curves.sum(),
    )


def _question(
    table: Table, sample: _Sample, node: Ints, asked: list[int], plan: Plan
) -> tuple[int, int] | None:
    """Sampled feature and cut of the next question, if any is worth asking."""
    best = (_WORTH, -1, -1)
    for row, column in enumerate(sample.columns):
        width = len(table.edges[column]) + 1
        place = node * width + sample.bins[row]
        size = width << len(asked)
        slopes = np.bincount(place, sample.slope, size).reshape(-1, width).cumsum(axis=1)
        curves = np.bincount(place, sample.curve, size).reshape(-1, width).cumsum(axis=1)
        signs = table.direction[[*asked, int(column)]]
        gain = _gains(slopes, curves, signs, plan.penalty)
        if len(gain) and gain.max() > best[0]:
            best = (float(gain.max()), row, int(gain.argmax()))
    return None if best[1] < 0 else (best[1], best[2])


def _gains(slopes: Floats, curves: Floats, signs: Ints, penalty: float) -> Floats:
    """Gain of each cut, minus infinity where a direction is broken; sums run along bins."""
    slope = np.stack([slopes[:, :-1], slopes[:, -1:] - slopes[:, :-1]], axis=1)
    curve = np.stack([curves[:, :-1], curves[:, -1:] - curves[:, :-1]], axis=1)
    gain: Floats = (slope**2 / (curve + penalty)).sum(axis=(0, 1))
    gain -= float((slopes[:, -1] ** 2 / (curves[:, -1] + penalty)).sum())
    leaves = (slope / (curve + penalty)).reshape(*[2] * len(signs), -1)
    levels = tuple(range(len(signs)))
    for level, sign in enumerate(signs):
        if sign:
            broken = (sign * np.diff(leaves, axis=level) < 0).any(axis=levels)
            gain[broken] = -np.inf
    return gain
