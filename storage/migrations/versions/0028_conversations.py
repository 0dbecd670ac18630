"""Conversations with the assistant: messages, where their numbers came from, figures, proposals."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    grant = sa.text(
        "UPDATE roles SET permissions = (SELECT jsonb_agg(DISTINCT p) FROM jsonb_array_elements("
        " permissions || CAST(:more AS jsonb)) AS p) WHERE name = 'patient'"
    )
    op.execute(grant.bindparams(more=json.dumps(["assistant.use"])))
    _conversations()
    _messages()
    _message_sources()
    _conversation_analytics()
    _message_feedback()
    _assistant_usage()
    _booking_proposals()


def downgrade() -> None:
    for table in (
        "booking_proposals",
        "assistant_usage",
        "message_feedback",
        "conversation_analytics",
        "message_sources",
        "messages",
        "conversations",
    ):
        op.drop_table(table)
    op.execute("UPDATE roles SET permissions = permissions - 'assistant.use'")


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("kind", sa.String(), server_default="chat", nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("summarised_to", sa.Integer(), server_default="0", nullable=False),
        sa.Column("summary_model", sa.String(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("kind IN ('chat', 'analysis')", name=op.f("ck_conversations_kind")),
        sa.CheckConstraint("summarised_to >= 0", name=op.f("ck_conversations_summarised_to")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_conversations_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index(
        "ix_conversations_user_id_updated_at_id", "conversations", ["user_id", "updated_at", "id"]
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column(
            "timestamp", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("ai_model", sa.String(), server_default="", nullable=False),
        sa.Column("response_time_ms", sa.Integer(), nullable=True),
        sa.Column("tokens_used", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), server_default="en", nullable=False),
        sa.Column("outcome", sa.String(), server_default="answered", nullable=False),
        sa.Column("extras", JSONB(), server_default="{}", nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("sender IN ('user', 'assistant')", name=op.f("ck_messages_sender")),
        sa.CheckConstraint("position > 0", name=op.f("ck_messages_position")),
        sa.CheckConstraint(
            "tokens_used >= 0 AND response_time_ms >= 0", name=op.f("ck_messages_counts")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_messages_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(
        "uq_messages_conversation_id_position",
        "messages",
        ["conversation_id", "position"],
        unique=True,
    )
    op.create_index(
        "uq_messages_conversation_id_request_digest",
        "messages",
        ["conversation_id", "request_digest"],
        unique=True,
        postgresql_where=sa.text("request_digest IS NOT NULL"),
    )


def _message_sources() -> None:
    op.create_table(
        "message_sources",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(), server_default="", nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", JSONB(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_message_sources_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "position", name=op.f("pk_message_sources")),
    )


def _conversation_analytics() -> None:
    op.create_table(
        "conversation_analytics",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("total_messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_user_messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_bot_messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_tokens_used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("average_response_time_ms", sa.Double(), server_default="0", nullable=False),
        sa.Column("health_topics", JSONB(), server_default="[]", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_analytics_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_analytics")),
        sa.UniqueConstraint(
            "conversation_id", name=op.f("uq_conversation_analytics_conversation_id")
        ),
    )


def _message_feedback() -> None:
    op.create_table(
        "message_feedback",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "reason IN ('', 'wrong', 'unclear', 'unsafe', 'not_helpful', 'other')",
            name=op.f("ck_message_feedback_reason"),
        ),
        sa.CheckConstraint("rating IN (-1, 1)", name=op.f("ck_message_feedback_rating")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_message_feedback_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_feedback")),
    )


def _assistant_usage() -> None:
    op.create_table(
        "assistant_usage",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("tokens >= 0", name=op.f("ck_assistant_usage_tokens")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_assistant_usage_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_assistant_usage")),
    )


def _booking_proposals() -> None:
    op.create_table(
        "booking_proposals",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("appointment_type", sa.String(), nullable=False),
        sa.Column("chief_complaint", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(), server_default="proposed", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'replaced', 'failed')",
            name=op.f("ck_booking_proposals_state"),
        ),
        sa.CheckConstraint(
            "duration_minutes BETWEEN 5 AND 480", name=op.f("ck_booking_proposals_duration_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_booking_proposals_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_booking_proposals_message_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["healthcare_providers.id"],
            name=op.f("fk_booking_proposals_provider_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_proposals")),
    )
    for column in ("conversation_id", "message_id", "provider_id"):
        op.create_index(op.f(f"ix_booking_proposals_{column}"), "booking_proposals", [column])
    op.create_index(
        "uq_booking_proposals_open",
        "booking_proposals",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
