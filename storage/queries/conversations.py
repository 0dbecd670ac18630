"""Conversations with the assistant: each is its user's alone, in every query."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import (
    Conversation,
    ConversationAnalytics,
    Message,
    MessageFeedback,
    MessageSource,
)

ConversationPosition = tuple[dt.datetime, UUID]
"""When something was said last, and its id: newest first."""
Session = ReadSession | WriteSession


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation with its figures."""

    id: UUID
    user_id: UUID
    title: str
    kind: str
    is_active: bool
    created_at: dt.datetime
    updated_at: dt.datetime
    summary: str
    summarised_to: int
    total_messages: int
    total_user_messages: int
    total_bot_messages: int
    total_tokens_used: int
    average_response_time_ms: float
    health_topics: list[str]
    last_question: str

    @property
    def position(self) -> ConversationPosition:
        """Place in the order of lists."""
        return (self.updated_at, self.id)


def _conversations() -> Select[*tuple[Any, ...]]:
    figures = ConversationAnalytics
    asked = (
        select(func.left(Message.content, 200))
        .where(Message.conversation_id == Conversation.id, Message.sender == "user")
        .order_by(Message.position.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return select(
        Conversation.id,
        Conversation.user_id,
        Conversation.title,
        Conversation.kind,
        Conversation.is_active,
        Conversation.created_at,
        Conversation.updated_at,
        Conversation.summary,
        Conversation.summarised_to,
        figures.total_messages,
        figures.total_user_messages,
        figures.total_bot_messages,
        figures.total_tokens_used,
        figures.average_response_time_ms,
        figures.health_topics,
        func.coalesce(asked, ""),
    ).join(figures, figures.conversation_id == Conversation.id)


async def page(
    session: Session, user_id: UUID, *, limit: int, after: ConversationPosition | None = None
) -> list[ConversationRow]:
    """Conversations of a user, the one with the newest message first, from `after` on."""
    saw(user_id)
    statement = _conversations().where(Conversation.user_id == user_id)
    if after is not None:
        where = tuple_(Conversation.updated_at, Conversation.id) < tuple_(*after)
        statement = statement.where(where)
    order = (Conversation.updated_at.desc(), Conversation.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [ConversationRow(*row) for row in found]


async def find(session: Session, user_id: UUID, conversation_id: UUID) -> ConversationRow | None:
    """One conversation of a user."""
    saw(user_id)
    statement = _conversations().where(
        Conversation.id == conversation_id, Conversation.user_id == user_id
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else ConversationRow(*row)


async def add(session: WriteSession, user_id: UUID, title: str, kind: str = "chat") -> UUID:
    """Begin a conversation, with its figures at nought."""
    saw(user_id)
    conversation_id = uuid4()
    row = {"id": conversation_id, "user_id": user_id, "title": title, "kind": kind}
    await session.execute(insert(Conversation).values(row))
    await session.execute(
        insert(ConversationAnalytics).values(id=uuid4(), conversation_id=conversation_id)
    )
    return conversation_id


async def change(
    session: WriteSession, user_id: UUID, conversation_id: UUID, values: Mapping[str, Any]
) -> None:
    """Set title or `is_active`; its place in the list stays."""
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.user_id == user_id)
        .values({**values, "updated_at": Conversation.updated_at})
    )


async def remove(session: WriteSession, user_id: UUID, conversation_id: UUID) -> None:
    """Delete a conversation with everything in it."""
    saw(user_id)
    await session.execute(
        delete(Conversation).where(
            Conversation.id == conversation_id, Conversation.user_id == user_id
        )
    )


async def messages(
    session: Session, conversation_id: UUID, *, limit: int, after: int = 0
) -> list[Message]:
    """Messages in their order, from behind position `after` on."""
    statement = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.position > after)
        .order_by(Message.position)
        .limit(limit)
    )
    return list(await session.scalars(statement))


async def newest(session: Session, conversation_id: UUID, *, limit: int) -> list[Message]:
    """The last messages, in their order."""
    statement = (
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.position.desc())
        .limit(limit)
    )
    return list(reversed(list(await session.scalars(statement))))


async def message(
    session: Session, user_id: UUID, conversation_id: UUID, message_id: UUID
) -> Message | None:
    """One message of a user's conversation."""
    saw(user_id)
    found: Message | None = await session.scalar(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.id == message_id,
            Conversation.id == conversation_id,
            Conversation.user_id == user_id,
        )
    )
    return found


async def answered(
    session: Session, conversation_id: UUID, request_digest: bytes
) -> Message | None:
    """The answer to a streamed request that came before."""
    asked = (
        select(Message.position)
        .where(Message.conversation_id == conversation_id, Message.request_digest == request_digest)
        .scalar_subquery()
    )
    found: Message | None = await session.scalar(
        select(Message).where(
            Message.conversation_id == conversation_id, Message.position == asked + 1
        )
    )
    return found


async def sources(session: Session, message_id: UUID) -> list[MessageSource]:
    """Where the numbers of an answer came from, in their order; there are few."""
    statement = (
        select(MessageSource)
        .where(MessageSource.message_id == message_id)
        .order_by(MessageSource.position)
    )
    return list(await session.scalars(statement))


async def rate(
    session: WriteSession, message_id: UUID, rating: int, reason: str, comment: str
) -> MessageFeedback:
    """Keep what a user thought of an answer, instead of what they thought before."""
    values = {"rating": rating, "reason": reason, "comment": comment}
    await session.execute(
        insert(MessageFeedback)
        .values(message_id=message_id, **values)
        .on_conflict_do_update(
            index_elements=["message_id"], set_={**values, "updated_at": func.now()}
        )
    )
    statement = select(MessageFeedback).where(MessageFeedback.message_id == message_id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()
