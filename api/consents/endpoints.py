"""The resource /api/consents/: the caller's own."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Response, status
from msgspec.json import Decoder

from api.auth import Caller, Permitted
from api.consents.schemas import ConsentInput, ConsentWording, ConsentWordings, GivenConsent
from api.errors import (
    ConflictError,
    FieldProblem,
    InvalidInputError,
    NoEmergencyContactError,
    NotFoundError,
)
from api.idempotency import Router
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.queries import consents, inbox

router = Router(prefix="/api/consents", tags=["access"])
POSITION: Final[Decoder[consents.ConsentPosition]] = Decoder(consents.ConsentPosition)
Myself = Annotated[Caller, Depends(Permitted("account.use"))]

NOBODY: Final = "is no clinician or hospital with whom data can be shared"


class OldTextError(ConflictError):
    """The text has another version by now; read that one first."""


@router.get("/texts/")
async def list_consent_texts(session: Reading, _caller: Myself) -> ConsentWordings:
    """What can be agreed to, word for word, with the versions before."""
    found = await consents.texts(session)
    newest = {one.scope: one.version for one in reversed(found)}
    return ConsentWordings(
        results=[
            ConsentWording(
                scope=one.scope,
                version=one.version,
                text=one.text,
                published_at=one.published_at,
                current=newest[one.scope] == one.version,
            )
            for one in found
        ]
    )


@router.get("/")
async def list_consents(session: Reading, caller: Myself, paging: Paging) -> Page[GivenConsent]:
    """What the caller has agreed to, what was taken back too, the newest first."""
    rows = await consents.page(
        session, caller.id, limit=paging.limit + 1, after=paging.after(POSITION)
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[_shape(row) for row in kept], next=following)


@router.post(
    "/",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": GivenConsent, "description": "Was given already."}},
)
async def give_consent(
    session: Writing, caller: Myself, body: ConsentInput, response: Response
) -> GivenConsent:
    """Agree to something; whoever it lets see the caller's data may from now on.

    Another version than the current one is answered with 409, and so is telling an emergency
    contact while the profile names none.
    """
    saw(caller.id)
    await _check(session, caller, body)
    given, new = await consents.give(session, caller.id, body.scope, body.version, body.grantee_id)
    if not new:
        response.status_code = status.HTTP_200_OK
    return await _one(session, caller, given)


@router.post("/{consent_id}/revoke/")
async def revoke_consent(session: Writing, caller: Myself, consent_id: UUID) -> GivenConsent:
    """Take a consent back, with effect at once, on open event streams too.

    It stays in the list, as history. Doing so again changes nothing.
    """
    saw(caller.id)
    await consents.revoke(session, caller.id, consent_id)
    return await _one(session, caller, consent_id)


async def _check(session: WriteSession, caller: Caller, wanted: ConsentInput) -> None:
    shares = wanted.scope.startswith("share_with_")
    if shares != (wanted.grantee_id is not None):
        raise _refused("is needed" if shares else "goes with sharing only")
    if await consents.current_version(session, wanted.scope) != wanted.version:
        raise OldTextError
    if wanted.scope == inbox.EMERGENCY_CONTACT and not await inbox.has_contact(session, caller.id):
        raise NoEmergencyContactError
    if wanted.grantee_id is not None and (
        wanted.grantee_id == caller.id
        or not await consents.may_be_given_to(session, wanted.scope, wanted.grantee_id)
    ):
        raise _refused(NOBODY)


def _refused(reason: str) -> InvalidInputError:
    problem = FieldProblem(location="body", field="grantee_id", reason=reason)
    return InvalidInputError(errors=[problem])


async def _one(
    session: ReadSession | WriteSession, caller: Caller, consent_id: UUID
) -> GivenConsent:
    row = await consents.find(session, caller.id, consent_id)
    if row is None:
        raise NotFoundError
    return _shape(row)


def _shape(row: consents.ConsentRow) -> GivenConsent:
    return GivenConsent.model_validate(row, from_attributes=True)
