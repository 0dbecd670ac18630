"""The engine: readings or the passing of time in, an outcome out. No I/O.

    outcome = engine.run(readings, now_ms)     # nothing has changed yet
    ...                                        # store the outcome in one transaction
    engine.accept(outcome)                     # now it has

An outcome that is not accepted leaves no trace. Detectors that learn must therefore keep what
they learn in the record of the channel.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import silence
from analytics.book import Book, Records, fresh_records
from analytics.desk import Desk, Seen
from analytics.detectors.base import Bools, Floats, Ints, runs
from analytics.early_warning import IS_INPUT, STEP_MS, Inputs, annotate, update, whole_step
from analytics.judging import judge, unusual
from analytics.outcome import Change, Outcome, Readings
from analytics.profiles import DELAYS, SIDES
from analytics.rules import MINIMUM_QUALITY, TECHNICAL_LANES
from analytics.silence import SilenceSettings
from analytics.tracking import IDLE, NEVER, Event, Kind, Track, waiting

LATE_SETTLED_MS: Final = 60_000
"""After so long without more of a backlog, its last episode is taken as it stands."""


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
        readings = readings.in_order()
        desk = Desk(self.book, self.book.with_company(readings.slots))
        if not len(readings):
            return desk.outcome()
        desk.scored_count = len(readings)
        late = self._late(desk, readings, now_ms)
        if late.any():
            self._take_late(desk, readings.take(late))
            readings = readings.take(~late)
        self._take_live(desk, _new(desk, readings))
        desk.conclude()
        annotate(desk)
        return desk.outcome()

    def tick(self, now_ms: int, watched_since_ms: int) -> Outcome:
        """Let the clock reach `now_ms`: delays end, minutes are over, devices fall silent."""
        clock_ms = self._clock(now_ms)
        due, lanes = self._due(clock_ms)
        backlog = self._settled_backlogs(now_ms)
        minutes = self._minutes_over(now_ms)
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
        self.book.put(outcome.slots, outcome.records)

    def _late(self, desk: Desk, readings: Readings, now_ms: int) -> NDArray[np.bool_]:
        """Readings that say nothing about now: backlog, too old, or older than what is known."""
        rows = desk.rows(readings.slots)
        hold_ms = self.book.profiles.times["hold_ms"].max(axis=1)[self.book.profile[readings.slots]]
        expired = (hold_ms > 0) & (readings.time_ms < now_ms - hold_ms)
        behind = readings.received_ms - readings.time_ms > self.settings.late_after_ms
        overtaken = readings.time_ms < desk.records["newest_ms"][rows]
        late: NDArray[np.bool_] = readings.historical | behind | expired | overtaken
        return late

    def _take_live(self, desk: Desk, live: Readings) -> None:
        if not len(live):
            return
        rows = desk.rows(live.slots)
        scores, believed = judge(desk, rows, live)
        desk.seen.extend(desk.follow("live", rows, live.time_ms, scores))
        starts, lengths = runs(rows)
        mine, ends = rows[starts], starts + lengths - 1
        received = np.maximum.reduceat(live.received_ms, starts)
        desk.mark(mine)
        self._hear(desk, mine, received)
        desk.records["newest_ms"][mine] = live.time_ms[ends]
        self._take_believed(desk, rows, live, believed, int(received.max()))
        self._pass_time(desk, mine, desk.records["newest_ms"][mine])

    def _take_believed(
        self, desk: Desk, rows: Ints, live: Readings, believed: Bools, received_ms: int
    ) -> None:
        """Tell what the patient's own values say; an artefact says that nobody knows."""
        fit = live.value if believed.all() else np.where(believed, live.value, np.nan)
        scores = desk.score(rows, live.time_ms, fit)
        desk.seen.extend(desk.follow("live", rows, live.time_ms, scores, ~believed))
        if not believed.all():
            live, rows = live.take(believed), rows[believed]
        if not len(live):
            return
        desk.seen.extend(desk.follow("live", rows, live.time_ms, unusual(desk, rows, live)))
        due = self._due_for_score(desk, rows, live)
        if len(due):
            desk.inputs = Inputs(desk, due, live)
        last = np.flatnonzero(np.diff(rows, append=-1))
        desk.records["last_ms"][rows[last]] = live.time_ms[last]
        desk.records["last_value"][rows[last]] = live.value[last]
        if desk.inputs is not None:
            update(desk, desk.inputs, desk.inputs.newest_ms(), received_ms)

    def _pass_time(self, desk: Desk, rows: Ints, newest_ms: Ints) -> None:
        """Let the time of each device go by for its other series, and a patient's for the score.

        Otherwise the order of two series' events would depend on which is heard of first.
        Another device's clock may be another one, so it moves none but its own series.
        """
        book, records = self.book, desk.records
        device, patient = book.device[desk.slots], book.patient[desk.slots]
        by_device = np.full(len(book.device_ids) + 1, NEVER, np.int64)
        by_patient = np.full(int(patient.max()) + 1, NEVER, np.int64)
        # A channel without a device has the last place, which is not looked at.
        np.maximum.at(by_device, device[rows], newest_ms)
        # Only what is scored moves the score's time: what is scored later may change it.
        inputs = rows[IS_INPUT[desk.metric[rows]]]
        np.maximum.at(by_patient, patient[inputs], records["last_ms"][inputs])
        by_device[-1] = NEVER
        score = book.score[desk.slots]
        reached = np.where(score, by_patient[patient], by_device[device])
        open_, lanes = np.nonzero(records["live"]["phase"] != IDLE)
        due = self._due_ms(records, desk.slots, open_, lanes)
        ripe = (reached[open_] != NEVER) & (due <= reached[open_])
        for row, lane in zip(open_[ripe].tolist(), lanes[ripe].tolist(), strict=True):
            desk.wait(row, lane, int(reached[row]))

    def _due_for_score(self, desk: Desk, rows: Ints, live: Readings) -> Ints:
        """Rows of scores for which a minute of measured time is over with these readings."""
        patient, score = self.book.patient[desk.slots], self.book.score[desk.slots]
        newest = np.full(int(patient.max()) + 1, NEVER, np.int64)
        last = np.flatnonzero(np.diff(rows, append=-1))
        np.maximum.at(newest, patient[rows[last]], live.time_ms[last])
        step = newest[patient] // STEP_MS * STEP_MS
        return np.flatnonzero(score & (step > desk.records["last_ms"]))

    def _hear(self, desk: Desk, rows: Ints, received_ms: Ints) -> None:
        """Note arrivals; a device that was silent is so no longer."""
        records = desk.records
        gap = (received_ms - records["seen_ms"][rows]).astype(np.float64)
        records["gap_ms"][rows] = silence.next_gap(
            records["gap_ms"][rows], records["arrivals"][rows], gap
        )
        records["arrivals"][rows] += 1
        records["seen_ms"][rows] = np.maximum(records["seen_ms"][rows], received_ms)
        device = self.book.device[desk.slots]
        back = np.unique(device[rows[records["silent"][rows]]])
        for number in back[back >= 0].tolist():
            records["silent"][device == number] = False
            desk.mark(np.flatnonzero(device == number))
            self._silence_change(desk, number, Kind.ENDED, int(received_ms.max()), NEVER)

    def _take_late(self, desk: Desk, late: Readings) -> None:
        late = late.take(~(late.quality < MINIMUM_QUALITY))
        if not len(late):
            return
        rows = desk.rows(late.slots)
        first, lengths = runs(rows)
        last = first + lengths - 1
        records = desk.records
        # A backlog that goes back in time is another one: it is followed from its beginning.
        again = rows[first][late.time_ms[first] <= records["late_ms"][rows[first]]]
        records["late"][again] = fresh_records(len(again))["late"]
        scores = desk.score(rows, late.time_ms, late.value)
        desk.find(desk.follow("late", rows, late.time_ms, scores))
        desk.mark(rows[last])
        records["late_ms"][rows[last]] = late.time_ms[last]
        records["late_seen_ms"][rows[last]] = late.received_ms[last]

    def _clock(self, now_ms: int) -> Ints:
        """Measured time of each channel by now: its newest reading and what went by since."""
        records = self.book.records
        clock: Ints = records["newest_ms"] + np.maximum(now_ms - records["seen_ms"], 0)
        return clock

    def _due(self, clock_ms: Ints) -> tuple[Ints, Ints]:
        """Slots and lanes (m,) that time alone would change by now."""
        records = self.book.records
        slots, lanes = np.nonzero(records["live"]["phase"] != IDLE)
        due = self._due_ms(records, np.arange(len(records)), slots, lanes) <= clock_ms[slots]
        return slots[due], lanes[due]

    def _due_ms(self, records: Records, slots: Ints, rows: Ints, lanes: Ints) -> Floats:
        """When time alone would change each track (m,) of `records`, which are those of `slots`."""
        technical = np.isin(lanes, TECHNICAL_LANES)
        last_ms = np.where(technical, records["newest_ms"][rows], records["last_ms"][rows])
        times = {name: self.book.times(name, slots[rows], lanes) for name in DELAYS}
        return waiting(records["live"][rows, lanes], last_ms, **times)

    def _settled_backlogs(self, now_ms: int) -> Ints:
        records = self.book.records
        open_ = (records["late"]["phase"] != IDLE).any(axis=1)
        return np.flatnonzero(open_ & (records["late_seen_ms"] + LATE_SETTLED_MS <= now_ms))

    def _minutes_over(self, now_ms: int) -> Ints:
        """Slots of scores whose newest readings lie in a minute that the clock has ended."""
        used = len(self.book)
        records, patient = self.book.records[:used], self.book.patient[:used]
        score = self.book.score[:used]
        count = int(patient.max(initial=-1)) + 1
        newest, seen = np.full(count, NEVER, np.int64), np.full(count, NEVER, np.int64)
        np.maximum.at(newest, patient[~score], records["last_ms"][~score])
        np.maximum.at(seen, patient[~score], records["seen_ms"][~score])
        step = -(-newest // STEP_MS) * STEP_MS
        over = (newest >= 0) & (newest + np.maximum(now_ms - seen, 0) >= step)
        slots = np.flatnonzero(score)
        mine = patient[slots]
        return slots[over[mine] & (step[mine] > records["last_ms"][slots])]

    def _tick_minutes(self, desk: Desk, slots: Ints, now_ms: int) -> None:
        if len(slots):
            desk.inputs = Inputs(desk, desk.rows(slots))
            update(desk, desk.inputs, whole_step(desk.inputs.newest_ms()), now_ms)

    def _slots_of_device(self, number: int) -> Ints:
        return np.flatnonzero(self.book.device[: len(self.book)] == number)

    def _fall_silent(self, desk: Desk, silent: list[tuple[int, int]], now_ms: int) -> None:
        for number, heard_ms in silent:
            mine = np.flatnonzero(self.book.device[desk.slots] == number)
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


def _new(desk: Desk, live: Readings) -> Readings:
    """Leave out readings for an instant of their series that has been scored already."""
    known = live.time_ms == desk.records["newest_ms"][desk.rows(live.slots)]
    known[1:] |= (live.slots[1:] == live.slots[:-1]) & (live.time_ms[1:] == live.time_ms[:-1])
    return live.take(~known) if known.any() else live


def _settle(desk: Desk, row: int) -> None:
    """End the backlog of a channel: an episode at its end lasted as long as it may have."""
    desk.mark(np.array([row]))
    record = desk.records[row : row + 1]
    last_ms = int(record["late_ms"][0])
    seen: list[Seen] = []
    for side in range(SIDES):
        watch = desk.book.watch(int(desk.slots[row]), side)
        track = Track.of(record["late"][0, side])
        if watch is None or track.phase == IDLE:
            continue
        track.pass_time(last_ms + watch.timing.hold_ms, watch.timing)
        if track.phase != IDLE:
            track.end(last_ms)
        record["late"][0, side] = track.record()
        seen.extend(Seen(event, row, side) for event in track.events)
    desk.find(seen)
