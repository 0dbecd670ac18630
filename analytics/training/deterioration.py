"""Train the deterioration score: `python -m analytics.training.deterioration --data FILE`.

One member per fifth of the patients, trained on the other four. The label is weighted so that it
tells less about the hour of stay: for hour of stay t, with n1 labelled and n0 other rows, an other
row weighs (n1 / n0)^BALANCE. Changes against a patient's own past may speak in one direction only
(faster, hotter, lower pressure and saturation: worse): without that, trees read a small change
of either sign as "this record is young", which is a clock.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.scores.deterioration import FORMAT, Model
from analytics.scores.vital_trends import FEATURES, SIGNALS, fresh, step
from analytics.training.boosting import Plan, Table, binned, boost, edges_of, prior
from analytics.training.stays import Bools, Floats, Ints, Stays

MEMBERS: Final = 5
BALANCE: Final = 0.5
OTHER_ROWS: Final = 0.4
"""Share of the rows without label that a member sees; they weigh more in return."""

WORSE: Final = dict(zip(SIGNALS, (1, -1, 1, -1, -1, -1, 1, 1, -1), strict=True))
"""Signal -> direction of a change for the worse."""

ONE_WAY: Final = frozenset({"trend", "change", "drift"})
"""Kinds of feature that are held to that direction."""

_LAST_HOUR: Final = 72


def features_of(stays: Stays) -> Floats:
    """Features of every row, by the same steps as live; float32 to fit in memory."""
    lengths = np.diff(stays.start)
    order = np.argsort(-lengths, kind="stable")
    first, lengths = stays.start[:-1][order], lengths[order]
    state = fresh(len(order))
    found = np.empty((len(stays.label), len(FEATURES)), np.float32)
    for hour in range(int(lengths[0])):
        there = int(np.searchsorted(-lengths, -hour))
        rows = first[:there] + hour
        found[rows] = step(state[:there], stays.values[rows])
    return found  # type: ignore[return-value]  # half the memory, same use


def directions() -> Ints:
    """Direction that each of `FEATURES` is held to, 0 for none."""
    pairs = (name.split(":") for name in FEATURES)
    return np.array([WORSE[signal] if kind in ONE_WAY else 0 for kind, signal in pairs])


def balanced(stays: Stays, rows: Bools) -> Floats:
    """Weight of every row, from the counts per hour of stay in `rows`."""
    hour = np.minimum(stays.hour, _LAST_HOUR)
    labelled = 1 + np.bincount(hour[rows], stays.label[rows], _LAST_HOUR + 1)
    other = 1 + np.bincount(hour[rows], 1 - stays.label[rows], _LAST_HOUR + 1)
    weight: Floats = np.where(stays.label > 0, 1.0, ((labelled / other) ** BALANCE)[hour])
    return weight


def member(stays: Stays, features: Floats, patients: Bools, plan: Plan) -> dict[str, Any]:
    """Train one member on some stays."""
    mine = patients[stays.stay]
    weight = balanced(stays, mine) * np.where(stays.label > 0, 1.0, 1 / OTHER_ROWS)
    drawn = np.random.default_rng(plan.seed).random(len(mine)) < OTHER_ROWS
    rows = np.flatnonzero(mine & (drawn | (stays.label > 0)))
    seen = features[rows]
    edges = edges_of(seen, plan.bins)
    table = Table(binned(seen, edges), edges, directions())
    trees = list(boost(table, stays.label[rows], weight[rows], plan))
    return {
        "bias": round(prior(stays.label[rows], weight[rows]), 6),
        "features": [list(tree.features) for tree in trees],
        "thresholds": [list(tree.thresholds) for tree in trees],
        "leaves": [[round(float(leaf), 4) for leaf in tree.leaves] for tree in trees],
        "cover": [[round(float(share), 4) for share in tree.cover] for tree in trees],
    }


def document(stays: Stays, members: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Weights document of these members, without thresholds."""
    return {
        "format": FORMAT,
        "version": "1",
        "card": "docs/reference/deterioration-score.md",
        "data": "PhysioNet/CinC Challenge 2019, hospital A (Reyna 2020), CC BY 4.0",
        "trained_on": stays.fingerprint,
        "features": list(FEATURES),
        "thresholds": {},
        "members": list(members),
    }


def train(stays: Stays, plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    """Weights, and their figures on patients that each member has not seen."""
    features, folds = features_of(stays), stays.folds(MEMBERS)
    members = [member(stays, features, folds != fold, plan) for fold in range(MEMBERS)]
    weights = document(stays, members)
    scores = Model.parse(weights).replay(stays.values, stays.start, folds.tolist())
    figures = stays.judge(scores)
    weights["thresholds"] = {
        burden: round(found["threshold"], 4) for burden, found in figures["at_burden"].items()
    }
    return weights, figures


def strata(stays: Stays) -> dict[str, Bools]:
    """Two halves of the stays, by how ill or how monitored they are: stand-ins for hospitals."""

    def mean(values: Floats) -> Floats:
        return np.add.reduceat(values, stays.start[:-1]) / np.diff(stays.start)

    rate, pressure = stays.values[:, 0], stays.values[:, 3]
    fast = mean(np.nan_to_num(rate / pressure, nan=0.7))
    taken = mean(np.isfinite(stays.values[:, 2]).astype(np.float64))
    cuffed = mean(np.isfinite(stays.values[:, 5]).astype(np.float64))
    halves = {"shock index": fast, "temperatures taken": taken, "diastolic pressures": cuffed}
    return {name: share > np.median(share) for name, share in halves.items()}


def shifted(stays: Stays, plan: Plan) -> dict[str, Any]:
    """Figures on one half of the stays of members that were trained on the other half."""
    features, found = features_of(stays), {}
    for name, half in strata(stays).items():
        for words, judged in ((f"more {name}", half), (f"fewer {name}", ~half)):
            weights = document(stays, [member(stays, features, ~judged, plan)])
            part = stays.taking(judged)
            found[words] = part.judge(Model.parse(weights).replay(part.values, part.start))
    return found


def main(words: Sequence[str]) -> None:
    """Train, print the figures and write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="recording to train on")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).parents[1] / "scores" / "deterioration.json",
        help="where the weights go",
    )
    parser.add_argument("--trees", type=int, default=Plan().trees, help="trees of each member")
    parser.add_argument(
        "--shift", action="store_true", help="instead, train on one half and judge on the other"
    )
    given = parser.parse_args(words)
    stays, plan = Stays.load(given.data), Plan(trees=given.trees)
    if given.shift:
        sys.stdout.write(json.dumps(shifted(stays, plan), indent=1) + "\n")
        return
    weights, figures = train(stays, plan)
    text = json.dumps(weights, separators=(",", ":")).replace('{"bias"', '\n{"bias"')
    given.out.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
