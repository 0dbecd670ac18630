"""Who can be booked, and when, as FHIR searches ask for it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from storage.engine import ReadSession
from storage.models import HealthcareProvider
from storage.queries.availability import booked, free_slots
from storage.queries.changes import Position, last_changed
from storage.queries.changes import Span as Changed
from storage.queries.words import begins
from telemetry.availability import Span

MOST_SLOTS: Final = 5_000
"""Of one provider in the longest time that a search spans."""


@dataclass(frozen=True, slots=True)
class BookableRow:
    """A provider who can be booked."""

    provider_id: UUID
    name: str
    specialization: str
    is_active: bool
    booking_days: int
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A time of a provider, free or not."""

    provider_id: UUID
    start: dt.datetime
    end: dt.datetime
    free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSearch:
    """What is asked of schedules; None asks for all.

    Attributes:
        key: Of this provider.
        specialty: Beginning of the specialization.
        active: Whether the provider receives anybody.
        changed: Last changed from the first instant, up to and without the second.

    """

    key: UUID | None = None
    specialty: str | None = None
    active: bool | None = None
    changed: Changed | None = None


async def schedules(
    session: ReadSession, wanted: ScheduleSearch, *, after: Position | None, limit: int
) -> list[BookableRow]:
    """Providers, last changed first, at most `limit`."""
    row = HealthcareProvider
    order = (row.updated_at, row.id)
    statement = select(
        row.id,
        func.trim(row.first_name + " " + row.last_name),
        row.specialization,
        row.is_active,
        row.booking_days,
        row.updated_at,
    )
    if wanted.key is not None:
        statement = statement.where(row.id == wanted.key)
    if wanted.specialty is not None:
        statement = statement.where(begins(row.specialization, wanted.specialty))
    if wanted.active is not None:
        statement = statement.where(row.is_active == wanted.active)
    page = last_changed(statement, order, changed=wanted.changed, after=after, limit=limit)
    return [BookableRow(*one) for one in await session.execute(page)]


async def times(session: ReadSession, provider_id: UUID, within: Span) -> list[TimeRow]:
    """Free and taken times of a provider that begin within a span, soonest first.

    None do in a span that ends before it begins.
    """
    provider = await session.get(HealthcareProvider, provider_id)
    if provider is None or within.start >= within.end:
        return []
    now = dt.datetime.now(dt.UTC)
    free = await free_slots(session, [provider], within, now, most=MOST_SLOTS)
    taken = (await booked(session, [provider_id], within)).get(provider_id, [])
    rows = [
        TimeRow(provider_id, one.span.start, one.span.end, free=True)
        for one in free.get(provider_id, [])
    ]
    rows += [
        TimeRow(provider_id, one.start, one.end, free=False)
        for one in taken
        if within.start <= one.start < within.end
    ]
    return sorted(rows, key=lambda one: (one.start, one.free))
