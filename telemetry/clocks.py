"""A device's clock, estimated from when messages were sent (by it) and received (by us).

    offset = received - sent = delay - lead          (delay >= 0; lead: how far its clock is ahead)

Every offset is therefore an upper bound of what must be added to the device's time, and the least
one is the best: the minimum filter of NTP's clock filter (RFC 5905, section 10), one way. The least
offsets of successive stretches of time show the drift.

Delay alone, an outage of hours included, can only raise the offset, and leaves `sent` in order.
What it cannot do is a fault of the clock (docs/decisions/0004-device-clocks.md):

- `sent` goes back while numbers go on: the clock jumped back;
- the offset falls, from where it had settled, to below zero: the clock jumped forward;
- `sent` is ahead of receipt by more than the skew: the clock is ahead;
- the offset is larger than queueing at the broker explains, on a message that is no backlog, and
  never was small in this boot: the clock is behind.
"""

from dataclasses import dataclass
from enum import StrEnum

from telemetry.clock import MAX_SKEW_MS
from telemetry.errors import Reason

JUMP_MS = 60_000
"""Default for what is no jump yet."""
BEHIND_MS = 600_000
"""Default for how far behind receipt a clock may be that was never seen nearer."""
MAX_DRIFT = 200e-6
"""No quartz is worse; by so much the least offset may rise with time."""
STRETCH_MS = 64_000
"""One least offset is taken from each stretch of so much receipt time."""
STRETCHES = 16
SETTLED = 3
"""Messages near the least offset before a fall below it says something."""
NOTABLE_MS = 250
RESTATE_MS = 600_000
"""A model that moves gradually is written down again this often at most."""
DRIFT_HOLDS_MS = 86_400_000
"""For so long before and after a drift is taken to go on; the view `vitals_corrected` agrees."""
_NEVER = 2**62


class State(StrEnum):
    """What is thought of a clock."""

    GOOD = "good"
    AHEAD = "ahead"
    """It jumped forward."""
    BACK = "back"
    """It jumped back."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is tolerated of clocks, in ms; with `behind_ms` 0 nothing is too far behind."""

    skew_ms: int = MAX_SKEW_MS
    jump_ms: int = JUMP_MS
    behind_ms: int = BEHIND_MS


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Model:
    """A clock as it was understood when it sent message `seq`, at `valid_from_ms` by itself.

    true time = t + offset_ms + drift_ppm * 1e-6 * (t - valid_from_ms), give or take uncertainty_ms.
    The uncertainty is estimated from the scatter of delays; a delay that never varies is no part
    of it. Of a clock that jumped the offset is that of one message.
    """

    boot: int
    seq: int
    valid_from_ms: int
    offset_ms: int
    drift_ppm: float
    uncertainty_ms: int
    state: State = State.GOOD

    def corrected_ms(self, time_ms: int) -> int:
        """True time of a device's time, both ms since 1970."""
        passed_ms = time_ms - self.valid_from_ms
        drifted = self.drift_ppm * 1e-6 * max(-DRIFT_HOLDS_MS, min(passed_ms, DRIFT_HOLDS_MS))
        return round(time_ms + self.offset_ms + drifted)

    def tells_more_than(self, old: "Model", jump_ms: int) -> bool:
        """Tell whether this one is so far from `old` that it should be written down."""
        if self.state is not old.state:
            return True
        moved = abs(old.corrected_ms(self.valid_from_ms) - self.valid_from_ms - self.offset_ms)
        known = max(NOTABLE_MS, old.uncertainty_ms)
        if self.valid_from_ms - old.valid_from_ms < RESTATE_MS:
            return moved > max(known, jump_ms)
        return moved > known or self.uncertainty_ms > 2 * known or 2 * self.uncertainty_ms < known


class Clock:
    """The clock of one boot of one device, fed in the order of arrival."""

    __slots__ = (
        "_count", "_ends_ms", "_floor", "_least_at_ms", "_least_ms", "_limits", "_near", "_points",
        "_queued_ms", "_sent_ms", "_seq", "_settled_ms", "_sum", "boot", "model", "restated",
        "state",
    )  # fmt: skip
    _count: int
    _least_ms: int
    _points: list["Point"]

    def __init__(
        self, boot: int, limits: Limits = DEFAULT_LIMITS, model: Model | None = None
    ) -> None:
        self.boot = boot
        self.model = model
        """As last written down."""
        self.restated = False
        """Whether `model` is new since somebody set this to False."""
        self._limits = limits
        self._begin_anew()
        if model is not None:
            self.state = model.state
            if model.state is State.GOOD:
                self._seq, self._sent_ms = model.seq, model.valid_from_ms
                self._settled_ms, self._near = model.offset_ms, SETTLED

    def hear(self, sent_ms: int, seq: int, received_ms: int) -> bool:
        """Take note of a message in which nothing stands out; tell whether nothing does."""
        offset = received_ms - sent_ms
        if (
            offset < self._floor
            or seq <= self._seq
            or sent_ms < self._sent_ms
            or received_ms >= self._ends_ms
        ):
            return False
        self._seq = seq
        self._sent_ms = sent_ms
        self._count += 1
        self._sum += offset
        if offset < self._least_ms:
            self._least_ms = offset
            self._least_at_ms = sent_ms
        return True

    def judge(
        self, sent_ms: int, seq: int, received_ms: int, queued_ms: int, *, backlog: bool = False
    ) -> Reason | None:
        """Say what is wrong with the clock, or learn from the message.

        `queued_ms` is how long the message may at most have waited at the broker; `backlog` that
        the device calls it historical, so that its `sent` may be of the time of measuring.
        """
        offset = received_ms - sent_ms
        if offset < -self._limits.skew_ms:
            return Reason.CLOCK_AHEAD
        if self.state is not State.GOOD and not self._recovered(offset, queued_ms):
            return Reason.CLOCK_JUMPED
        if backlog:
            return None
        tolerance = self._limits.jump_ms
        went_back = self._seq < seq and sent_ms < self._sent_ms - tolerance
        if abs(offset) <= tolerance:
            if went_back:
                self._begin_anew()  # set right: it was ahead before, within the skew
        elif went_back:
            return self._jumped(State.BACK, seq, sent_ms, offset)
        elif offset < min(0, self._settled_ms) - tolerance and self._near >= SETTLED:
            return self._jumped(State.AHEAD, seq, sent_ms, offset)
        elif 0 < self._limits.behind_ms < min(offset, self._settled_ms) - queued_ms:
            return Reason.CLOCK_BEHIND
        self._queued_ms = queued_ms
        self._learn(sent_ms, seq, received_ms, offset)
        return None

    def _recovered(self, offset: int, queued_ms: int) -> bool:
        """Tell whether a clock that jumped agrees again, with receipt or with what it was."""
        tolerance = self._limits.jump_ms
        usual = 0 if self._settled_ms == _NEVER else max(0, self._settled_ms)
        if not -tolerance <= offset <= usual + tolerance:
            return False
        if self.state is State.AHEAD and queued_ms > tolerance:
            return False  # a delay may just make up for the lead
        self._begin_anew()
        return True

    def _jumped(self, state: State, seq: int, sent_ms: int, offset: int) -> Reason:
        self.state = state
        self._floor = _NEVER
        self._state_anew(Model(self.boot, seq, sent_ms, offset, 0.0, self._limits.jump_ms, state))
        return Reason.CLOCK_JUMPED

    def _begin_anew(self) -> None:
        self.state = State.GOOD
        self._seq = self._sent_ms = self._near = self._ends_ms = self._queued_ms = 0
        self._least_at_ms = self._count = self._sum = 0
        self._settled_ms = self._least_ms = self._floor = _NEVER
        self._points = []

    def _learn(self, sent_ms: int, seq: int, received_ms: int, offset: int) -> None:
        ended = received_ms >= self._ends_ms
        if ended:
            self._end_stretch(received_ms)
        if seq > self._seq or not seq:
            self._seq, self._sent_ms = seq, sent_ms
        if offset < self._settled_ms:
            if self._settled_ms - offset > self._limits.jump_ms:
                self._near = 0  # a delay shrank, and may not be at its end yet
            self._settled_ms = offset
        if offset < self._least_ms:
            self._least_ms, self._least_at_ms = offset, sent_ms
        self._count += 1
        self._sum += offset
        was_settled = self._near >= SETTLED
        self._near += offset <= self._settled_ms + self._limits.jump_ms
        if self._near >= SETTLED:
            self._set_floor()
            if ended or not was_settled:
                self._state_anew(self._estimate())

    def _set_floor(self) -> None:
        """Offsets from here on need no second look: neither ahead nor less than ever."""
        behind_ms = self._limits.behind_ms
        provisional = 0 < behind_ms < self._settled_ms
        lowest = max(-self._limits.jump_ms, self._settled_ms - NOTABLE_MS)
        self._floor = _NEVER if provisional else lowest

    def _end_stretch(self, received_ms: int) -> None:
        """Keep the least offset of a stretch, and let the boot's least one rise with the drift."""
        if self._count:
            self._points = [*self._points, self._point()][-STRETCHES:]
            self._settled_ms = min(self._settled_ms, self._least_ms)
            passed_ms = received_ms - self._ends_ms + STRETCH_MS
            self._settled_ms += round(passed_ms * MAX_DRIFT)
        self._ends_ms = received_ms + STRETCH_MS
        self._count = self._sum = 0
        self._least_ms = _NEVER

    def _point(self) -> "Point":
        excess = self._sum / self._count - self._least_ms
        return Point(self._least_at_ms, self._least_ms, excess)

    def _state_anew(self, new: Model) -> None:
        if self.model is None or new.tells_more_than(self.model, self._limits.jump_ms):
            self.model = new
            self.restated = True

    def _estimate(self) -> Model:
        """Model from the least offset of all stretches that are remembered."""
        points = [*self._points, self._point()]
        best = min(points, key=lambda point: point.offset_ms)
        line = [p for p in points if p.offset_ms <= best.offset_ms + self._limits.jump_ms]
        drift, spread = _line(line)
        passed_ms = self._sent_ms - best.at_ms
        offset = round(best.offset_ms + drift * passed_ms)
        waited = min(self._queued_ms, max(0, best.offset_ms))
        uncertainty = 1 + round(max(best.excess_ms, spread, waited))
        return Model(self.boot, self._seq, self._sent_ms, offset, drift * 1e6, uncertainty)


@dataclass(frozen=True, slots=True)
class Point:
    """The least offset of one stretch, when it was (by the device), and the mean above it."""

    at_ms: int
    offset_ms: int
    excess_ms: float


def _line(points: list[Point]) -> tuple[float, float]:
    """Least squares: (slope, largest deviation in ms); a slope that no quartz has is none."""
    n = len(points)
    mean_t = sum(point.at_ms for point in points) / n
    mean_o = sum(point.offset_ms for point in points) / n
    square = sum((point.at_ms - mean_t) ** 2 for point in points)
    slope = 0.0
    if n >= STRETCHES // 2:
        product = sum((p.at_ms - mean_t) * (p.offset_ms - mean_o) for p in points)
        slope = product / max(square, 1.0)
        slope = slope if abs(slope) <= MAX_DRIFT else 0.0
    spread = max(abs(p.offset_ms - mean_o - slope * (p.at_ms - mean_t)) for p in points)
    return slope, spread
