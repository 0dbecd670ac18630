"""Exports of everything of a person, erasures with their proof, and how long data is kept."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Response, status
from fastapi.responses import StreamingResponse
from msgspec.json import Decoder

from api import links
from api.accounts.origin import CallerOrigin
from api.accounts.passwords import confirm_password
from api.auth import AccountUser, Caller, Permitted
from api.downloads import AskedPart, send
from api.errors import ConflictError, NotFoundError
from api.idempotency import Router
from api.links import Signature, Until
from api.pagination import Page, Paging
from api.rights import service
from api.rights.schemas import (
    Erasure,
    ErasureInput,
    Export,
    OwnErasureInput,
    Period,
    Periods,
)
from api.roles.endpoints import LastAdminError
from api.routing import LENIENT
from api.services import Services, Shared
from api.sessions import Reading, Writing, WritingLater
from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.queries import erasures, exports, retention_periods
from storage.queries.erasures import ErasurePosition, Reason
from storage.queries.exports import ExportPosition

router = Router(prefix="/api", tags=["rights"])
EXPORTED: Final[Decoder[ExportPosition]] = Decoder(ExportPosition)
ERASED: Final[Decoder[ErasurePosition]] = Decoder(ErasurePosition)
Eraser = Annotated[Caller, Depends(Permitted("patients.erase"))]
_ZIP: Final = {
    "description": "The file, or the part that `Range` asks for (206).",
    "content": {service.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
}


class ExportInHandError(ConflictError):
    """An export of this person is being made; wait for it, or call its job off."""


@router.post("/auth/export/", status_code=status.HTTP_202_ACCEPTED)
async def export_myself(
    parts: Shared, session: Writing, caller: AccountUser, response: Response
) -> Export:
    """Ask for everything of the caller as one ZIP; a job makes it.

    409: one is being made.
    """
    return await _export(parts, session, caller, caller.id, response)


@router.get("/auth/export/")
async def list_my_exports(
    parts: Shared, session: Reading, caller: AccountUser, paging: Paging
) -> Page[Export]:
    """Exports that the caller asked for of their own, newest first, with paths to their files."""
    return await _listed(parts, session, caller, caller.id, paging)


@router.post("/patients/{patient_id}/export/", status_code=status.HTTP_202_ACCEPTED)
async def export_person(
    parts: Shared, session: Writing, caller: Eraser, patient_id: UUID, response: Response
) -> Export:
    """Ask for everything of somebody, who may be no patient, on their behalf."""
    await _require(session, patient_id)
    return await _export(parts, session, caller, patient_id, response)


@router.get("/patients/{patient_id}/export/")
async def list_exports_of_person(
    parts: Shared, session: Reading, caller: Eraser, patient_id: UUID, paging: Paging
) -> Page[Export]:
    """Exports that the caller asked for of somebody, newest first."""
    await _require(session, patient_id)
    return await _listed(parts, session, caller, patient_id, paging)


@router.get(
    "/exports/{export_id}/download/",
    dependencies=[LENIENT],
    response_class=StreamingResponse,
    responses={200: _ZIP, 206: _ZIP},
)
async def download_export(
    parts: Shared, export_id: UUID, until: Until, signature: Signature, asked: AskedPart
) -> StreamingResponse:
    """The file of an export, by the path that the list gave; `Range` goes on where one stopped."""
    links.check_until(parts.vouchers, "export", export_id.bytes, until, signature)
    async with parts.database.read() as session:
        row = await exports.find(session, export_id)
    if row is None:
        raise NotFoundError
    saw(row.person_id)
    return await send(parts.files, service.download_of(row), asked)


@router.post("/auth/erasure/", status_code=status.HTTP_202_ACCEPTED)
async def erase_myself(
    parts: Shared,
    begin: WritingLater,
    caller: AccountUser,
    origin: CallerOrigin,
    body: OwnErasureInput,
) -> Erasure:
    """Erase the caller, for good: from this answer on nobody logs in as them.

    Keep `status` of the answer: it tells how far the erasure is, and at its end the proof, without
    a login. 400: the password is wrong. 409: nobody else could give roles.
    """
    await confirm_password(parts, caller, body.current_password.get_secret_value(), origin)
    return await _erase(parts, await begin(), caller, caller.id, "own_request")


@router.post("/patients/{patient_id}/erasure/", status_code=status.HTTP_202_ACCEPTED)
async def erase_person(
    parts: Shared, session: Writing, caller: Eraser, patient_id: UUID, body: ErasureInput
) -> Erasure:
    """Erase somebody, who may be no patient, for good. One that failed is begun anew."""
    await _require(session, patient_id)
    return await _erase(parts, session, caller, patient_id, body.reason)


@router.get("/erasures/")
async def list_erasures(
    parts: Shared, session: Reading, _caller: Eraser, paging: Paging
) -> Page[Erasure]:
    """Erasures with their proofs, the newest first."""
    rows = await erasures.page(session, after=paging.after(ERASED), limit=paging.limit + 1)
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[service.shown(parts.vouchers, row) for row in kept], next=following)


@router.get("/erasures/{erasure_id}/", dependencies=[LENIENT])
async def get_erasure(parts: Shared, erasure_id: UUID, signature: Signature) -> Erasure:
    """How far an erasure is, and its proof: for whoever has the path that asking for it gave."""
    links.check(parts.vouchers, "erasure", erasure_id.bytes, signature)
    async with parts.database.read() as session:
        row = await erasures.find(session, erasure_id)
    if row is None:
        raise NotFoundError
    return service.shown(parts.vouchers, row)


@router.get("/retention/")
async def get_retention(session: Reading, _caller: AccountUser) -> Periods:
    """For how long each class of data is kept, as the housekeeping has it since it started."""
    found = await retention_periods.periods(session)
    return Periods(results=[Period.model_validate(one, from_attributes=True) for one in found])


async def _require(session: ReadSession | WriteSession, person_id: UUID) -> None:
    saw(person_id)
    if not await exports.is_person(session, person_id):
        raise NotFoundError


async def _export(
    parts: Services, session: WriteSession, caller: Caller, person_id: UUID, response: Response
) -> Export:
    saw(person_id)
    if await exports.in_hand(session, person_id):
        raise ExportInHandError
    row = await exports.add(session, person_id, caller.id)
    response.headers["Location"] = f"/api/jobs/{row.job_id}/"
    return service.shape(parts.vouchers, row)


async def _listed(
    parts: Services, session: ReadSession, caller: Caller, person_id: UUID, paging: Paging
) -> Page[Export]:
    rows = await exports.page(
        session, person_id, caller.id, after=paging.after(EXPORTED), limit=paging.limit + 1
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[service.shape(parts.vouchers, row) for row in kept], next=following)


async def _erase(
    parts: Services, session: WriteSession, caller: Caller, person_id: UUID, reason: Reason
) -> Erasure:
    try:
        row = await erasures.request(session, person_id, caller.id, reason)
    except erasures.LastAdminError as error:
        raise LastAdminError from error
    return service.shown(parts.vouchers, row)
