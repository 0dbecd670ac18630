"""How alike two words are: by their letters and by their sound."""

import re
from typing import Final

_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph|gh", "f"),
        ("ck|qu|k|q", "c"),
        ("c(?=[eiy])", "s"),
        ("[zx]", "s"),
        ("eau|oo|ou|au", "o"),
        ("ea|ee|ie|ei|ai|y", "i"),
        ("(?<=[bcdfglmnprst])h", ""),
        (r"([a-z])\1", r"\1"),
        ("e$", ""),
    )
)


def sound(word: str) -> str:
    """How a word sounds, roughly, in English or French.

    >>> sound("suicide") == sound("suiside"), sound("coughing") == sound("coffing")
    (True, True)
    """
    for pattern, to in _SOUNDS:
        word = pattern.sub(to, word)
    return word


def distance(one: str, other: str) -> int:
    """Errors between two words: insertion, deletion, substitution, swap of neighbours.

    >>> distance("chset", "chest"), distance("unconcious", "unconscious"), distance("ab", "ba")
    (1, 1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
