"""What looks at a channel, as arrays: rules, limits and delays that many channels share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.detectors.base import Detector, State
from analytics.rules import LANES, SIGN, Rule
from analytics.tracking import Timing

SIDES: Final = len(SIGN)
DELAYS: Final = ("delay_ms", "clear_ms", "hold_ms", "severe_delay_ms", "severe_clear_ms")
_FIRST_CAPACITY: Final = 64


@dataclass(frozen=True, slots=True)
class Watch:
    """Rule and timing of one lane of one channel."""

    rule: Rule
    timing: Timing

    @classmethod
    def of(cls, rule: Rule) -> "Watch":
        """Take the timing from a rule."""
        timing = Timing(
            delay_ms=round(rule.delay_s * 1000),
            clear_ms=round(rule.clear_delay_s * 1000),
            hold_ms=round(rule.hold_s * 1000),
            hysteresis=rule.hysteresis,
            severe_score=rule.severe_score,
            severe_delay_ms=round(rule.severe_delay_s * 1000),
            severe_clear_ms=round(rule.severe_clear_delay_s * 1000),
            zero=SIGN[rule.side] * rule.limit,
        )
        return cls(rule, timing)


Watches = tuple[Watch | None, ...]
"""By lane."""


class Profiles:
    """Watches that many channels share, as arrays. A patient without own rules adds none.

    Attributes:
        limits: By side, the detector's state (capacity,).
        threshold: float64 (capacity, lanes), score from which a lane's condition holds; NaN where
            no rule looks.
        times: Name of a delay -> int64 (capacity, lanes).

    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        """Start with one profile that watches nothing."""
        self._detectors = detectors
        self._known: dict[Watches, int] = {}
        self.watches: list[Watches] = []
        self.limits: list[State] = [one.fresh(_FIRST_CAPACITY) for one in detectors[:SIDES]]
        self.threshold = np.full((_FIRST_CAPACITY, len(LANES)), np.nan)
        self.times = {n: np.zeros((_FIRST_CAPACITY, len(LANES)), np.int64) for n in DELAYS}

    def number(self, watches: Watches) -> int:
        """Number of the profile with these watches."""
        if watches in self._known:
            return self._known[watches]
        number = self._known[watches] = len(self.watches)
        self.watches.append(watches)
        if number == len(self.threshold):
            self._grow()
        for lane, watch in enumerate(watches):
            if watch is not None:
                self._lay_out(number, lane, watch)
        return number

    def _lay_out(self, number: int, lane: int, watch: Watch) -> None:
        for name, column in self.times.items():
            column[number, lane] = getattr(watch.timing, name)
        rule = watch.rule
        # What is switched off is out of reach, so that an open alarm clears.
        if lane < SIDES:
            limit = rule.limit if rule.enabled else SIGN[lane] * np.inf
            self.limits[lane]["limit"][number] = limit
        else:
            self.threshold[number, lane] = rule.limit if rule.enabled else np.inf

    def _grow(self) -> None:
        more = len(self.threshold)
        self.limits = [
            np.concatenate((state, detector.fresh(more)))
            for state, detector in zip(self.limits, self._detectors, strict=False)
        ]
        self.threshold = np.concatenate((self.threshold, np.full((more, len(LANES)), np.nan)))
        room = np.zeros((more, len(LANES)), np.int64)
        self.times = {name: np.concatenate((old, room)) for name, old in self.times.items()}
