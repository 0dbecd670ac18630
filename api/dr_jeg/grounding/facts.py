"""What was looked up: the only numbers that an answer may have."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from api.dr_jeg.grounding.numbers import claims

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
        minutes: Since midnight, where a time of any day is meant, such as that of a dose.

    """

    kind: FactKind
    label: str
    value: float | None = None
    unit: str = ""
    at: dt.datetime | None = None
    reference: Mapping[str, Any] = field(default_factory=dict)
    minutes: int | None = None


def of_text(
    kind: FactKind, label: str, text: str, reference: Mapping[str, Any] | None = None
) -> list[Fact]:
    """Facts of the numbers and times of day in a text that was looked up, such as a dosage."""
    facts = []
    for found in claims(text):
        values = found.values if found.minutes is None else (None,)
        facts += [
            Fact(kind, label, value, found.unit or "", None, reference or {}, found.minutes)
            for value in values
        ]
    return facts
