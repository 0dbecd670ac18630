"""Numbers that are signs: a fever, a glucose, an age in days, many tablets."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBER: Final = re.compile(r"\d{1,4}(?:\.\d{1,3})?")
_LOW_GLUCOSE: Final = ((0.2, 0.6), (1.6, 3.0), (20, 54))
"""g/L, mmol/L and mg/dL of less than 54 mg/dL: level 2 of the ADA's Standards of Care, 2024."""
_FEVER: Final = (38.0, 42.5)
"""Degrees Celsius."""
_FEVER_WHOLE: Final = frozenset({"38", "39", "40", "41"})
_NOT_DEGREES: Final = _words(
    """
    an ans cm euros h hours kg kilos km mg min minutes ml mois months old percent sa sem semaine
    semaines week weeks year years
    """
)
"""What a whole number of 38 to 41 is not followed by when it is a temperature."""
_HIGH_GLUCOSE: Final = ((2.8, 7.0), (17.0, 45.0), (300, 900))
"""g/L, mmol/L and mg/dL, of which only what goes with sugar is taken."""
_YOUNG_DAYS: Final = 90
_LASTING: Final = _words("depuis every for il last past pendant since y")
"""Words before a number of days that is no age."""
_PREGNANT_WEEKS: Final = (14, 42)
_WEEKS: Final = frozenset({"week", "weeks", "semaine", "semaines", "sa"})
_TABLETS: Final = (8, 300)
_PULSE: Final = _words("bpm heart hr pouls pulse")
_LOW_SATS: Final = (50, 92)
"""Per cent of oxygen: 91 and less is the gravest of NEWS2 (Royal College of Physicians, 2017)."""


def of_number(
    tokens: Sequence[str], index: int, concepts_of: Callable[[str], Collection[str]]
) -> Iterator[str]:
    """What a number may be, by its size and the words beside it.

    >>> list(of_number(["38.4", "tonight"], 0, lambda _: ()))
    ['LOW', 'FEVER', 'TEMP_FEVER', 'VERY_HIGH']
    """
    token = tokens[index]
    if not _NUMBER.fullmatch(token):
        return
    value = float(token)
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    if any(low <= value < high for low, high in _LOW_GLUCOSE):
        yield "LOW"
    if "." in token and _FEVER[0] <= value <= _FEVER[1] and after not in {"kg", "kilos", "km"}:
        yield "FEVER"
        yield "TEMP_FEVER"
    if token in _FEVER_WHOLE and after not in _NOT_DEGREES:
        yield "TEMP_FEVER"
    before = tokens[max(index - 2, 0) : index]
    if after in {"days", "jours"} and value <= _YOUNG_DAYS and _LASTING.isdisjoint(before):
        yield "DAYS_YOUNG"
    if _PREGNANT_WEEKS[0] <= value <= _PREGNANT_WEEKS[1] and after in _WEEKS:
        yield "PREG"
    if any(low <= value < high for low, high in _HIGH_GLUCOSE):
        yield "VERY_HIGH"
    if _LOW_SATS[0] <= value < _LOW_SATS[1] and _PULSE.isdisjoint(before):
        yield "LOW_SATS"
    if _TABLETS[0] <= value <= _TABLETS[1] and "PILLS" in concepts_of(after):
        yield "MANY_PILLS"
