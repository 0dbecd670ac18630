"""What an assistant is asked and answers, whoever it is; and how it can fail."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

Language = Literal["en", "fr"]
Kind = Literal["chat", "analysis"]
Sender = Literal["user", "assistant"]

MOST_ITEMS: Final = 6
"""Recommendations, questions or risk factors that are kept of an answer."""
MOST_ITEM_CHARACTERS: Final = 400
MOST_RESPONSE_CHARACTERS: Final = 6_000


class AssistantError(Exception):
    """The assistant gave no answer that can be used."""


class AssistantAwayError(AssistantError):
    """The service could not be reached, failed, or was too slow or too busy."""


class AssistantRefusedError(AssistantError):
    """The service does not accept the request or the key: somebody must look at the settings."""


class AnswerBlockedError(AssistantError):
    """The service's own safety rules let no answer pass."""


class MalformedAnswerError(AssistantError):
    """What came back does not have the form that was asked for."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said before."""

    sender: Sender
    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that can be looked up or proposed.

    Attributes:
        name: As it is called.
        about: What it gives, for a model.
        parameters: JSON Schema of its arguments.

    """

    name: str
    about: str
    parameters: Mapping[str, Any]


class Toolbox(Protocol):
    """Tools that act as one caller, on that caller's own data."""

    @property
    def tools(self) -> Sequence[Tool]:
        """What can be called."""
        ...

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a tool; what cannot be done is said under `error`, nothing is raised for it."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        kind: A message of a chat, or symptoms to be analysed.
        language: Of the answer.
        text: What the user wrote, without their name and contact.
        now: When, in the zone in which the user reads times.
        emergency_number: Whom to call where the user is.
        history: What was said before it, oldest first; the older part is in `summary`.
        summary: Of what was said before `history`.
        facts: What was looked up beforehand, by the name of the tool.
        stated: Readings that the message itself tells, beside their usual ranges.
        complaint: What was wrong with the answer before, which is to be written again.

    """

    kind: Kind
    language: Language
    text: str
    now: dt.datetime
    emergency_number: str = "112"
    history: Sequence[Turn] = ()
    summary: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    stated: Sequence[Mapping[str, Any]] = ()
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, not checked yet."""

    response: str
    recommendations: tuple[str, ...] = ()
    follow_up_questions: tuple[str, ...] = ()
    risk_factors: tuple[str, ...] = ()
    when_to_see_doctor: str = ""

    def parts(self) -> tuple[str, ...]:
        """Every text of it, the response first."""
        return (
            self.response,
            *self.recommendations,
            *self.risk_factors,
            *((self.when_to_see_doctor,) if self.when_to_see_doctor else ()),
            *self.follow_up_questions,
        )


@dataclass(slots=True)
class Usage:
    """Tokens that were used so far, also by what failed."""

    tokens: int = 0


Piece = str | Reply
"""Part of a response as it is written; at last the whole reply."""


class Assistant(Protocol):
    """Somebody who answers."""

    @property
    def model(self) -> str:
        """Name and version of what answers."""
        ...

    @property
    def counts_tokens(self) -> bool:
        """Whether its answers are charged to a user's budget."""
        ...

    async def answer(self, question: Question, toolbox: Toolbox, usage: Usage) -> Reply:
        """Answer at once.

        Raises:
            AssistantError: when there is no answer.
        """
        ...

    def stream(self, question: Question, toolbox: Toolbox, usage: Usage) -> AsyncIterator[Piece]:
        """Answer piece by piece, the whole reply last.

        Raises:
            AssistantError: when there is no answer, or it broke off.
        """
        ...

    async def summarise(self, summary: str, turns: Sequence[Turn], usage: Usage) -> str:
        """Shorten what was said, with what an older summary says, to a few sentences.

        Raises:
            AssistantError: when there is no summary.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def bounded(reply: Reply) -> Reply:
    """The same, no longer than an answer may be."""

    def items(texts: Sequence[str]) -> tuple[str, ...]:
        kept = (text.strip()[:MOST_ITEM_CHARACTERS] for text in texts[:MOST_ITEMS])
        return tuple(text for text in kept if text)

    return Reply(
        response=reply.response.strip()[:MOST_RESPONSE_CHARACTERS],
        recommendations=items(reply.recommendations),
        follow_up_questions=items(reply.follow_up_questions)[:3],
        risk_factors=items(reply.risk_factors),
        when_to_see_doctor=reply.when_to_see_doctor.strip()[:MOST_ITEM_CHARACTERS],
    )
