"""Documents of an appointment: for its patient and its provider, and nobody else."""

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid4

import puremagic
from anyio import to_thread
from fastapi import Request, status
from fastapi.responses import StreamingResponse
from puremagic import PureError
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from api.appointments import errors, service
from api.appointments.endpoints import Booking
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
from api.routing import Router
from api.services import Services, Shared
from api.sessions import Reading
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
TYPES: Final = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/tiff": "tif",
    "image/heif": "heic",
    "image/heic": "heic",
    "application/dicom": "dcm",
    "text/plain": "txt",
}
_HEAD: Final = 8 * 1024
_PIECE: Final = 256 * 1024
_LONGEST_NAME: Final = 120
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
    parts: Shared, caller: Booking, appointment_id: UUID, request: Request
) -> AppointmentFile:
    """Add a document, as a form with `file` and `description`.

    What it is goes by its bytes: PDF, JPEG, PNG, WebP, TIFF, HEIC, DICOM or plain text, else 415.
    413 above the size that the installation sets.
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
        await sent.seek(0)
        values = {
            "file": f"appointments/{uuid4().hex}",
            "file_name": plain_name(sent.filename or "", found),
            "file_type": found,
            "file_size": size,
            "description": description,
            "uploaded_by_id": caller.id,
        }
        row = await _keep(parts, caller, appointment_id, values, sent.file)
    return AppointmentFile.model_validate(row, from_attributes=True)


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
    try:
        await parts.files.delete(row.file)
    except FilesAwayError:
        # No path leads to it any more.
        logger().warning("old_file_kept", file=row.file)


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


async def _keep(
    parts: Services, caller: Caller, appointment_id: UUID, values: dict[str, Any], file: BinaryIO
) -> FileRow:
    """Keep the content, then say so; content that nobody knows of is taken away again."""
    key = values["file"]
    try:
        await parts.files.put_stream(key, _pieces(file))
    except FilesAwayError as error:
        raise FilesUnavailableError from error
    try:
        async with parts.database.write() as session:
            await service.in_turn(session, caller, appointment_id)
            await _room_for_one(session, appointment_id)
            return await appointment_files.add(session, appointment_id, values)
    except BaseException:
        await parts.files.delete(key)
        raise


async def _room_for_one(session: WriteSession, appointment_id: UUID) -> None:
    if len(await appointment_files.files(session, appointment_id)) >= MOST_FILES:
        raise errors.TooManyFilesError


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await to_thread.run_sync(file.read, _PIECE):
        yield piece


def sniffed(head: bytes, size: int) -> str:
    """Media type of a file by its first bytes.

    Raises:
        EmptyFileError: when there are none.
        FileTypeError: when it is of no type that is taken.
    """
    if not size:
        raise errors.EmptyFileError
    try:
        matches = [one for one in puremagic.magic_string(head) if one.mime_type]
    except PureError:
        matches = []
    best = max(matches, key=lambda one: one.confidence).mime_type if matches else ""
    if best in {"", "text/plain"}:
        best = "text/plain" if _is_text(head, whole=size <= len(head)) else ""
    if best not in TYPES:
        raise errors.FileTypeError
    return best


def _is_text(head: bytes, *, whole: bool) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut in two where the head ends.
        if whole or error.start < len(head) - 3:
            return False
        text = head[: error.start].decode()
    return not any(unicodedata.category(one) == "Cc" and one not in "\t\n\r\f" for one in text)


def plain_name(given: str, media_type: str) -> str:
    r"""A file's name without a path or what could be mistaken, ending as what it is.

    >>> plain_name("..\\..\\etc/pass\x00wd.exe", "application/pdf")
    'passwd.exe.pdf'
    >>> plain_name("", "text/plain")
    'file.txt'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    kept = "".join(one for one in last if not unicodedata.category(one).startswith("C"))
    kept = kept.strip(" .")[:_LONGEST_NAME] or "file"
    ending = TYPES[media_type]
    known = {ending, {"jpg": "jpeg", "tif": "tiff", "txt": "csv", "heic": "heif"}.get(ending, "")}
    return kept if kept.rpartition(".")[2].lower() in known - {""} else f"{kept}.{ending}"


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
