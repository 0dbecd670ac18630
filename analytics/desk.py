"""A working copy of the records of some patients, on which a run writes.

The book stays as it is until the outcome has been stored: a transaction that fails costs the
copy and nothing else.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from analytics.book import SIDES, Book
from analytics.detectors.base import Floats, Ints
from analytics.outcome import Change, Finding, Outcome
from analytics.rules import Priority
from analytics.tracking import IDLE, PRESENT, WAITING, Event, Kind, Track

if TYPE_CHECKING:
    from analytics.early_warning import Patient

_PHASE_AFTER: Final = {
    Kind.BEGAN: WAITING,
    Kind.LASTED: PRESENT,
    Kind.WORSENED: PRESENT,
    Kind.EASED: PRESENT,
    Kind.ENDED: IDLE,
    Kind.EXPIRED: IDLE,
}


_ENDS: Final = frozenset({Kind.ENDED, Kind.EXPIRED})


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of one side of one row."""

    event: Event
    row: int
    side: int


class Desk:
    """Records of some patients, all their channels, and what happens to them.

    Attributes:
        slots: int64 (k,), ascending; a row is an index into it.
        records: (k,), copies.

    """

    def __init__(self, book: Book, slots: Ints) -> None:
        """Copy the records of `slots`, which must be all channels of their patients."""
        self.book = book
        self.slots = slots
        self.records = book.records[slots]
        self._before = self.records.copy()
        self._phase = {
            (slot, side): int(phase)
            for slot, phases in zip(slots.tolist(), self.records["live"]["phase"], strict=True)
            for side, phase in zip(SIDES, phases, strict=True)
            if phase != IDLE
        }
        self._severe = {
            (slot, side)
            for slot, severe in zip(slots.tolist(), self.records["live"]["severe"], strict=True)
            for side in SIDES
            if severe[side]
        }
        self.seen: list[Seen] = []
        self.changes: list[Change] = []
        self.findings: list[Finding] = []
        self.failures: list[str] = []
        self.scored_count = 0
        self.scored: dict[UUID, Patient] = {}
        """Patients whose NEWS2 was taken in this run, with their inputs."""

    def rows(self, slots: Ints) -> Ints:
        """Row of each slot, all of which must be on the desk."""
        return np.searchsorted(self.slots, slots)

    def score(self, rows: Ints, time_ms: Ints, value: Floats) -> Floats:
        """Scores of readings on both sides, (n, 2). A detector that fails has no opinion."""
        scores = np.full((len(rows), 2), np.nan)
        slots = self.slots[rows]
        for side, detector in enumerate(self.book.detectors):
            state = self.book.limits[side]
            try:
                scores[:, side] = detector.score(state, slots, time_ms, value)
                detector.learn(state, slots, time_ms, value)
            except Exception:  # noqa: BLE001 (whatever it is, the other detectors go on)
                self.failures.append(detector.name)
        return scores

    def follow(self, kind: str, rows: Ints, time_ms: Ints, scores: Floats) -> list[Seen]:
        """Follow the tracks `kind` ("live" or "late"); readings by row, then ascending in time.

        Only sides that are beyond a limit, or were, are looked at one by one.
        """
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        ends = np.append(starts[1:], len(rows))
        peaks = np.fmax.reduceat(scores, starts, axis=0)
        tracks = self.records[kind]
        stirring = (peaks >= 0) | (tracks["phase"][rows[starts]] != IDLE)
        last = self.records["last_ms" if kind == "live" else "late_ms"]
        seen: list[Seen] = []
        for group, side in np.argwhere(stirring).tolist():
            row = int(rows[starts[group]])
            watch = self.book.watch(int(self.slots[row]), side)
            part = slice(starts[group], ends[group])
            usable = ~np.isnan(scores[part, side])
            if watch is None or not usable.any():
                continue
            track = Track.of(tracks[row, side])
            track.follow(
                int(last[row]), time_ms[part][usable], scores[part, side][usable], watch.timing
            )
            tracks[row, side] = track.record()
            seen.extend(Seen(event, row, side) for event in track.events)
        return seen

    def wait(self, row: int, side: int, until_ms: int) -> None:
        """Let time go by for one live track, without a reading."""
        watch = self.book.watch(int(self.slots[row]), side)
        track = Track.of(self.records["live"][row, side])
        if watch is None:
            track = Track()
        else:
            track.wait(int(self.records["last_ms"][row]), until_ms, watch.timing)
        self.records["live"][row, side] = track.record()
        self.seen.extend(Seen(event, row, side) for event in track.events)

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
        watch = self.book.watch(slot, seen.side)
        if watch is None:
            return
        channel, condition = self.book.channels[slot], watch.rule.condition
        members = list(self.book.members(channel.patient_id, condition, seen.side))

        def phase() -> int:
            return max(self._phase.get((member, seen.side), IDLE) for member in members)

        def severe() -> bool:
            return any((member, seen.side) in self._severe for member in members)

        before, was_severe = phase(), severe()
        event, kind = seen.event, seen.event.kind
        self._phase[slot, seen.side] = _PHASE_AFTER[kind]
        if kind is Kind.WORSENED:
            self._severe.add((slot, seen.side))
        elif kind is Kind.EASED or kind in _ENDS:
            self._severe.discard((slot, seen.side))
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
            watch, event = self.book.watch(slot, one.side), one.event
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
        width = self.records.dtype.itemsize
        now, then = (
            np.ascontiguousarray(records).view(np.uint8).reshape(-1, width)
            for records in (self.records, self._before)
        )
        touched = (now != then).any(axis=1)
        return Outcome(
            slots=self.slots,
            records=self.records,
            touched=touched,
            changes=self.changes,
            findings=self.findings,
            scored=self.scored_count,
            failures=self.failures,
        )
