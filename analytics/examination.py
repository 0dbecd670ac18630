"""What an examination of a device consists of: checks, each with what was found and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from telemetry.errors import Reason

Result = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What it is about.
        result: Whether the device does it right.
        found: What was seen.
        remedy: What to do; empty when it passes.

    """

    name: str
    result: Result
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """All checks of one device. It passes when each of them does, and fails when one does."""

    checks: tuple[Check, ...]

    @property
    def result(self) -> Result:
        """The worst of all results."""
        results = {check.result for check in self.checks}
        return "fail" if "fail" in results else "unknown" if "unknown" in results else "pass"


def listed(found: Mapping[Reason, int]) -> str:
    """Name reasons with their numbers, most first."""
    most_first = sorted(found.items(), key=lambda one: -one[1])
    return ", ".join(f"{n} {reason}" for reason, n in most_first)


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    >>> count(1, "message"), count(2, "message"), count(0, "status", "statuses")
    ('1 message', '2 messages', '0 statuses')
    """
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"
