"""From what series show to what patients have: one condition over all series that can show it."""

from dataclasses import replace
from typing import Final

from analytics.book import Book
from analytics.outcome import Change, Finding
from analytics.rules import Priority
from analytics.tracking import IDLE, PRESENT, WAITING, Event, Kind

_PHASE_AFTER: Final = {
    Kind.BEGAN: WAITING,
    Kind.LASTED: PRESENT,
    Kind.WORSENED: PRESENT,
    Kind.EASED: PRESENT,
    Kind.ENDED: IDLE,
    Kind.EXPIRED: IDLE,
    Kind.CORRECTED: IDLE,
}
ENDS: Final = frozenset({Kind.ENDED, Kind.EXPIRED, Kind.CORRECTED})


class Conditions:
    """Conditions as of the events that were taken in so far; before them, as they are remembered.

    A condition is as present as in the series where it is most so.
    """

    def __init__(self, book: Book) -> None:
        """Start from what `book` remembers."""
        self._book = book
        self._phase: dict[tuple[int, int], int] = {}
        self._severe: dict[tuple[int, int], bool] = {}

    def merge(self, event: Event, slot: int, lane: int) -> Change | None:
        """Take in an event of a lane of a slot; what it changes for the patient, if anything."""
        watch = self._book.watch(slot, lane)
        if watch is None:
            return None
        channel, condition = self._book.channels[slot], watch.rule.condition
        members = self._book.members(channel.patient_id, condition, lane)
        others = [member for member in members if member != slot]
        # What the other series show stays as it is.
        elsewhere = max((self._phase_of(one, lane) for one in others), default=IDLE)
        severe_elsewhere = any(self._is_severe(one, lane) for one in others)
        before = max(elsewhere, self._phase_of(slot, lane))
        was_severe = severe_elsewhere or self._is_severe(slot, lane)
        self._take(event.kind, slot, lane)
        phase = max(elsewhere, self._phase[slot, lane])
        severe = severe_elsewhere or self._is_severe(slot, lane)
        kind = event.kind
        eased = was_severe and not severe and phase == PRESENT
        if eased:
            # Also where the series that was severe ends while another still shows the condition.
            event = replace(event, kind=Kind.EASED)
        if (
            eased
            or (kind is Kind.WORSENED and not was_severe)
            or (kind is Kind.BEGAN and before == IDLE)
            or (kind is Kind.LASTED and before < PRESENT)
            or (before > phase == IDLE)
        ):
            return Change(event, channel.patient_id, condition, watch.rule, channel)
        return None

    def _take(self, kind: Kind, slot: int, lane: int) -> None:
        self._phase[slot, lane] = _PHASE_AFTER[kind]
        if kind is Kind.WORSENED:
            self._severe[slot, lane] = True
        elif kind is Kind.EASED or kind in ENDS:
            self._severe[slot, lane] = False

    def _phase_of(self, slot: int, lane: int) -> int:
        known = self._phase.get((slot, lane))
        return int(self._book.memory.phase["live"][slot, lane]) if known is None else known

    def _is_severe(self, slot: int, lane: int) -> bool:
        known = self._severe.get((slot, lane))
        if known is not None:
            return known
        # Who is idle is not severe, which is seen without the tracks.
        memory = self._book.memory
        idle = memory.phase["live"][slot, lane] == IDLE
        return not idle and bool(memory.tracks["live"][slot, lane]["severe"])

    def finding(self, event: Event, slot: int, lane: int) -> Finding | None:
        """What an event of late readings shows in retrospect, if anything."""
        watch, over = self._book.watch(slot, lane), event.kind in ENDS
        if watch is None or event.kind is Kind.BEGAN or (over and not event.lasted):
            return None
        severe = event.score >= watch.rule.severe_score
        return Finding(
            channel=self._book.channels[slot],
            rule=watch.rule,
            started_ms=event.started_ms,
            activated_ms=event.at_ms if event.kind is Kind.LASTED else None,
            ended_ms=event.at_ms if over else None,
            score=event.score,
            worst_ms=event.worst_ms,
            priority=Priority.HIGH if severe else watch.rule.priority,
        )
