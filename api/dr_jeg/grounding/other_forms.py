"""Numbers in the less common ways of writing them: shares, multiples, ordinals, Roman, noon."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

SHARE: Final = "{share}"
"""Unit of what was calculated, such as a half of something: nothing that is looked up has it."""
_SHARES: Final = re.compile(
    r"\b(?:half|(?:a |one |two |three |\d+ )?(?:thirds?|quarters?|fifths?|tenths?)) (?:of|the)\b"
    r"(?! (?:an? )?(?:hour|day|tablet|pill|dose))"
    r"|\b(?:la moitié|(?:un|deux) tiers|trois quarts|un cinquième)\b"
    r"|\bun quart (?:de|des|du)\b(?! d'heure)"
    r"|\b(?:doubled|tripled|quadrupled|halved|(?:two|three|four|five|ten)-?fold)\b"
    r"|\b(?:\d+(?:[.,]\d+)?|two|three|deux|trois)(?:-?fold| ?[x\u00d7]| times| fois)"
    r" (?:higher|lower|more|less|as|the|your|plus|moins)\b"
    r"|\b(?:a|ont) (?:doublé|triplé|quadruplé)\b"
    r"|\b(?:double|triple|twice|half|le double|le triple)(?: of)?"
    r" (?:the|your|its|as|de|du|que)\b(?! (?:medic|dose|tablet|pill|amount|prescri))",
    re.IGNORECASE,
)
_NOON: Final = re.compile(
    r"(?<!after )(?<!after)(?<!après[- ])\b(?P<noon>noon|midday|midi)\b|\b(?:midnight|minuit)\b",
    re.IGNORECASE,
)
_ORDINALS: Final = [
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
]
_ORDINAL: Final = (
    r"(?:(?P<tens>twenty|thirty)[- ])?(?P<day>"
    + "|".join((*_ORDINALS, "thirtieth", "premier"))
    + ")"
)
_TENS: Final = {"twenty": 20, "thirty": 30, "thirtieth": 30, "premier": 1}
_ROMAN: Final = re.compile(
    r"(?<![\w'\u2019-])(?=[ivxlcdm]{3})m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})\b",
    re.IGNORECASE,
)
_LETTERS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1_000}
_LEAST_SMALL: Final = 4
"""Letters of a Roman number in small letters: shorter ones are words, such as "mix"."""


def shares(text: str) -> Iterator[tuple[int, int]]:
    """Where a text tells a share or a multiple, which somebody must have calculated.

    >>> [at for at in shares("half of your readings; take half an hour")]
    [(0, 7)]
    """
    yield from (match.span() for match in _SHARES.finditer(text))


def noons(text: str) -> Iterator[tuple[int, int, int]]:
    """Times of day that are words: start, end, minutes since midnight.

    >>> list(noons("at noon, this afternoon"))
    [(3, 7, 720)]
    """
    for match in _NOON.finditer(text):
        yield *match.span(), 720 if match["noon"] else 0


def ordinal_days(text: str, month: str) -> Iterator[tuple[int, int, int, str]]:
    """Days of a month whose number is a word: start, end, day, name of the month.

    Args:
        text: In which they are looked for.
        month: A pattern of the names of months, in a group.

    """
    for pattern in (rf"\b{_ORDINAL}(?: of)? {month}", rf"\b{month} (?:the )?{_ORDINAL}\b"):
        for match in re.finditer(pattern, text, re.IGNORECASE):
            own = {match["tens"], match["day"], None}
            named = next(one for one in match.groups() if one not in own)
            word = match["day"].casefold()
            day = _TENS.get(word) or _ORDINALS.index(word) + 1
            yield *match.span(), day + _TENS.get((match["tens"] or "").casefold(), 0), named


def signs(text: str) -> Iterator[tuple[int, int, float]]:
    """Roman numbers, and single characters that are numbers without being digits.

    >>> [value for _, _, value in signs("LXXIII, a mix, 七")]
    [73.0, 7.0]
    """
    for match in _ROMAN.finditer(text):
        written = match[0]
        if written.isupper() or len(written) >= _LEAST_SMALL:
            yield *match.span(), float(_roman(written.upper()))
    for at, char in enumerate(text):
        value = unicodedata.numeric(char, None) if ord(char) > 0x7F else None  # noqa: PLR2004
        if value is not None:
            yield at, at + 1, value


def _roman(written: str) -> int:
    values = [_LETTERS[one] for one in written]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))
