"""A working copy of the records of some patients, on which a run writes.

The book stays as it is until the outcome has been stored: a transaction that fails costs the
copy and nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from analytics.book import Book
from analytics.detectors.base import Detector, Floats, Ints, runs
from analytics.outcome import Change, Finding, Outcome
from analytics.profiles import SIDES
from analytics.rules import TECHNICAL_LANES, Priority
from analytics.tracking import IDLE, PRESENT, WAITING, Event, Kind, Timing, Track

if TYPE_CHECKING:
    from analytics.early_warning import Inputs

_PHASE_AFTER: Final = {
    Kind.BEGAN: WAITING,
    Kind.LASTED: PRESENT,
    Kind.WORSENED: PRESENT,
    Kind.EASED: PRESENT,
    Kind.ENDED: IDLE,
    Kind.EXPIRED: IDLE,
}


Scores = dict[int, Floats]
"""Lane -> score of each reading (n,), from 0 on where its condition holds."""
_ENDS: Final = frozenset({Kind.ENDED, Kind.EXPIRED})


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of one lane of one row."""

    event: Event
    row: int
    lane: int


class Desk:
    """Records of some patients, all their channels, and what happens to them.

    Attributes:
        slots: int64 (k,), ascending; a row is an index into it.
        records: (k,), copies.
        metric: uint8 (k,), id of each channel's metric, 0 for a score.

    """

    def __init__(self, book: Book, slots: Ints) -> None:
        """Copy the records of `slots`, which must be all channels of their patients."""
        self.book = book
        self.slots = slots
        self.records = book.copy(slots)
        self.metric = book.metric[slots]
        self._marked = np.zeros(len(slots), np.bool_)
        self._row = np.full(len(book.records), -1, np.int64)
        self._row[slots] = np.arange(len(slots))
        stirring = np.argwhere(self.records["live"]["phase"] != IDLE)
        tracks = self.records["live"][tuple(stirring.T)]
        places = [(int(slots[row]), lane) for row, lane in stirring.tolist()]
        self._phase = dict(zip(places, map(int, tracks["phase"]), strict=True))
        self._severe = {
            place for place, severe in zip(places, tracks["severe"].tolist(), strict=True) if severe
        }
        self.seen: list[Seen] = []
        self.changes: list[Change] = []
        self.findings: list[Finding] = []
        self.failures: list[str] = []
        self.scored_count = 0
        self.inputs: Inputs | None = None
        """Inputs of the patients whose NEWS2 was taken in this run."""

    def rows(self, slots: Ints) -> Ints:
        """Row of each slot, all of which must be on the desk."""
        return self._row[slots]

    def score(self, rows: Ints, time_ms: Ints, value: Floats) -> Scores:
        """Scores of readings against the limits of both sides."""
        scores: Scores = {}
        profile = self.book.profile[self.slots[rows]]
        for lane, detector in enumerate(self.book.detectors[:SIDES]):
            state = self.book.profiles.limits[lane]
            with self._surviving(detector):
                scores[lane] = detector.score(state, profile, time_ms, value)
        return scores

    def learn(self, detector: Detector, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Scores (n,) of a detector that remembers; it remembers these readings too."""
        scores = np.full(len(rows), np.nan)
        with self._surviving(detector):
            scores[:] = detector.learn(self.records[detector.name], rows, time_ms, value)
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
        return self.book.thresholds(self.slots, lane)

    def mark(self, rows: Ints) -> None:
        """Note that these rows have changed: whatever is not marked is not stored."""
        self._marked[rows] = True

    def follow(
        self,
        kind: str,
        rows: Ints,
        time_ms: Ints,
        scores: Scores,
        doubted: NDArray[np.bool_] | None = None,
    ) -> list[Seen]:
        """Follow the tracks `kind` ("live" or "late"); readings by row, then ascending in time.

        Only tracks on which something may begin or end are looked at one by one. A reading that
        is `doubted` has no score, and interrupts what has not lasted yet.
        """
        seen: list[Seen] = []
        if not len(rows):
            return seen
        starts, lengths = runs(rows)
        ends, mine = starts + lengths, rows[starts]
        tracks = self.records[kind]
        for lane, score in scores.items():
            before = self.records[self._clock_of(kind, lane)]
            for group in self._stirring(tracks["phase"][:, lane], score, starts, mine).tolist():
                row, part = int(mine[group]), slice(starts[group], ends[group])
                watch = self.book.watch(int(self.slots[row]), lane)
                if watch is None:
                    continue
                track = Track.of(tracks[row, lane])
                unsure = None if doubted is None else doubted[part]
                _walk(track, int(before[row]), time_ms[part], score[part], unsure, watch.timing)
                tracks[row, lane] = track.record()
                seen.extend(Seen(event, row, lane) for event in track.events)
        return seen

    def _clock_of(self, kind: str, lane: int) -> str:
        """Field with the newest reading that a track has been told of."""
        if kind == "late":
            return "late_ms"
        return "newest_ms" if lane in TECHNICAL_LANES else "last_ms"

    def _stirring(self, phase: NDArray[np.int8], score: Floats, starts: Ints, mine: Ints) -> Ints:
        """Series (of k) that reach a limit, or have reached it before."""
        hits = np.flatnonzero(score >= 0)
        reached = np.searchsorted(starts, hits, side="right") - 1
        return np.union1d(reached, np.flatnonzero(phase[mine] != IDLE))

    def idle(self, lane: int) -> bool:
        """Whether no rule looks at a lane, and nothing is open in it that should end."""
        closed = bool((self.records["live"]["phase"][:, lane] == IDLE).all())
        return closed and not np.isfinite(self.thresholds(lane)).any()

    def wait(self, row: int, lane: int, until_ms: int) -> None:
        """Let time go by for one live track, without a reading."""
        watch = self.book.watch(int(self.slots[row]), lane)
        track = Track.of(self.records["live"][row, lane])
        if watch is None:
            track = Track()
        else:
            last_ms = int(self.records[self._clock_of("live", lane)][row])
            track.wait(last_ms, until_ms, watch.timing)
        self.records["live"][row, lane] = track.record()
        self._marked[row] = True
        self.seen.extend(Seen(event, row, lane) for event in track.events)

    def conclude(self) -> None:
        """Turn events of series into changes of conditions, in the order of their times."""
        # Of what happens at one instant, an end comes last: another series may take over.
        for seen in sorted(self.seen, key=lambda one: (one.event.at_ms, one.event.kind in _ENDS)):
            self._merge(seen)
        self.seen.clear()
        self.changes.sort(key=lambda change: change.event.at_ms)

    def _merge(self, seen: Seen) -> None:
        """A condition is as present as in the series where it is most so."""
        slot = int(self.slots[seen.row])
        watch = self.book.watch(slot, seen.lane)
        if watch is None:
            return
        channel, condition = self.book.channels[slot], watch.rule.condition
        members = list(self.book.members(channel.patient_id, condition, seen.lane))

        def phase() -> int:
            return max(self._phase.get((member, seen.lane), IDLE) for member in members)

        def severe() -> bool:
            return any((member, seen.lane) in self._severe for member in members)

        before, was_severe = phase(), severe()
        event, kind = seen.event, seen.event.kind
        self._phase[slot, seen.lane] = _PHASE_AFTER[kind]
        if kind is Kind.WORSENED:
            self._severe.add((slot, seen.lane))
        elif kind is Kind.EASED or kind in _ENDS:
            self._severe.discard((slot, seen.lane))
        eased = was_severe and not severe() and phase() == PRESENT
        if eased:
            # Also where the series that was severe ends while another still shows the condition.
            event = replace(event, kind=Kind.EASED)
        if eased or (
            (kind is Kind.WORSENED and not was_severe)
            or (kind is Kind.BEGAN and before == IDLE)
            or (kind is Kind.LASTED and before < PRESENT)
            or (before > phase() == IDLE)
        ):
            self.changes.append(Change(event, channel.patient_id, condition, watch.rule, channel))

    def find(self, seen: list[Seen]) -> None:
        """Turn events of late readings into retrospective findings."""
        for one in seen:
            slot = int(self.slots[one.row])
            watch, event = self.book.watch(slot, one.lane), one.event
            over = event.kind in _ENDS
            if watch is None or event.kind is Kind.BEGAN or (over and not event.lasted):
                continue
            severe = event.score >= watch.rule.severe_score
            self.findings.append(
                Finding(
                    channel=self.book.channels[slot],
                    rule=watch.rule,
                    started_ms=event.started_ms,
                    activated_ms=event.at_ms if event.kind is Kind.LASTED else None,
                    ended_ms=event.at_ms if over else None,
                    score=event.score,
                    priority=Priority.HIGH if severe else watch.rule.priority,
                )
            )

    def outcome(self) -> Outcome:
        """What the run came to."""
        return Outcome(
            slots=self.slots,
            records=self.records,
            touched=self._marked,
            changes=self.changes,
            findings=self.findings,
            scored=self.scored_count,
            failures=self.failures,
        )


def _walk(  # noqa: PLR0913, PLR0917 (readings of one series are four columns)
    track: Track,
    last_ms: int,
    time_ms: Ints,
    score: Floats,
    doubted: NDArray[np.bool_] | None,
    timing: Timing,
) -> None:
    """Follow one track over its readings; doubted ones between them interrupt it."""
    if doubted is None or not doubted.any():
        usable = ~np.isnan(score)
        if usable.any():
            track.follow(last_ms, time_ms[usable], score[usable], timing)
        return
    turns = np.flatnonzero(doubted[1:] != doubted[:-1]) + 1
    for part in np.split(np.arange(len(doubted)), turns):
        usable = part[~np.isnan(score[part])]
        if doubted[part[0]]:
            track.interrupt(last_ms, int(time_ms[part[0]]), timing)
        elif len(usable):
            track.follow(last_ms, time_ms[usable], score[usable], timing)
            last_ms = int(time_ms[usable[-1]])
