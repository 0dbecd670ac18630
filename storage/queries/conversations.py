"""Conversations with the assistant: each is its user's alone, in every query."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Something that is said now."""

    sender: str
    content: str
    ai_model: str = ""
    response_time_ms: int | None = None
    tokens_used: int | None = None
    language: str = "en"
    outcome: str = "answered"
    extras: Mapping[str, Any] = field(default_factory=dict)
    request_digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class NewSource:
    """Where one number of an answer came from."""

    quote: str
    starts: int
    ends: int
    kind: str
    label: str
    value: float | None
    unit: str
    measured_at: dt.datetime | None
    reference: Mapping[str, Any]


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


async def remove(session: WriteSession, user_id: UUID, conversation_id: UUID) -> bool:
    """Delete a conversation with everything in it; False where there is none."""
    saw(user_id)
    gone = await session.scalar(
        delete(Conversation)
        .where(Conversation.id == conversation_id, Conversation.user_id == user_id)
        .returning(Conversation.id)
    )
    return gone is not None


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


async def say(
    session: WriteSession,
    conversation_id: UUID,
    said: Sequence[NewMessage],
    topics: Sequence[str] = (),
) -> list[UUID]:
    """Add messages and keep the figures; their ids. One at a time for each conversation."""
    last = await session.scalar(
        select(Conversation.id).where(Conversation.id == conversation_id).with_for_update()
    )
    if last is None:
        raise LookupError
    behind = await session.scalar(
        select(func.coalesce(func.max(Message.position), 0)).where(
            Message.conversation_id == conversation_id
        )
    )
    ids = [uuid4() for _ in said]
    first = (behind or 0) + 1
    for number, (message_id, one) in enumerate(zip(ids, said, strict=True), start=first):
        values = {name: getattr(one, name) for name in NewMessage.__slots__}
        values |= {"id": message_id, "conversation_id": conversation_id, "position": number}
        values["extras"] = dict(one.extras)
        values["timestamp"] = func.clock_timestamp()
        await session.execute(insert(Message).values(values))
    await _count(session, conversation_id, said, topics)
    return ids


async def _count(
    session: WriteSession,
    conversation_id: UUID,
    said: Sequence[NewMessage],
    topics: Sequence[str],
) -> None:
    figures = ConversationAnalytics
    mine = figures.conversation_id == conversation_id
    known = (await session.scalars(select(figures.health_topics).where(mine))).one()
    bots = [one for one in said if one.sender == "assistant"]
    timed = [one.response_time_ms for one in bots if one.response_time_ms is not None]
    total = figures.total_bot_messages + len(timed)
    spent = figures.average_response_time_ms * figures.total_bot_messages + sum(timed)
    await session.execute(
        update(figures)
        .where(mine)
        .values(
            total_messages=figures.total_messages + len(said),
            total_user_messages=figures.total_user_messages + len(said) - len(bots),
            total_bot_messages=figures.total_bot_messages + len(bots),
            total_tokens_used=figures.total_tokens_used + sum(one.tokens_used or 0 for one in said),
            average_response_time_ms=spent / func.greatest(total, 1),
            health_topics=list(dict.fromkeys([*known, *topics])),
            updated_at=func.now(),
        )
    )
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(updated_at=func.clock_timestamp(), is_active=True)
    )


async def entitle(session: WriteSession, conversation_id: UUID, title: str) -> None:
    """Name a conversation that has no title yet."""
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.title == "")
        .values(title=title, updated_at=Conversation.updated_at)
    )


async def add_sources(session: WriteSession, message_id: UUID, found: Sequence[NewSource]) -> None:
    """Keep where the numbers of an answer came from."""
    rows = [
        {"message_id": message_id, "position": number}
        | {name: getattr(one, name) for name in NewSource.__slots__}
        | {"reference": dict(one.reference)}
        for number, one in enumerate(found, start=1)
    ]
    if rows:
        await session.execute(insert(MessageSource), rows)


async def summarised(
    session: WriteSession, conversation_id: UUID, summary: str, upto: int, model: str
) -> None:
    """Let a summary stand for the messages up to a position."""
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.summarised_to < upto)
        .values(
            summary=summary,
            summarised_to=upto,
            summary_model=model,
            updated_at=Conversation.updated_at,
        )
    )


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


async def everything(
    session: Session, user_id: UUID, *, limit: int, after: ConversationPosition | None = None
) -> list[tuple[ConversationRow, list[Message]]]:
    """Conversations of a user with all their messages, as `page` has them: for an export."""
    found = await page(session, user_id, limit=limit, after=after)
    said: dict[UUID, list[Message]] = {row.id: [] for row in found}
    statement = (
        select(Message)
        .where(Message.conversation_id.in_(said))
        .order_by(Message.conversation_id, Message.position)
    )
    for one in await session.scalars(statement):
        said[one.conversation_id].append(one)
    return [(row, said[row.id]) for row in found]
