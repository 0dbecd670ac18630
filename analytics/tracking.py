"""From scores to conditions: the delay before one counts, the hysteresis before it is over.

All times are measured times, so the same readings give the same events, however they arrive in
batches and whenever they are looked at again.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.base import Floats, Ints

NEVER: Final = -1
"""A time that has not come."""

IDLE: Final = 0
WAITING: Final = 1
PRESENT: Final = 2

TRACK: Final = np.dtype(
    [
        ("phase", "<i1"),
        ("severe", "?"),
        ("over_since_ms", "<i8"),
        ("severe_since_ms", "<i8"),
        ("ok_since_ms", "<i8"),
        ("worst", "<f8"),
        ("worst_ms", "<i8"),
    ]
)
"""What is remembered of one side of one series."""


Fields = tuple[int, bool, int, int, int, float, int]
"""Fields of a `TRACK`."""


class Kind(StrEnum):
    """What happened to a condition."""

    BEGAN = "began"
    """The limit is reached; the delay runs."""
    LASTED = "lasted"
    """It has lasted for the delay."""
    WORSENED = "worsened"
    """The severe limit has been exceeded for its delay."""
    EASED = "eased"
    """The severe limit has not been exceeded, by the hysteresis, for its delay to fall."""
    ENDED = "ended"
    """It is over: back inside by the hysteresis for the clearing delay, or never lasted."""
    EXPIRED = "expired"
    """No reading for so long that nothing is known any more."""
    CORRECTED = "corrected"
    """The reading that it rested on was corrected or deleted."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Delays and hysteresis of one rule, as tracking needs them."""

    delay_ms: int
    clear_ms: int
    hold_ms: int
    hysteresis: float
    severe_score: float = math.inf
    severe_delay_ms: int = 0
    severe_clear_ms: int = 0
    zero: float = 0.0
    """Where scores begin: the limit, signed so that higher is worse."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one side of one series, at a measured time."""

    at_ms: int
    kind: Kind
    started_ms: int
    score: float
    """The worst so far."""
    lasted: bool
    """Whether the delay had passed by then."""
    worst_ms: int = NEVER
    """When the worst was first reached; `NEVER` where nothing was measured."""


@dataclass(slots=True)
class Track:
    """One side of one series while it is being followed; the mutable twin of a `TRACK`.

    `severe_since_ms` is since when readings have spoken for the other severity than `severe`.
    `worst` is counted from 0 and not from the limit, which may be changed meanwhile.
    """

    phase: int = IDLE
    severe: bool = False
    over_since_ms: int = NEVER
    severe_since_ms: int = NEVER
    ok_since_ms: int = NEVER
    worst: float = 0.0
    worst_ms: int = NEVER
    events: list[Event] = field(default_factory=list)

    @classmethod
    def of(cls, record: "np.void") -> "Track":
        """Take a saved track up again."""
        return cls(*record.item())

    def record(self) -> Fields:
        """Fields of a `TRACK`."""
        return (
            self.phase,
            self.severe,
            self.over_since_ms,
            self.severe_since_ms,
            self.ok_since_ms,
            self.worst,
            self.worst_ms,
        )

    def event(self, at_ms: int, kind: Kind, timing: Timing) -> Event:
        """What happens now, under the rule of now."""
        lasted, score = self.phase == PRESENT, self.worst - timing.zero
        return Event(at_ms, kind, self.over_since_ms, score, lasted, self.worst_ms)

    def _emit(self, at_ms: int, kind: Kind, timing: Timing) -> None:
        self.events.append(self.event(at_ms, kind, timing))

    def end(self, at_ms: int, timing: Timing, kind: Kind = Kind.ENDED) -> None:
        """Leave the condition."""
        self._emit(at_ms, kind, timing)
        self.phase, self.severe, self.worst, self.worst_ms = IDLE, False, 0.0, NEVER
        self.over_since_ms = self.severe_since_ms = self.ok_since_ms = NEVER

    def _compare(self, times: list[int], scores: list[float], timing: Timing) -> None:
        """Keep the worst of these and of what was there before, and when it first was so."""
        worst = max(scores, default=-math.inf)
        if worst + timing.zero > self.worst:
            self.worst, self.worst_ms = worst + timing.zero, times[scores.index(worst)]

    def next_due_ms(self, timing: Timing) -> tuple[float, Kind]:
        """When time alone would change something next (infinite: never), and into what."""
        turns_ms = self._turns_ms(timing)
        if self.phase == WAITING:
            # What is severe for its own delay need not wait for the other.
            return min(self.over_since_ms + timing.delay_ms, turns_ms), Kind.LASTED
        if self.phase != PRESENT:
            return math.inf, Kind.LASTED
        ends_ms = math.inf if self.ok_since_ms == NEVER else self.ok_since_ms + timing.clear_ms
        if ends_ms <= turns_ms:
            return ends_ms, Kind.ENDED
        return turns_ms, Kind.EASED if self.severe else Kind.WORSENED

    def _turns_ms(self, timing: Timing) -> float:
        """When the severity would become the other one (infinite: never)."""
        if self.severe_since_ms == NEVER:
            return math.inf
        delay_ms = timing.severe_clear_ms if self.severe else timing.severe_delay_ms
        return self.severe_since_ms + delay_ms

    def pass_time(
        self,
        until_ms: int,
        timing: Timing,
        *,
        inclusive: bool = True,
        trail: tuple[list[int], list[float]] | None = None,
    ) -> None:
        """Let the time up to `until_ms` go by.

        `trail` holds readings (times, scores) of that time which stay in one band: they change
        nothing but the worst score.
        """
        while True:
            due, kind = self.next_due_ms(timing)
            if due > until_ms or (due == until_ms and not inclusive):
                break
            at_ms = int(due)
            if trail is not None:
                times, scores = trail
                self._compare(times, scores[: bisect_right(times, at_ms)], timing)
            if kind is Kind.ENDED:
                self.end(at_ms, timing)
                continue
            if kind is Kind.LASTED:
                self.phase = PRESENT
            else:
                self.severe, self.severe_since_ms = kind is Kind.WORSENED, NEVER
            self._emit(at_ms, kind, timing)
        if trail is not None and self.phase != IDLE:
            self._compare(*trail, timing)

    def observe(self, at_ms: int, score: float, timing: Timing) -> None:
        """Take in one reading."""
        self._weigh(at_ms, score, timing)
        if score < 0:
            if self.phase == WAITING:
                self.end(at_ms, timing)
            elif self.phase == PRESENT:
                inside = score <= -timing.hysteresis
                started = at_ms if self.ok_since_ms == NEVER else self.ok_since_ms
                self.ok_since_ms = started if inside else NEVER
        else:
            self.ok_since_ms = NEVER
            if self.phase == IDLE:
                self.phase, self.over_since_ms = WAITING, at_ms
                self.worst, self.worst_ms = score + timing.zero, at_ms
                self._emit(at_ms, Kind.BEGAN, timing)
            else:
                self._compare([at_ms], [score], timing)
        self.pass_time(at_ms, timing)

    def _weigh(self, at_ms: int, score: float, timing: Timing) -> None:
        """Note since when readings have spoken for the other severity."""
        if self.severe:
            other = score <= timing.severe_score - timing.hysteresis
        else:
            other = score >= timing.severe_score
        if not other:
            self.severe_since_ms = NEVER
        elif self.severe_since_ms == NEVER:
            self.severe_since_ms = at_ms

    def wait(self, last_ms: int, until_ms: int, timing: Timing) -> None:
        """Let time go by after the last reading, at most for as long as it has a say."""
        expires_ms = last_ms + timing.hold_ms
        self.pass_time(min(until_ms, expires_ms), timing)
        if self.phase != IDLE and until_ms > expires_ms:
            self.end(expires_ms, timing, Kind.EXPIRED)

    def interrupt(self, last_ms: int, at_ms: int, timing: Timing) -> None:
        """Take in that a reading came which is not believed, after the believed one at `last_ms`.

        What has not lasted yet must begin anew: nobody knows that it did. What has, stays.
        """
        if self.phase != IDLE and at_ms - last_ms > timing.hold_ms:
            self.wait(last_ms, at_ms, timing)
        self.pass_time(at_ms, timing, inclusive=False)
        if self.phase == WAITING:
            self.end(at_ms, timing)

    def follow(self, last_ms: int, times: list[int], scores: list[float], timing: Timing) -> None:
        """Take in readings of one series, ascending in time; those without a score are left out.

        Only those that enter another band, or come after a long silence, change anything by
        themselves; between them only time does.
        """
        if any(map(math.isnan, scores)):
            known = [(at, s) for at, s in zip(times, scores, strict=True) if not math.isnan(s)]
            times, scores = [at for at, _ in known], [score for _, score in known]
        if not times:
            return
        bands = _bands(scores, timing)
        before, first = last_ms if self.phase != IDLE else times[0], 0
        while first < len(times):
            end = first + 1
            while (
                end < len(times)
                and bands[end] == bands[first]
                and times[end] - times[end - 1] <= timing.hold_ms
            ):
                end += 1
            if self.phase != IDLE or scores[first] >= 0:
                self._stretch(before, times[first:end], scores[first:end], timing)
            before, first = times[end - 1], end

    def _stretch(self, last_ms: int, times: list[int], scores: list[float], timing: Timing) -> None:
        """Take in readings that stay in one band."""
        if self.phase != IDLE and times[0] - last_ms > timing.hold_ms:
            self.wait(last_ms, times[0], timing)
        self.pass_time(times[0], timing, inclusive=False)
        self.observe(times[0], scores[0], timing)
        self.pass_time(times[-1], timing, trail=(times, scores))


def _bands(scores: list[float], timing: Timing) -> list[int]:
    """Band of each score: inside, beyond, severe, and within the hysteresis of each."""
    near, severe = -timing.hysteresis, timing.severe_score
    nearly = severe - timing.hysteresis
    return [(s > near) + (s >= 0) + (s > nearly) + (s >= severe) for s in scores]


def waiting(  # noqa: PLR0913, PLR0917 (one array of each delay)
    track: NDArray[np.void],
    last_ms: Ints,
    hold_ms: Ints,
    delay_ms: Ints,
    clear_ms: Ints,
    severe_delay_ms: Ints,
    severe_clear_ms: Ints,
) -> Floats:
    """When time alone would change each track next, in measured milliseconds; (n,).

    The whole-array twin of `Track.next_due_ms`, which a clock asks many times a second.
    """
    never = math.inf
    phase = track["phase"]
    lasted = np.where(phase == WAITING, track["over_since_ms"] + delay_ms, never)
    clearing = (phase == PRESENT) & (track["ok_since_ms"] != NEVER)
    ended = np.where(clearing, track["ok_since_ms"] + clear_ms, never)
    turning = (phase != IDLE) & (track["severe_since_ms"] != NEVER)
    severity_ms = np.where(track["severe"], severe_clear_ms, severe_delay_ms)
    turned = np.where(turning, track["severe_since_ms"] + severity_ms, never)
    # A series expires a moment after its hold, so that the instant itself still counts.
    expired = np.where(phase != IDLE, last_ms + hold_ms + 1, never)
    due: Floats = np.minimum(np.minimum(lasted, ended), np.minimum(turned, expired))
    return due


def fresh(shape: int | tuple[int, ...]) -> NDArray[np.void]:
    """Tracks on which nothing has happened."""
    return np.full(shape, np.array(Track().record(), TRACK))
