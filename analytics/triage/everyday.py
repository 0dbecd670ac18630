"""Words that are never repaired, that may be joined to others, and short forms of messages."""

from importlib.resources import files
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _listed(name: str) -> str:
    """A list of words that lies beside this file."""
    return (files("analytics.triage") / f"{name}.txt").read_text(encoding="utf-8")


COMMON: Final = _words(_listed("everyday_words"))
"""The most frequent words of both languages, folded: they stand as they are."""

UNLIKE: Final = _words(_listed("unlike_words"))
"""Everyday words that begin as a sign of illness does, and mean something else.

No beginning of a word stands for one of them; one that is a sign is listed whole.
"""

JOINING: Final = _words(
    """
    a ai all am an and are at au aux be been c cannot ce d dans de des did do does down du elle en
    est et for get had has have he her him his i il in is it j je l la le left les m ma me mes moi
    mon my n ne no not of on or pas plus que qui right s se she so suis sur te the they to tu u un
    une up want was we with
    """
)
"""Small words that are written without a space before or after another."""

SHORT_FORMS: Final[dict[str, str]] = dict(
    line.split(" = ") for line in _listed("short_forms").splitlines()
)
"""How people write in short messages, and short words written wrongly -> the words in full."""

PHRASES: Final[dict[str, str]] = {
    "can not": "cannot",
    "b here": "be here",
    "no fit": "cannot",
    "no dey": "not",
    "no gree": "not",
    "no de": "not",
    "don faint": "has fainted",
    "don collapse": "has collapsed",
    "don die": "is not breathing",
    "dey": "is",
}
"""Several words of one meaning, and of West African Pidgin -> the words that the rules know."""
