"""How many red flags the rules find, and how often they find one where none is.

The phrasings are the project's own. Which of them the rules were tuned on is decided by a digest of
the text, so that it cannot be chosen. `second` ones were written after that, looked at once,
then tuned on; `fresh` ones were written after that again, and only looked at. `independent` ones
were written without sight of the rules or of any other phrasing; a digest keeps half of them out of
tuning. `author_a` to `author_h` are texts of eight more authors who saw neither the rules nor each
other's; of c to f, then h and g, the rules were judged once unseen, in this order, before
they were tuned on them (`docs/benchmarks.md` has those figures). `author_j` knew the rules and
wrote above all harmless texts as people type them. `unseen` are half of what a and b wrote and all
that a ninth author did: kept away until the rules were done, and never tuned on.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

from analytics.triage.red_flags import find
from benchmarks.report import REPOSITORY, machine

PHRASINGS: Final = REPOSITORY / "tests" / "analytics" / "data" / "red_flags.jsonl"
SECOND: Final = PHRASINGS.with_name("red_flags_second.jsonl")
FRESH: Final = PHRASINGS.with_name("red_flags_fresh.jsonl")
INDEPENDENT: Final = PHRASINGS.with_name("red_flags_independent.jsonl")
AUTHORS: Final = PHRASINGS.with_name("red_flags_authors.jsonl")
UNSEEN: Final = PHRASINGS.with_name("red_flags_unseen.jsonl")
LANGUAGES: Final = ("en", "fr")
_TUNED_OF_FIVE: Final = 3
_TUNED_BYTES: Final = 128
"""Half of the values of a byte."""
_Z: Final = 1.959964
"""Of a 95 % interval."""

Split = Literal[
    "tune",
    "held_out",
    "second",
    "fresh",
    "independent_tune",
    "independent_held_out",
    "author_a",
    "author_b",
    "author_c",
    "author_d",
    "author_e",
    "author_f",
    "author_g",
    "author_h",
    "author_j",
    "unseen",
]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)
_OF_AUTHORS: Final[dict[str, Split]] = {
    one.removeprefix("author_"): one for one in SPLITS if one.startswith("author_")
}


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Something that somebody may write.

    Attributes:
        text: What is written.
        language: en or fr.
        codes: Flags that must all be found; none where nothing may be.
        kind: Manner of writing, such as `sms`, or why it is harmless, such as `idiom`.
        split: What it is used for.

    """

    text: str
    language: str
    codes: tuple[str, ...]
    kind: str
    split: Split


def split_of(text: str) -> Split:
    """Three fifths are for tuning, by the first byte of the SHA-256 of the text."""
    tuned = _first_byte(text) % 5 < _TUNED_OF_FIVE
    return "tune" if tuned else "held_out"


def half_of(text: str) -> Split:
    """One half of what was written independently is for tuning, by the same byte."""
    return "independent_tune" if _first_byte(text) < _TUNED_BYTES else "independent_held_out"


def phrasings() -> list[Phrasing]:
    """All phrasings, each with its split."""
    return [
        *_read(PHRASINGS, split_of),
        *_read(SECOND, lambda _: "second"),
        *_read(FRESH, lambda _: "fresh"),
        *_read(INDEPENDENT, half_of),
        *_read(AUTHORS),
        *_read(UNSEEN, lambda _: "unseen"),
    ]


def _first_byte(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0]


def _read(path: Path, split: Callable[[str], Split] | None = None) -> Iterable[Phrasing]:
    """Phrasings of a file, whose split the text decides, or the author where that is None."""
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        yield Phrasing(
            one["text"],
            one["language"],
            tuple(one["codes"]),
            one["kind"],
            split(one["text"]) if split else _OF_AUTHORS[one["author"]],
        )


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, JASA 22(158), 1927).

    >>> [round(one, 3) for one in wilson(95, 100)]
    [0.888, 0.978]
    """
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    middle = share + _Z**2 / (2 * of)
    half = _Z * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    below = 1 + _Z**2 / of
    return (middle - half) / below, (middle + half) / below


@cache
def _codes(text: str) -> frozenset[str]:
    """Flags of a text; remembered, as each text is judged with all and with its language."""
    return frozenset(flag.code for flag in find(text))


def judge(listed: Sequence[Phrasing]) -> dict[str, Any]:
    """Sensitivity, and how often a flag is found where none is, of some phrasings."""
    found = {one.text: _codes(one.text) for one in listed}
    grave = [one for one in listed if one.codes]
    harmless = [one for one in listed if not one.codes]
    missed = Counter(code for one in grave for code in sorted(set(one.codes) - found[one.text]))
    met = sum(set(one.codes) <= found[one.text] for one in grave)
    answered = sum(bool(found[one.text]) for one in grave)
    wrong = Counter(code for one in harmless for code in found[one.text])
    false = sum(bool(found[one.text]) for one in harmless)
    return {
        "red_flags": len(grave),
        "sensitivity": _share(met, len(grave)),
        "sensitivity_interval": [round(one, 4) for one in wilson(met, len(grave))],
        "any_flag": _share(answered, len(grave)),
        "missed": dict(sorted(missed.items())),
        "harmless": len(harmless),
        "false_positive_rate": _share(false, len(harmless)),
        "false_positive_interval": [round(one, 4) for one in wilson(false, len(harmless))],
        "false_positives": dict(sorted(wrong.items())),
    }


def figures() -> dict[str, dict[str, Any]]:
    """Split -> language or `all` -> figures."""
    listed = phrasings()
    return {
        split: {
            name: judge([one for one in listed if one.split == split and one.language in languages])
            for name, languages in (("all", LANGUAGES), *((one, (one,)) for one in LANGUAGES))
        }
        for split in SPLITS
    }


def run(path: Path | None) -> str:
    """Judge the rules on all phrasings; write the figures where a path is given; return a table."""
    found = figures()
    if path is not None:
        path.write_text(json.dumps(found | machine(), indent=2) + "\n", encoding="utf-8")
    return table(found)


def table(found: dict[str, dict[str, Any]]) -> str:
    """Figures for people."""
    head = (
        f"{'':21}{'':5}{'flags':>6}{'any flag':>10}{'every flag (95 %)':>26}"
        f"{'harmless':>10}{'false (95 %)':>26}"
    )
    lines = [head]
    for split, parts in found.items():
        lines.extend(_row(split, language, one) for language, one in parts.items())
        counted = ((what, parts["all"][what]) for what in ("missed", "false_positives"))
        lines.extend(f"  {what}: {counts}" for what, counts in counted if counts)
    return "\n".join(lines)


def _row(split: str, language: str, one: dict[str, Any]) -> str:
    low, high = one["sensitivity_interval"]
    least, most = one["false_positive_interval"]
    caught = f"{one['sensitivity']:.4f} ({low:.3f} to {high:.3f})"
    false = f"{one['false_positive_rate']:.3f} ({least:.3f} to {most:.3f})"
    return (
        f"{split:21}{language:5}{one['red_flags']:>6}{one['any_flag']:>10.4f}{caught:>26}"
        f"{one['harmless']:>10}{false:>26}"
    )


def _share(hits: int, of: int) -> float:
    return round(hits / of, 4) if of else 0.0
