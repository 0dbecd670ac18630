"""The CSV file that a catalogue of medicines comes in: its columns, and its rows as values."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

LONGEST: Final[Mapping[str, int]] = {
    "catalogue_key": 100,
    "name": 200,
    "generic_name": 200,
    "brand_name": 200,
    "category": 200,
    "form": 200,
    "strength": 200,
    "manufacturer": 200,
    "description": 5_000,
    "side_effects": 5_000,
    "contraindications": 5_000,
    "interactions": 5_000,
    "drug_classes": 1_000,
    "storage_instructions": 5_000,
    "requires_prescription": 10,
    "is_active": 10,
}
"""Column -> most characters."""
COLUMNS: Final = tuple(LONGEST)
NEEDED: Final = ("catalogue_key", "name")
FLAGS: Final = ("requires_prescription", "is_active")
MOST_CLASSES: Final = 20
_TRUE: Final = frozenset({"true", "yes", "y", "1", "oui"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "non"})
_EXAMPLE: Final = (
    "demo-amoxicillin-500", "Amoxicillin 500 mg capsules", "amoxicillin", "Amoxil", "Antibiotics",
    "capsule", "500 mg", "", "Against infections by bacteria.", "Nausea, rash.",
    "severe: infectious mononucleosis - a rash is likely",
    "severe: methotrexate - it is excreted more slowly | moderate: warfarin - watch the INR",
    "penicillins", "Below 25 degrees, dry.", "yes", "yes",
)  # fmt: skip


class UnusableMedicineError(ValueError):
    """This row cannot be used; the reason is its message, a code without a value."""


def template() -> str:
    """A file with the first line and one example."""
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, _EXAMPLE])
    return text.getvalue()


def values(row: Mapping[str, str]) -> dict[str, Any]:
    """What a row says, by the columns that the file has.

    Raises:
        UnusableMedicineError: when something is missing, too long, or neither yes nor no.
    """
    given = {name: row[name].strip() for name in COLUMNS if name in row}
    for name in NEEDED:
        if not given.get(name):
            reason = f"{name}_missing"
            raise UnusableMedicineError(reason)
    for name, text in given.items():
        if len(text) > LONGEST[name]:
            reason = f"{name}_too_long"
            raise UnusableMedicineError(reason)
        if "\0" in text:
            reason = f"{name}_has_nul"
            raise UnusableMedicineError(reason)
    found: dict[str, Any] = dict(given)
    for name in FLAGS:
        if name in given:
            found[name] = _flag(name, given[name])
    if "drug_classes" in given:
        found["drug_classes"] = _classes(given["drug_classes"].replace("|", ";").split(";"))
    return found


def _flag(name: str, text: str) -> bool:
    if not text:
        return name == "is_active"
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    reason = f"{name}_neither_yes_nor_no"
    raise UnusableMedicineError(reason)


def _classes(names: Sequence[str]) -> list[str]:
    found = [name.strip() for name in names if name.strip()]
    if len(found) > MOST_CLASSES:
        reason = "drug_classes_too_many"
        raise UnusableMedicineError(reason)
    return found
