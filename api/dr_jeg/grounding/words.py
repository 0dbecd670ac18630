"""Numbers written as words, in English and French."""

import re
from collections.abc import Iterator
from typing import Final

_SMALL: Final[dict[str, int]] = {
    word: value
    for value, words in {
        0: "zero",
        1: "one un une",
        2: "two deux twice",
        3: "three trois thrice",
        4: "four quatre",
        5: "five cinq",
        6: "six",
        7: "seven sept",
        8: "eight huit",
        9: "nine neuf",
        10: "ten dix",
        11: "eleven onze",
        12: "twelve douze dozen douzaine",
        13: "thirteen treize",
        14: "fourteen quatorze",
        15: "fifteen quinze quinzaine",
        16: "sixteen seize",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty vingt vingts",
        30: "thirty trente",
        40: "forty quarante",
        50: "fifty cinquante",
        60: "sixty soixante",
        70: "seventy septante",
        80: "eighty huitante octante",
        90: "ninety nonante",
    }.items()
    for word in words.split()
}
_TENS: Final = {word: value for word, value in _SMALL.items() if 20 <= value <= 90}  # noqa: PLR2004
_ABOUT: Final = {
    "diz": 10,
    "vingt": 20,
    "trent": 30,
    "quarant": 40,
    "cinquant": 50,
    "soixant": 60,
    "cent": 100,
}
_MANY: Final = {
    "dozens": 12,
    "hundreds": 100,
    "thousands": 1_000,
    "millier": 1_000,
    "milliers": 1_000,
}
_SMALL.update(
    {
        # Written together, and as decades: "seventythree", "in the seventies", "une soixantaine".
        **{
            tens + unit: value + more
            for tens, value in _TENS.items()
            for unit, more in _SMALL.items()
            if 0 < more < 10  # noqa: PLR2004 - units
        },
        **{
            tens.removesuffix("y") + "ies": value
            for tens, value in _TENS.items()
            if tens[-1] == "y"
        },
        **{f"{stem}aine{plural}": value for stem, value in _ABOUT.items() for plural in ("", "s")},
        **_MANY,
        **dict.fromkeys(("million", "millions"), 1_000_000),
        **dict.fromkeys(("billion", "billions", "milliard", "milliards"), 1_000_000_000),
    }
)
_SCALES: Final = {"hundred": 100, "cent": 100, "cents": 100, "thousand": 1000, "mille": 1000}
_POINT: Final = frozenset({"point", "virgule"})
_AND: Final = frozenset({"and", "et"})
ARTICLES: Final = frozenset({"one", "un", "une"})
"""Words that are pronouns or articles more often than numbers."""
_WORD: Final = re.compile(r"[^\W\d_]+")


def worded(text: str) -> Iterator[tuple[int, int, float]]:
    """Numbers in words: (start, end, value).

    >>> [value for _, _, value in worded("quatre-vingt-dix-sept et demi")]
    [97.0]
    >>> [value for _, _, value in worded("one hundred and twenty over eighty")]
    [120.0, 80.0]
    >>> [value for _, _, value in worded("thirty-seven point five; one of them")]
    [37.5, 1.0]
    """
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if run and not _joined(text, run[-1].end(), match.start()):
            yield from _number(run)
            run = []
        if _counts(match[0].casefold(), begun=bool(run)):
            run.append(match)
        else:
            yield from _number(run)
            run = []
    yield from _number(run)


def _joined(text: str, end: int, start: int) -> bool:
    return text[end:start] in {" ", "-", "\u2011", "\u00a0"}


def _counts(word: str, *, begun: bool) -> bool:
    return word in _SMALL or word in _SCALES or (begun and word in _POINT | _AND)


def _number(run: list[re.Match[str]]) -> Iterator[tuple[int, int, float]]:
    kept = list(run)
    while kept and kept[-1][0].casefold() in _POINT | _AND:
        kept.pop()
    words = [match[0].casefold() for match in kept]
    if not words:
        return
    yield kept[0].start(), kept[-1].end(), _value(words)


def _value(words: list[str]) -> float:
    total = current = 0
    decimals = ""
    fraction = False
    for word in words:
        if word in _POINT:
            fraction = True
        elif fraction:
            decimals += str(_SMALL.get(word, 0))
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale == max(_SCALES.values()):
                total, current = total + max(current, 1) * scale, 0
            else:
                current = max(current, 1) * scale
        elif word in {"vingt", "vingts"} and current % 100 == 4:  # noqa: PLR2004 - 4 x 20
            current += 76
        elif word not in _AND:
            current += _SMALL[word]
    return float(f"{total + current}.{decimals or 0}")
