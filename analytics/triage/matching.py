"""Finds which rules match a text: words to concepts, concepts to rules.

A rule matches where a word of its first concept has words of the others near it. For each first
word the nearest others are looked up by bisection, so that a text of n words costs n log n a rule.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from threading import Lock
from typing import Final

from analytics.triage.context import (
    VOCABULARY,
    denied,
    excused,
    stated,
    taken_back,
    without_idioms,
)
from analytics.triage.everyday import UNLIKE
from analytics.triage.lexicon import CONCEPTS
from analytics.triage.numbers import of_number
from analytics.triage.rule import NOTS, Rule
from analytics.triage.rules import JOINED, RULES
from analytics.triage.spelling import Speller

_ENDS: Final = frozenset(".!?\n")
_PUNCTUATION: Final = frozenset(".,!?;:\n")
_NEGATIVE: Final = frozenset({*NOTS, *(name for name in JOINED if name.startswith("NO_"))})
"""Concepts that are a "not" themselves: what they say is not denied by it."""
_DENIALS: Final = frozenset(
    {"not", "no", "cannot", "pas", "plus", "without", "ne", "ni", "jamais", "rien", "never"}
    | {"nothing", "aucun", "aucune", "sans"}
)
"""A phrase with one of them is not denied by it."""
_AROUND: Final = frozenset({"ABOUT", "CALM"})
"""Concepts of everyday things, which take away no sign that somebody says to have now."""
_READING: Final = Lock()
"""Of threads that ask at once, one reads the vocabulary and the others wait."""
_COUNTED_AGAIN: Final = 1
"""Words that may stand for two kinds where groups are needed: "insulin" alone is not three."""
_PLURAL: Final = 4
"""Letters; longer words that end in "s" may be more than one of something."""


class _Lexicon:
    """Words, beginnings of words and phrases -> concepts."""

    def __init__(self) -> None:
        self.words: dict[str, set[str]] = {}
        self.stems: dict[str, set[str]] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for concept, listed in CONCEPTS.items():
            for entry in listed.split():
                self._add(concept, entry)
        for named in (_rules(), _joined()):
            for entry in {
                one for rules in named.values() for rule in rules for one in rule.words()
            }:
                self._add(entry, entry)
        self.lengths = sorted({len(stem) for stem in self.stems})
        parts = {part for many in self.phrases.values() for one, _ in many for part in one}
        whole = {one for one in parts if not one.endswith("*")} | set(self.words)
        stems = {one[:-1] for one in parts if one.endswith("*")} | set(self.stems)
        self.of = lru_cache(maxsize=4_096)(self._of)
        self.speller = Speller(whole, stems, VOCABULARY)

    def _add(self, concept: str, entry: str) -> None:
        if "_" in entry:
            parts = tuple(entry.split("_"))
            self.phrases.setdefault(parts[0], []).append((parts, concept))
        elif entry.endswith("*"):
            self.stems.setdefault(entry[:-1], set()).add(concept)
        else:
            self.words.setdefault(entry, set()).add(concept)

    def _of(self, word: str) -> frozenset[str]:
        """Concepts of one word."""
        found = set(self.words.get(word, ()))
        if len(word) > _PLURAL and word[-1] == "s":
            found |= self.words.get(word[:-1], set())
        for length in self.lengths if word not in UNLIKE else ():
            if length <= len(word):
                found |= self.stems.get(word[:length], set())
        return frozenset(found)

    def at(self, tokens: Sequence[str], index: int) -> Iterable[tuple[str, int]]:
        """Concepts of phrases that begin at a word, and the length of each."""
        for parts, concept in self.phrases.get(tokens[index], ()):
            here = tokens[index : index + len(parts)]
            if len(here) == len(parts) and all(map(_is_part, here, parts)):
                yield concept, len(parts)


class _Text:
    """A text as positions of concepts."""

    def __init__(self, text: str, lexicon: _Lexicon) -> None:
        self.tokens = without_idioms(lexicon.speller.tokens(text)) if text.strip() else []
        self.denied = denied(self.tokens)
        self.excused = excused(self.tokens)
        self.at: dict[str, list[int]] = {}
        self.own: set[int] = set()
        self.spent: set[int] = set()
        self.affirmed: dict[str, list[int]] = {}
        self.bounds = self._between(_ENDS)
        self.clauses = self._between(_PUNCTUATION | {"and", "et", "but", "mais"})
        for index in range(len(self.tokens)):
            concepts = lexicon.of(self.tokens[index])
            if self.tokens[index][0].isdigit():
                concepts |= set(of_number(self.tokens, index, lexicon.of))
            for concept in concepts:
                self.at.setdefault(concept, []).append(index)
            for concept, length in lexicon.at(self.tokens, index):
                self.at.setdefault(concept, []).append(index)
                if not _DENIALS.isdisjoint(self.tokens[index : index + length]):
                    self.own.add(index)
        self.present = set(self.at)
        self.stated = stated(self.tokens)

    def _between(self, marks: frozenset[str]) -> list[tuple[int, int]]:
        """First and last word of the piece that each word is in."""
        found: list[tuple[int, int]] = []
        begin = 0
        for index, token in enumerate((*self.tokens, ".")):
            if token in marks:
                found.extend([(begin, index)] * (index + 1 - begin))
                begin = index + 1
        return found

    def join(self, concept: str, rules: Iterable[Rule]) -> None:
        """Add a concept that words make together; its "not" denies nothing else."""
        places = {first for rule in rules for first in self.places(rule)}
        if places:
            self.at[concept] = sorted(places)
            self.present.add(concept)
            self.affirmed.pop(concept, None)
        if concept in _NEGATIVE:
            for place in places:
                self.spent.update(range(place, place + 2))

    def deny_again(self) -> None:
        """Look at denials anew, without each "not" that is part of what is said."""
        if self.spent:
            self.denied = denied(self.tokens, self.spent)
            self.affirmed.clear()

    def places(self, rule: Rule) -> Iterable[int]:
        """First words of the places where a rule matches."""
        if any(map(self.present.isdisjoint, rule.required)):
            return
        if any(one in self.present for one in rule.never if not (self.stated and one in _AROUND)):
            return
        if rule.least:
            yield from self._enough(rule)
            return
        options: list[list[int]] = []
        for group, raw in zip(rule.groups, rule.unchecked, strict=True):
            options.append(self._raw(group) if raw else self._positions(group))
            if not options[-1]:
                return
        if len(options) == 1:
            yield from options[0]
            return
        for first in options[0]:
            if self._around(rule, first, options):
                yield first

    def _enough(self, rule: Rule) -> Iterable[int]:
        """The first word of the last group needed, where so many groups are in the text.

        A word counts once, but `_COUNTED_AGAIN` where groups are needed.
        """
        found = 0
        used: set[int] = set()
        least = rule.least - (_COUNTED_AGAIN if rule.needed else 0)
        for group in rule.groups:
            listed = [one for one in self._positions(group) if not self.excused[one]]
            place = next((one for one in listed if one not in used), None)
            if place is None and listed and rule.needed:
                place = listed[0]
            if place is None and group in rule.needed:
                return
            if place is None:
                continue
            used.add(place)
            found += 1
            if found >= rule.least and len(used) >= least:
                yield place
                return

    def _positions(self, group: tuple[str, ...]) -> list[int]:
        """Where words of a group are that nothing denies."""
        if len(group) == 1:
            return self._affirmed(group[0])
        return sorted({index for concept in group for index in self._affirmed(concept)})

    def _affirmed(self, concept: str) -> list[int]:
        if concept not in self.affirmed:
            listed = self.at.get(concept, [])
            self.affirmed[concept] = (
                listed
                if concept in _NEGATIVE
                else [one for one in listed if one in self.own or not self.denied[one]]
            )
        return self.affirmed[concept]

    def _around(self, rule: Rule, first: int, options: Sequence[list[int]]) -> bool:
        """Whether each other concept has a word near the first, each a word of its own."""
        low, high = (0, len(self.tokens)) if rule.across else self.bounds[first]
        if NOTS.intersection(rule.groups[0]):
            low, high = self.clauses[first]
        used = {first}
        last = first
        for listed in options[1:]:
            begin = last + 1 if rule.ordered else max(low, first - rule.reach)
            end = min(high, first + rule.reach)
            near = listed[bisect_left(listed, begin) : bisect_right(listed, end)]
            chosen = next((one for one in near if one not in used), None)
            if chosen is None:
                return False
            used.add(chosen)
            last = chosen
        return True

    def _raw(self, group: tuple[str, ...]) -> list[int]:
        """Where words of a group are, denied or not: after a "not" that the rule asks for."""
        return sorted({index for concept in group for index in self.at.get(concept, [])})


@cache
def _lexicon() -> _Lexicon:
    return _Lexicon()


@cache
def _rules() -> Mapping[str, tuple[Rule, ...]]:
    return {code: tuple(Rule.parse(line) for line in lines) for code, lines in RULES.items()}


@cache
def _joined() -> Mapping[str, tuple[Rule, ...]]:
    return {name: tuple(Rule.parse(line) for line in lines) for name, lines in JOINED.items()}


def prepare() -> None:
    """Read the vocabulary and the rules, which takes a second; done once, by whoever is first."""
    with _READING:
        _lexicon()
        _joined()
        _rules()


def matched(text: str) -> dict[str, str]:
    """Code of each flag in a text -> the rule that found it.

    >>> matched("she slurs her words")
    {'stroke': 'SLUR -stuffy_nose|notifications'}
    """
    prepare()
    seen = _Text(text, _lexicon())
    for concept, joined in _joined().items():
        seen.join(concept, joined)
    seen.deny_again()
    found: dict[str, str] = {}
    for code, rules in _rules().items():
        for rule in rules:
            if any(_stands(seen, place, code, rule) for place in seen.places(rule)):
                found[code] = rule.name
                break
    return found


def _stands(seen: _Text, place: int, code: str, rule: Rule) -> bool:
    """Whether what was found is of now and of somebody, and not taken back."""
    if code == "suicidal_thoughts" and rule.name != "SUICIDE" and seen.excused[place] != "past":
        return True
    return not seen.excused[place] and not taken_back(seen.tokens, place + 1)


def _is_part(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
