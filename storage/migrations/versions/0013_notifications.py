"""Notifications with their deliveries, who is called for alarms, and what patients allowed."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0013"
down_revision = "0012"

_TABLES = (
    "consents",
    "alarm_attention",
    "escalation_policies",
    "webhook_endpoints",
    "push_subscriptions",
    "notification_preferences",
    "deliveries",
    "notifications",
)


def upgrade() -> None:
    _notifications()
    _deliveries()
    _addresses()
    _policies()
    _attention()
    _consents()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _when(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _text(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), server_default=default, nullable=nullable)


def _ref(
    table: str, column: str, target: str, ondelete: str | None = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def _key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _notifications() -> None:
    op.create_table(
        "notifications",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("hospital_id", sa.Uuid(), nullable=True),
        _text("recipient"),
        _text("kind"),
        _text("event_key"),
        _text("subject", ""),
        sa.Column("urgent", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("channels", ARRAY(sa.Text()), nullable=True),
        sa.Column("payload", JSONB(), server_default="{}", nullable=False),
        _now("created_at"),
        _when("read_at"),
        _ref("notifications", "user_id", "users"),
        _ref("notifications", "hospital_id", "hospitals"),
        _key("notifications"),
    )
    op.create_index(op.f("ix_notifications_hospital_id"), "notifications", ["hospital_id"])
    op.create_index("ix_notifications_created_at", "notifications", ["created_at"])
    op.create_index(
        "ix_notifications_user_id_created_at_id", "notifications", ["user_id", "created_at", "id"]
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id", "subject"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "uq_notifications_event_key_recipient",
        "notifications",
        ["event_key", "recipient"],
        unique=True,
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _id(),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        _text("channel"),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        _text("address_class"),
        _text("state", "queued"),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        _when("not_before"),
        _when("claimed_until"),
        _when("claimed_at"),
        _text("last_error", nullable=True),
        _text("provider_message_id", nullable=True),
        _now("created_at"),
        _when("sent_at"),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'dead', 'suppressed')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.CheckConstraint(
            "channel IN ('in_app', 'email', 'sms', 'push', 'webhook')",
            name=op.f("ck_deliveries_channel"),
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_deliveries_sent")
        ),
        _ref("deliveries", "notification_id", "notifications"),
        _key("deliveries"),
    )
    op.create_index(
        "ix_deliveries_state_created_at_id", "deliveries", ["state", "created_at", "id"]
    )
    op.create_index(
        "uq_deliveries_notification_id_channel_target_id",
        "deliveries",
        ["notification_id", "channel", "target_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def _addresses() -> None:
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channels", JSONB(), server_default="{}", nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        _text("time_zone", nullable=True),
        _text("language", "en"),
        _now("updated_at"),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)",
            name=op.f("ck_notification_preferences_quiet_hours"),
        ),
        sa.CheckConstraint(
            "language IN ('en', 'fr')", name=op.f("ck_notification_preferences_language")
        ),
        _ref("notification_preferences", "user_id", "users"),
        _key("notification_preferences", "user_id"),
    )
    op.create_table(
        "push_subscriptions",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _text("endpoint"),
        _text("p256dh"),
        _text("auth"),
        _now("created_at"),
        _ref("push_subscriptions", "user_id", "users"),
        _key("push_subscriptions"),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscriptions_endpoint")),
    )
    op.create_index(op.f("ix_push_subscriptions_user_id"), "push_subscriptions", ["user_id"])
    op.create_table(
        "webhook_endpoints",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("hospital_id", sa.Uuid(), nullable=True),
        _text("url"),
        _text("secret"),
        sa.Column("kinds", ARRAY(sa.Text()), server_default="{}", nullable=False),
        _now("created_at"),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (hospital_id IS NULL)", name=op.f("ck_webhook_endpoints_owner")
        ),
        _ref("webhook_endpoints", "user_id", "users"),
        _ref("webhook_endpoints", "hospital_id", "hospitals"),
        _key("webhook_endpoints"),
    )
    for column in ("user_id", "hospital_id"):
        op.create_index(op.f(f"ix_webhook_endpoints_{column}"), "webhook_endpoints", [column])


def _policies() -> None:
    op.create_table(
        "escalation_policies",
        _id(),
        sa.Column("hospital_id", sa.Uuid(), nullable=True),
        _text("ward", nullable=True),
        _text("priority"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("repeat_seconds", sa.Float(), nullable=True),
        _now("created_at"),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        _when("superseded_at"),
        sa.CheckConstraint(
            "priority IN ('high', 'medium', 'low')", name=op.f("ck_escalation_policies_priority")
        ),
        sa.CheckConstraint(
            "repeat_seconds >= 30", name=op.f("ck_escalation_policies_repeat_seconds")
        ),
        sa.CheckConstraint("ward IS NULL OR ward <> ''", name=op.f("ck_escalation_policies_ward")),
        sa.CheckConstraint(
            "hospital_id IS NULL OR ward IS NOT NULL", name=op.f("ck_escalation_policies_hospital")
        ),
        _ref("escalation_policies", "hospital_id", "hospitals"),
        _ref("escalation_policies", "created_by_id", "users", None),
        _key("escalation_policies"),
    )
    op.create_index(
        op.f("ix_escalation_policies_created_by_id"), "escalation_policies", ["created_by_id"]
    )
    op.create_index(
        "uq_escalation_policies_current",
        "escalation_policies",
        ["hospital_id", "ward", "priority"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )


def _attention() -> None:
    op.create_table(
        "alarm_attention",
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        _text("policy"),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("repeat_seconds", sa.Float(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        _when("told_at"),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        _ref("alarm_attention", "alarm_id", "alarms"),
        _key("alarm_attention", "alarm_id"),
    )


def _consents() -> None:
    op.create_table(
        "consents",
        _id(),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        _text("scope"),
        sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False),
        _now("granted_at"),
        _when("revoked_at"),
        _ref("consents", "patient_id", "users"),
        _key("consents"),
    )
    op.create_index(
        "uq_consents_standing",
        "consents",
        ["patient_id", "scope"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
