"""Files that are sent piece by piece, whole or in parts, under a name that a browser keeps."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Header, status
from fastapi.responses import StreamingResponse

from api.errors import APIError, FilesUnavailableError, NotFoundError
from gateways.files import Files, FilesAwayError

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class RangeNotSatisfiableError(APIError):
    """The file does not reach that far."""

    status = 416


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a file: from `start`, up to and without `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of the part that it wants."""

    ranges: str | None
    if_range: str | None


async def _asked(
    ranges: Annotated[str | None, Header(alias="Range", max_length=100)] = None,
    if_range: Annotated[str | None, Header(max_length=100)] = None,
) -> Asked:
    return Asked(ranges, if_range)


AskedPart = Annotated[Asked, Depends(_asked)]


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it is sent.

    Attributes:
        key: Where the store has it.
        size: Bytes.
        tag: The same for the same content; without quotes.
        name: What it is called by whoever keeps it.
        media_type: What it is.

    """

    key: str
    size: int
    tag: str
    name: str
    media_type: str


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


async def send(files: Files, one: Download, asked: Asked) -> StreamingResponse:
    """Send a file, or the part of it that is asked for.

    Raises:
        NotFoundError: when the store does not have it.
        RangeNotSatisfiableError: when it does not reach that far.
        FilesUnavailableError: when the store is away.
    """
    tag = f'"{one.tag}"'
    # A part of another content than the caller has the rest of is of no use (RFC 9110, 13.1.5).
    fits = asked.if_range in {None, tag}
    part = part_of(asked.ranges if fits else None, one.size)
    start, end = (part.start, part.end) if part else (0, one.size)
    try:
        pieces = await files.stream(one.key, start, end)
        if pieces is None:
            raise NotFoundError
        # While nothing is sent an error can still be told.
        first = await anext(pieces, b"")
    except FilesAwayError as error:
        raise FilesUnavailableError from error
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": attached(one.name),
        "Content-Length": str(end - start),
        # Nothing in somebody's file is run, whatever a browser makes of it.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "ETag": tag,
    }
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{one.size}"
    code = status.HTTP_206_PARTIAL_CONTENT if part else status.HTTP_200_OK
    return StreamingResponse(_from(first, pieces), code, headers, one.media_type)


def attached(name: str) -> str:
    """Content-Disposition in both forms (RFC 6266).

    >>> print(attached("März.pdf"))
    attachment; filename="M?rz.pdf"; filename*=UTF-8''M%C3%A4rz.pdf
    """
    ascii_name = name.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
