"""NEWS2 of whole patients over time, as one more channel that rules look at.

The score is taken at every whole minute of the patient's own measured time that a reading falls
into the minute before: at the same instants however the readings arrive in batches. A minute is
scored when readings beyond it have come, or when the clock says that it is over.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from analytics.book import NEWS2_CHANNEL
from analytics.desk import Desk
from analytics.detectors.base import Floats, Ints
from analytics.outcome import Readings
from analytics.rules import NEWS2
from analytics.scores.news2 import STALE_AFTER_S, News2, news2
from analytics.scores.recorded import METRICS as _METRICS
from analytics.scores.recorded import inputs
from analytics.wording import named

STEP_MS: Final = 60_000


def whole_step(time_ms: Ints) -> Ints:
    """The first whole minute at or after each time."""
    steps: Ints = -(-time_ms // STEP_MS) * STEP_MS
    return steps


class Patient:
    """What is known of one patient's inputs: the newest before this run, and those in it."""

    def __init__(self, desk: Desk, slots: list[int], live: Readings | None = None) -> None:
        """Gather the inputs of the patient with these slots.

        `live` are this run's readings by slot, then ascending in time, before they went into
        the records.
        """
        self.desk = desk
        self._inputs: dict[str, tuple[Ints, Floats]] = {}
        owners = {desk.book.channels[slot].patient_id for slot in slots}
        self._scale = 1 if owners.isdisjoint(desk.book.scale_2) else 2
        self.row = -1
        times: dict[str, list[Ints]] = {name: [] for name in _METRICS}
        values: dict[str, list[Floats]] = {name: [] for name in _METRICS}
        for slot in slots:
            channel = desk.book.channels[slot]
            (row,) = desk.rows(np.array([slot])).tolist()
            if channel.number == NEWS2_CHANNEL:
                self.row = row
            if channel.metric not in times:
                continue
            old = desk.records[row]
            if old["last_ms"] >= 0:
                times[channel.metric].append(np.array([old["last_ms"]], np.int64))
                values[channel.metric].append(np.array([old["last_value"]]))
            if live is not None:
                mine = slice(*np.searchsorted(live.slots, (slot, slot + 1)))
                times[channel.metric].append(live.time_ms[mine])
                values[channel.metric].append(live.value[mine])
        for name in _METRICS:
            if times[name]:
                time, value = np.concatenate(times[name]), np.concatenate(values[name])
                order = np.argsort(time, kind="stable")
                self._inputs[name] = time[order], value[order]

    @property
    def newest_ms(self) -> int:
        """Measured time of the newest input, negative without any."""
        newest = [int(times[-1]) for times, _ in self._inputs.values() if len(times)]
        return max(newest, default=-1)

    def pending_instants(self, until_ms: int) -> Ints:
        """Instants up to `until_ms` that are to be scored and have not been; ascending."""
        if self.row < 0 or not self._inputs:
            return np.empty(0, np.int64)
        steps = np.unique(whole_step(np.concatenate([t for t, _ in self._inputs.values()])))
        done = int(self.desk.records["last_ms"][self.row])
        return steps[(steps > done) & (steps <= until_ms)]

    def score(self, instants: Ints) -> News2:
        """NEWS2 at each instant, from the newest readings at or before it."""
        readings: dict[str, Floats] = {}
        ages: dict[str, Floats] = {}
        for name in _METRICS:
            times, values = self._inputs.get(name, (np.empty(0, np.int64), np.empty(0)))
            index = np.searchsorted(times, instants, side="right") - 1
            found = index >= 0
            readings[name] = np.where(found, values[index] if len(values) else np.nan, np.nan)
            age_ms = instants - (times[index] if len(times) else 0)
            ages[name] = np.where(found, age_ms / 1000, 0.0)
        chosen, ages_s = inputs(readings, ages)
        return news2(chosen, ages_s, scale=self._scale, stale_after_s=STALE_AFTER_S)


def update(desk: Desk, patients: list[Patient], until_ms: list[int], seen_ms: int) -> None:
    """Score every patient's instants up to `until_ms` (by patient) and follow the scores."""
    for patient, until in zip(patients, until_ms, strict=True):
        instants = patient.pending_instants(until)
        if not len(instants):
            continue
        desk.scored[desk.book.channels[desk.slots[patient.row]].patient_id] = patient
        minimum = patient.score(instants).minimum.astype(np.float64)
        rows = np.full(len(instants), patient.row, np.int64)
        scores = desk.score(rows, instants, minimum)
        desk.seen.extend(desk.follow("live", rows, instants, scores))
        record = desk.records[patient.row : patient.row + 1]
        record["last_ms"] = record["newest_ms"] = instants[-1]
        record["last_value"] = minimum[-1]
        record["seen_ms"] = seen_ms


def annotate(desk: Desk) -> None:
    """Add to every change of a patient's NEWS2 what a person should know besides its number."""
    for i, change in enumerate(desk.changes):
        if change.condition == NEWS2:
            slots = desk.book.slots_of_patient(change.patient_id)
            patient = desk.scored.get(change.patient_id) or Patient(desk, slots)
            score = patient.score(np.array([change.event.at_ms], np.int64))
            desk.changes[i] = replace(change, note=note(score))


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
