"""The deterioration score against simpler ones, on hourly stays with labels."""

import json
import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.scores.deterioration import Model
from analytics.training.stays import Floats, Stays
from analytics.weights import deterioration
from benchmarks.eval.baselines import BASELINES

CUT_HOURS: Final = 24
"""How much of the beginning of each stay is taken away to see whether the score keeps time."""

SETTLED_HOURS: Final = 12

_NOTE: Final = (
    "intensive care stays with the label of a challenge; not a recording of a ward or of wearables"
)


def run(data: Path, figures: Path | None, scores: Path | None) -> str:
    """Judge the shipped score and the baselines; write what is asked for; return a table.

    Raises:
        RecordingError: `data` does not hold hourly stays with labels.

    """
    found, values = judge(Stays.load(data), deterioration())
    if figures is not None:
        figures.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if scores is not None:
        with scores.open("wb") as file:
            np.save(file, values)
    return table(found)


def judge(stays: Stays, model: Model) -> tuple[dict[str, Any], Floats]:
    """Return all figures, and the score of every row."""
    own = stays.fingerprint == model.trained_on
    members = stays.folds(len(model.members)).tolist() if own else None
    values = model.replay(stays.values, stays.start, members)
    found = {
        "model": f"deterioration:{model.version}",
        "validation": "out_of_fold" if own else "external",
        "note": _NOTE,
        "stays": len(stays.number),
        "septic_stays": int(stays.septic.sum()),
        "rows": len(values),
        **stays.judge(values),
        "clock": clock(stays, model, values, members),
        "baselines": {name: stays.judge(score(stays)) for name, score in BASELINES.items()},
    }
    if not own:
        # At the threshold that was fixed at home: what would have been met without looking.
        limits = model.thresholds.items()
        found["at_shipped_threshold"] = {
            burden: stays.report(values >= limit) for burden, limit in limits
        }
    return found, values


def clock(
    stays: Stays, model: Model, values: Floats, members: list[int] | None
) -> dict[str, float | None]:
    """Whether the score keeps time.

    `correlation_with_hour`: over all rows, hours after 72 counting as 72. `shift_when_cut`: mean
    change of the score, in its standard deviations, when the first 24 h of each stay are taken
    away, from 12 h after the cut on. A clock would fall by hours; a score of vital signs stays.
    """
    hour = np.minimum(stays.hour, 72)
    found: dict[str, float | None] = {
        "correlation_with_hour": round(float(np.corrcoef(values, hour)[0, 1]), 4),
        "shift_when_cut": None,
    }
    late = stays.hour >= CUT_HOURS
    long = np.diff(stays.start) > CUT_HOURS + SETTLED_HOURS
    rows = late & long[stays.stay]
    if not rows.any():
        return found
    lengths = np.diff(stays.start)[long] - CUT_HOURS
    start = np.concatenate(([0], np.cumsum(lengths)))
    mine = None if members is None else np.asarray(members)[long].tolist()
    again = model.replay(stays.values[rows], start, mine)
    settled = stays.hour[rows] >= CUT_HOURS + SETTLED_HOURS
    change = (again - values[rows])[settled].mean() / values.std()
    return found | {"shift_when_cut": round(float(change), 4)}


def table(found: dict[str, Any]) -> str:
    """Figures for people."""
    head = "sensitivity at 0.25 / 0.5 / 1.0 alerts a day"
    title = f"{found['model']}, {found['validation']}: {found['stays']} stays"
    lines = [
        f"{title}, {found['septic_stays']} septic ({found['note']})",
        f"{'':16}{head:>46}{'lead h':>8}{'AUROC':>8}{'hour-matched':>14}",
    ]
    for name, one in {"deterioration": found, **found["baselines"]}.items():
        reports = one["at_burden"].values()
        caught = " / ".join(f"{report['sensitivity']:.3f}" for report in reports)
        lead = one["at_burden"]["0.5"]["median_lead_h"]
        lead = math.nan if lead is None else lead
        auroc, matched = one["auroc"], one["hour_matched_auroc"]
        lines.append(f"{name:16}{caught:>46}{lead:>8.1f}{auroc:>8.3f}{matched:>14.3f}")
    with_hour, cut = found["clock"].values()
    lines.append(
        f"clock: correlation with the hour {with_hour}, shift when {CUT_HOURS} h are cut {cut}"
    )
    return "\n".join(lines)
