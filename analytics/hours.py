"""Which hours of which patients are to be computed, and what their scores do to an alarm. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np

from analytics.book import Channel
from analytics.outcome import Change, Finding
from analytics.profiles import Watch
from analytics.rules import DETERIORATION, HIGH_SIDE, SIGN, Priority, Rule
from analytics.scores.hourly import HOUR_MS, Row
from analytics.scores.vital_trends import STATE, State
from analytics.tracking import IDLE, NEVER, TRACK, Event, Kind, Track, fresh
from analytics.wording import named

DETERIORATION_CHANNEL: Final = -2
"""Number under which the track of the score is remembered beside the engine's channels."""
DAY_HOURS: Final = 24
MOST_HOURS: Final = 168
"""Hours of one patient in one transaction, to the end of a day; a longer stretch goes on in the
next."""
LIVE_MS: Final = 2 * HOUR_MS
"""An hour that ended longer ago says nothing about now and raises nothing."""
STATE_VERSION: Final = 3
_NAMED_SIGNALS: Final = 3

OPEN_TRACK: Final = np.dtype([("last_ms", "<i8"), ("track", TRACK)])
"""When the newest score was taken, and the track."""


@dataclass(frozen=True, slots=True)
class Known:
    """State of a patient from before the first hour to compute, and the newest hour known."""

    hour: int | None = None
    state: State | None = None
    newest: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Consecutive hours of one patient to compute; numbers are hours since 1970.

    Attributes:
        first: The first hour.
        last: The last one, included.
        since: The first whose scores change; those before it only lead the state there.
        more: Whether hours after `last` are to be computed too, in another transaction.

    """

    patient_id: UUID
    first: int
    last: int
    since: int
    more: bool
    known: Known

    @property
    def hours(self) -> range:
        """Every hour."""
        return range(self.first, self.last + 1)


def plan(patient_id: UUID, marked: Sequence[int], known: Known) -> Plan:
    """Plan the hours that marks ask for; hours that came later are made from them too.

    A state is kept of the last hour with readings of each UTC day. So between the one before the
    first mark and that mark, only hours of the mark's own day can hold readings.

    >>> plan(UUID(int=1), [10], Known(hour=9, newest=9)).hours
    range(10, 11)
    >>> late = plan(UUID(int=1), [34, 36], Known(hour=20, newest=40))
    >>> late.first, late.since, late.last, late.more
    (24, 34, 40, False)
    """
    since = min(marked)
    newest = -1 if known.newest is None else known.newest
    wanted = max(*marked, newest)
    first = since
    if newest >= since:
        first = max(since // DAY_HOURS * DAY_HOURS, -1 if known.hour is None else known.hour + 1)
    # Up to the end of a day, so that no state of a later hour of it is lost.
    last = min(wanted, (first + MOST_HOURS) // DAY_HOURS * DAY_HOURS + DAY_HOURS - 1)
    return Plan(patient_id, first, last, since, last < wanted, known)


def state_of(version: int | None, payload: bytes | None) -> State | None:
    """A kept state; None where it is of another layout."""
    if payload is None or version != STATE_VERSION or len(payload) != STATE.itemsize:
        return None
    return np.frombuffer(payload, STATE).copy()


@dataclass(slots=True)
class Tracks:
    """Tracks of the deterioration score of every patient in whom it is, or was lately, raised."""

    open: dict[UUID, Any] = field(default_factory=dict)

    def load(self, rows: Sequence[tuple[UUID, int, bytes]]) -> None:
        """Take up what is remembered."""
        self.open = {
            patient_id: np.frombuffer(payload, OPEN_TRACK)[0]
            for patient_id, version, payload in rows
            if version == STATE_VERSION and len(payload) == OPEN_TRACK.itemsize
        }

    def observe(
        self, patient_id: UUID, at_ms: int, row: Row, rule: Rule
    ) -> tuple[Any, list[Change]]:
        """Follow one score at the end of its hour: (track to remember, or None; what changed)."""
        last_ms, track = self._of(patient_id)
        if at_ms <= last_ms:
            return self.open.get(patient_id), []
        _take(track, last_ms, at_ms, row, rule)
        return _outcome(patient_id, at_ms, track, rule, note(row))

    def take(self, patient_id: UUID, at_ms: int, row: Row, rule: Rule) -> list[Change]:
        """Follow one score at the end of its hour, and remember the track."""
        record, changes = self.observe(patient_id, at_ms, row, rule)
        if record is None:
            self.open.pop(patient_id, None)
        else:
            self.open[patient_id] = record
        return changes

    def expire(self, patient_id: UUID, now_ms: int, rule: Rule) -> tuple[Any, list[Change]]:
        """Let the time since the newest score go by, for as long as that has a say."""
        last_ms, track = self._of(patient_id)
        track.wait(last_ms, now_ms, Watch.of(rule).timing)
        return _outcome(patient_id, last_ms, track, rule, "")

    def _of(self, patient_id: UUID) -> tuple[int, Track]:
        record = self.open.get(patient_id)
        if record is None:
            return NEVER, Track.of(fresh(1)[0])
        return int(record["last_ms"]), Track.of(record["track"])


def _take(track: Track, last_ms: int, at_ms: int, row: Row, rule: Rule) -> None:
    timing = Watch.of(rule).timing
    limit = rule.limit if rule.enabled else np.inf
    track.follow(last_ms, [at_ms], [SIGN[HIGH_SIDE] * (row.minimum - limit)], timing)
    track.pass_time(at_ms, timing)


def episodes(patient_id: UUID, rows: Mapping[int, Row], rule: Rule) -> list[Finding]:
    """Episodes in scores by hour, ascending, of hours that were over long ago."""
    track, last_ms = Track(), NEVER
    for hour, row in rows.items():
        at_ms = (hour + 1) * HOUR_MS
        _take(track, last_ms, at_ms, row, rule)
        last_ms = at_ms
    if track.phase != IDLE:
        track.end(last_ms, Watch.of(rule).timing)
    channel = Channel(patient_id, DETERIORATION_CHANNEL, DETERIORATION)
    found: list[Finding] = []
    called: Event | None = None
    priority = rule.priority
    for event in track.events:
        if event.kind is Kind.BEGAN:
            called, priority = None, rule.priority
        elif event.kind is Kind.LASTED:
            called = event
        elif event.kind is Kind.WORSENED:
            priority = Priority.HIGH
        elif called is not None and event.kind in {Kind.ENDED, Kind.EXPIRED}:
            times = event.started_ms, called.at_ms, event.at_ms
            worst = event.score, event.worst_ms
            found.append(Finding(channel, rule, *times, *worst, priority))
            called = None
    return found


def _outcome(
    patient_id: UUID, at_ms: int, track: Track, rule: Rule, words: str
) -> tuple[Any, list[Change]]:
    channel = Channel(patient_id, DETERIORATION_CHANNEL, DETERIORATION)
    changes = [
        Change(event, patient_id, DETERIORATION, rule, channel, note=words)
        for event in track.events
    ]
    if track.phase == IDLE:
        return None, changes
    record = np.zeros(1, OPEN_TRACK)
    record["last_ms"], record["track"] = at_ms, np.array(track.record(), TRACK)
    return record[0], changes


def note(row: Row) -> str:
    """Which vital signs speak for a raised score most."""
    signals: Mapping[str, float] = row.parts["signals"]
    worst = [named(name) for name, share in signals.items() if share > 0][:_NAMED_SIGNALS]
    return "mostly for " + ", ".join(worst) if worst else ""
