"""The desk at which a run works: a copy of what is remembered of some patients, and what happens.

The book stays as it is until the outcome has been stored: a transaction that fails costs the
copy and nothing else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from analytics.book import Book
from analytics.conditions import ENDS, Conditions
from analytics.detectors.base import Bools, Detector, Floats, Ints, State
from analytics.memory import Sheet
from analytics.outcome import Change, Finding, Outcome
from analytics.profiles import SIDES
from analytics.rules import TECHNICAL_LANES
from analytics.strands import Strands
from analytics.tracking import IDLE, Event, Timing, Track

if TYPE_CHECKING:
    from analytics.early_warning import Inputs


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of one lane of one row."""

    event: Event
    row: int
    lane: int


class Desk:
    """What is remembered of some patients, all their channels, and what happens to them.

    Attributes:
        slots: int64 (k,), ascending; a row is an index into it.
        records: Columns (k,) and tracks, copies.
        metric: uint8 (k,), id of each channel's metric, 0 for a score.
        patient: int64 (k,), number of each channel's patient.
        device: int64 (k,), number of each channel's device, -1 where it has none.
        score: bool (k,), a NEWS2.

    """

    def __init__(self, book: Book, slots: Ints) -> None:
        """Work on `slots`, which must be all channels of their patients."""
        self.book = book
        self.slots = slots
        self.records = Sheet(book.memory, slots)
        self.metric, self.score = book.metric[slots], book.score[slots]
        self.patient, self.device = book.patient[slots], book.device[slots]
        self.profile = book.profile[slots]
        self._marked = np.zeros(len(slots), np.bool_)
        self._conditions = Conditions(book)
        self.seen: list[Seen] = []
        self.changes: list[Change] = []
        self.findings: list[Finding] = []
        self.failures: list[str] = []
        self.scored_count = 0
        self.inputs: Inputs | None = None
        """Inputs of the patients whose NEWS2 was taken in this run."""

    def rows(self, slots: Ints) -> Ints:
        """Row of each slot, all of which must be on the desk."""
        rows: Ints = np.searchsorted(self.slots, slots)
        return rows

    def learn(
        self, detector: Detector, strands: Strands, value: Floats, time_ms: Ints | None = None
    ) -> Floats:
        """Scores (n,) of a detector that remembers; it remembers these values (n,) too.

        `time_ms` (n,) is given where it goes by another clock.
        """
        scores: Floats = np.full(len(value), np.nan)
        with self._surviving(detector):
            state = self.records.state(detector.name, strands.rows)
            rows = strands.each(np.arange(len(strands)))
            times = strands.time_ms if time_ms is None else time_ms
            scores[:] = detector.learn(state, rows, times, value)
        return scores

    @contextmanager
    def _surviving(self, detector: Detector) -> Iterator[None]:
        """A detector that fails has no opinion; whatever it is, the others go on."""
        try:
            yield
        except Exception:  # noqa: BLE001 (of any detector, any failure)
            self.failures.append(detector.name)

    def thresholds(self, lane: int) -> Floats:
        """Score from which the condition of a lane holds, by row (k,)."""
        found: Floats = self.book.profiles.threshold[self.profile, lane]
        return found

    def mark(self, rows: Ints) -> None:
        """Note that these rows have changed: whatever is not marked is not stored."""
        self._marked[rows] = True

    def follow_limits(
        self, kind: str, strands: Strands, doubted: Bools | None = None
    ) -> list[Seen]:
        """Follow the limits of both sides, on the tracks `kind` ("live" or "late").

        A reading that is `doubted` (n,) has no score, and interrupts what has not lasted yet.
        """
        seen: list[Seen] = []
        if not len(strands):
            return seen
        lowest, highest = self._extremes(strands, doubted)
        profile, last_ms = self.profile[strands.rows], strands.last_ms
        for lane, detector in enumerate(self.book.detectors[:SIDES]):
            state = self.book.profiles.limits[lane]

            def score(part: Strands, state: State = state, detector: Detector = detector) -> Floats:
                mine = part.each(self.profile[part.rows])
                return detector.score(state, mine, part.time_ms, part.value)

            with self._surviving(detector):
                # One end or the other is the worst: no reading between them is further out.
                reached = detector.score(state, profile, last_ms, lowest) >= 0
                reached |= detector.score(state, profile, last_ms, highest) >= 0
                seen += self._follow(kind, lane, strands, reached, score, doubted)
        return seen

    @staticmethod
    def _extremes(strands: Strands, doubted: Bools | None) -> tuple[Floats, Floats]:
        """Lowest and highest value of each series (k,) that is not doubted; NaN without any."""
        lowest = np.minimum.reduceat(strands.value, strands.starts)
        highest = np.maximum.reduceat(strands.value, strands.starts)
        if doubted is not None:
            mixed = strands.showing(doubted)
            part, index = strands.some(mixed)
            sure = np.where(doubted[index], np.nan, part.value)
            lowest[mixed] = np.fmin.reduceat(sure, part.starts)
            highest[mixed] = np.fmax.reduceat(sure, part.starts)
        return lowest, highest

    def follow_lane(self, lane: int, strands: Strands, raw: Floats) -> list[Seen]:
        """Follow a lane in which a detector gave these scores (n,)."""
        limit = self.thresholds(lane)[strands.rows]
        if np.isnan(limit).all():
            return []
        hits = np.flatnonzero(raw >= np.nanmin(limit))
        groups = np.searchsorted(strands.starts, hits, side="right") - 1
        reached = np.zeros(len(strands), np.bool_)
        reached[groups[raw[hits] >= limit[groups]]] = True
        scored = replace(strands, value=raw)
        return self._follow(
            "live",
            lane,
            scored,
            reached,
            lambda part: part.value - self.thresholds(lane)[part.each(part.rows)],
        )

    def _follow(  # noqa: PLR0913, PLR0917 (a lane, its readings and what is known of them)
        self,
        kind: str,
        lane: int,
        strands: Strands,
        reached: Bools,
        score: Callable[[Strands], Floats],
        doubted: Bools | None = None,
    ) -> list[Seen]:
        """Follow the tracks of a lane in those series (k,) that reach a limit, or have before.

        `score` gives the scores of the readings of some series.
        """
        seen: list[Seen] = []
        tracks = self.records.tracks[kind]
        stirring = reached | (tracks.phase[strands.rows, lane] != IDLE)
        if not stirring.any():
            return seen
        part, index = strands.some(stirring)
        before = self.records[self._clock_of(kind, lane)][part.rows].tolist()
        times, scores = part.time_ms.tolist(), score(part).tolist()
        unsure = None if doubted is None else doubted[index].tolist()
        ends = (part.starts + part.lengths).tolist()
        for i, (row, start) in enumerate(
            zip(part.rows.tolist(), part.starts.tolist(), strict=True)
        ):
            watch = self.book.watch(int(self.slots[row]), lane)
            if watch is None:
                continue
            track, mine = tracks.take(row, lane), slice(start, ends[i])
            doubts = None if unsure is None else unsure[mine]
            _walk(track, before[i], times[mine], scores[mine], doubts, watch.timing)
            tracks.put(row, lane, track)
            seen.extend([Seen(event, row, lane) for event in track.events])
        return seen

    def _clock_of(self, kind: str, lane: int) -> str:
        """Field with the newest reading that a track has been told of."""
        if kind == "late":
            return "late_ms"
        return "newest_ms" if lane in TECHNICAL_LANES else "last_ms"

    def idle(self, lane: int) -> bool:
        """Whether no rule looks at a lane, and nothing is open in it that should end."""
        closed = bool((self.records.tracks["live"].phase[:, lane] == IDLE).all())
        return closed and not np.isfinite(self.thresholds(lane)).any()

    def wait(self, row: int, lane: int, until_ms: int) -> None:
        """Let time go by for one live track, without a reading."""
        tracks = self.records.tracks["live"]
        watch = self.book.watch(int(self.slots[row]), lane)
        track = tracks.take(row, lane)
        if watch is None:
            track = Track()
        else:
            last_ms = int(self.records[self._clock_of("live", lane)][row])
            track.wait(last_ms, until_ms, watch.timing)
        tracks.put(row, lane, track)
        self._marked[row] = True
        self.seen.extend(Seen(event, row, lane) for event in track.events)

    def conclude(self) -> None:
        """Turn events of series into changes of conditions, in the order of their times."""
        # Of what happens at one instant, an end comes last: another series may take over.
        for seen in sorted(self.seen, key=lambda one: (one.event.at_ms, one.event.kind in ENDS)):
            change = self._conditions.merge(seen.event, int(self.slots[seen.row]), seen.lane)
            if change is not None:
                self.changes.append(change)
        self.seen.clear()
        self.changes.sort(key=lambda change: change.event.at_ms)

    def find(self, seen: list[Seen]) -> None:
        """Turn events of late readings into retrospective findings."""
        for one in seen:
            found = self._conditions.finding(one.event, int(self.slots[one.row]), one.lane)
            if found is not None:
                self.findings.append(found)

    def outcome(self) -> Outcome:
        """What the run came to."""
        return Outcome(
            sheets=[self.records],
            touched=[np.flatnonzero(self._marked)],
            changes=self.changes,
            findings=self.findings,
            scored=self.scored_count,
            failures=self.failures,
        )


def _walk(  # noqa: PLR0913, PLR0917 (readings of one series are three columns)
    track: Track,
    last_ms: int,
    times: list[int],
    scores: list[float],
    doubted: list[bool] | None,
    timing: Timing,
) -> None:
    """Follow one track over its readings; doubted ones between them interrupt it."""
    if doubted is None or True not in doubted:
        track.follow(last_ms, times, scores, timing)
        return
    first = 0
    for unsure, alike in groupby(doubted):
        end = first + len(list(alike))
        if unsure:
            track.interrupt(last_ms, times[first], timing)
        else:
            track.follow(last_ms, times[first:end], scores[first:end], timing)
            last_ms = times[end - 1]
        first = end
