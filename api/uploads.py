"""Files that somebody sends to be imported, and the reports on their rows."""

import tempfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Final
from uuid import UUID

from anyio import to_thread
from fastapi import Request, status
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from api.auth import Caller
from api.errors import ConflictError, FieldProblem, InvalidInputError, TooManyRequestsError
from api.idempotency import digest_of, named
from api.jobs.schemas import Job, shape
from api.services import Services
from storage.engine import ReadSession, WriteSession
from storage.queries import background_jobs, imports

MOST_WAITING: Final = 3
"""Imports of one kind and person that are not over."""
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
"""A file as the body itself, for the description."""
_RETRY_SECONDS: Final = 60
_PIECE: Final = 1024 * 1024


class TooManyImportsError(TooManyRequestsError):
    """As many imports of yours are waiting as may be; wait for one to be over."""


class ReportNotReadyError(ConflictError):
    """The import is not over yet; its job tells how far it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be imported.

    Attributes:
        kind: Of `storage.queries.imports`.
        parameters: How the file is read.
        patient_id: Whose readings they are.

    """

    kind: str
    parameters: dict[str, Any]
    patient_id: UUID | None = None


async def taken(
    parts: Services, caller: Caller, request: Request, key: str | None, wanted: Wanted
) -> Job:
    """Keep the file of a request for the job that imports it; with the same key it is the same job.

    Raises:
        InvalidInputError: when there is no file.
        TooManyImportsError: when as many of the caller's are waiting as may be.
        Replay: and the other refusals of `api.idempotency`.
    """
    if key is None:
        async with parts.database.read() as session:
            await _require_room(session, caller, wanted)
    async with received(request) as (file, size), parts.database.write() as writing:
        intent = None
        if key is not None:
            digest = digest_of(request, await hashed(file))
            what = named(caller.id, key, parts.settings.secret_key, digest)
            intent = await what.claimed(writing)
            await _require_room(writing, caller, wanted)
        row = await background_jobs.add(writing, caller.id, wanted.kind, wanted.parameters)
        await imports.add(writing, row.id, wanted.patient_id, file, size)
        job = shape(row)
        if intent is not None:
            content, headers = job.model_dump(mode="json"), {"Location": path_of(job)}
            await intent.keep(JSONResponse(content, status.HTTP_202_ACCEPTED, headers))
    return job


def path_of(job: Job) -> str:
    """Where a job tells how far it is."""
    return f"/api/jobs/{job.id}/"


async def _require_room(
    session: ReadSession | WriteSession, caller: Caller, wanted: Wanted
) -> None:
    """Let nobody fill the queue."""
    if await imports.waiting(session, caller.id, wanted.kind) >= MOST_WAITING:
        raise TooManyImportsError(_RETRY_SECONDS)


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
