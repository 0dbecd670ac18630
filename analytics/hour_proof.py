"""What an alarm of the hourly deterioration score was computed from, and computing it again. Pure.

A proof holds the state from before the first hour, the newest value of each vital sign in every
hour up to the one that called, which of them were scored, and the track before that. The score and
its track give the same outcome for the same of these.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np

from analytics import proof as proofs
from analytics.hours import OPEN_TRACK, STATE_VERSION, Plan, Tracks, episodes, state_of
from analytics.proof import UnprovableError
from analytics.rules import Rule
from analytics.scores import replay
from analytics.scores.deterioration import Model
from analytics.scores.hourly import HOUR_MS, Row
from analytics.scores.replay import Bools, Floats
from analytics.scores.vital_trends import INPUTS

KIND: Final = "hours"


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """What consecutive hours of a patient are computed from.

    Attributes:
        plan: Which hours, and the state before them.
        values: (n, 7) newest value of each of `INPUTS` in each hour, NaN where not measured.
        measured: (n,), whether anything at all was measured in the hour.

    """

    plan: Plan
    values: Floats
    measured: Bools


def make(stay: Stay, rows: Mapping[int, Row], track: bytes | None = None) -> dict[str, Any]:
    """Prove what the scores `rows` (by hour, ascending) say, as JSON.

    `track` is the one before them, empty where there was none; None for hours of long ago, which
    are followed from their first one on.
    """
    known, last = stay.plan.known, max(rows)
    count = last - stay.plan.first + 1
    return {
        "kind": KIND,
        "weights": rows[last].version,
        "signals": rows[last].parts["signals"],
        "first": stay.plan.first,
        "before": known.hour,
        "state": None if known.state is None else _text(known.state.tobytes()),
        "state_version": STATE_VERSION,
        "values": {
            name: [None if np.isnan(value) else float(value) for value in column]
            for name, column in zip(INPUTS, stay.values[:count].T, strict=True)
        },
        "measured": stay.measured[:count].tolist(),
        "scored": list(rows),
        "track": None if track is None else _text(track),
    }


def hours_of(proof: Mapping[str, Any]) -> range:
    """Every hour, as numbers since 1970."""
    return range(proof["first"], proof["first"] + len(proof["measured"]))


def shown(proof: Mapping[str, Any]) -> list[tuple[int, dict[str, float]]]:
    """Hours in which something was measured: (when each began in ms, its newest values)."""
    found = []
    for i, hour in enumerate(hours_of(proof)):
        values = {name: column[i] for name, column in proof["values"].items()}
        known = {name: value for name, value in values.items() if value is not None}
        if known:
            found.append((hour * HOUR_MS, known))
    return found


def check(proof: Mapping[str, Any], model: Model) -> None:
    """Hold a proof to what can be computed today.

    Raises:
        UnprovableError: It was made with other weights, or its state is of another layout.

    """
    if proof["weights"] != replay.version_of(model):
        message = f"it was made with other weights: {proof['weights']}"
        raise UnprovableError(message)
    if proof["state_version"] != STATE_VERSION:
        message = "it was made by another version of the engine"
        raise UnprovableError(message)


def again(
    proof: Mapping[str, Any],
    patient_id: UUID,
    rule: Rule,
    stored: tuple[Floats, Bools],
    model: Model,
) -> list[dict[str, Any]]:
    """What these values (n, 7), of hours that were measured (n,), say under this rule now."""
    values, measured = stored
    first, chosen = proof["first"], np.zeros(len(measured), np.bool_)
    chosen[np.array(proof["scored"], np.int64) - first] = True
    payload = None if proof["state"] is None else b64decode(proof["state"])
    stretch = replay.Stretch(
        first, range(len(measured)), proof["before"], state_of(STATE_VERSION, payload)
    )
    replayed = replay.replay(values, measured, [stretch])
    rows = {first + row.index: row for row in replay.score_rows(model, replayed, chosen)}
    if proof["track"] is None:
        return [proofs.found(one) for one in episodes(patient_id, rows, rule)]
    return _live(proof, patient_id, rule, rows)


def _live(
    proof: Mapping[str, Any], patient_id: UUID, rule: Rule, rows: Mapping[int, Row]
) -> list[dict[str, Any]]:
    record = b64decode(proof["track"])
    tracks = Tracks()
    if record:
        tracks.open[patient_id] = np.frombuffer(record, OPEN_TRACK)[0]
    results = []
    for hour, row in rows.items():
        changes = tracks.take(patient_id, (hour + 1) * HOUR_MS, row, rule)
        results += [proofs.told(change) for change in changes]
    return results


def changed(
    proof: Mapping[str, Any], values: Floats, measured: Bools
) -> Sequence[tuple[int, str, float | None, float | None]]:
    """Where stored readings give other values: (hour, input, then, now), ascending."""
    found = []
    for i, hour in enumerate(hours_of(proof)):
        here = []
        for k, name in enumerate(INPUTS):
            then = proof["values"][name][i]
            now = None if np.isnan(values[i, k]) else float(values[i, k])
            if then != now:
                here.append((hour, name, then, now))
        if not here and proof["measured"][i] != bool(measured[i]):
            here.append((hour, "anything", None, None))
        found += here
    return found


def _text(content: bytes) -> str:
    return b64encode(content).decode()
