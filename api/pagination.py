"""Keyset pages: a cursor is the position of the last row, opaque to the caller."""

import datetime as dt
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Depends, Query
from pydantic import BaseModel, Field

from api.errors import InvalidCursorError

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

Item = TypeVar("Item")
Row = TypeVar("Row")
Position = TypeVar("Position", bound=tuple[Any, ...])


class Page(BaseModel, Generic[Item]):
    """Part of a list."""

    results: list[Item]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class PageRequest(BaseModel):
    """Which part of a list is asked for."""

    limit: int
    cursor: str | None

    def after(self, decoder: msgspec.json.Decoder[Position]) -> Position | None:
        """Position to go on from, or None for the first page.

        Raises:
            InvalidCursorError: when the cursor is not a position that `decoder` knows.
        """
        if self.cursor is None:
            return None
        try:
            raw = urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4))
            found = decoder.decode(raw)
        except (ValueError, msgspec.MsgspecError) as error:
            raise InvalidCursorError from error
        times = [one for one in found if isinstance(one, dt.datetime)]
        if any(one.tzinfo is None for one in times):
            raise InvalidCursorError
        return found

    def cut(
        self, rows: Sequence[Row], position: Callable[[Row], tuple[object, ...]]
    ) -> tuple[Sequence[Row], str | None]:
        """Split rows, queried with one more than `limit`, into this page and the next cursor."""
        if len(rows) <= self.limit:
            return rows, None
        kept = rows[: self.limit]
        return kept, encode(position(kept[-1]))


def encode(position: tuple[object, ...]) -> str:
    """Cursor of a position."""
    return urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


async def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most results to return.")] = (
        DEFAULT_LIMIT
    ),
    cursor: Annotated[
        str | None, Query(max_length=512, description="`next` of the page before.")
    ] = None,
) -> PageRequest:
    """Read `limit` and `cursor` from the query."""
    return PageRequest(limit=limit, cursor=cursor)


Paging = Annotated[PageRequest, Depends(page_request)]
