"""What time alone has made due: delays that end, minutes and backlogs that are over."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.book import Book
from analytics.detectors.base import Floats, Ints
from analytics.early_warning import STEP_MS
from analytics.profiles import DELAYS
from analytics.rules import LANES, TECHNICAL_LANES
from analytics.tracking import IDLE, NEVER, waiting

LATE_SETTLED_MS: Final = 60_000
"""After so long without more of a backlog, its last episode is taken as it stands."""
IS_TECHNICAL: Final = np.isin(np.arange(len(LANES)), TECHNICAL_LANES)
"""bool (lanes,), whether a lane is told of every reading."""


def stirring(phase: NDArray[np.int8]) -> tuple[Ints, Ints]:
    """Rows and lanes (m,) of the tracks on which something is open."""
    places = np.flatnonzero(phase.ravel() != IDLE)
    return np.divmod(places, phase.shape[1])


def clock(book: Book, now_ms: int) -> Ints:
    """Measured time of each channel by now: its newest reading and what went by since."""
    known = book.memory.columns
    measured: Ints = known["newest_ms"] + np.maximum(now_ms - known["seen_ms"], 0)
    return measured


def tracks(book: Book, clock_ms: Ints) -> tuple[Ints, Ints]:
    """Slots and lanes (m,) that time alone would change by now."""
    memory = book.memory
    slots, lanes = stirring(memory.phase["live"])
    known = memory.columns
    last_ms = np.where(IS_TECHNICAL[lanes], known["newest_ms"][slots], known["last_ms"][slots])
    open_ = memory.tracks["live"][slots, lanes]
    due = due_ms(book, open_, last_ms, slots, lanes) <= clock_ms[slots]
    return slots[due], lanes[due]


def due_ms(book: Book, open_: NDArray[np.void], last_ms: Ints, slots: Ints, lanes: Ints) -> Floats:
    """When time alone would change each track (m,) of these slots and lanes."""
    times = {name: book.times(name, slots, lanes) for name in DELAYS}
    return waiting(open_, last_ms, **times)


def settled_backlogs(book: Book, now_ms: int) -> Ints:
    """Slots of which the last episode of a backlog is to be taken as it stands."""
    memory = book.memory
    open_: Ints = np.unique(stirring(memory.phase["late"])[0])
    return open_[memory.columns["late_seen_ms"][open_] + LATE_SETTLED_MS <= now_ms]


def minutes_over(book: Book, now_ms: int) -> Ints:
    """Slots of scores whose newest readings lie in a minute that the clock has ended."""
    used = len(book)
    known, patient = book.memory.columns, book.patient[:used]
    last_ms, seen_ms = known["last_ms"][:used], known["seen_ms"][:used]
    score = book.score[:used]
    count = int(patient.max(initial=-1)) + 1
    newest, seen = np.full(count, NEVER, np.int64), np.full(count, NEVER, np.int64)
    np.maximum.at(newest, patient[~score], last_ms[~score])
    np.maximum.at(seen, patient[~score], seen_ms[~score])
    step = -(-newest // STEP_MS) * STEP_MS
    over = (newest >= 0) & (newest + np.maximum(now_ms - seen, 0) >= step)
    slots = np.flatnonzero(score)
    mine = patient[slots]
    return slots[over[mine] & (step[mine] > last_ms[slots])]
