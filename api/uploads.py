"""Files that somebody sends to be imported, and the reports on their rows."""

import tempfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import BinaryIO, Final
from uuid import UUID

from anyio import to_thread
from fastapi import Request
from starlette.datastructures import UploadFile

from api.errors import FieldProblem, InvalidInputError
from api.services import Services
from storage.queries import imports

_PIECE: Final = 1024 * 1024


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[tuple[BinaryIO, int]]:
    """The file of a request, on disk, and its length.

    Raises:
        InvalidInputError: when there is none, or nothing in it.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=1) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile) or not sent.size:
                raise _no_file()
            yield sent.file, sent.size
        return
    with tempfile.TemporaryFile() as file:
        size = 0
        pending = bytearray()
        async for piece in request.stream():
            size += len(piece)
            pending += piece
            if len(pending) >= _PIECE:
                await to_thread.run_sync(file.write, bytes(pending))
                pending.clear()
        if not size:
            raise _no_file()
        file.write(pending)
        yield file, size


async def hashed(file: BinaryIO) -> bytes:
    """SHA-256 of a file: the same however a form is put around it."""
    return await to_thread.run_sync(_hashed, file)


def _hashed(file: BinaryIO) -> bytes:
    digest = sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.digest()


def _no_file() -> InvalidInputError:
    problem = FieldProblem(location="body", field="file", reason="is required")
    return InvalidInputError(errors=[problem])


async def unpacked(parts: Services, import_id: UUID) -> AsyncIterator[bytes]:
    """The report on the rows of an import, piece by piece."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    number = 0
    while True:
        async with parts.database.read() as session:
            part = await imports.report_part(session, import_id, number)
        if part is None:
            return
        while part:
            yield unpacking.decompress(part, _PIECE)
            part = unpacking.unconsumed_tail
        number += 1
