"""What people asked the assistant, what it answered, and where every number came from."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Entity, Instant, UpdatedAt, UuidKey


class Conversation(Entity):
    """One conversation of one person, who alone may read it."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_user_id_updated_at_id", "user_id", "updated_at", "id"),
        CheckConstraint("kind IN ('chat', 'analysis')", name="kind"),
        CheckConstraint("summarised_to >= 0", name="summarised_to"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(default="", server_default="")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    """False once it was put away; it is still listed and can be taken up again."""
    kind: Mapped[str] = mapped_column(default="chat", server_default="chat")
    """chat, or analysis: one that a health analysis began."""
    summary: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What stands for its older messages when the assistant is asked again."""
    summarised_to: Mapped[int] = mapped_column(default=0, server_default="0")
    """Position of the last message that is in `summary`; 0: none is."""
    summary_model: Mapped[str] = mapped_column(default="", server_default="")


class Message(Base):
    """One thing that was said in a conversation."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("uq_messages_conversation_id_position", "conversation_id", "position", unique=True),
        Index(
            "uq_messages_conversation_id_request_digest",
            "conversation_id",
            "request_digest",
            unique=True,
            postgresql_where=text("request_digest IS NOT NULL"),
        ),
        CheckConstraint("sender IN ('user', 'assistant')", name="sender"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("tokens_used >= 0 AND response_time_ms >= 0", name="counts"),
    )

    id: Mapped[UuidKey]
    conversation_id: Mapped[UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    """1, 2, 3, ... within the conversation."""
    sender: Mapped[str]
    """user or assistant."""
    content: Mapped[str] = mapped_column(Text)
    timestamp: Mapped[CreatedAt]
    ai_model: Mapped[str] = mapped_column(default="", server_default="")
    """What answered; empty for what the user said."""
    response_time_ms: Mapped[int | None]
    tokens_used: Mapped[int | None]
    """Of a model that counts them, prompt and answer together."""
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    outcome: Mapped[str] = mapped_column(default="answered", server_default="answered")
    """answered, red_flag (without asking the model), withheld, blocked or fallback."""
    extras: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Of an answer: recommendations, follow_up_questions, red_flags, advice, and the parts of a
    health analysis."""
    request_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of the Idempotency-Key and the body of a streamed request: it is answered once."""


class MessageSource(Base):
    """Where one number of an answer came from."""

    __tablename__ = "message_sources"

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """Order of the numbers in the answer."""
    quote: Mapped[str]
    """The number as the answer has it."""
    starts: Mapped[int]
    """Its first character in the answer's text."""
    ends: Mapped[int]
    """One past its last character."""
    kind: Mapped[str]
    """reading, trend, alarm, score, medication, appointment, slot, profile or said."""
    label: Mapped[str]
    value: Mapped[float | None] = mapped_column(Double)
    unit: Mapped[str] = mapped_column(default="", server_default="")
    measured_at: Mapped[Instant | None]
    reference: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Ids of what it was read from: reading, alarm, appointment."""


class ConversationAnalytics(Entity):
    """Figures of one conversation, kept in the transaction of every message."""

    __tablename__ = "conversation_analytics"

    conversation_id: Mapped[UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), unique=True
    )
    total_messages: Mapped[int] = mapped_column(default=0, server_default="0")
    total_user_messages: Mapped[int] = mapped_column(default=0, server_default="0")
    total_bot_messages: Mapped[int] = mapped_column(default=0, server_default="0")
    total_tokens_used: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    average_response_time_ms: Mapped[float] = mapped_column(Double, default=0, server_default="0")
    health_topics: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    """Names of topics, each once, in the order in which they came up."""


class MessageFeedback(Base):
    """What the user thought of an answer."""

    __tablename__ = "message_feedback"
    __table_args__ = (
        CheckConstraint("rating IN (-1, 1)", name="rating"),
        CheckConstraint(
            "reason IN ('', 'wrong', 'unclear', 'unsafe', 'not_helpful', 'other')", name="reason"
        ),
    )

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
    )
    rating: Mapped[int] = mapped_column(SmallInteger)
    """1: helpful; -1: not."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    comment: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class AssistantUsage(Base):
    """Tokens that a person's questions took on one UTC day; outlives deleted conversations."""

    __tablename__ = "assistant_usage"
    __table_args__ = (CheckConstraint("tokens >= 0", name="tokens"),)

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    tokens: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class BookingProposal(Base):
    """An appointment that the assistant proposed; only its user's yes makes it one."""

    __tablename__ = "booking_proposals"
    __table_args__ = (
        Index(
            "uq_booking_proposals_open",
            "conversation_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
        Index("ix_booking_proposals_provider_id", "provider_id"),
        CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'replaced', 'failed')", name="state"
        ),
        CheckConstraint("duration_minutes BETWEEN 5 AND 480", name="duration_minutes"),
    )

    id: Mapped[UuidKey]
    """The token of a yes: never told to a model."""
    conversation_id: Mapped[UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("messages.id", ondelete="SET NULL"), index=True
    )
    """The answer that showed it: a yes counts as the message right after."""
    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("healthcare_providers.id", ondelete="CASCADE")
    )
    starts_at: Mapped[Instant]
    duration_minutes: Mapped[int] = mapped_column(SmallInteger)
    appointment_type: Mapped[str]
    """in_person or video."""
    chief_complaint: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[str] = mapped_column(default="proposed", server_default="proposed")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]
    appointment_id: Mapped[UUID | None]
    """What it became. No foreign key: appointments have a life of their own."""
