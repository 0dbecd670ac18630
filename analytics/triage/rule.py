"""One line of `rules`, taken apart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

NOTS: Final = frozenset({"NOT", "NO", "PAS", "CANNOT"})
"""Concepts of a plain "not"."""
_LEAST: Final = re.compile(r"(\d) of ")
_REACH: Final = re.compile(r" ~(\d+\+?)")


@dataclass(frozen=True)
class Rule:
    """One line of `rules`, taken apart."""

    name: str
    """The line itself."""
    groups: tuple[tuple[str, ...], ...]
    ordered: bool
    reach: int
    across: bool
    unchecked: tuple[bool, ...]
    """Which concepts stand after a "not" of the rule's own: they are not asked for denial."""
    never: tuple[str, ...] = ()
    """Concepts of which none may stand anywhere in the text."""
    needed: tuple[tuple[str, ...], ...] = ()
    """Of a counting rule: groups that must be among those found."""
    least: int = 0
    """So many of the groups are enough, anywhere in the text; 0 where all must be near."""

    @classmethod
    def parse(cls, line: str) -> "Rule":
        """Read `A|B > C ~4` and its like."""
        given = _REACH.search(line)
        reach = given.group(1) if given else "0"
        body = _REACH.sub("", line)
        counted = _LEAST.match(body)
        body = body[counted.end() :] if counted else body
        ordered = " > " in body
        parts = body.replace(" > ", " ").split()
        groups = tuple(tuple(one.lstrip("+").split("|")) for one in parts if one[0] != "-")
        needed = tuple(tuple(one[1:].split("|")) for one in parts if one[0] == "+")
        never = tuple(name for one in parts if one[0] == "-" for name in one[1:].split("|"))
        unchecked = tuple(
            ordered and any(NOTS.intersection(one) for one in groups[:index])
            for index in range(len(groups))
        )
        across = reach.endswith("+")
        return cls(
            line,
            groups,
            ordered,
            int(reach.rstrip("+")),
            across,
            unchecked,
            never,
            needed,
            int(counted.group(1)) if counted else 0,
        )

    @cached_property
    def required(self) -> tuple[frozenset[str], ...]:
        """Groups of which each must be in the text, for a quick look whether it may match."""
        return tuple(frozenset(one) for one in (self.needed if self.least else self.groups))

    def words(self) -> Iterable[str]:
        """Entries that the rule names itself, in small letters; each is its own concept."""
        listed = (*(one for group in self.groups for one in group), *self.never)
        return (one for one in listed if one != one.upper() or one.isdigit())
