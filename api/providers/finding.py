"""Providers who are free when somebody wants them: a search over slots, in bounded steps."""

import datetime as dt
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, Query

from api.accounts.profile_schemas import TimeZone
from api.errors import FieldProblem, InvalidInputError
from api.pagination import Page, PageRequest, encode
from api.providers.schemas import FoundProvider
from storage.engine import ReadSession
from storage.queries import availability, providers
from telemetry.availability import DAY, Slot, Span, moment

LONGEST_DAYS: Final = 31
_YEARS: Final = range(2000, 2200)
_STEP: Final = 50
_MOST: Final = 200
"""Providers whose slots are looked for in one request."""


async def _span(
    available_from: Annotated[
        dt.date | None, Query(description="Free on this day, or up to `available_to`.")
    ] = None,
    available_to: Annotated[
        dt.date | None,
        Query(description=f"The last of these days; at most {LONGEST_DAYS} of them."),
    ] = None,
    time_zone: Annotated[TimeZone, Query(description="Whose days.")] = "UTC",
) -> Span | None:
    first = available_from or available_to
    last = available_to or available_from
    if first is None or last is None:
        return None
    if not dt.timedelta(0) <= last - first < LONGEST_DAYS * DAY or first.year not in _YEARS:
        problem = FieldProblem(
            location="query",
            field="available_to",
            reason=f"must be from 0 to {LONGEST_DAYS - 1} days after available_from",
        )
        raise InvalidInputError(errors=[problem])
    zone = ZoneInfo(time_zone)
    return Span(moment(first, dt.time(), zone), moment(last + DAY, dt.time(), zone))


SearchSpan = Annotated[Span | None, Depends(_span)]


async def search(
    session: ReadSession,
    wanted: providers.Search,
    span: Span | None,
    paging: PageRequest,
    after: providers.Position | None,
) -> Page[FoundProvider]:
    """One page of those who fit, and are free where that is asked."""
    if span is None:
        rows = await providers.page(session, wanted, after=after, limit=paging.limit + 1)
        kept, following = paging.cut(rows, lambda row: row.position)
        return Page(results=await _shapes(session, [(row, None) for row in kept]), next=following)
    free: list[tuple[providers.Found, Slot | None]] = []
    looked = 0
    while looked < _MOST:
        rows = await providers.page(session, wanted, after=after, limit=_STEP)
        slots = await availability.free_slots(
            session,
            [row.provider for row in rows],
            span,
            dt.datetime.now(dt.UTC),
            hospital_id=wanted.hospital_id,
            most=1,
        )
        for row in rows:
            after, looked = row.position, looked + 1
            if row.provider.id in slots:
                free.append((row, slots[row.provider.id][0]))
                if len(free) == paging.limit:
                    return Page(results=await _shapes(session, free), next=encode(after))
        if len(rows) < _STEP:
            return Page(results=await _shapes(session, free), next=None)
    following = None if after is None else encode(after)
    return Page(results=await _shapes(session, free), next=following)


async def _shapes(
    session: ReadSession, rows: list[tuple[providers.Found, Slot | None]]
) -> list[FoundProvider]:
    places = await providers.workplaces(session, [row.provider.id for row, _ in rows])
    shapes = []
    for row, slot in rows:
        shape = FoundProvider.of(row.provider, places.get(row.provider.id, []))
        shape.next_available = None if slot is None else slot.span.start
        shapes.append(shape)
    return shapes
