"""What a check found."""

import enum
from dataclasses import dataclass


class Level(enum.Enum):
    """How a part is."""

    OK = enum.auto()
    NOTE = enum.auto()
    """Not wrong, but worth knowing."""
    WRONG = enum.auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, how it is, and what to do about it."""

    part: str
    level: Level
    text: str
    remedy: str = ""
