"""What a person was told, how they want to be told, and where."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import (
    Consent,
    Delivery,
    Notification,
    NotificationPreference,
    PushSubscription,
    User,
    WebhookEndpoint,
)

EMERGENCY_CONTACT = "emergency_contact"
"""Scope of the consent to tell that person of unanswered alarms."""

NotificationPosition = tuple[dt.datetime, UUID]
"""When it was told, and its id: newest first."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message and what became of it."""

    id: UUID
    notification_id: UUID
    kind: str
    recipient: str
    channel: str
    address_class: str
    state: str
    attempts: int
    last_error: str | None
    provider_message_id: str | None
    created_at: dt.datetime
    sent_at: dt.datetime | None

    @property
    def position(self) -> NotificationPosition:
        """Place in the order of lists."""
        return (self.created_at, self.id)


async def page(
    session: ReadSession,
    user_id: UUID,
    *,
    limit: int,
    after: NotificationPosition | None = None,
    unread: bool = False,
) -> list[Notification]:
    """What a user was told, newest first, at most `limit`, from `after` on."""
    statement = select(Notification).where(Notification.user_id == user_id)
    if unread:
        statement = statement.where(Notification.read_at.is_(None))
    if after is not None:
        statement = statement.where(
            tuple_(Notification.created_at, Notification.id) < tuple_(*after)
        )
    order = (Notification.created_at.desc(), Notification.id.desc())
    return list(await session.scalars(statement.order_by(*order).limit(limit)))


async def reader(session: ReadSession, user_id: UUID) -> tuple[str, str]:
    """Language and zone in which a user reads."""
    wants = NotificationPreference
    row = (
        await session.execute(
            select(
                func.coalesce(wants.language, "en"), func.coalesce(wants.time_zone, User.time_zone)
            )
            .select_from(User)
            .outerjoin(wants, wants.user_id == User.id)
            .where(User.id == user_id)
        )
    ).one()
    return row[0], row[1]


async def unread(session: ReadSession | WriteSession, user_id: UUID) -> int:
    """How many notifications a user has not read."""
    statement = select(func.count()).where(
        Notification.user_id == user_id, Notification.read_at.is_(None)
    )
    return int(await session.scalar(statement) or 0)


async def mark_read(session: WriteSession, user_id: UUID, ids: Sequence[UUID] | None) -> None:
    """Remember that a user has read these notifications of theirs; None: all."""
    statement = update(Notification).where(
        Notification.user_id == user_id, Notification.read_at.is_(None)
    )
    if ids is not None:
        statement = statement.where(Notification.id.in_(ids))
    await session.execute(statement.values(read_at=func.now()))


async def deliveries(
    session: ReadSession,
    *,
    limit: int,
    state: str,
    after: NotificationPosition | None = None,
) -> list[DeliveryRow]:
    """Messages in this state, newest first."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Delivery.id,
            Delivery.notification_id,
            Notification.kind,
            Notification.recipient,
            Delivery.channel,
            Delivery.address_class,
            Delivery.state,
            Delivery.attempts,
            Delivery.last_error,
            Delivery.provider_message_id,
            Delivery.created_at,
            Delivery.sent_at,
        )
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(Delivery.state == state)
    )
    if after is not None:
        statement = statement.where(tuple_(Delivery.created_at, Delivery.id) < tuple_(*after))
    order = (Delivery.created_at.desc(), Delivery.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [DeliveryRow(*row) for row in found.all()]


async def preferences(
    session: ReadSession | WriteSession, user_id: UUID
) -> NotificationPreference | None:
    """How a user wants to be told; None where they never said."""
    return await session.get(NotificationPreference, user_id)


async def prefer(session: WriteSession, user_id: UUID, wanted: Mapping[str, Any]) -> None:
    """Replace how a user wants to be told."""
    statement = insert(NotificationPreference).values(user_id=user_id, **wanted)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id"], set_={**wanted, "updated_at": func.now()}
        )
    )


async def subscriptions(
    session: ReadSession, user_id: UUID, *, limit: int
) -> list[PushSubscription]:
    """Browsers of a user, newest first."""
    statement = select(PushSubscription).where(PushSubscription.user_id == user_id)
    return list(
        await session.scalars(statement.order_by(PushSubscription.created_at.desc()).limit(limit))
    )


async def subscribe(
    session: WriteSession, user_id: UUID, *, endpoint: str, p256dh: str, auth: str
) -> PushSubscription:
    """Keep a browser's subscription; the one that has logged in last owns it."""
    told = {"user_id": user_id, "p256dh": p256dh, "auth": auth}
    statement = (
        insert(PushSubscription)
        .values(endpoint=endpoint, **told)
        .on_conflict_do_update(index_elements=["endpoint"], set_=told)
        .returning(PushSubscription)
    )
    return (await session.scalars(statement)).one()


async def unsubscribe(session: WriteSession, user_id: UUID, subscription_id: UUID) -> bool:
    """Forget a browser; whether the user had it."""
    statement = delete(PushSubscription).where(
        PushSubscription.id == subscription_id, PushSubscription.user_id == user_id
    )
    return bool((await session.execute(statement.returning(PushSubscription.id))).first())


async def webhooks(
    session: ReadSession | WriteSession, user_id: UUID, *, hospitals: bool, limit: int
) -> list[WebhookEndpoint]:
    """Webhooks of a user, and of hospitals where `hospitals`, newest first."""
    mine = WebhookEndpoint.user_id == user_id
    where = mine | WebhookEndpoint.hospital_id.is_not(None) if hospitals else mine
    order = WebhookEndpoint.created_at.desc()
    return list(
        await session.scalars(select(WebhookEndpoint).where(where).order_by(order).limit(limit))
    )


async def add_webhook(session: WriteSession, endpoint: WebhookEndpoint) -> None:
    """Keep a webhook; `sqlalchemy.exc.IntegrityError` where there is no such hospital."""
    session.add(endpoint)
    await session.flush()
    await session.refresh(endpoint)


async def remove_webhook(
    session: WriteSession, webhook_id: UUID, user_id: UUID, *, hospitals: bool
) -> bool:
    """Forget a webhook; whether there was one that the user may remove."""
    mine = WebhookEndpoint.user_id == user_id
    where = mine | WebhookEndpoint.hospital_id.is_not(None) if hospitals else mine
    statement = delete(WebhookEndpoint).where(WebhookEndpoint.id == webhook_id, where)
    return bool((await session.execute(statement.returning(WebhookEndpoint.id))).first())


async def emergency_contact(
    session: ReadSession | WriteSession, user_id: UUID
) -> tuple[str, str, dt.datetime | None]:
    """Name and number of a user's emergency contact, and since when they may be told."""
    statement = (
        select(User.emergency_contact_name, User.emergency_contact_phone, Consent.granted_at)
        .outerjoin(
            Consent,
            (Consent.patient_id == User.id)
            & (Consent.scope == EMERGENCY_CONTACT)
            & Consent.revoked_at.is_(None),
        )
        .where(User.id == user_id)
    )
    name, phone, since = (await session.execute(statement)).one()
    return name, phone, since


async def has_contact(session: WriteSession, user_id: UUID) -> bool:
    """Whether a user named an emergency contact with a number; it stays so until the end."""
    statement = select(User.emergency_contact_phone).where(User.id == user_id).with_for_update()
    return bool((await session.scalars(statement)).one())


async def consent(session: WriteSession, user_id: UUID, scope: str, *, given: bool) -> None:
    """Give a consent, or take it back; doing so again changes nothing."""
    if not given:
        standing = (Consent.patient_id == user_id) & (Consent.scope == scope)
        await session.execute(
            update(Consent)
            .where(standing, Consent.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )
        return
    await session.execute(
        insert(Consent)
        .values(patient_id=user_id, scope=scope)
        .on_conflict_do_nothing(
            index_elements=["patient_id", "scope", "grantee_id"],
            index_where=Consent.revoked_at.is_(None),
        )
    )
