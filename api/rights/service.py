"""Links that need no login, and ranges of files."""

import hmac
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi.responses import StreamingResponse

from api.errors import APIError, NotFoundError, UnavailableError
from api.rights.schemas import Erasure, Export
from api.services import Services
from gateways.files import FilesAwayError
from storage.queries.erasures import ErasureRow
from storage.queries.exports import ExportRow, key_of
from telemetry.vouchers import Purpose, Vouchers

LINK_SECONDS: Final = 3_600
MEDIA_TYPE: Final = "application/zip"
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class RangeNotSatisfiableError(APIError):
    """The file does not reach that far."""

    status = 416


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a file: from `start`, up to and without `end`."""

    start: int
    end: int


def part_of(asked: str | None, size: int) -> Part | None:
    """What a Range header asks for (RFC 9110, 14.2); None for the whole file.

    A header that is not understood, or asks for several ranges, counts as none.

    Raises:
        RangeNotSatisfiableError: when nothing of it is there.

    >>> part_of("bytes=10-", 100)
    Part(start=10, end=100)
    >>> part_of("bytes=-10", 100)
    Part(start=90, end=100)
    >>> part_of("bytes=0-0", 100)
    Part(start=0, end=1)
    """
    found = _RANGE.fullmatch(asked.strip()) if asked else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
        if found[2] and int(found[2]) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiableError(headers={"Content-Range": f"bytes */{size}"})
    return Part(start, end)


def shape(vouchers: Vouchers, row: ExportRow) -> Export:
    """Export as sent, with a path to its file while it is there."""
    is_there = row.sha256 is not None and row.expires_at.timestamp() > time.time()
    return Export(
        id=row.id,
        person_id=row.person_id,
        job_id=row.job_id,
        state=row.state,
        done=row.done,
        total=row.total,
        error=row.error,
        size_bytes=row.size_bytes,
        sha256=row.sha256.hex() if row.sha256 else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        download=_download(vouchers, row.id) if is_there else None,
    )


def shown(vouchers: Vouchers, row: ErasureRow) -> Erasure:
    """Erasure as sent."""
    signature = _signature(vouchers, "erasure", row.id.bytes)
    return Erasure(
        id=row.id,
        person_id=row.person_id,
        reason=row.reason,
        requested_by="the person" if row.by_person else "an administrator",
        state=row.state,
        done=row.done,
        total=row.total,
        error=row.error,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        status=f"/api/erasures/{row.id}/?signature={signature}",
        sha256=row.sha256.hex() if row.sha256 else None,
        proof=row.document,
    )


def check_erasure_link(vouchers: Vouchers, erasure_id: UUID, signature: str) -> None:
    """Let in who has the link.

    Raises:
        NotFoundError: when it is forged.
    """
    _check(_signature(vouchers, "erasure", erasure_id.bytes), signature)


def check_download_link(vouchers: Vouchers, export_id: UUID, until: int, signature: str) -> None:
    """Let in who has the link, as long as it is good.

    Raises:
        NotFoundError: when it is forged or too old.
    """
    _check(_signature(vouchers, "export", _signed(export_id, until)), signature)
    if until < time.time():
        raise NotFoundError


def _download(vouchers: Vouchers, export_id: UUID) -> str:
    until = int(time.time()) + LINK_SECONDS
    signature = _signature(vouchers, "export", _signed(export_id, until))
    return f"/api/exports/{export_id}/download/?until={until}&signature={signature}"


def _signed(export_id: UUID, until: int) -> bytes:
    return export_id.bytes + until.to_bytes(8, "big")


def _signature(vouchers: Vouchers, purpose: Purpose, about: bytes) -> str:
    return urlsafe_b64encode(vouchers.digest(purpose, about)).decode().rstrip("=")


def _check(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise NotFoundError


async def download(parts: Services, row: ExportRow, asked: str | None) -> StreamingResponse:
    """Send a file, or a part of it, piece by piece.

    Raises:
        NotFoundError: when it is gone.
        RangeNotSatisfiableError: when it does not reach that far.
        UnavailableError: when the store of files is away.
    """
    if row.sha256 is None or row.size_bytes is None or row.expires_at.timestamp() < time.time():
        raise NotFoundError
    part = part_of(asked, row.size_bytes)
    start, end = (part.start, part.end) if part else (0, row.size_bytes)
    try:
        pieces = await parts.files.stream(key_of(row.id), start, end)
        if pieces is None:
            raise NotFoundError
        # While nothing is sent an error can still be told.
        first = await anext(pieces, b"")
    except FilesAwayError as error:
        raise UnavailableError from error
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="jeghealth-{row.id}.zip"',
        "Content-Length": str(end - start),
        "ETag": f'"{row.sha256.hex()}"',
        "Cache-Control": "private, no-store",
    }
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{row.size_bytes}"
    return StreamingResponse(
        _from(first, pieces), 206 if part else 200, headers=headers, media_type=MEDIA_TYPE
    )


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
