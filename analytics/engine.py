"""The engine: readings or the passing of time in, an outcome out. No I/O.

    outcome = engine.run(readings, now_ms)     # nothing has changed yet
    ...                                        # store the outcome in one transaction
    engine.accept(outcome)                     # now it has

An outcome that is not accepted leaves no trace. Detectors that learn must therefore keep what
they learn in the record of the channel.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from analytics import ripe, silence
from analytics.book import Book
from analytics.desk import Desk, Seen
from analytics.detectors.base import Bools, Ints, runs, whole
from analytics.early_warning import IS_INPUT, STEP_MS, Inputs, annotate, update, whole_step
from analytics.judging import judge, unusual
from analytics.outcome import Change, Outcome, Readings
from analytics.profiles import SIDES
from analytics.rules import MINIMUM_QUALITY
from analytics.silence import SilenceSettings
from analytics.strands import Strands
from analytics.tracking import IDLE, NEVER, Event, Kind, Track

PART: Final = 150_000
"""Readings that are looked at together: their columns stay in the processor's memory."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What the engine can be told from outside."""

    late_after_ms: int = 900_000
    """A reading that was received later than this after it was measured is a late one."""
    silence: SilenceSettings = field(default_factory=SilenceSettings)


class Engine:
    """Scores readings of all patients and follows every condition."""

    def __init__(self, book: Book, settings: EngineSettings | None = None) -> None:
        """Work on `book`, which only `accept` changes."""
        self.book = book
        self.settings = settings or EngineSettings()

    def run(self, readings: Readings, now_ms: int) -> Outcome:
        """Take in a batch. Every channel in it, and its patient's others, must be open."""
        usable = np.isfinite(readings.value)
        if not usable.all():
            readings = readings.take(usable)
        if not len(readings):
            return Outcome()
        parts = self._parts(readings.in_order())
        return Outcome.together([self._run(part, now_ms) for part in parts])

    def _parts(self, readings: Readings) -> list[Readings]:
        """Cut a batch between patients, into parts that stay near the processor."""
        if len(readings) <= PART:
            return [readings]
        starts, lengths = runs(readings.slots)
        patient = self.book.patient[readings.slots[starts]]
        order = np.argsort(patient, kind="stable")
        if (order[1:] < order[:-1]).any():
            readings = readings.take(whole(starts, lengths, order))
            patient, lengths = patient[order], lengths[order]
        ends = np.cumsum(lengths)[np.flatnonzero(np.diff(patient, append=-1))]
        # The last patient's end before each full part, and the end of all.
        cuts = ends[np.flatnonzero(np.diff(ends // PART, append=-1))].tolist()
        return [readings.take(slice(a, b)) for a, b in pairwise([0, *cuts])]

    def _run(self, readings: Readings, now_ms: int) -> Outcome:
        slots = readings.slots
        desk = Desk(self.book, self.book.with_company(slots[runs(slots)[0]]))
        desk.scored_count = len(readings)
        strands = self._strands(desk, readings)
        late = self._late(desk, strands, readings, now_ms)
        if late is not None:
            self._take_late(desk, readings.take(late))
            readings = readings.take(~late)
            strands = self._strands(desk, readings)
        repeated = _repeated(desk, strands)
        if repeated is not None:
            readings = readings.take(~repeated)
            strands = self._strands(desk, readings)
        self._take_live(desk, strands, readings)
        desk.conclude()
        annotate(desk)
        return desk.outcome()

    @staticmethod
    def _strands(desk: Desk, readings: Readings) -> Strands:
        starts, lengths = runs(readings.slots)
        rows = desk.rows(readings.slots[starts])
        return Strands(rows, starts, lengths, readings.time_ms, readings.value)

    def tick(self, now_ms: int, watched_since_ms: int) -> Outcome:
        """Let the clock reach `now_ms`: delays end, minutes are over, devices fall silent."""
        clock_ms = ripe.clock(self.book, now_ms)
        due, lanes = ripe.tracks(self.book, clock_ms)
        backlog = ripe.settled_backlogs(self.book, now_ms)
        minutes = ripe.minutes_over(self.book, now_ms)
        silent = silence.silent_devices(self.book, now_ms, watched_since_ms, self.settings.silence)
        mute = [int(slot) for number, _ in silent for slot in self._slots_of_device(number)]
        slots = np.concatenate((due, backlog, minutes, mute))
        desk = Desk(self.book, self.book.with_company(slots.astype(np.int64)))
        self._tick_minutes(desk, minutes, now_ms)
        for row, lane, slot in zip(desk.rows(due).tolist(), lanes.tolist(), due, strict=True):
            desk.wait(row, lane, int(clock_ms[slot]))
        for slot in backlog.tolist():
            _settle(desk, int(desk.rows(np.array(slot))))
        self._fall_silent(desk, silent, now_ms)
        desk.conclude()
        annotate(desk)
        return desk.outcome()

    def accept(self, outcome: Outcome) -> None:
        """Make an outcome, which has been stored, what is remembered."""
        for sheet in outcome.sheets:
            sheet.put()

    def _late(self, desk: Desk, strands: Strands, readings: Readings, now_ms: int) -> Bools | None:
        """Readings that say nothing about now: backlog, too old, or older than what is known."""
        rows = strands.rows
        holds_ms = self.book.profiles.times["hold_ms"].max(axis=1)
        hold_ms = holds_ms[desk.profile[rows]]
        oldest_ms = np.where(hold_ms > 0, now_ms - hold_ms, NEVER)
        known_ms = np.maximum(desk.records["newest_ms"][rows], oldest_ms)
        lag_ms = readings.received_ms - readings.time_ms
        first_ms = readings.time_ms[strands.starts]
        behind = bool(lag_ms.max(initial=0) > self.settings.late_after_ms)
        if not (behind or (first_ms < known_ms).any() or readings.historical.any()):
            return None
        late: Bools = readings.historical | (lag_ms > self.settings.late_after_ms)
        late |= readings.time_ms < strands.each(known_ms)
        return late if late.any() else None

    def _take_live(self, desk: Desk, strands: Strands, live: Readings) -> None:
        if not len(strands):
            return
        doubted = judge(desk, strands, live)
        received = np.maximum.reduceat(live.received_ms, strands.starts)
        desk.mark(strands.rows)
        self._hear(desk, strands.rows, received)
        newest_ms = strands.last_ms
        desk.records["newest_ms"][strands.rows] = newest_ms
        self._take_believed(desk, strands, doubted, int(received.max()))
        self._pass_time(desk, strands.rows, newest_ms)

    def _take_believed(
        self, desk: Desk, strands: Strands, doubted: Bools, received_ms: int
    ) -> None:
        """Tell what the patient's own values say; an artefact says that nobody knows."""
        some = bool(doubted.any())
        desk.seen += desk.follow_limits("live", strands, doubted if some else None)
        believed = strands.only(~doubted) if some else strands
        if not len(believed):
            return
        unusual(desk, believed)
        due = self._due_for_score(desk, believed)
        if len(due):
            desk.inputs = Inputs(desk, due, believed)
        last = believed.last
        desk.records["last_ms"][believed.rows] = believed.time_ms[last]
        desk.records["last_value"][believed.rows] = believed.value[last]
        if desk.inputs is not None:
            update(desk, desk.inputs, desk.inputs.newest_ms(), received_ms)

    def _pass_time(self, desk: Desk, rows: Ints, newest_ms: Ints) -> None:
        """Let the time of each device go by for its other series, and a patient's for the score.

        Otherwise the order of two series' events would depend on which is heard of first.
        Another device's clock may be another one, so it moves none but its own series.
        """
        records, device, patient = desk.records, desk.device, desk.patient
        by_device = np.full(len(self.book.device_ids) + 1, NEVER, np.int64)
        by_patient = np.full(int(patient.max()) + 1, NEVER, np.int64)
        # A channel without a device has the last place, which is not looked at.
        np.maximum.at(by_device, device[rows], newest_ms)
        # Only what is scored moves the score's time: what is scored later may change it.
        inputs = rows[IS_INPUT[desk.metric[rows]]]
        np.maximum.at(by_patient, patient[inputs], records["last_ms"][inputs])
        by_device[-1] = NEVER
        reached = np.where(desk.score, by_patient[patient], by_device[device])
        tracks = records.tracks["live"]
        open_, lanes = ripe.stirring(tracks.phase)
        technical = ripe.IS_TECHNICAL[lanes]
        last_ms = np.where(technical, records["newest_ms"][open_], records["last_ms"][open_])
        due = ripe.due_ms(self.book, tracks.many(open_, lanes), last_ms, desk.slots[open_], lanes)
        over = (reached[open_] != NEVER) & (due <= reached[open_])
        for row, lane in zip(open_[over].tolist(), lanes[over].tolist(), strict=True):
            desk.wait(row, lane, int(reached[row]))

    def _due_for_score(self, desk: Desk, believed: Strands) -> Ints:
        """Rows of scores for which a minute of measured time is over with these readings."""
        newest = np.full(int(desk.patient.max()) + 1, NEVER, np.int64)
        np.maximum.at(newest, desk.patient[believed.rows], believed.last_ms)
        step = newest[desk.patient] // STEP_MS * STEP_MS
        return np.flatnonzero(desk.score & (step > desk.records["last_ms"]))

    def _hear(self, desk: Desk, rows: Ints, received_ms: Ints) -> None:
        """Note arrivals; a device that was silent is so no longer."""
        records = desk.records
        gap = (received_ms - records["seen_ms"][rows]).astype(np.float64)
        records["gap_ms"][rows] = silence.next_gap(
            records["gap_ms"][rows], records["arrivals"][rows], gap
        )
        records["arrivals"][rows] += 1
        records["seen_ms"][rows] = np.maximum(records["seen_ms"][rows], received_ms)
        device = desk.device
        back = np.unique(device[rows[records["silent"][rows]]])
        for number in back[back >= 0].tolist():
            records["silent"][device == number] = False
            desk.mark(np.flatnonzero(device == number))
            self._silence_change(desk, number, Kind.ENDED, int(received_ms.max()), NEVER)

    def _take_late(self, desk: Desk, late: Readings) -> None:
        late = late.take(~(late.quality < MINIMUM_QUALITY))
        if not len(late):
            return
        strands = self._strands(desk, late)
        rows, records = strands.rows, desk.records
        # A backlog that goes back in time is another one: it is followed from its beginning.
        back = late.time_ms[strands.starts] <= records["late_ms"][rows]
        tracks = records.tracks["late"]
        for row in rows[back].tolist():
            for side in np.flatnonzero(tracks.phase[row] != IDLE).tolist():
                tracks.put(row, side, Track())
        desk.find(desk.follow_limits("late", strands))
        desk.mark(rows)
        records["late_ms"][rows] = strands.last_ms
        records["late_seen_ms"][rows] = late.received_ms[strands.last]

    def _tick_minutes(self, desk: Desk, slots: Ints, now_ms: int) -> None:
        if len(slots):
            desk.inputs = Inputs(desk, desk.rows(slots))
            update(desk, desk.inputs, whole_step(desk.inputs.newest_ms()), now_ms)

    def _slots_of_device(self, number: int) -> Ints:
        return np.flatnonzero(self.book.device[: len(self.book)] == number)

    def _fall_silent(self, desk: Desk, silent: list[tuple[int, int]], now_ms: int) -> None:
        for number, heard_ms in silent:
            mine = np.flatnonzero(desk.device == number)
            desk.records["silent"][mine] = True
            desk.mark(mine)
            self._silence_change(desk, number, Kind.LASTED, now_ms, heard_ms)

    def _silence_change(
        self, desk: Desk, number: int, kind: Kind, at_ms: int, started_ms: int
    ) -> None:
        channel = self.book.channels[int(self._slots_of_device(number)[0])]
        device_id = self.book.device_ids[number]
        desk.changes.append(
            Change(
                Event(at_ms, kind, started_ms, 0.0, lasted=True),
                channel.patient_id,
                silence.condition(device_id),
                None,
                channel,
                device_id,
            )
        )


def _repeated(desk: Desk, strands: Strands) -> Bools | None:
    """Readings (n,) for an instant of their series that has been scored already."""
    if not len(strands):
        return None
    time_ms, starts = strands.time_ms, strands.starts
    again = np.zeros(len(time_ms), np.bool_)
    again[1:] = time_ms[1:] == time_ms[:-1]
    again[starts] = time_ms[starts] == desk.records["newest_ms"][strands.rows]
    return again if again.any() else None


def _settle(desk: Desk, row: int) -> None:
    """End the backlog of a channel: an episode at its end lasted as long as it may have."""
    desk.mark(np.array([row]))
    last_ms, tracks = int(desk.records["late_ms"][row]), desk.records.tracks["late"]
    seen: list[Seen] = []
    for side in range(SIDES):
        watch = desk.book.watch(int(desk.slots[row]), side)
        track = tracks.take(row, side)
        if watch is None or track.phase == IDLE:
            continue
        track.pass_time(last_ms + watch.timing.hold_ms, watch.timing)
        if track.phase != IDLE:
            track.end(last_ms, watch.timing)
        tracks.put(row, side, track)
        seen.extend(Seen(event, row, side) for event in track.events)
    desk.find(seen)
