"""Sums of symmetric trees: a score from features, and each feature's exact share in it.

A tree of depth d asks d questions, feature > threshold; the answers, first question highest, are
the number of its leaf. The score is a bias plus the sum of the leaves reached.

The share of a feature is its Shapley value: the change that its knowledge makes to what the tree
is expected to say, averaged over all orders of learning the features (Lundberg et al., "From
local explanations to global understanding with explainable AI for trees", 2020, equation 2; what
is unknown goes to both sides by their cover). It depends on the leaf alone, so it is worked out
once per leaf. Shares and bias add up to the score.

>>> trees = Trees(
...     features=np.array([[0, 1]]), thresholds=np.array([[90.0, 22.0]]),
...     leaves=np.array([[0.0, 0.2, 0.4, 1.0]]), cover=np.array([[0.4, 0.1, 0.4, 0.1]]),
... )
>>> rows = np.array([[100.0, 16.0], [100.0, 30.0]])
>>> trees.score(rows).tolist()
[0.4, 1.0]
>>> shares = trees.shares(rows)
>>> shares.round(3).tolist(), float((trees.expected + shares.sum(axis=1)).round(3)[1])
([[0.22, -0.1], [0.32, 0.4]], 1.0)
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trees:
    """T trees of depth d.

    Attributes:
        features: int (T, d), column that each level asks about.
        thresholds: (T, d), in the feature's unit.
        leaves: (T, 2^d), what each leaf adds.
        cover: (T, 2^d), share of the training rows that reached each leaf.

    """

    features: Ints
    thresholds: Floats
    leaves: Floats
    cover: Floats

    def reached(self, rows: Floats) -> Ints:
        """Leaf of each row in each tree, (n, T)."""
        leaf = np.zeros((len(rows), len(self.features)), np.int64)
        for features, thresholds in zip(self.features.T, self.thresholds.T, strict=True):
            leaf = leaf * 2 + (rows[:, features] > thresholds)
        return leaf

    def score(self, rows: Floats) -> Floats:
        """Sum of the leaves that each row reaches, (n,)."""
        total: Floats = self.leaves[np.arange(len(self.leaves)), self.reached(rows)].sum(axis=1)
        return total

    def shares(self, rows: Floats) -> Floats:
        """Share of each feature in each row's score, (n, features); they and `expected` add up."""
        found = np.zeros(rows.shape)
        shares = self._leaf_shares[np.arange(len(self.leaves)), self.reached(rows)]
        for level in range(self.features.shape[1]):
            for tree, feature in enumerate(self.features[:, level]):
                found[:, feature] += shares[:, tree, level]
        return found

    @property
    def expected(self) -> float:
        """What the trees say of somebody of whom nothing is known."""
        return float((self.leaves * self.cover).sum())

    @cached_property
    def _leaf_shares(self) -> Floats:
        """Shapley value of each question at each leaf, (T, 2^d, d)."""
        depth = self.features.shape[1]
        shares = np.zeros((*self.leaves.shape, depth))
        for level in range(depth):
            others = [i for i in range(depth) if i != level]
            for size in range(depth):
                weight = 1 / (depth * comb(depth - 1, size))
                for known in combinations(others, size):
                    gain = self._expectation((*known, level)) - self._expectation(known)
                    shares[:, :, level] += weight * gain
        return shares

    def _expectation(self, known: tuple[int, ...]) -> Floats:
        """What a tree is expected to say once the `known` levels are answered, per leaf."""
        depth = self.features.shape[1]
        shape = (len(self.leaves), *[2] * depth)
        unknown = tuple(1 + level for level in range(depth) if level not in known)
        cover = self.cover.reshape(shape)
        total = (self.leaves.reshape(shape) * cover).sum(axis=unknown, keepdims=True)
        weight = cover.sum(axis=unknown, keepdims=True)
        plain = self.leaves.reshape(shape).mean(axis=unknown, keepdims=True)
        # A combination of answers that nobody gave has no cover to weigh by.
        mean = np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), plain)
        return np.broadcast_to(mean, shape).reshape(self.leaves.shape)
