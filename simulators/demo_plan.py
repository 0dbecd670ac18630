"""When the demo ward's patients fall ill: about the time of the start, and again and again."""

from dataclasses import dataclass

from simulators.scenarios import COURSES, Envelope, Scenario, recurring

HISTORY_EVERY_S = 60 * 3600.0
FIRST_AFTER_S = 12.0
REST_S = 1500.0

# At the bedside a fever takes hours; somebody who watches a demo has minutes. So the slow ones go
# a few times faster here, no faster than the fastest that are seen, and are under way at the start.
# Rise, hold and fall in seconds.
DEMO_COURSES: dict[str, tuple[float, float, float]] = {
    "desaturation": (60, 240, 150),
    "fever": (1800, 1800, 2400),
    "sepsis": (2700, 2400, 2400),
    "bradycardia": (60, 300, 120),
    "atrial_fibrillation": (40, 900, 120),
    "hypoglycaemia": (2400, 900, 1800),
}
UNDER_WAY = 0.4
"""Share of the first rise that has passed when the patient's turn comes."""
STABLE = "stable"


@dataclass(frozen=True, slots=True)
class Plan:
    """One patient's illness; `kind` is a scenario's or "stable"."""

    kind: str
    seed: int
    live_from_ms: int
    first_after_s: float = FIRST_AFTER_S

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist.

        Raises:
            ValueError: with the kinds that do.
        """
        if self.kind not in {STABLE, *COURSES}:
            message = f"scenario {self.kind!r} is none of {', '.join([STABLE, *COURSES])}"
            raise ValueError(message)

    def past(self, start_ms: int) -> list[Scenario]:
        """Episodes of the history since `start_ms`, at their usual course."""
        if self.kind == STABLE:
            return []
        return recurring(self.kind, self.seed, start_ms, self.live_from_ms, HISTORY_EVERY_S)

    def live(self, start_ms: int, end_ms: int) -> list[Scenario]:
        """Demo episodes that touch [start_ms, end_ms); the first one begins before the start."""
        if self.kind == STABLE:
            return []
        rise_s, hold_s, fall_s = DEMO_COURSES[self.kind]
        every_ms = round(1000 * (rise_s + hold_s + fall_s + REST_S))
        first_ms = self.live_from_ms + round(1000 * (self.first_after_s - UNDER_WAY * rise_s))
        index = max(0, (start_ms - first_ms) // every_ms)
        scenarios: list[Scenario] = []
        while (begin := first_ms + index * every_ms) < end_ms:
            scenarios.append(COURSES[self.kind].build(Envelope(begin, rise_s, hold_s, fall_s)))
            index += 1
        return scenarios
