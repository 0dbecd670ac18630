"""How the rules do on the project's phrasings, and that no text can hold them up."""

import importlib
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.triage import likeness, sayings, spelling
from analytics.triage.advice import advice
from analytics.triage.emergency_numbers import CRISIS_LINES
from analytics.triage.everyday import COMMON
from analytics.triage.lexicon import CONCEPTS
from analytics.triage.matching import matched
from analytics.triage.red_flags import FLAGS, explain, find
from analytics.triage.rule import Rule
from analytics.triage.rules import JOINED, RULES
from analytics.triage.spelling import Speller
from benchmarks.eval.red_flags import LANGUAGES, figures, phrasings

WORDS = [*"chest pain not no breathe head hit vomit pregnant week , . and".split(), "j'ai", "n't"]  # noqa: SIM905


BOUNDS: Final = {
    "tune": (0.99, 0.02),
    "second": (0.99, 0.03),
    "independent_tune": (0.99, 0.03),
    "author_a": (0.98, 0.02),
    "author_b": (0.98, 0.02),
    "author_c": (0.97, 0.02),
    "author_d": (0.96, 0.02),
    "author_e": (0.92, 0.02),
    "author_f": (0.96, 0.03),
    "author_g": (0.97, 0.03),
    "author_h": (0.97, 0.02),
    "author_j": (0.96, 0.03),
    # Never tuned on, and no single miss may be mended: they only guard.
    "held_out": (0.99, 0.04),
    "fresh": (0.94, 0.04),
    "independent_held_out": (0.98, 0.06),
    # What strangers write; docs/benchmarks.md says how far that is from what is wanted.
    "unseen": (0.82, 0.12),
}
"""Split -> least share found with each kind, most false positives."""


def test_the_figures_hold() -> None:
    # One test, so that one worker judges each text, once.
    found = figures()
    assert set(found) == set(BOUNDS)
    reached = {
        split: (one["all"]["sensitivity"], one["all"]["false_positive_rate"])
        for split, one in found.items()
    }
    missed = {
        split: reached[split]
        for split, (least, most_false) in BOUNDS.items()
        if reached[split][0] < least or reached[split][1] > most_false
    }
    assert missed == {}


def test_the_phrasings_are_many_and_of_each_flag() -> None:
    listed = phrasings()
    assert len({one.text for one in listed}) == len(listed)
    for language in LANGUAGES:
        mine = [one for one in listed if one.language == language]
        assert sum(bool(one.codes) for one in mine) >= 100
        assert sum(not one.codes for one in mine) >= 100
        codes = {code for one in mine for code in one.codes}
        assert codes == set(FLAGS) - {"early_warning", "several_signs"}


NUMBERS = {"DAYS_YOUNG", "LOW_SATS", "MANY_PILLS", "TEMP_FEVER", "VERY_HIGH"}
"""Concepts that only numbers have."""


def test_every_rule_names_concepts_that_exist() -> None:
    known = set(CONCEPTS) | set(JOINED) | NUMBERS
    for line in (line for lines in (*RULES.values(), *JOINED.values()) for line in lines):
        rule = Rule.parse(line)
        named = {one for group in rule.groups for one in group} | set(rule.never)
        assert named - set(rule.words()) <= known
        assert all(re.fullmatch(r"[a-z\d_]+\*?", one) for one in rule.words()), line
        assert rule.reach or rule.least or len(rule.groups) == 1, line
    assert set(RULES) == set(FLAGS) - {"early_warning"}


def test_no_everyday_word_is_repaired() -> None:
    speller = Speller(["chest", "seizure", "stroke"], ["bleed", "vomi"])
    for word in ("currency", "chess", "broke", "cheese", "breathe", "poire"):
        assert speller.tokens(word) == [word]
    assert speller.tokens("chset siezure") == ["chest", "seizure"]
    assert len(COMMON) > 30_000


def test_few_everyday_words_alarm_by_themselves() -> None:
    sample = sorted(COMMON)[::40]
    assert sum(bool(matched(word)) for word in sample) < 0.01 * len(sample)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("his lips look blue", "breathlessness"),
        ("she gave away her things and wrote the letters", "suicidal_thoughts"),
        ("he can't find his words", "stroke"),
        ("grape stuck, no sound coming out", "choking"),
        ("glucose reads HI, ketones high and vomiting", "high_glucose"),
        ("gros mal au testicule d'un coup, il est remonté", "testicular_torsion"),
        ("un rideau noir descend sur mon œil gauche", "vision_loss"),
        ("my 3 week old has a temperature of 38.6", "infant_fever"),
        ("grey, dripping with sweat and he slid off his chair", "several_signs"),
    ],
)
def test_signs_are_found_without_the_name_of_the_illness(text: str, code: str) -> None:
    assert code in [flag.code for flag in find(text)]


def _repeats(tree: Any, *, inside: bool = False) -> Iterator[bool]:
    """Whether each repetition without an end stands within another."""
    for operation, argument in tree:
        name = str(operation)
        if name in {"MAX_REPEAT", "MIN_REPEAT"}:
            endless = str(argument[1]) == "MAXREPEAT"
            if endless:
                yield inside
            yield from _repeats(argument[2], inside=inside or endless)
        elif name == "SUBPATTERN":
            yield from _repeats(argument[3], inside=inside)
        elif name == "BRANCH":
            for one in argument[1]:
                yield from _repeats(one, inside=inside)


def _patterns() -> Iterator[re.Pattern[str]]:
    for module in (sayings, spelling):
        yield from (one for one in vars(module).values() if isinstance(one, re.Pattern))
    yield from (pattern for pattern, _ in likeness._SOUNDS)


def test_no_pattern_repeats_within_a_repetition() -> None:
    listed = list(_patterns())
    assert len(listed) > 10
    parser = importlib.import_module("re._parser")  # its own reading of a pattern
    for pattern in listed:
        assert not any(_repeats(parser.parse(pattern.pattern)))


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert set(find(text)) <= set(FLAGS.values())


@given(st.lists(st.sampled_from(WORDS), max_size=80))
def test_what_is_found_names_its_rule_and_nothing_of_the_text(words: list[str]) -> None:
    for finding in explain(" ".join(words)):
        assert finding.rule in RULES[finding.flag.code]


@pytest.mark.parametrize(
    "text", ["a" * 4_000, "chest " * 660, ". " * 2_000, "no chest pain " * 280]
)
def test_a_text_of_full_length_is_read(text: str) -> None:
    assert find(text[:4_000]) == find(text[:4_000])


@pytest.mark.parametrize("country", sorted(CRISIS_LINES))
def test_despair_is_told_of_the_line_of_the_country(country: str) -> None:
    for language in ("en", "fr"):
        assert CRISIS_LINES[country] in advice(find("I want to die"), country, language).text


def test_despair_is_told_of_lines_where_none_is_known() -> None:
    assert "findahelpline.com" in advice(find("je veux mourir"), "", "fr").text


def test_no_advice_names_a_medicine_that_was_not_prescribed() -> None:
    for flag in FLAGS.values():
        for language in ("en", "fr"):
            said = advice([flag], "FR", language).text.lower()
            assert not re.search(r"aspirin|paracetamol|ibuprofen|\bmg\b", said)
