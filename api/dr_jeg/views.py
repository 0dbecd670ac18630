"""Conversations, messages and sources as they are shown."""

from collections.abc import Sequence
from uuid import UUID

from api.dr_jeg import schemas
from api.dr_jeg.turn import Outcome
from storage import models
from storage.queries.conversations import ConversationRow
from storage.queries.sayings import NewSource


def conversation(row: ConversationRow) -> schemas.Conversation:
    """A conversation, as lists have it."""
    figures = schemas.ConversationFigures.model_validate(row, from_attributes=True)
    return schemas.Conversation.model_validate(
        {
            "id": row.id,
            "title": row.title,
            "kind": row.kind,
            "is_active": row.is_active,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "summary": row.summary or row.last_question,
            "analytics": figures,
        }
    )


def message(row: models.Message) -> schemas.ChatMessage:
    """Something that was said."""
    shown = {
        "recommendations": [],
        "follow_up_questions": [],
        "red_flags": [],
        "emergency_number": None,
    } | {name: row.extras[name] for name in _EXTRAS & row.extras.keys()}
    own = {
        name: getattr(row, name) for name in schemas.ChatMessage.model_fields if name not in shown
    }
    return schemas.ChatMessage.model_validate(own | shown)


_EXTRAS = frozenset({"recommendations", "follow_up_questions", "red_flags", "emergency_number"})


def kept_source(row: models.MessageSource | NewSource) -> schemas.NumberSource:
    """Where one number came from."""
    reference = dict(row.reference)
    return schemas.NumberSource(
        quote=row.quote,
        part=str(reference.pop("part", "response")),
        start=row.starts,
        end=row.ends,
        kind=row.kind,
        label=row.label,
        value=row.value,
        unit=row.unit,
        measured_at=row.measured_at,
        reference=reference,
    )


def proposal(row: models.BookingProposal | None) -> schemas.BookingProposal | None:
    """What waits for a yes."""
    if row is None:
        return None
    return schemas.BookingProposal.model_validate(row, from_attributes=True)


def _flags(outcome: Outcome) -> list[schemas.RedFlag]:
    return [schemas.RedFlag(code=one.code, urgency=one.urgency) for one in outcome.flags]


def answer(
    outcome: Outcome,
    conversation_id: UUID,
    message_id: UUID,
    waiting: models.BookingProposal | None,
) -> schemas.ChatAnswer:
    """What the assistant answers."""
    return schemas.ChatAnswer.model_validate(
        {
            "response": outcome.reply.response,
            "recommendations": list(outcome.reply.recommendations),
            "follow_up_questions": list(outcome.reply.follow_up_questions),
            "conversation_id": conversation_id,
            "message_id": message_id,
            "outcome": outcome.outcome,
            "ai_model": outcome.model,
            "response_time_ms": outcome.elapsed_ms,
            "tokens_used": outcome.tokens,
            "language": outcome.language,
            "sources": _sources(outcome.sources),
            "red_flags": _flags(outcome),
            "emergency_number": outcome.advice.emergency_number if outcome.advice else None,
            "booking_proposal": proposal(waiting),
        }
    )


def repeated(row: models.Message, sources: Sequence[models.MessageSource]) -> schemas.ChatAnswer:
    """An answer that was given before."""
    shown = message(row)
    return schemas.ChatAnswer(
        response=shown.content,
        recommendations=shown.recommendations,
        follow_up_questions=shown.follow_up_questions,
        conversation_id=shown.conversation_id,
        message_id=shown.id,
        outcome=shown.outcome,
        ai_model=shown.ai_model,
        response_time_ms=shown.response_time_ms or 0,
        tokens_used=shown.tokens_used or 0,
        language=shown.language,
        sources=[kept_source(one) for one in sources],
        red_flags=shown.red_flags,
        emergency_number=shown.emergency_number,
        booking_proposal=None,
    )


def analysis(outcome: Outcome, conversation_id: UUID, message_id: UUID) -> schemas.HealthAnalysis:
    """What can be said about symptoms."""
    reply = outcome.reply
    return schemas.HealthAnalysis.model_validate(
        {
            "analysis": reply.response,
            "risk_factors": list(reply.risk_factors),
            "recommendations": list(reply.recommendations),
            "when_to_see_doctor": reply.when_to_see_doctor,
            "conversation_id": conversation_id,
            "message_id": message_id,
            "outcome": outcome.outcome,
            "ai_model": outcome.model,
            "sources": _sources(outcome.sources),
            "red_flags": _flags(outcome),
            "emergency_number": outcome.advice.emergency_number if outcome.advice else None,
        }
    )


def _sources(found: Sequence[NewSource]) -> list[schemas.NumberSource]:
    return [kept_source(one) for one in found]
