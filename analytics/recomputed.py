"""What came of computing an alarm again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came of it.

    Attributes:
        agrees: Whether the same alarm comes out; None where there is nothing to compute it from.
        reason: Why there is nothing.
        readings: How many stored readings were looked at.
        differences: What is not the same, in plain words.
        checked: What was held against what is stored, in plain words, where an alarm rests on
            facts about equipment and not on readings.

    """

    agrees: bool | None
    readings: int = 0
    reason: str = ""
    differences: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
