"""Words as they were meant: folding, short forms of messages, and typing errors.

Only words of the rules are repaired towards, and a word that people use by itself (`COMMON`) is
never changed: a repair can make a rule match, so it must not turn "chess" into "chest". An error
is one insertion, deletion, substitution or swap of neighbours (Damerau, CACM 7(3), 1964) in words
of five letters or more, two in words of nine or more, or the same sound; in four letters a swap.
All of it is looked up by keys, so that the time grows with the length of the text alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from analytics.triage.everyday import COMMON, JOINING, PHRASES, SHORT_FORMS
from analytics.triage.likeness import distance, sound

LONGEST_WORD: Final = 30
"""Letters; longer ones are taken as they are."""
_ONE_ERROR: Final = 5
_TWO_ERRORS: Final = 9
_SWAP: Final = 4
_LONGEST_STEM: Final = 12
_ENDINGS: Final = (
    "",
    "s",
    "e",
    "es",
    "ed",
    "d",
    "ing",
    "er",
    "ee",
    "ent",
    "ment",
    "ion",
    "ions",
    "ly",
    "ily",
    "y",
    "ness",
    "al",
)
_APOSTROPHES: Final = str.maketrans(
    {**dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"), "\u0153": "oe", "\u00e6": "ae"}
)
_LEET: Final = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"})
_PIECE: Final = re.compile(r"\d+[.,]\d+(?![a-z\d])|[a-z\d@$][a-z\d@$']*|[.,!?;:]")
_PARTS: Final = re.compile(r"\d+|[a-z]+")
_PHRASE: Final = re.compile(rf"\b(?:{'|'.join(sorted(PHRASES, key=len, reverse=True))})\b")
_REPEATED: Final = re.compile(r"([a-z])\1\1+")
_TWICE: Final = re.compile(r"([a-z])\1")
_ENGLISH: Final = {"m": "am", "ve": "have", "re": "are", "ll": "will"}
_IS: Final = frozenset({"he", "she", "it", "that", "there", "who", "what", "here"})
"""Words whose 's is an "is"."""
_ELIDED: Final = frozenset("cdjlmnst")


def folded(text: str) -> str:
    """Lower case without accents, with single spaces.

    >>> folded("J'ai  MAL au c\u0153ur !")
    "j'ai mal au coeur !"
    """
    return re.sub(r"[\s_\-]+", " ", _plain(text)).strip()


class Speller:
    """Takes texts apart into words, each as it was meant.

    Args:
        words: The words of the rules, folded.
        stems: Beginnings of words; what begins so is known.
        kept: Other words that stand as they are.

    """

    def __init__(
        self, words: Iterable[str], stems: Iterable[str], kept: Iterable[str] = ()
    ) -> None:
        self._stems = frozenset(stems)
        self._lengths = sorted({len(stem) for stem in self._stems})
        whole = frozenset(words)
        self._known = whole | frozenset(kept) | COMMON | JOINING | frozenset(SHORT_FORMS)
        self._near: dict[str, list[str]] = {}
        self._alike: dict[str, str] = {}
        self._swapped: dict[str, str] = {}
        short = {stem for stem in self._stems if len(stem) <= _ONE_ERROR}
        inflected = {stem + ending for stem in short for ending in _ENDINGS}
        for word in sorted((whole | inflected | self._stems) - JOINING):
            self._index(word)
        self.meant = lru_cache(maxsize=4_096)(self._meant)

    def tokens(self, text: str) -> list[str]:
        """Words, numbers and punctuation, in their order; what was joined comes apart."""
        plain = re.sub(r"\n+", " . ", re.sub(r"[_\-\u2013\u2014/]", " ", _plain(text)))
        found = [one for match in _PIECE.finditer(plain) for one in self._piece(match.group())]
        plain = " ".join(found)
        return _PHRASE.sub(lambda one: PHRASES[one.group()], plain).split(" ") if found else []

    def _piece(self, piece: str) -> Iterator[str]:
        if piece in SHORT_FORMS:
            yield from SHORT_FORMS[piece].split()
        elif not piece[0].isalnum() and len(piece) == 1:
            yield piece
        elif "'" in piece:
            yield from self._elided(piece)
        elif piece.isalpha():
            yield from self.meant(piece)
        elif re.fullmatch(r"\d+[.,]\d+|\d+", piece):
            yield piece.replace(",", ".")
        else:
            yield from self._leet(piece)

    def _elided(self, piece: str) -> Iterator[str]:
        """Words with apostrophes: English ones end so ("isn't", "he's"), French ones begin so."""
        if piece.endswith("n't"):
            if piece != "n't":
                yield from self.meant(piece[:-3])
            yield "not"
            return
        first, *others = piece.split("'")
        for index, part in enumerate((first, *others)):
            if index and (part in _ENGLISH or (part == "s" and first in _IS)):
                yield _ENGLISH.get(part, "is")
            elif len(part) == 1:
                yield part
            elif part:
                yield from self._piece(part)

    def _leet(self, piece: str) -> Iterator[str]:
        """Letters written as digits, where a word comes out; else numbers and letters apart."""
        read = piece.translate(_LEET)
        if piece[0].isalpha() and read.isalpha():
            words = self.meant(read)
            if all(self._is_known(word) for word in words):
                yield from words
                return
        for part in _PARTS.findall(piece):
            yield from self.meant(part) if part.isalpha() else (part,)

    def _is_known(self, word: str) -> bool:
        return word in self._known or any(word[:size] in self._stems for size in self._lengths)

    def _index(self, word: str) -> None:
        if len(word) == _SWAP:
            for one in _swaps(word):
                self._swapped.setdefault(one, word)
        if len(word) < _ONE_ERROR:
            return
        self._alike.setdefault(sound(word), word)
        for key in _keys(word):
            self._near.setdefault(key, []).append(word)

    def _meant(self, word: str) -> tuple[str, ...]:
        """The word or words that were meant; the word itself where nothing is near."""
        if len(word) > LONGEST_WORD:
            return (word,)
        for one in (
            word,
            _REPEATED.sub(r"\1\1", word),
            _REPEATED.sub(r"\1", word),
            _TWICE.sub(r"\1", word),
        ):
            if one in SHORT_FORMS:
                return tuple(SHORT_FORMS[one].split())
            if self._is_known(one):
                return (one,)
        short = _REPEATED.sub(r"\1", word)
        cut = self._cut(short)
        if cut:
            return cut
        near = self._nearest(short)
        if near is not None:
            return (near,)
        return self._joined(short) or self._apart(short) or (word,)

    def _cut(self, word: str) -> tuple[str, ...]:
        """What lost its last "g" ("throwin"), or has its "je" joined to it ("jvomi")."""
        if word.endswith("in") and self._is_known(word + "g"):
            return (word + "g",)
        rest = word[1:]
        if word[0] == "j" and len(rest) > 2 and self._is_known(rest):  # noqa: PLR2004
            return ("j", *self._written(rest))
        return ()

    def _joined(self, word: str) -> tuple[str, ...]:
        """A French article or pronoun written without its apostrophe: "lappareil"."""
        rest = word[1:]
        if (
            len(rest) >= _SWAP
            and word[0] in _ELIDED
            and rest[0] in "aeiouh"
            and rest in self._known
        ):
            return (word[0], *self._written(rest))
        return ()

    def _nearest(self, word: str) -> str | None:
        if len(word) == _SWAP and word in self._swapped:
            return self._swapped[word]
        if len(word) < _SWAP:
            return None
        best: tuple[int, str] | None = None
        for candidate in {one for key in _keys(word) for one in self._near.get(key, ())}:
            allowed = 2 if len(candidate) >= _TWO_ERRORS and len(word) >= _TWO_ERRORS - 1 else 1
            if candidate[0] != word[0] and candidate[:2] != word[1::-1]:
                continue
            errors = distance(word, candidate)
            if errors <= allowed and (best is None or (errors, candidate) < best):
                best = (errors, candidate)
        if best is not None:
            return best[1]
        for size in range(min(len(word) - 1, _LONGEST_STEM), _ONE_ERROR - 1, -1):
            stem = self._stem_like(word[:size])
            if stem is not None:
                return stem
        return self._alike.get(sound(word)) if len(word) >= _ONE_ERROR else None

    def _stem_like(self, begin: str) -> str | None:
        """The stem that a word's beginning was meant to be."""
        near = {one for key in (begin, *_shorter(begin)) for one in self._near.get(key, ())}
        for stem in sorted(near):
            alike = stem in self._stems and len(stem) > _ONE_ERROR and stem[0] == begin[0]
            if alike and distance(begin, stem) == 1:
                return stem
        return None

    def _apart(self, word: str) -> tuple[str, ...]:
        """Two or three words that were written as one: "chestpain"; () where it is none."""
        if len(word) <= _ONE_ERROR:
            return ()
        for first in range(len(word) - 2, 1, -1):
            head, tail = word[:first], word[first:]
            if not self._is_part(head):
                continue
            if self._is_part(tail):
                return (*self._written(head), *self._written(tail))
            for second in range(len(tail) - 2, 1, -1):
                if self._is_part(tail[:second]) and self._is_part(tail[second:]):
                    parts = (head, tail[:second], tail[second:])
                    return tuple(one for part in parts for one in self._written(part))
        return ()

    def _is_part(self, word: str) -> bool:
        return word in self._known and (len(word) > 2 or word in JOINING)  # noqa: PLR2004

    def _written(self, word: str) -> list[str]:
        return SHORT_FORMS.get(word, word).split()


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_APOSTROPHES))
    return "".join(one for one in plain if not unicodedata.combining(one))


def _shorter(word: str) -> Iterator[str]:
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def _keys(word: str) -> set[str]:
    """The word without each one letter, and without each two where two errors are allowed.

    Two words within one error (two) have a key in common.
    """
    keys = {word, *_shorter(word)}
    if len(word) >= _TWO_ERRORS - 1:
        keys |= {two for one in tuple(keys) if len(one) < len(word) for two in _shorter(one)}
    return keys


def _swaps(word: str) -> Iterator[str]:
    for index in range(len(word) - 1):
        yield word[:index] + word[index + 1] + word[index] + word[index + 2 :]
