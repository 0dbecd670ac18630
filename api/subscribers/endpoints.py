"""The resource /api/subscribers/: programs and displays that are sent alarms over MQTT."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Response, status
from msgspec.json import Decoder

from api.auth import Caller, Permitted
from api.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.services import Services, Shared
from api.sessions import Reading, Writing, after_commit
from api.subscribers.schemas import AddedSubscriber, NewSubscriber, Subscriber, shape
from gateways.broker_subscribers import FileBrokerSubscribers
from gateways.subscriber_sync import publish
from storage.engine import UNAVAILABLE
from storage.queries import subscribers
from telemetry.keys import digest, new_password
from telemetry.logs import logger

router = Router(prefix="/api/subscribers", tags=["subscribers"])
POSITION: Final[Decoder[tuple[str]]] = Decoder(tuple[str])
Admin = Annotated[Caller, Depends(Permitted("notifications.manage"))]


class NameTakenError(ConflictError):
    """There is a subscriber of this name."""


@router.get("/")
async def list_subscribers(session: Reading, _caller: Admin, paging: Paging) -> Page[Subscriber]:
    """Subscribers by name, with what they may read."""
    found = await subscribers.page(session, limit=paging.limit + 1, after=paging.after(POSITION))
    kept, following = paging.cut(found, lambda row: (row.name,))
    return Page(results=[shape(row) for row in kept], next=following)


@router.post("/", status_code=status.HTTP_201_CREATED)
async def create_subscriber(
    parts: Shared, session: Writing, caller: Admin, wanted: NewSubscriber
) -> AddedSubscriber:
    """Make an account of the broker for a program or a display; it can connect at once.

    It may read the alarms of one patient, of whoever is on one ward, or all, and nothing else.
    """
    password = new_password()
    new = subscribers.NewSubscriber(
        name=wanted.name,
        digest=digest(password),
        patient_id=wanted.patient_id,
        hospital_id=wanted.hospital_id,
        ward=wanted.ward,
    )
    try:
        subscriber_id = await subscribers.add(session, new, by=caller.id)
    except subscribers.NameTakenError as error:
        raise NameTakenError from error
    except subscribers.UnknownScopeError as error:
        field = "hospital_id" if wanted.patient_id is None else "patient_id"
        problem = FieldProblem(location="body", field=field, reason="there is none with this id")
        raise InvalidInputError(errors=[problem]) from error
    row = await subscribers.get(session, subscriber_id)
    if row is None:
        raise NotFoundError
    after_commit(session, lambda: _tell(parts, subscriber_id))
    return AddedSubscriber(**shape(row).model_dump(), password=password)


@router.delete("/{subscriber_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_subscriber(
    parts: Shared, session: Writing, _caller: Admin, subscriber_id: UUID
) -> Response:
    """Remove one: it is disconnected within a second and lets nobody in any more."""
    if not await subscribers.remove(session, subscriber_id):
        raise NotFoundError
    after_commit(session, lambda: _tell(parts, subscriber_id))
    return Response(status_code=status.HTTP_204_NO_CONTENT)


async def _tell(parts: Services, subscriber_id: UUID) -> None:
    """Tell the broker; where that fails, its copy is put right within minutes."""
    try:
        accounts = FileBrokerSubscribers(parts.settings.broker_accounts_dir)
        async with parts.database.plain() as connection:
            await publish(connection, accounts, subscriber_id)
    except (OSError, *UNAVAILABLE) as error:
        logger().error(
            "broker_account_failed",
            subscriber_id=str(subscriber_id),
            error=type(error).__name__,
        )
