"""What a catalogue and a profile warn of before somebody takes one more medicine.

Every warning says which data it came from. Nothing that was written is passed over: a line without
a form still warns where it names what the patient takes, with unknown severity.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from telemetry.medicines import substances
from telemetry.medicines.notes import Note, Severity, read_notes

Kind = Literal["allergy", "interaction", "duplicate", "contraindication"]
RANK: Final[dict[Severity, int]] = {"severe": 0, "moderate": 1, "unknown": 2, "mild": 3}
_NOTHING: Final = frozenset(
    map(
        substances.key,
        ("none", "no", "nil", "nka", "nkda", "no known allergies", "no known drug allergies",
         "no known allergy", "no allergies", "aucune", "n/a", "unknown", "keine"),
    )
)  # fmt: skip
_ABOUT: Final = frozenset(
    substances.key(word)
    for word in ("allergy", "allergic", "allergies", "to", "severe", "mild", "reaction", "history",
                 "of", "the", "anaphylaxis", "rash", "drug", "drugs", "medicine", "a")
)  # fmt: skip
_DOSING: Final = frozenset(
    substances.key(word)
    for word in ("daily", "weekly", "monthly", "tablet", "tablets", "capsule", "capsules", "drops",
                 "once", "twice", "three", "times", "every", "hours", "morning", "evening", "night",
                 "needed", "medicine", "after", "before", "meals", "since")
)  # fmt: skip
_SHORTEST_CONDITION: Final = 4
_SHORTEST_NAME: Final = 5
_MOST_TERMS: Final = 200


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine of the catalogue, as far as it warns of anything.

    Attributes:
        ingredients: Keys, see `substances.ingredients`.
        classes: Names of its classes and of its category, as the catalogue has them.

    """

    id: str
    name: str
    ingredients: tuple[str, ...]
    classes: tuple[str, ...] = ()
    interactions: str = ""
    contraindications: str = ""

    @property
    def class_keys(self) -> frozenset[str]:
        """Keys of its classes: those of the catalogue, and those its ingredients are known in."""
        known = (substances.classes_of(one) for one in self.ingredients)
        return frozenset(map(substances.key, self.classes)).union(*known)

    @property
    def names(self) -> frozenset[str]:
        """Every key that a note may mean it by."""
        return self.class_keys | set(self.ingredients) | {substances.substance(self.name)}


@dataclass(frozen=True, slots=True)
class Background:
    """What the patient's profile says, as it was written there."""

    allergies: str = ""
    conditions: str = ""
    medications: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One warning.

    Attributes:
        code: Names it: the same finding has the same code the next time.
        other: What it is about beside the medicine: another one, an allergy, a condition.
        other_id: Of the other medicine, where it is one of the catalogue.
        source: Which data it came from.
        quote: What stands there.

    """

    kind: Kind
    severity: Severity
    other: str
    source: str
    quote: str = ""
    other_id: str | None = None

    @property
    def code(self) -> str:
        """Kind, severity and the other."""
        return f"{self.kind}:{self.severity}:{self.other_id or substances.key(self.other)}"


def check(new: Product, taken: Iterable[Product], background: Background) -> list[Finding]:
    """Everything that speaks against a medicine, the worst first; each other once for a kind."""
    found = list(_allergies(new, background.allergies))
    found += _contraindications(new, background.conditions)
    others = [*taken, *_written(background.medications)]
    for other in others:
        found += _duplicates(new, other)
        found += _interactions(new, other)
    worst: dict[tuple[str, str], Finding] = {}
    for one in sorted(found, key=lambda one: RANK[one.severity]):
        worst.setdefault((one.kind, one.other_id or substances.key(one.other)), one)
    return list(worst.values())


def _terms(text: str) -> Iterator[str]:
    """What a profile lists, without what says nothing."""
    for part in substances.split(text)[:_MOST_TERMS]:
        if substances.key(part) not in _NOTHING:
            yield part.strip()


def _written(medications: str) -> list[Product]:
    """Medicines that the profile lists in words, each by every name that may be in them."""
    return [Product("", term, _readings(term)) for term in _terms(medications)]


def _readings(term: str) -> tuple[str, ...]:
    """Keys of a term as a whole, and of its words by ones and twos without those of dosing.

    >>> _readings("folic acid 5 mg daily")
    ('folic acid daily', 'folic acid', 'folic')
    """
    whole = substances.substance(term)
    words = [word for word in whole.split() if word not in _DOSING]
    parts = [" ".join(pair) for pair in pairwise(words)] + words
    long = [substances.substance(one) for one in parts if len(one) >= _SHORTEST_NAME]
    return tuple(dict.fromkeys(one for one in (whole, *long) if one))


def _allergies(new: Product, allergies: str) -> Iterator[Finding]:
    for term in _terms(allergies):
        words = [word for word in substances.key(term).split() if word not in _ABOUT]
        allergen = substances.substance(" ".join(words))
        found = _reacts(new, allergen)
        if found is None and (meant := substances.misspelt(allergen, new.names)):
            found = _reacts(new, meant)
        if found is not None:
            severity, source = found
            yield Finding("allergy", severity, term, f"profile.allergies; {source}", term)


def _reacts(new: Product, allergen: str) -> tuple[Severity, str] | None:
    if not allergen:
        return None
    if allergen in new.ingredients or any(
        substances.names_in(allergen, frozenset(new.ingredients))
    ):
        return "severe", "an ingredient"
    if allergen in new.names or any(substances.names_in(allergen, new.class_keys)):
        return "severe", "the class or name in the catalogue"
    classes = substances.classes_of(allergen)
    if classes & new.class_keys:
        return "severe", "of the same class as an ingredient"
    if any(substances.crossing(one) & new.class_keys for one in classes):
        return "moderate", "of a class that may react likewise"
    return None


def _contraindications(new: Product, conditions: str) -> Iterator[Finding]:
    source = f"profile.medical_conditions; catalogue: contraindications of {new.name}"
    notes = read_notes(new.contraindications)
    for term in _terms(conditions):
        for note in notes:
            if _speaks_of(note, substances.condition(term)):
                yield Finding("contraindication", note.severity, term, source, note.text)


def _speaks_of(note: Note, condition: str) -> bool:
    if len(condition) < _SHORTEST_CONDITION:
        return False
    named = [substances.condition(name) for name in note.names]
    if not named:
        return f" {condition} " in f" {substances.key(note.text)} "
    return any(
        f" {one} " in f" {condition} " or f" {condition} " in f" {one} " for one in named if one
    )


def _duplicates(new: Product, other: Product) -> Iterator[Finding]:
    source = f"catalogue: ingredients of {new.name}" if other.id else "profile.current_medications"
    if same := set(new.ingredients) & set(other.ingredients):
        quote = ", ".join(sorted(same))
        yield Finding("duplicate", "moderate", other.name, source, quote, other.id or None)
        return
    known = [substances.classes_of(one) for one in new.ingredients]
    of_new = frozenset[str]().union(*known)
    of_other = frozenset[str]().union(*map(substances.classes_of, other.ingredients))
    if shared := of_new & of_other:
        quote = ", ".join(sorted(shared))
        yield Finding("duplicate", "mild", other.name, source, quote, other.id or None)


def _interactions(new: Product, other: Product) -> Iterator[Finding]:
    for one, another in ((new, other), (other, new)):
        source = f"catalogue: interactions of {one.name}"
        for note in _naming(read_notes(one.interactions), another):
            yield Finding(
                "interaction", note.severity, other.name, source, note.text, other.id or None
            )


def _naming(notes: Sequence[Note], product: Product) -> Iterator[Note]:
    for note in notes:
        if note.names:
            if product.names & {substances.substance(name) for name in note.names}:
                yield note
        elif any(substances.names_in(note.text, product.names)):
            yield note
