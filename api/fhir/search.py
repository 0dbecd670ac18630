"""What every FHIR search asks and answers: dates with prefixes, references, pages of a Bundle.

Source: FHIR R4, 3.1.1 (hl7.org/fhir/R4/search.html).
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request
from msgspec.json import Decoder
from pydantic import AfterValidator, ConfigDict

from api.auth import Permitted
from api.fhir.answers import FHIRResponse, searchset
from api.fhir.asking import in_order
from api.pagination import PageRequest
from api.sessions import Reading
from gateways.fhir.codes import Json
from storage.queries.changes import Position, Span
from storage.queries.fhir import settled

DEFAULT_COUNT: Final = 50
MAX_COUNT: Final = 200
EARLIEST: Final = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
LATEST: Final = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
_DATE: Final = re.compile(
    r"(?P<prefix>eq|gt|lt|ge|le|sa|eb)?"
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)(?P<time>T.+)?)?)?"
)
_MONTHS: Final = 12
Row = TypeVar("Row")


def _span(text: str) -> Span:
    """The instants that a date parameter admits.

    Raises:
        ValueError: when it is none, or a prefix that is not supported.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        message = "is not a date with a supported prefix"
        raise ValueError(message)
    low, high = _precision(found)
    bounds = {
        "ge": (low, LATEST),
        "gt": (high, LATEST),
        "sa": (high, LATEST),
        "le": (EARLIEST, high),
        "lt": (EARLIEST, low),
        "eb": (EARLIEST, low),
    }
    return bounds.get(found["prefix"] or "eq", (low, high))


def _precision(found: re.Match[str]) -> Span:
    """What a date covers: a year, a month, a day, or the second or millisecond of a time."""
    # All beyond are the same; these are leap years, and not at an end of the calendar.
    year = min(max(int(found["year"]), EARLIEST.year - 4), LATEST.year + 4)
    month, day = (int(found[part] or 1) for part in ("month", "day"))
    start = dt.datetime(year, month, day, tzinfo=dt.UTC)
    if found["time"]:
        text = f"{start.date()}{found['time']}"
        start = dt.datetime.fromisoformat(text)
        if start.tzinfo is None:
            message = "has a time without an offset from UTC"
            raise ValueError(message)
        length = dt.timedelta(milliseconds=1) if "." in text else dt.timedelta(seconds=1)
        return _bounded(start.astimezone(dt.UTC), start.astimezone(dt.UTC) + length)
    if found["day"]:
        return _bounded(start, start + dt.timedelta(days=1))
    if found["month"]:
        return _bounded(
            start, dt.datetime(year + month // _MONTHS, month % 12 + 1, 1, tzinfo=dt.UTC)
        )
    return _bounded(start, dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC))


def _bounded(low: dt.datetime, high: dt.datetime) -> Span:
    return max(low, EARLIEST), min(max(high, EARLIEST), LATEST)


def _is_date(text: str) -> str:
    _span(text)
    return text


def narrowed(dates: Sequence[str] | None) -> Span:
    """What all of several date parameters admit; everything when there are none."""
    spans = [_span(text) for text in dates or ()]
    return max((low for low, _ in spans), default=EARLIEST), min(
        (high for _, high in spans), default=LATEST
    )


def changed_within(dates: Sequence[str] | None) -> Span | None:
    """What `_lastUpdated` admits; None where it was not asked for."""
    return narrowed(dates) if dates else None


def bounds(dates: Sequence[str] | None) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The same as `narrowed`, with None for a side that is open."""
    since, until = narrowed(dates)
    return None if since == EARLIEST else since, None if until == LATEST else until


def _is_reference(text: str) -> str:
    UUID(text.rsplit("/", 1)[-1])
    return text


def referred(text: str | None) -> UUID | None:
    """Id in a reference such as `Patient/…`, or by itself."""
    return None if text is None else UUID(text.rsplit("/", 1)[-1])


def pairs(text: str | None) -> list[tuple[str | None, str]]:
    """System and code of each token; the system is None where none is said, any will do then.

    >>> pairs("http://loinc.org|8867-4,9279-1,|steps")
    [('http://loinc.org', '8867-4'), (None, '9279-1'), ('', 'steps')]
    """
    parts = (part.rpartition("|") for part in (text or "").split(",") if part)
    return [(system if bar else None, code) for system, bar, code in parts]


def tokens(text: str | None) -> list[str]:
    """Codes of a token parameter, `system|code` or `code`, several with commas."""
    return [code for _, code in pairs(text)]


def any_of(text: str | None) -> list[str] | None:
    """Codes of a token parameter, of which any will do; None where it was not asked for."""
    return None if text is None else tokens(text)


def called(text: str | None, known: Mapping[str, str]) -> list[str] | None:
    """Words of ours for the codes of a token parameter; None where it was not asked for."""
    theirs = any_of(text)
    return None if theirs is None else [ours for ours, said in known.items() if said in theirs]


class Searching(PageRequest):
    """One page of a search, of which the server knows every parameter."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    request: Request
    asked_at: dt.datetime | None = None

    def bundle(
        self,
        found: Sequence[Row],
        position: Callable[[Row], tuple[object, ...]],
        shape: Callable[[Row], Json],
    ) -> FHIRResponse:
        """Answer rows, queried with one more than `limit`: Bundle."""
        kept, following = self.cut(found, position)
        return searchset(self.request, map(shape, kept), following, self.asked_at)


async def _searching(
    request: Request,
    count: Annotated[
        int, Query(alias="_count", ge=1, le=MAX_COUNT, description="Most results of a page.")
    ] = DEFAULT_COUNT,
    cursor: Annotated[
        str | None, Query(alias="_cursor", max_length=512, description="As in the link `next`.")
    ] = None,
    sort: Annotated[
        str | None,
        Query(alias="_sort", max_length=200, description="The order that there is, and no other."),
    ] = None,
) -> Searching:
    in_order(request, sort)
    return Searching(limit=count, cursor=cursor, request=request)


Dates = list[Annotated[str, AfterValidator(_is_date)]] | None
LastUpdated = Annotated[
    Dates, Query(alias="_lastUpdated", description="When it was last changed, as a date parameter.")
]
Reference = Annotated[
    str | None, AfterValidator(lambda text: None if text is None else _is_reference(text))
]
Token = Annotated[str | None, Query(max_length=200)]
Words = Annotated[str | None, Query(max_length=200)]
Key = Annotated[UUID | None, Query(alias="_id")]
Asked = Annotated[Searching, Depends(_searching)]


async def _polling(session: Reading, asked: Asked) -> Searching:
    if asked.cursor is not None:
        # That of a later page would leave out what was changed since the first.
        return asked
    return asked.model_copy(update={"asked_at": await settled(session)})


Polled = Annotated[Searching, Depends(_polling)]
"""A search by the last change: its first page says from when on to ask the next time."""
Viewing: Final = Depends(Permitted("patients.view"))
CHANGED: Final[Decoder[Position]] = Decoder(Position)
"""Place in a list of what was changed last."""
