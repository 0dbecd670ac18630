"""Words that people search by: as they begin, or misspelt where nothing begins so.

Full text finds words by their beginnings and weighs them; trigrams find what is written nearly so.
A misspelt word is only looked for where the word itself is nowhere: `urology` is near `neurology`,
and whoever finds the one did not mean the other.
"""

import re
import unicodedata
from typing import Any, Final

from sqlalchemy import ColumnElement, Float, Text, cast, func, literal, text
from sqlalchemy.orm import InstrumentedAttribute

from storage.engine import ReadSession

_WORD: Final = re.compile(r"\w+")
_MOST_WORDS: Final = 8
_NEAR: Final = "0.35"
"""Share of trigrams in common: Mensa and Mensah 0.63, cardiolgy 0.62, Mensha 0.4."""

_SHORTEST_SWAPPED: Final = 4
_LONGEST_SWAPPED: Final = 30

Condition = ColumnElement[bool]
Words = InstrumentedAttribute[str]


async def prepare(session: ReadSession) -> None:
    """Say how near is near, on this connection: all who use it want the same."""
    await session.execute(
        text("SELECT set_config('pg_trgm.strict_word_similarity_threshold', :near, false)"),
        {"near": _NEAR},
    )


def query(words: str, weights: str = "") -> ColumnElement[Any] | None:
    """Full text query: every word, by its beginning; None where there is no word.

    Args:
        words: As somebody typed them.
        weights: Only in what has one of these weights, such as `A`.

    """
    found = _typed(words)
    if not found:
        return None
    return func.to_tsquery("simple", " & ".join(f"'{one}':*{weights}" for one in found))


def swapped(words: str, weights: str = "") -> ColumnElement[Any] | None:
    """The same query with two neighbouring letters of a word exchanged: `menash` for Mensah.

    Trigrams hardly see it: two short words that differ by an exchange have few in common.
    None where no word is long enough.
    """
    found = _typed(words)
    if all(len(one) < _SHORTEST_SWAPPED for one in found):
        return None
    terms = (" | ".join(f"'{form}':*{weights}" for form in _forms(one)) for one in found)
    return func.to_tsquery("simple", " & ".join(f"({one})" for one in terms))


def _typed(words: str) -> list[str]:
    """Words in small letters without accents, as `without_marks` leaves those that are searched."""
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one)
    )
    return _WORD.findall(plain.lower())[:_MOST_WORDS]


def _forms(word: str) -> list[str]:
    """The word, and it with each two neighbouring letters exchanged; the first one stays."""
    if not _SHORTEST_SWAPPED <= len(word) <= _LONGEST_SWAPPED:
        return [word]
    pairs = range(1, len(word) - 1)
    return [word, *(word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs)]


def begins(column: ColumnElement[Any] | Words, beginning: str) -> Condition:
    """Whether a column begins so, whatever the case; by an index of it in lower case."""
    return func.lower(column).startswith(beginning.lower(), autoescape=True)


def plain(typed: str) -> str:
    """What somebody typed as a part of a pattern of LIKE, where it means nothing but itself."""
    return typed.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def near(column: Words, words: str) -> Condition:
    """Whether a word in the column is nearly one of these; by the trigram index."""
    return column.op("%>>", return_type=None)(literal(words, Text))


def nearness(words: str, *columns: Words) -> ColumnElement[float]:
    """How near, from 0 to 1."""
    joined = columns[0] if len(columns) == 1 else func.concat_ws(" ", *columns)
    return cast(func.strict_word_similarity(words, joined), Float)
