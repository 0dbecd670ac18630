"""What was looked up: the only numbers that an answer may have."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from api.dr_jeg.grounding.numbers import numbers

FactKind = Literal[
    "reading", "trend", "alarm", "score", "medication", "appointment", "slot", "profile", "range"
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One number, or one time, and where it stands.

    Attributes:
        kind: What it was read from.
        label: Of what, for people, such as `Heart rate`.
        value: The number, in `unit`; None where only the time says something.
        unit: UCUM; empty for a plain count, `d` for days.
        at: When it was measured, or when it is.
        reference: Ids that lead there.

    """

    kind: FactKind
    label: str
    value: float | None = None
    unit: str = ""
    at: dt.datetime | None = None
    reference: Mapping[str, Any] = field(default_factory=dict)


def of_text(
    kind: FactKind, label: str, text: str, reference: Mapping[str, Any] | None = None
) -> list[Fact]:
    """Facts of the numbers that stand in a text that was looked up, such as a dosage."""
    return [
        Fact(kind, label, value, found.unit or "", None, reference or {})
        for found in numbers(text)
        for value in found.values
    ]
