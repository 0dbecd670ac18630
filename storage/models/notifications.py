"""What people are told, over which channels it reached them, and where they want to be told."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Instant, UpdatedAt, UuidKey

CHANNELS = ("in_app", "email", "sms", "push", "webhook")


class Notification(Base):
    """One event, told to one recipient; whoever announces it again announces nothing.

    A recipient is a user, somebody outside (an emergency contact, who has no account), or a
    hospital whose own system is told.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("uq_notifications_event_key_recipient", "event_key", "recipient", unique=True),
        Index("ix_notifications_user_id_created_at_id", "user_id", "created_at", "id"),
        Index(
            "ix_notifications_unread",
            "user_id",
            "subject",
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_notifications_created_at", "created_at"),
    )

    id: Mapped[UuidKey]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Null for somebody without an account."""
    hospital_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hospitals.id", ondelete="CASCADE"), index=True
    )
    recipient: Mapped[str]
    """`user:<id>`, `contact:<patient's id>`, `hospital:<id>` or `provider:<id>`."""
    kind: Mapped[str]
    """What it is about, in a word that chooses template and preference: alarm, reminder, ..."""
    event_key: Mapped[str]
    """Names the event. The same key to the same recipient is the same message."""
    subject: Mapped[str] = mapped_column(default="", server_default="")
    """What it is about, as `alarm:<id>`; a newer one makes older ones of its subject read."""
    urgent: Mapped[bool] = mapped_column(default=False, server_default="false")
    """An alarm of high priority: neither quiet hours nor preferences hold it back."""
    channels: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Channels that were asked for; null for those that the recipient prefers."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """What the template says; never a secret."""
    created_at: Mapped[CreatedAt]
    read_at: Mapped[Instant | None]


class Delivery(Base):
    """A notification on its way over one channel to one address."""

    __tablename__ = "deliveries"
    __table_args__ = (
        # However often a worker dies and begins again, there is one row to send.
        Index(
            "uq_deliveries_notification_id_channel_target_id",
            "notification_id",
            "channel",
            "target_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_deliveries_state_created_at_id", "state", "created_at", "id"),
        CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'dead', 'suppressed')", name="state"
        ),
        CheckConstraint("channel IN ('in_app', 'email', 'sms', 'push', 'webhook')", name="channel"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    )

    id: Mapped[UuidKey]
    notification_id: Mapped[UUID] = mapped_column(
        ForeignKey("notifications.id", ondelete="CASCADE")
    )
    channel: Mapped[str]
    target_id: Mapped[UUID | None]
    """Which push subscription or webhook; null where the recipient has one address."""
    address_class: Mapped[str]
    """Whose address: account, emergency_contact, provider, subscription, endpoint."""
    state: Mapped[str] = mapped_column(default="queued", server_default="queued")
    """failed: will be tried again; dead: will not, until somebody asks for it."""
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    not_before: Mapped[Instant | None]
    """End of the recipient's quiet hours."""
    claimed_until: Mapped[Instant | None]
    """Until then a worker is sending it. Past and not sent: that worker died, perhaps after."""
    claimed_at: Mapped[Instant | None]
    """When the first worker began to send it."""
    last_error: Mapped[str | None]
    """Why it was not sent: a code, never an address or a value."""
    provider_message_id: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[Instant | None]


class NotificationPreference(Base):
    """How a user wants to be told; who has no row gets the defaults."""

    __tablename__ = "notification_preferences"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours"),
        CheckConstraint("language IN ('en', 'fr')", name="language"),
    )

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    channels: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Kind -> list of channels; a kind that is left out has its defaults."""
    quiet_from: Mapped[dt.time | None]
    """Local time in `time_zone`; may be later than `quiet_until`, over midnight."""
    quiet_until: Mapped[dt.time | None]
    time_zone: Mapped[str | None]
    """IANA name; null for the account's."""
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    updated_at: Mapped[UpdatedAt]


class PushSubscription(Base):
    """A browser that takes web push (RFC 8030) for a user."""

    __tablename__ = "push_subscriptions"

    id: Mapped[UuidKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    """The browser's public key (RFC 8291), base64url."""
    auth: Mapped[str]
    """The secret that messages are encrypted with besides, base64url."""
    created_at: Mapped[CreatedAt]


class WebhookEndpoint(Base):
    """An address of a user's or a hospital's own system that is told of events."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        Index(
            "ix_webhook_endpoints_trigrams",
            "url",
            postgresql_using="gin",
            postgresql_ops={"url": "gin_trgm_ops"},
        ),
        CheckConstraint("(user_id IS NULL) <> (hospital_id IS NULL)", name="owner"),
    )

    id: Mapped[UuidKey]
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    hospital_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hospitals.id", ondelete="CASCADE"), index=True
    )
    url: Mapped[str]
    secret: Mapped[str]
    """Signs what is sent (HMAC-SHA256); shown once, when the endpoint is made."""
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Kinds that it is told of; empty for all."""
    created_at: Mapped[CreatedAt]
