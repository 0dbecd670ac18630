"""Documents of an appointment: for its patient and its provider, and nobody else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid4

from anyio import to_thread
from fastapi import Request, status
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from api.appointments import errors, service
from api.appointments.changing import Booking
from api.appointments.file_types import plain_name, sniffed
from api.appointments.schemas import AppointmentFile, AppointmentFiles, LongText
from api.auth import Caller
from api.downloads import AskedPart, Download, send
from api.errors import (
    FieldProblem,
    FilesUnavailableError,
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
)
from api.idempotency import Key, Named, Router, digest_of, named
from api.services import Services, Shared
from api.sessions import Reading
from api.uploads import hashed
from gateways.files import FilesAwayError
from storage.engine import ReadSession, WriteSession
from storage.queries import appointment_files
from storage.queries.appointment_files import MOST_FILES, FileRow
from storage.queries.appointments import AppointmentRow
from telemetry.logs import logger

PATHS: Final = r"/api/appointments/[0-9a-fA-F-]{36}/files/"
"""Form of the paths that documents come by, which may be larger than other bodies."""
FORM_BYTES: Final = 2**16
"""What a form puts around a file."""
_HEAD: Final = 8 * 1024
_PIECE: Final = 256 * 1024
_DESCRIPTION: Final[TypeAdapter[str]] = TypeAdapter(LongText)
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "description": {"type": "string", "maxLength": 5000},
                    },
                }
            }
        },
    }
}
CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {"description": "The part that `Range` asks for."},
}

router = Router(prefix="/api/appointments/{appointment_id:uuid}/files", tags=["appointments"])


@router.post("/", status_code=status.HTTP_201_CREATED, openapi_extra=_FORM)
async def add_appointment_file(
    parts: Shared, caller: Booking, appointment_id: UUID, request: Request, key: Key = None
) -> AppointmentFile:
    """Add a document, as a form with `file` and `description`.

    What it is goes by its bytes: PDF, JPEG, PNG, WebP, TIFF, HEIC, DICOM or plain text, else 415.
    413 above the size that the installation sets. With an Idempotency-Key, the same file sent again
    is the same document.
    """
    async with parts.database.read() as session:
        await require(session, caller, appointment_id)
    async with request.form(max_files=1, max_fields=1) as form:
        sent, words = form.get("file"), form.get("description", "")
        if not isinstance(sent, UploadFile):
            raise InvalidInputError(errors=[_problem("file", "is required")])
        description = _described(words)
        size = sent.size or 0
        if size > parts.settings.appointment_file_bytes:
            raise PayloadTooLargeError
        found = sniffed(await sent.read(_HEAD), size)
        what = None
        if key is not None:
            digest = digest_of(request, await hashed(sent.file) + description.encode())
            what = named(caller.id, key, parts.settings.secret_key, digest)
            async with parts.database.read() as session:
                await what.look(session)
        await sent.seek(0)
        values = {
            "file": f"appointments/{uuid4().hex}",
            "file_name": plain_name(sent.filename or "", found),
            "file_type": found,
            "file_size": size,
            "description": description,
            "uploaded_by_id": caller.id,
        }
        kept = _Keeping(parts, caller, appointment_id, what)
        return await kept.keep(values, sent.file)


@router.get("/")
async def list_appointment_files(
    session: Reading, caller: Booking, appointment_id: UUID
) -> AppointmentFiles:
    """Documents of an appointment, oldest first."""
    await require(session, caller, appointment_id)
    rows = await appointment_files.files(session, appointment_id)
    return AppointmentFiles(
        results=[AppointmentFile.model_validate(row, from_attributes=True) for row in rows]
    )


@router.get("/{file_id:uuid}/", response_class=StreamingResponse, responses=CONTENT)
async def download_appointment_file(  # noqa: PLR0913, PLR0917 - one for each part
    parts: Shared,
    session: Reading,
    caller: Booking,
    appointment_id: UUID,
    file_id: UUID,
    asked: AskedPart,
) -> StreamingResponse:
    """The document itself, or the part of it that `Range` asks for; 416 where there is none."""
    await require(session, caller, appointment_id)
    row = await appointment_files.find(session, appointment_id, file_id)
    if row is None:
        raise NotFoundError
    return await send(parts.files, download_of(row), asked)


@router.delete("/{file_id:uuid}/", status_code=status.HTTP_204_NO_CONTENT)
async def delete_appointment_file(
    parts: Shared, caller: Booking, appointment_id: UUID, file_id: UUID
) -> None:
    """Delete a document that the caller added; 403 for the other side's."""
    async with parts.database.write() as session:
        await require(session, caller, appointment_id)
        row = await appointment_files.find(session, appointment_id, file_id)
        if row is None:
            raise NotFoundError
        if row.uploaded_by_id != caller.id:
            raise errors.NotTheirFileError
        await appointment_files.remove(session, file_id)
    await _forget(parts, row.file)


async def require(
    session: ReadSession | WriteSession, caller: Caller, appointment_id: UUID
) -> AppointmentRow:
    """Let only the patient and the provider pass; administrators have no business with it.

    Raises:
        NotFoundError: for everybody else.
    """
    row = await service.require(session, caller, appointment_id)
    who = service.standing(caller, row)
    if not (who.patient or who.provider):
        raise NotFoundError
    return row


@dataclass(frozen=True, slots=True)
class _Keeping:
    """A document on its way to an appointment; `what` is the request where it has a key."""

    parts: Services
    caller: Caller
    appointment_id: UUID
    what: Named | None

    async def keep(self, values: dict[str, Any], file: BinaryIO) -> AppointmentFile:
        """Keep the content, then say so; content that nobody knows of is taken away again."""
        key = values["file"]
        try:
            await self.parts.files.put_stream(key, _pieces(file))
        except FilesAwayError as error:
            raise FilesUnavailableError from error
        try:
            async with self.parts.database.write() as session:
                return await self._said(session, values)
        except BaseException:
            await _forget(self.parts, key)
            raise

    async def _said(self, session: WriteSession, values: dict[str, Any]) -> AppointmentFile:
        intent = None if self.what is None else await self.what.claimed(session)
        await service.in_turn(session, self.caller, self.appointment_id)
        await _room_for_one(session, self.appointment_id)
        row = await appointment_files.add(session, self.appointment_id, values)
        shown = AppointmentFile.model_validate(row, from_attributes=True)
        if intent is not None:
            content = shown.model_dump(mode="json")
            await intent.keep(JSONResponse(content, status.HTTP_201_CREATED))
        return shown


async def _forget(parts: Services, key: str) -> None:
    try:
        await parts.files.delete(key)
    except FilesAwayError:
        # No path leads to it.
        logger().warning("old_file_kept", file=key)


async def _room_for_one(session: WriteSession, appointment_id: UUID) -> None:
    if len(await appointment_files.files(session, appointment_id)) >= MOST_FILES:
        raise errors.TooManyFilesError


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await to_thread.run_sync(file.read, _PIECE):
        yield piece


def download_of(row: FileRow) -> Download:
    """A document as it is sent; its content never changes, so its id is its tag."""
    return Download(row.file, row.file_size, row.id.hex, row.file_name, row.file_type)


def _described(words: object) -> str:
    try:
        return _DESCRIPTION.validate_python(words)
    except ValidationError as error:
        raise InvalidInputError(errors=[_problem("description", "is not valid")]) from error


def _problem(field: str, reason: str) -> FieldProblem:
    return FieldProblem(location="body", field=field, reason=reason)
