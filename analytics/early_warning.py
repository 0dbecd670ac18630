"""NEWS2 of all patients over time, as one more channel that rules look at.

The score is taken at every whole minute of the patient's own measured time that a reading falls
into the minute before: at the same instants however the readings arrive in batches. A minute is
scored when readings beyond it have come, or when the clock says that it is over.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from analytics.desk import Desk
from analytics.detectors.base import Floats, Ints
from analytics.newest import Newest
from analytics.rules import NEWS2
from analytics.scores.news2 import News2, news2, stale_after
from analytics.scores.recorded import METRICS as _RECORDED
from analytics.scores.recorded import inputs
from analytics.strands import Strands
from analytics.wording import named
from telemetry.metrics import METRICS

STEP_MS: Final = 60_000
_IDS: Final = {name: METRICS[name].id for name in _RECORDED}
IS_INPUT: Final = np.isin(np.arange(256), list(_IDS.values()))
"""bool (256,), whether the metric with this id is an input."""


def whole_step(time_ms: Ints) -> Ints:
    """The first whole minute at or after each time."""
    steps: Ints = -(-time_ms // STEP_MS) * STEP_MS
    return steps


class Inputs:
    """What is known of the inputs of some patients: the newest before this run, and those in it.

    Attributes:
        rows: int64 (p,), ascending rows of the patients' scores.

    """

    def __init__(self, desk: Desk, rows: Ints, live: Strands | None = None) -> None:
        """Gather the inputs of the patients whose scores have these rows.

        `live` are this run's readings that are believed, before they went into the records.
        """
        self._desk = desk
        self.rows = np.sort(rows)
        patient = desk.patient
        # Number of each patient on the desk -> place among those asked for, -1 for others.
        place = np.full(int(patient.max(initial=-1)) + 1, -1, np.int64)
        place[patient[self.rows]] = np.arange(len(self.rows))
        records = desk.records
        known = np.flatnonzero(
            IS_INPUT[desk.metric] & (records["last_ms"] >= 0) & (place[patient] >= 0)
        )
        owner, metric = [place[patient[known]]], [desk.metric[known]]
        time_ms, value = [records["last_ms"][known]], [records["last_value"][known]]
        if live is not None:
            mine = IS_INPUT[desk.metric[live.rows]] & (place[patient[live.rows]] >= 0)
            new, _ = live.some(mine)
            owner.append(new.each(place[patient[new.rows]]))
            metric.append(new.each(desk.metric[new.rows]))
            time_ms.append(new.time_ms)
            value.append(new.value)
        self._owner, self._time_ms = np.concatenate(owner), np.concatenate(time_ms)
        of, values = np.concatenate(metric), np.concatenate(value)
        self._newest = {
            name: Newest(self._owner[mine], self._time_ms[mine], values[mine])
            for name, number in _IDS.items()
            if (mine := of == number).any()
        }

    def newest_ms(self) -> Ints:
        """Measured time of the newest input of each patient (p,), negative without any."""
        newest = np.full(len(self.rows), -1, np.int64)
        np.maximum.at(newest, self._owner, self._time_ms)
        return newest

    def pending(self, until_ms: Ints) -> tuple[Ints, Ints]:
        """Places and instants up to `until_ms` (p,) that are to be scored; by place, ascending."""
        steps = whole_step(self._time_ms)
        done = self._desk.records["last_ms"][self.rows]
        due = (steps > done[self._owner]) & (steps <= until_ms[self._owner])
        owner, minute = self._owner[due], steps[due] // STEP_MS
        # One number for both: pairs of numbers take much longer to sort.
        first = int(minute.min()) if len(minute) else 0
        span = int(minute.max()) - first + 1 if len(minute) else 1
        pairs = np.unique(owner * span + (minute - first))
        return pairs // span, (pairs % span + first) * STEP_MS

    def score(self, places: Ints, instants: Ints) -> News2:
        """NEWS2 of patients at instants (m,), from the newest readings at or before them."""
        values: dict[str, Floats] = {}
        ages_s: dict[str, Floats] = {}
        for name, newest in self._newest.items():
            values[name], age_ms = newest.at(places, instants)
            ages_s[name] = age_ms / 1000
        if not values:
            values["heart_rate"] = np.full(len(places), np.nan)
        chosen, ages_s = inputs(values, ages_s)
        book = self._desk.book
        patients = [book.channels[slot].patient_id for slot in self._desk.slots[self.rows].tolist()]
        scale = np.array([2 if patient in book.scale_2 else 1 for patient in patients], np.int64)
        # Nobody has times of their own, as a rule: then no place is looked at.
        chosen_places = places.tolist() if book.stale_after else []
        limits = stale_after([book.stale_after.get(patients[place]) for place in chosen_places])
        return news2(chosen, ages_s, scale=scale[places], stale_after_s=limits)


def update(desk: Desk, inputs: Inputs, until_ms: Ints, seen_ms: int) -> None:
    """Score every patient's instants up to `until_ms` (p,) and follow the scores."""
    places, instants = inputs.pending(until_ms)
    if not len(places):
        return
    minimum = inputs.score(places, instants).minimum.astype(np.float64)
    strands = Strands.of(inputs.rows[places], instants, minimum)
    desk.seen += desk.follow_limits("live", strands)
    mine, last = strands.rows, strands.last
    desk.mark(mine)
    desk.records["last_ms"][mine] = desk.records["newest_ms"][mine] = instants[last]
    desk.records["last_value"][mine] = minimum[last]
    desk.records["seen_ms"][mine] = seen_ms


def annotate(desk: Desk) -> None:
    """Add to every change of a patient's NEWS2 what a person should know besides its number."""
    changed = [i for i, change in enumerate(desk.changes) if change.condition == NEWS2]
    if not changed:
        return
    slots = [desk.book.slot(desk.changes[i].channel) for i in changed]
    rows = desk.rows(np.array(slots, np.int64))
    # A patient whom only time has moved on was not scored in this run.
    scored = np.isin(rows, [] if desk.inputs is None else desk.inputs.rows)
    for known, mine in ((desk.inputs, scored), (None, ~scored)):
        if not mine.any():
            continue
        inputs_ = known or Inputs(desk, np.unique(rows[mine]))
        which = np.flatnonzero(mine)
        at_ms = np.array([desk.changes[changed[k]].event.at_ms for k in which], np.int64)
        score = inputs_.score(np.searchsorted(inputs_.rows, rows[mine]), at_ms)
        for number, k in enumerate(which.tolist()):
            change = desk.changes[changed[k]]
            desk.changes[changed[k]] = replace(change, note=note(score, number))


def note(score: News2, row: int = 0) -> str:
    """What a person should know of a score besides its number."""
    parts = []
    if score.maximum[row] > score.minimum[row]:
        parts.append(f"at least {score.minimum[row]}, at most {score.maximum[row]}")
    unknown = score.names(score.missing | score.stale, row)
    if unknown:
        parts.append("unknown: " + ", ".join(named(name) for name in unknown))
    settling = score.settling_name(row)
    if settling is not None:
        parts.append(f"measure {named(settling)} first")
    return "; ".join(parts)
