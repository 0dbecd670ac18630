"""Whether an answer may be shown: every number has its source, no diagnosis, no doses."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.dr_jeg.claims import breaches, sentences
from api.dr_jeg.grounding.checking import Grounds, Sourced
from gateways.llm.dialogue import Reply
from storage.queries.sayings import NewSource


@dataclass(frozen=True, slots=True)
class Judge:
    """Holds answers against what was looked up."""

    grounds: Grounds

    def complaint(self, reply: Reply) -> str:
        """What is wrong with an answer, for whoever writes it again; empty: nothing is."""
        problems: list[str] = []
        for text in reply.parts():
            missing = self.grounds.check(text).missing
            if missing:
                quotes = ", ".join(one.quote for one in missing[:10])
                problems.append(f"no source for these numbers, leave them out: {quotes}.")
            problems += [
                f"it makes a {breach.kind} statement; refer to a doctor instead."
                for breach in breaches(text)
            ]
        return " ".join(dict.fromkeys(problems))

    def sources(self, reply: Reply) -> list[NewSource]:
        """Where the numbers of an answer came from, those of its response first."""
        found: list[NewSource] = []
        for part, text in _parts(reply):
            found += [_source(one, part) for one in self.grounds.check(text).sourced]
        return found


def _parts(reply: Reply) -> list[tuple[str, str]]:
    named: list[tuple[str, str]] = [("response", reply.response)]
    groups: tuple[tuple[str, Sequence[str]], ...] = (
        ("recommendations", reply.recommendations),
        ("risk_factors", reply.risk_factors),
        ("follow_up_questions", reply.follow_up_questions),
    )
    for name, texts in groups:
        named += [(f"{name}.{number}", text) for number, text in enumerate(texts)]
    return [*named, ("when_to_see_doctor", reply.when_to_see_doctor)]


def _source(one: Sourced, part: str) -> NewSource:
    claim, fact = one.claim, one.fact
    return NewSource(
        quote=claim.quote,
        starts=claim.start,
        ends=claim.end,
        kind=fact.kind,
        label=fact.label,
        value=fact.value,
        unit=fact.unit,
        measured_at=fact.at,
        reference={"part": part, **fact.reference},
    )


class Gate:
    """Lets a response out sentence by sentence, each only once it was looked at."""

    def __init__(self, judge: Judge) -> None:
        """Nothing came yet."""
        self.judge = judge
        self._text = ""
        self._out = 0
        self.shut = False
        """Whether something came that may not be shown; nothing passes any more."""

    def feed(self, piece: str) -> str:
        """Take a piece; the sentences that can be shown now.

        The last sentence waits: its end, or the rest of a number, may still come.
        """
        self._text += piece
        let_out = ""
        for sentence in sentences(self._text[self._out :])[:-1]:
            if self.shut or not self._may_pass(sentence):
                self.shut = True
                break
            self._out += len(sentence)
            let_out += sentence
        return let_out

    def _may_pass(self, sentence: str) -> bool:
        if breaches(sentence):
            return False
        end = self._out + len(sentence)
        missing = self.judge.grounds.check(self._text[:end]).missing
        return all(claim.end <= self._out for claim in missing)
