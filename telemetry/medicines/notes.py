"""What a catalogue's text says in a form that can be looked up.

    severe: warfarin, anticoagulants - bleeding is more likely; check the INR
    moderate: ACE inhibitors - potassium may rise

One line each, or ` | ` between them. What has another form stays text, in which names are still
looked for, so that nothing that was written is lost.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["severe", "moderate", "mild", "unknown"]
_SEVERITIES: Final[dict[str, Severity]] = {
    "severe": "severe",
    "major": "severe",
    "contraindicated": "severe",
    "moderate": "moderate",
    "mild": "mild",
    "minor": "mild",
}
_LINE: Final = re.compile(
    rf"\s*({'|'.join(_SEVERITIES)})\s*:\s*(.+?)(?:\s+[-\u2013\u2014]\s+(.*))?\s*", re.IGNORECASE
)
_BREAK: Final = re.compile(r"\s*\n\s*|\s+\|\s+")


@dataclass(frozen=True, slots=True)
class Note:
    """One line.

    Attributes:
        severity: unknown where the line has no form.
        names: Of substances, classes, categories or conditions; none where it has no form.
        text: The line.

    """

    severity: Severity
    names: tuple[str, ...]
    text: str


def read_notes(text: str) -> list[Note]:
    """Lines of a text.

    >>> [(one.severity, one.names) for one in read_notes("major: warfarin, aspirin - bleeding")]
    [('severe', ('warfarin', 'aspirin'))]
    """
    lines = (line.strip() for line in _BREAK.split(text))
    return [_note(line) for line in lines if line]


def _note(line: str) -> Note:
    found = _LINE.fullmatch(line)
    if found is None:
        return Note("unknown", (), line)
    names = tuple(name.strip() for name in re.split(r"[,;]", found[2]) if name.strip())
    return Note(_SEVERITIES[found[1].lower()], names, line)
