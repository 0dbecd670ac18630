"""What Gemini's answers and errors mean."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
from google.genai import errors, types

from gateways.llm.dialogue import (
    AnswerBlockedError,
    AssistantAwayError,
    AssistantError,
    AssistantRefusedError,
    MalformedAnswerError,
    Reply,
    Usage,
    bounded,
)

RETRIED: Final = [408, 429, 500, 502, 503, 504]
"""Statuses after which it is worth asking again."""
_SERVER_ERROR: Final = 500
_REASON: Final = re.compile(r"[A-Z][A-Z_]{2,40}")
_BLOCKED: Final = frozenset(
    {
        types.FinishReason.SAFETY,
        types.FinishReason.RECITATION,
        types.FinishReason.BLOCKLIST,
        types.FinishReason.PROHIBITED_CONTENT,
        types.FinishReason.SPII,
    }
)


class _Written(msgspec.Struct):
    response: str
    recommendations: tuple[str, ...] = ()
    follow_up_questions: tuple[str, ...] = ()
    risk_factors: tuple[str, ...] = ()
    when_to_see_doctor: str = ""


def content(sender: str, text: str) -> types.Content:
    """One turn, as Gemini takes it."""
    role = "model" if sender == "assistant" else "user"
    return types.Content(role=role, parts=[types.Part(text=text)])


def count(
    response: types.GenerateContentResponse, usage: Usage, *, streaming: bool = False
) -> None:
    """Add what a response took; in a stream only the last chunk has the whole count."""
    counted = response.usage_metadata
    if counted is not None and (not streaming or finish(response) is not None):
        usage.tokens += counted.total_token_count or 0


def finish(response: types.GenerateContentResponse) -> types.FinishReason | None:
    """Why a candidate ended; None while it goes on."""
    return response.candidates[0].finish_reason if response.candidates else None


def raise_if_blocked(response: types.GenerateContentResponse) -> None:
    """Raise `AnswerBlockedError` where the service let nothing pass."""
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        raise AnswerBlockedError
    if finish(response) in _BLOCKED:
        raise AnswerBlockedError


def text_of(response: types.GenerateContentResponse) -> str:
    """Text of an answer that came to its end.

    Raises:
        MalformedAnswerError: when there is none, or it was cut.
    """
    parts: Sequence[types.Part] = ()
    if response.candidates and response.candidates[0].content is not None:
        parts = response.candidates[0].content.parts or ()
    text = "".join(part.text or "" for part in parts if not part.thought)
    if not text or finish(response) is not types.FinishReason.STOP:
        raise MalformedAnswerError
    return text


def reply_of(document: str) -> Reply:
    """The answer in a document.

    Raises:
        MalformedAnswerError: when it is none.
    """
    try:
        written = msgspec.json.decode(document, type=_Written)
    except msgspec.MsgspecError as error:
        raise MalformedAnswerError from error
    if not written.response.strip():
        raise MalformedAnswerError
    fields: Mapping[str, Any] = msgspec.structs.asdict(written)
    return bounded(Reply(**fields))


def failure(error: errors.APIError) -> AssistantError:
    """What an error of the service means; its text, which may quote the question, is left out."""
    code = error.code or 0
    if code in RETRIED or code >= _SERVER_ERROR:
        return AssistantAwayError(f"HTTP {code}")
    return AssistantRefusedError(" ".join((f"HTTP {code}", *_reasons(error))))


def _reasons(error: errors.APIError) -> list[str]:
    """Names that the service gives the reason, such as API_KEY_INVALID: no text, no key."""
    found = [error.status]
    with suppress(LookupError, TypeError, AttributeError):
        found += [one.get("reason") for one in error.details["error"]["details"]]
    return [one for one in found if isinstance(one, str) and _REASON.fullmatch(one)]
