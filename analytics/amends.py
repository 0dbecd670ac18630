"""What rests on a reading that was corrected or deleted is settled: conditions and NEWS2. Pure.

The two limits of the series are followed again from what is stored now. Nobody is called by it: a
condition may end, or be less severe, and what would begin waits for the next reading.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from analytics.book import Book
from analytics.desk import Desk
from analytics.detectors.base import Ints
from analytics.early_warning import Inputs, annotate
from analytics.outcome import Change, Outcome
from analytics.profiles import SIDES, Watch
from analytics.rules import SIGN
from analytics.strands import Strands
from analytics.tracking import IDLE, NEVER, Event, Kind, Track

Series = tuple[list[int], list[float]]
"""Measured times (ms, ascending) and values of one series, as they are stored now."""
_TRACKS: Final = "live"


def amended(book: Book, stored: Mapping[int, Series], now_ms: int) -> Outcome:
    """Settle what rests on series, by their slots, of which a reading was taken out or changed."""
    if not stored:
        return Outcome()
    slots = np.array(sorted(stored), np.int64)
    desk = Desk(book, book.with_company(slots))
    for slot, (times, values) in stored.items():
        row = int(desk.rows(np.array([slot], np.int64))[0])
        records = desk.records
        records["last_ms"][row] = records["newest_ms"][row] = times[-1] if times else NEVER
        records["last_value"][row] = values[-1] if values else np.nan
        desk.mark(np.array([row]))
        for lane in range(SIDES):
            watch = book.watch(slot, lane)
            if watch is not None:
                _settle(desk, row, lane, watch, _follow(watch, lane, stored[slot], now_ms), now_ms)
    _score_again(desk)
    desk.conclude()
    annotate(desk)
    return desk.outcome()


def _follow(watch: Watch, lane: int, stored: Series, now_ms: int) -> Track:
    track, (times, values) = Track(), stored
    if times and watch.rule.enabled:
        scores = [SIGN[lane] * (value - watch.rule.limit) for value in values]
        track.follow(NEVER, times, scores, watch.timing)
        track.wait(times[-1], now_ms, watch.timing)
    return track


def _settle(desk: Desk, row: int, lane: int, watch: Watch, now: Track, now_ms: int) -> None:  # noqa: PLR0913, PLR0917 (one track, before and after)
    tracks = desk.records.tracks[_TRACKS]
    before = tracks.take(row, lane)
    if now.phase > before.phase:
        return
    lasted = any(event.kind is Kind.LASTED for event in now.events)
    eased = before.severe and not now.severe and now.phase != IDLE
    now.events.clear()
    tracks.put(row, lane, now)
    if now.phase == IDLE:
        _tell(desk, row, lane, watch, Event(now_ms, Kind.CORRECTED, now_ms, 0.0, lasted))
    elif eased:
        event = now.event(now_ms, Kind.EASED, watch.timing)
        _tell(desk, row, lane, watch, replace(event, lasted=True))


def _tell(desk: Desk, row: int, lane: int, watch: Watch, event: Event) -> None:
    """Tell of it, unless another series of the patient shows the condition."""
    slot, book = int(desk.slots[row]), desk.book
    channel, condition = book.channels[slot], watch.rule.condition
    others = [one for one in book.members(channel.patient_id, condition, lane) if one != slot]
    if all(book.memory.phase[_TRACKS][one, lane] == IDLE for one in others):
        desk.changes.append(Change(event, channel.patient_id, condition, watch.rule, channel))


def _score_again(desk: Desk) -> None:
    """Take NEWS2 anew at its newest instant, where it is raised: its inputs have changed."""
    raised = desk.records.tracks[_TRACKS].phase[:, :SIDES] != IDLE
    rows: Ints = np.flatnonzero(desk.score & raised.any(axis=1))
    if not len(rows):
        return
    inputs = Inputs(desk, rows)
    instants = desk.records["last_ms"][inputs.rows]
    minimum = inputs.score(np.arange(len(rows)), instants).minimum.astype(np.float64)
    desk.seen += desk.follow_limits(_TRACKS, Strands.of(inputs.rows, instants, minimum))
    desk.records["last_value"][inputs.rows] = minimum
    desk.mark(inputs.rows)
