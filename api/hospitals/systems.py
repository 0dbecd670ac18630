"""/api/hospitals/{id}/system/: where a hospital's own system is, and what it was told."""

from typing import Final
from uuid import UUID

from fastapi import Response, status
from msgspec.json import Decoder

from api.addresses import check_address
from api.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from api.hospitals.endpoints import Managing, require
from api.hospitals.schemas import NewSystem, Sync, SystemInput, SystemShape
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import Editing, tagged
from api.services import Shared
from api.sessions import Reading, Writing
from gateways.webhooks import is_secret, new_secret
from storage.engine import ReadSession, WriteSession
from storage.queries import hospital_systems

router = Router(prefix="/api/hospitals/{hospital_id}/system", tags=["hospitals"])
POSITION: Final[Decoder[hospital_systems.Position]] = Decoder(hospital_systems.Position)

NEEDED: Final = "is needed for a FHIR server"
NOT_SIGNING: Final = "must be base64 of 24 to 64 bytes, with whsec_ before it or not"


class NotGivenUpError(ConflictError):
    """It was not given up: it is on its way, confirmed, or something newer was told."""


@router.get("/")
async def get_hospital_system(
    session: Reading, _caller: Managing, hospital_id: UUID, response: Response
) -> SystemShape:
    """Where the hospital's own system is; its secret is never shown again."""
    return tagged(response, await _shown(session, hospital_id))


@router.put("/")
async def set_hospital_system(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    session: Writing,
    caller: Managing,
    parts: Shared,
    hospital_id: UUID,
    body: SystemInput,
    edit: Editing,
    response: Response,
) -> NewSystem:
    """Have the hospital's own system told who works there, from the next change on.

    An address that would not be called, private or not https, is refused with 422.
    """
    await check_address(parts.settings, body.url, "url")
    await require(session, caller, hospital_id)
    await edit.lock(session, hospital_id)
    known = await hospital_systems.system(session, hospital_id)
    if known is not None:
        edit.check(await _shown(session, hospital_id))
    secret, made = body.secret, None
    if not secret and known is not None and (known.kind, known.url) == (body.kind, body.url):
        secret = known.secret
    elif not secret and body.kind == "webhook":
        secret = made = new_secret()
    if not secret:
        raise _refused(NEEDED)
    if body.kind == "webhook" and not is_secret(secret):
        raise _refused(NOT_SIGNING)
    await hospital_systems.set_system(session, hospital_id, body.kind, body.url, secret)
    shown = await _shown(session, hospital_id)
    tagged(response, shown)
    return NewSystem(**shown.model_dump(), secret=made)


@router.delete("/", status_code=status.HTTP_204_NO_CONTENT)
async def forget_hospital_system(
    session: Writing, _caller: Managing, hospital_id: UUID, edit: Editing
) -> None:
    """Tell the hospital's own system nothing more, and forget where it is."""
    await edit.lock(session, hospital_id)
    edit.check(await _shown(session, hospital_id))
    await hospital_systems.forget_system(session, hospital_id)


@router.get("/syncs/")
async def list_hospital_syncs(
    session: Reading, caller: Managing, hospital_id: UUID, paging: Paging
) -> Page[Sync]:
    """What the hospital's own system was told and said to it, the newest first."""
    await require(session, caller, hospital_id)
    rows = await hospital_systems.syncs(
        session, hospital_id=hospital_id, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[Sync.of(row) for row in kept], next=following)


@router.post("/syncs/{sync_id}/replay/", status_code=status.HTTP_202_ACCEPTED)
async def replay_hospital_sync(
    session: Writing, _caller: Managing, hospital_id: UUID, sync_id: UUID
) -> Sync:
    """Tell anew what was given up."""
    known = await hospital_systems.syncs(session, hospital_id=hospital_id, sync_id=sync_id, limit=1)
    if not known:
        raise NotFoundError
    if not await hospital_systems.replay(session, hospital_id, sync_id):
        raise NotGivenUpError
    [row] = await hospital_systems.syncs(session, sync_id=sync_id, limit=1)
    return Sync.of(row)


async def _shown(session: ReadSession | WriteSession, hospital_id: UUID) -> SystemShape:
    found = await hospital_systems.system(session, hospital_id)
    if found is None:
        raise NotFoundError
    return SystemShape.model_validate(found, from_attributes=True)


def _refused(reason: str) -> InvalidInputError:
    problem = FieldProblem(location="body", field="secret", reason=reason)
    return InvalidInputError(errors=[problem])
