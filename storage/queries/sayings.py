"""What is said in a conversation with the assistant, with its figures, sources and summary."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import WriteSession
from storage.models import Conversation, ConversationAnalytics, Message, MessageSource


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
