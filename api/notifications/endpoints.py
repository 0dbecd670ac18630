"""The resource /api/notifications/."""

from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Query, Response, status
from msgspec.json import Decoder
from sqlalchemy.exc import IntegrityError

from api.addresses import check_address
from api.auth import Caller, CurrentCaller, Permitted
from api.errors import (
    FieldProblem,
    InvalidInputError,
    NoEmergencyContactError,
    NotFoundError,
    PermissionDeniedError,
)
from api.idempotency import Router
from api.notifications.schemas import (
    Delivery,
    DeliveryState,
    EmergencyContact,
    EmergencyContactInput,
    KindInfo,
    NewWebhook,
    Notification,
    NotificationPage,
    Preferences,
    PreferencesNow,
    PushInput,
    PushState,
    PushSubscription,
    ReadInput,
    Unread,
    Webhook,
    WebhookInput,
    Webhooks,
)
from api.pagination import Page, Paging
from api.preconditions import Editing, tagged
from api.services import Shared
from api.sessions import Reading, Writing
from gateways.webhooks import new_secret
from gateways.wording import Templates
from storage import models
from storage.engine import ReadSession, WriteSession
from storage.queries import inbox
from telemetry.notices import KINDS

router = Router(
    prefix="/api/notifications",
    tags=["notifications"],
    dependencies=[Depends(Permitted("account.use"))],
)
POSITION: Final[Decoder[inbox.NotificationPosition]] = Decoder(inbox.NotificationPosition)
MAX_ADDRESSES: Final = 20
Admin = Annotated[Caller, Depends(Permitted("notifications.manage"))]


@router.get("/")
async def list_notifications(
    parts: Shared,
    session: Reading,
    caller: CurrentCaller,
    paging: Paging,
    unread: Annotated[bool, Query(description="Only what was not read.")] = False,  # noqa: FBT002
) -> NotificationPage:
    """What the caller was told, the newest first.

    The stream `/api/events/` says `notification` when there is something new.
    """
    found = await inbox.page(
        session, caller.id, limit=paging.limit + 1, after=paging.after(POSITION), unread=unread
    )
    kept, following = paging.cut(found, lambda row: (row.created_at, row.id))
    reader = await inbox.reader(session, caller.id)
    return NotificationPage(
        results=[_shown(row, parts.wording, reader) for row in kept],
        next=following,
        unread=await inbox.unread(session, caller.id),
    )


@router.post("/read/")
async def read_notifications(session: Writing, caller: CurrentCaller, body: ReadInput) -> Unread:
    """Mark notifications of the caller as read; others are left alone."""
    await inbox.mark_read(session, caller.id, body.ids)
    return Unread(unread=await inbox.unread(session, caller.id))


@router.get("/preferences/")
async def get_preferences(
    session: Reading, caller: CurrentCaller, response: Response
) -> PreferencesNow:
    """How the caller wants to be told, and what can be chosen."""
    return tagged(response, _preferences(await inbox.preferences(session, caller.id)))


@router.put("/preferences/")
async def put_preferences(
    session: Writing,
    caller: CurrentCaller,
    editing: Editing,
    body: Preferences,
    response: Response,
) -> PreferencesNow:
    """Replace how the caller wants to be told.

    E-mail, pushes and reminders as a whole are turned off in the profile.
    """
    await editing.lock(session, caller.id)
    editing.check(_preferences(await inbox.preferences(session, caller.id)))
    await inbox.prefer(session, caller.id, body.model_dump())
    return tagged(response, PreferencesNow(**body.model_dump(), kinds=_kinds()))


@router.get("/push/")
async def get_push(session: Reading, caller: CurrentCaller, parts: Shared) -> PushState:
    """What a browser needs to subscribe to web push, and the caller's browsers that have."""
    found = await inbox.subscriptions(session, caller.id, limit=MAX_ADDRESSES)
    return PushState(
        public_key=parts.settings.vapid_public_key or None,
        subscriptions=[_subscription(one) for one in found],
    )


@router.post("/push/", status_code=status.HTTP_201_CREATED)
async def add_push(
    session: Writing, caller: CurrentCaller, parts: Shared, body: PushInput
) -> PushSubscription:
    """Have a browser told; the same one again is no second. The newest 20 are told."""
    await check_address(parts.settings, body.endpoint, "endpoint")
    return _subscription(
        await inbox.subscribe(
            session,
            caller.id,
            endpoint=body.endpoint,
            p256dh=body.keys.p256dh,
            auth=body.keys.auth,
        )
    )


@router.delete("/push/{subscription_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_push(session: Writing, caller: CurrentCaller, subscription_id: UUID) -> Response:
    """Forget a browser of the caller."""
    if not await inbox.unsubscribe(session, caller.id, subscription_id):
        raise NotFoundError
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/webhooks/")
async def list_webhooks(session: Reading, caller: CurrentCaller) -> Webhooks:
    """Addresses that are told of the caller's events; for admins those of hospitals, too."""
    found = await inbox.webhooks(session, caller.id, hospitals=caller.viewer.sees_all, limit=500)
    return Webhooks(results=[Webhook.model_validate(one, from_attributes=True) for one in found])


@router.post("/webhooks/", status_code=status.HTTP_201_CREATED)
async def add_webhook(
    session: Writing, caller: CurrentCaller, parts: Shared, body: WebhookInput
) -> NewWebhook:
    """Have an address told of events, signed with a secret that is shown this once.

    Signature and headers are those of Standard Webhooks: HMAC-SHA256 over id, time and body. An
    address that would not be called, private or not https, is refused with 422.
    """
    await check_address(parts.settings, body.url, "url")
    if body.hospital_id is not None and not caller.viewer.sees_all:
        raise PermissionDeniedError
    await _check_room(session, caller, body)
    endpoint = models.WebhookEndpoint(
        user_id=caller.id if body.hospital_id is None else None,
        hospital_id=body.hospital_id,
        url=body.url,
        secret=new_secret(),
        kinds=body.kinds,
    )
    try:
        await inbox.add_webhook(session, endpoint)
    except IntegrityError as error:
        problem = FieldProblem(location="body", field="hospital_id", reason="there is none")
        raise InvalidInputError(errors=[problem]) from error
    return NewWebhook.model_validate(endpoint, from_attributes=True)


@router.delete("/webhooks/{webhook_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_webhook(session: Writing, caller: CurrentCaller, webhook_id: UUID) -> Response:
    """Tell an address nothing more."""
    hospitals = caller.viewer.sees_all
    if not await inbox.remove_webhook(session, webhook_id, caller.id, hospitals=hospitals):
        raise NotFoundError
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/emergency-contact/")
async def get_emergency_contact(
    session: Reading, caller: CurrentCaller, response: Response
) -> EmergencyContact:
    """Whom the caller named, and whether they may be told of alarms that nobody answered."""
    return tagged(response, await _contact(session, caller))


@router.put("/emergency-contact/")
async def put_emergency_contact(
    session: Writing,
    caller: CurrentCaller,
    editing: Editing,
    body: EmergencyContactInput,
    response: Response,
) -> EmergencyContact:
    """Allow that this person is told of the caller's alarms that nobody answered, or forbid it.

    409 while the profile names nobody. It holds for that person: it ends when the profile names
    another one.
    """
    await editing.lock(session, caller.id)
    named = await inbox.has_contact(session, caller.id)
    editing.check(await _contact(session, caller))
    if body.consent and not named:
        raise NoEmergencyContactError
    await inbox.consent(session, caller.id, inbox.EMERGENCY_CONTACT, given=body.consent)
    return tagged(response, await _contact(session, caller))


@router.get("/deliveries/")
async def list_deliveries(
    session: Reading,
    _caller: Admin,
    paging: Paging,
    state: Annotated[DeliveryState, Query(description="Only in this state.")] = "dead",
) -> Page[Delivery]:
    """Messages to anybody and what became of them, the newest first; for admins."""
    found = await inbox.deliveries(
        session, limit=paging.limit + 1, state=state, after=paging.after(POSITION)
    )
    kept, following = paging.cut(found, lambda row: row.position)
    shown = [Delivery.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=shown, next=following)


def _shown(row: models.Notification, wording: Templates, reader: tuple[str, str]) -> Notification:
    names = Notification.model_fields.keys() - {"title"}
    return Notification(
        title=wording.title(row.kind, *reader, row.payload),
        **{name: getattr(row, name) for name in names},
    )


async def _check_room(session: WriteSession, caller: Caller, body: WebhookInput) -> None:
    if body.hospital_id is not None:
        return
    mine = await inbox.webhooks(session, caller.id, hospitals=False, limit=MAX_ADDRESSES)
    if len(mine) >= MAX_ADDRESSES:
        problem = FieldProblem(
            location="body", field="url", reason=f"there are {MAX_ADDRESSES} already"
        )
        raise InvalidInputError(errors=[problem])


async def _contact(session: ReadSession | WriteSession, caller: Caller) -> EmergencyContact:
    name, phone, since = await inbox.emergency_contact(session, caller.id)
    return EmergencyContact(name=name, phone=phone, consented_at=since)


def _preferences(row: models.NotificationPreference | None) -> PreferencesNow:
    if row is None:
        return PreferencesNow(kinds=_kinds())
    names = Preferences.model_fields
    return PreferencesNow(**{name: getattr(row, name) for name in names}, kinds=_kinds())


def _kinds() -> list[KindInfo]:
    return [
        KindInfo(kind=name, about=one.about, channels=list(one.channels), required=one.required)
        for name, one in KINDS.items()
        if name != "alarm_contact"
    ]


def _subscription(row: models.PushSubscription) -> PushSubscription:
    service = urlsplit(row.endpoint).hostname or ""
    return PushSubscription(id=row.id, service=service, created_at=row.created_at)
