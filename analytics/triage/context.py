"""What takes the alarm out of words: denial, idioms, questions of knowledge, the family, the past.

All work on words that `spelling` has put right. Denial looks from a "no" a few words ahead, up to
the next comma, "but" or new subject. The others look at a sentence or a clause of it. None of them
takes back what somebody says of now: "I had a stroke in 2015 and my arm is numb today".
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from analytics.triage import sayings


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


REACH: Final = 7
"""Words that a denial reaches over."""
_DATE_ALONE: Final = 6
"""Words of a clause that says nothing but when, with its comma."""
_SHORT_REACH: Final = 4
"""Words that the "not" of a verb reaches over."""
_OF_VERBS: Final = _words("not pas plus never jamais")
_HAVING: Final = _words("have had having any de d du feel feeling got eu senti")
_LACKING: Final = _words("without sans no aucune aucun")
_NO_CAUSE: Final = _words("warning reason cause notice raison prevenir explication doute doubt")
"""What it comes without is no sign: "without any warning my face dropped"."""
_EVER: Final = _words("never jamais")
_UNLIKE_BEFORE: Final = _words("such pareil pareille telle tel aussi autant")
"""After them it is worse now: "never had such a pain"."""
_PUNCTUATION: Final = frozenset(".,!?;:\n")
_CUTTING: Final = _PUNCTUATION | {"and", "et", "but", "mais"}
"""Between clauses."""
_ENDS: Final = frozenset(".!?\n")
_DENYING: Final = _words(
    """
    aucun aucune denied denies deny denying exclu excluded excludes jamais neither never ni no
    none nor not pas sans without
    """
)
_BREAKING: Final = _words(
    """
    although because but car cependant depuis elle except he however i il j je juste maintenant
    mais now pourtant puis sauf seulement she since then they though
    """
)
_NOT_DENYING: Final = _words(
    """
    able better bien change doubt eat fine going good help helping idea improving just juste know
    mieux move normal only relief sais seulement sleep stand sur sure understand well work working
    """
)
_SUBJECTS: Final = _words(
    """
    ca her his it la le ma mes mon my sa son suddenly the there
    """
)

VOCABULARY: Final = frozenset(
    word
    for pattern in (
        sayings.IDIOMS,
        sayings.KNOWLEDGE,
        sayings.NOW,
        sayings.OWN,
        sayings.FAMILY,
        sayings.PAST,
        sayings.STATED,
        sayings.LIKENING,
        sayings.FEARED,
        sayings.LEADING_PAST,
        sayings.AFTER,
        sayings.WELL_NOW,
    )
    for part in re.findall(r"(?<!\\)\b[a-z]{3,}", pattern.pattern)
    for word in (part, part.removesuffix("s"))
) | (_DENYING | _BREAKING | _NOT_DENYING | _SUBJECTS)
"""Words that mean something here: spelling leaves them as they are."""


def without_idioms(tokens: Sequence[str]) -> list[str]:
    """The words, with `_` in place of each word of an idiom.

    >>> without_idioms("a stroke of luck".split())
    ['a', '_', '_', '_']
    """
    if not tokens:
        return []
    text = " ".join(tokens)
    return sayings.IDIOMS.sub(
        lambda match: " ".join("_" for _ in match.group().split(" ")), text
    ).split(" ")


def denied(tokens: Sequence[str], spent: Collection[int] = ()) -> list[bool]:
    """Whether each word stands in the reach of a denial before it; not of those `spent`.

    >>> denied("no fever but chest pain".split())
    [False, True, False, False, False]
    >>> denied("not better , chest pain".split())
    [False, False, False, False, False]
    """
    found = [False] * len(tokens)
    left = 0
    for index, token in enumerate(tokens):
        if token in _PUNCTUATION or token in _BREAKING or _new_subject(tokens, index):
            left = 0
        elif index not in spent and _denies(tokens, index):
            left = _reach(tokens, index)
        elif left:
            found[index] = True
            left -= 1
    return found


def _denies(tokens: Sequence[str], index: int) -> bool:
    token = tokens[index]
    ahead = tokens[index + 1 : index + 3]
    if token == "plus":  # noqa: S105 - a French word: "no longer" only after "ne"
        return ahead[:1] != ["que"] and bool({"n", "ne"} & set(tokens[max(index - 4, 0) : index]))
    if token == "out":  # noqa: S105 - of "ruled out"
        return index > 0 and tokens[index - 1] == "ruled"
    if token in _LACKING and not _NO_CAUSE.isdisjoint(ahead):
        return False
    if token in _EVER and not _UNLIKE_BEFORE.isdisjoint(tokens[index + 1 : index + 4]):
        return False
    return token in _DENYING and not (ahead and ahead[0] in _NOT_DENYING)


def _reach(tokens: Sequence[str], index: int) -> int:
    """A "no" reaches over a list; a "not" over what it stands by, or over "any"."""
    if tokens[index] not in _OF_VERBS:
        return REACH
    ahead = tokens[index + 1 : index + 3]
    return REACH if _HAVING.intersection(ahead) else _SHORT_REACH


def _new_subject(tokens: Sequence[str], index: int) -> bool:
    return (
        tokens[index] in {"and", "et"}
        and index + 1 < len(tokens)
        and tokens[index + 1] in _SUBJECTS
    )


def excused(tokens: Sequence[str]) -> list[str]:
    """Why each word is no alarm: "knowledge", "family", "past" or "" where nothing says so.

    >>> set(excused("what are the signs of a stroke ?".split()))
    {'knowledge'}
    >>> excused("i had a stroke years ago , my arm is numb".split())[-1]
    ''
    """
    whole = " ".join(tokens)
    if sayings.WELL_NOW.search(whole) and sayings.PAST.search(whole):
        return ["past"] * len(tokens)
    of_somebody = sayings.SOMEBODY.search(whole) is not None
    found: list[str] = []
    sentence: list[str] = []
    for token in (*tokens, "."):
        sentence.append(token)
        if token in _ENDS:
            found.extend(_sentence(sentence, of_somebody=of_somebody))
            sentence = []
    return found[: len(tokens)]


def _sentence(tokens: Sequence[str], *, of_somebody: bool) -> list[str]:
    if len(tokens) <= 2:  # noqa: PLR2004 - a word and its full stop
        return [""] * len(tokens)
    found = _by_all(tokens, of_somebody=of_somebody)
    return found if sayings.LAUGHTER.search(" ".join(tokens)) else _but_stated(tokens, found)


def stated(tokens: Sequence[str]) -> bool:
    """Whether a text says of now, and in earnest, what is the matter.

    >>> stated("my wife fainted in the car".split()), stated("if i have a stroke".split())
    (True, False)
    """
    text = " ".join(tokens)
    return bool(sayings.STATED.search(text)) and not sayings.LAUGHTER.search(text)


def _but_stated(tokens: Sequence[str], found: list[str]) -> list[str]:
    """The same, but nothing is taken from a clause that says what is the matter now."""
    begin = 0
    fiction = sayings.FICTION.search(" ".join(tokens)) is not None
    for index, token in enumerate(tokens):
        if token in _CUTTING or index == len(tokens) - 1:
            words = " ".join(tokens[begin : index + 1])
            if sayings.STATED.search(words) or _beside(words, found[begin], fiction=fiction):
                found[begin : index + 1] = [""] * (index + 1 - begin)
            begin = index + 1
    return found


_ELSEWHERE: Final = (
    sayings.KNOWLEDGE,
    sayings.FICTION,
    sayings.FAMILY,
    sayings.PAST,
    sayings.FEARED,
    sayings.ANIMAL,
    sayings.OVER,
)
"""Of these none may be in a clause that stands for itself."""


def _beside(words: str, why: str, *, fiction: bool) -> bool:
    """Whether a clause is of somebody, and only another of its sentence asks or tells of others."""
    if why not in {"knowledge", "family"}:
        return False
    if why == "family" and not sayings.PRESENT.search(words):
        return False
    if not (sayings.MINE.match(words) or (not fiction and sayings.THEIRS.match(words))):
        return False
    return not any(one.search(words) for one in _ELSEWHERE)


def _by_all(tokens: Sequence[str], *, of_somebody: bool) -> list[str]:
    """Why each word of a sentence is no alarm by what the whole of it says, else by its clause."""
    text = " ".join(tokens)
    if sayings.FICTION.search(text):
        return ["knowledge"] * len(tokens)
    now = sayings.NOW.search(text) is not None
    asked = sayings.KNOWLEDGE.search(text) or (not of_somebody and sayings.ASKING.search(text))
    if not now and not sayings.OWN.search(text) and asked:
        return ["knowledge"] * len(tokens)
    if not now and not sayings.BODY.search(text) and sayings.FAMILY.search(text):
        return ["family"] * len(tokens)
    return _clauses(tokens)


def _clauses(tokens: Sequence[str]) -> list[str]:
    """Why each word of a sentence is no alarm by what its own clause says."""
    found: list[str] = []
    clause: list[str] = []
    led = False
    before = 0
    for token in tokens:
        clause.append(token)
        if token in _CUTTING:
            words = " ".join(clause[:-1])
            now = sayings.NOW.search(words) is not None
            dated = _dated(words)
            if dated and not now and len(clause) <= _DATE_ALONE and before:
                # "I fainted once, twenty years ago": the date is that of what stands before it.
                found[-before:] = ["past"] * before
            past = led or dated or _of_others(words, now=now)
            led = bool(sayings.LEADING_PAST.match(words)) or (past and len(clause) <= 4)  # noqa: PLR2004
            found.extend(["past" if past else ""] * len(clause))
            before = 0 if now else len(clause)
            clause = []
    return found + [""] * len(clause)


def _dated(words: str) -> bool:
    """Whether a clause is of the past, and not of something now that is like it.

    >>> _dated("i had chest pain years ago"), _dated("my chest hurts like years ago")
    (True, False)
    """
    found = sayings.PAST.search(words)
    return found is not None and not sayings.LIKENING.search(words[: found.start()])


def _of_others(words: str, *, now: bool) -> bool:
    """Whether a clause is of an animal, of a fear, or of what somebody of the family once had."""
    if sayings.ANIMAL.match(words) or sayings.FEARED.search(words):
        return True
    return not now and sayings.FAMILY.search(words) is not None


def taken_back(tokens: Sequence[str], after: int) -> bool:
    """Whether the words after a finding take it back: "a heart attack was ruled out".

    >>> taken_back("heart attack ruled out".split(), 2)
    True
    """
    return bool(
        sayings.AFTER.match(" ".join(one for one in tokens[after : after + 6] if one != ":"))
    )
