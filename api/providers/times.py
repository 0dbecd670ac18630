"""/api/providers/{id}/availability/: when a provider can be booked, and what is still free."""

import datetime as dt
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query, Response, status
from msgspec.json import Decoder

from api.errors import FieldProblem, InvalidInputError, NotFoundError
from api.hospitals.endpoints import Anybody
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import Editing, tagged
from api.providers import service
from api.providers.times_schemas import (
    ExceptionInput,
    ExceptionShape,
    FreeSlots,
    SlotShape,
    TimeInput,
    TimeShape,
)
from api.providers.times_service import changing, edited, excepted, to_come
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.models import HealthcareProvider, ProviderAvailability
from storage.queries import availability, hospitals
from telemetry.availability import DAY, Slot, Span, moment

router = Router(prefix="/api/providers/{provider_id}/availability", tags=["providers"])
POSITION: Final[Decoder[availability.RulePosition]] = Decoder(availability.RulePosition)
LONGEST_DAYS: Final = 62
USUAL_DAYS: Final = 14
MOST_SLOTS: Final = 2_000
_YEARS: Final = range(2000, 2199)
Since = Annotated[dt.date | None, Query(description="Leave out what ended before.")]
From = Annotated[
    dt.date | None, Query(alias="from", description="First day, in the provider's zone; today.")
]
To = Annotated[
    dt.date | None,
    Query(alias="to", description=f"Last day; at most {LONGEST_DAYS} days; two weeks."),
]


def days(row: HealthcareProvider, first: dt.date | None, last: dt.date | None) -> Span:
    """The time from the first day up to the end of the last, in the provider's zone.

    Raises:
        InvalidInputError: They are too many, or in no order.
    """
    zone = ZoneInfo(row.time_zone)
    begins = first or dt.datetime.now(zone).date()
    known = begins.year in _YEARS
    ends = last or (begins + (USUAL_DAYS - 1) * DAY if known else begins)
    if not known or not dt.timedelta(0) <= ends - begins < LONGEST_DAYS * DAY:
        reason = f"must be from 0 to {LONGEST_DAYS - 1} days after `from`"
        problem = FieldProblem(location="query", field="to", reason=reason)
        raise InvalidInputError(errors=[problem])
    return Span(moment(begins, dt.time(), zone), moment(ends + DAY, dt.time(), zone))


@router.get("/")
async def list_free_slots(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    session: Reading,
    caller: Anybody,
    provider_id: UUID,
    first: From = None,
    last: To = None,
    hospital: Annotated[UUID | None, Query(description="Only there.")] = None,
) -> FreeSlots:
    """Times that can be booked: inside the provider's hours, not booked, and not too soon."""
    row = await service.require(session, caller, provider_id)
    within = days(row, first, last)
    found = await availability.free_slots(
        session,
        [row],
        within,
        dt.datetime.now(dt.UTC),
        hospital_id=hospital,
        most=MOST_SLOTS + 1,
    )
    slots = found.get(row.id, [])
    known = await hospitals.by_ids(
        session, {one.rule.hospital_id for one in slots if one.rule.hospital_id is not None}
    )
    names = {key: one.name for key, one in known.items()}
    zone = ZoneInfo(row.time_zone)
    return FreeSlots(
        provider_id=row.id,
        time_zone=row.time_zone,
        first_date=within.start.astimezone(zone).date(),
        last_date=(within.end - dt.timedelta(seconds=1)).astimezone(zone).date(),
        slots=[_slot(one, names) for one in slots[:MOST_SLOTS]],
        more=len(slots) > MOST_SLOTS,
    )


@router.post("/", status_code=status.HTTP_201_CREATED)
async def add_time(
    session: Writing, caller: Anybody, provider_id: UUID, body: TimeInput, response: Response
) -> TimeShape:
    """Let a provider be booked, once or by a rule; for the provider and administrators.

    The provider's patients are told of new times. Times that share time with others are answered
    with 409, times that are wholly past with 422.
    """
    row = await service.require_own(session, caller, provider_id)
    values = await edited(session, row, body)
    to_come(values, dt.datetime.now(dt.UTC))
    async with changing(session, row):
        made = ProviderAvailability(provider_id=row.id, created_by_id=caller.id, **values)
        session.add(made)
        await session.flush()
    await session.refresh(made)
    response.headers["Location"] = f"/api/providers/{row.id}/availability/{made.id}/"
    return tagged(response, _shape(made))


@router.get("/rules/")
async def list_times(
    *,
    session: Reading,
    caller: Anybody,
    provider_id: UUID,
    paging: Paging,
    since: Since = None,
) -> Page[TimeShape]:
    """When a provider can be booked, as it was entered; for the provider and administrators."""
    await service.require_own(session, caller, provider_id)
    rows = await availability.rules(
        session, provider_id, since=since, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(rows, lambda row: (row.date, row.id))
    return Page(results=[_shape(row) for row in kept], next=following)


@router.get("/exceptions/")
async def list_exceptions(
    *,
    session: Reading,
    caller: Anybody,
    provider_id: UUID,
    paging: Paging,
    since: Since = None,
) -> Page[ExceptionShape]:
    """Days off and other hours, by their last days; for the provider and administrators."""
    await service.require_own(session, caller, provider_id)
    rows = await availability.exceptions(
        session, provider_id, since=since, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(rows, lambda row: (row.last_date, row.id))
    shapes = [ExceptionShape.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=shapes, next=following)


@router.post("/exceptions/", status_code=status.HTTP_201_CREATED)
async def add_exception(
    session: Writing, caller: Anybody, provider_id: UUID, body: ExceptionInput
) -> ExceptionShape:
    """Take days off, or have other hours on a day; for the provider and administrators.

    Appointments then stand; whoever has one is told.
    """
    row = await service.require_own(session, caller, provider_id)
    async with changing(session, row):
        made = await excepted(session, row, body)
    await session.refresh(made)
    return ExceptionShape.model_validate(made, from_attributes=True)


@router.delete("/exceptions/{exception_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_exception(
    session: Writing, caller: Anybody, provider_id: UUID, exception_id: UUID
) -> None:
    """Take an exception back."""
    row = await service.require_own(session, caller, provider_id)
    async with changing(session, row):
        if await availability.remove_exception(session, row.id, exception_id) is None:
            raise NotFoundError


@router.get("/{availability_id}/")
async def get_time(
    session: Reading,
    caller: Anybody,
    provider_id: UUID,
    availability_id: UUID,
    response: Response,
) -> TimeShape:
    """One time of a provider; for the provider and administrators."""
    await service.require_own(session, caller, provider_id)
    return tagged(response, _shape(await _rule(session, provider_id, availability_id)))


@router.put("/{availability_id}/")
async def replace_time(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    session: Writing,
    caller: Anybody,
    provider_id: UUID,
    availability_id: UUID,
    body: TimeInput,
    edit: Editing,
    response: Response,
) -> TimeShape:
    """Change a time. Whoever has an appointment where the provider is not any more is told."""
    row = await service.require_own(session, caller, provider_id)
    await edit.lock(session, availability_id)
    found = await _rule(session, provider_id, availability_id)
    edit.check(_shape(found))
    values = await edited(session, row, body)
    async with changing(session, row):
        for name, value in values.items():
            setattr(found, name, value)
    await session.refresh(found)
    return tagged(response, _shape(found))


@router.delete("/{availability_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_time(
    session: Writing, caller: Anybody, provider_id: UUID, availability_id: UUID, edit: Editing
) -> None:
    """Take a time away. Appointments stand; whoever has one is told."""
    row = await service.require_own(session, caller, provider_id)
    await edit.lock(session, availability_id)
    found = await _rule(session, provider_id, availability_id)
    edit.check(_shape(found))
    async with changing(session, row):
        await session.delete(found)


async def _rule(
    session: ReadSession | WriteSession, provider_id: UUID, rule_id: UUID
) -> ProviderAvailability:
    found = await availability.rule(session, provider_id, rule_id)
    if found is None:
        raise NotFoundError
    return found


def _shape(row: ProviderAvailability) -> TimeShape:
    return TimeShape.model_validate(row, from_attributes=True)


def _slot(one: Slot, names: dict[UUID, str]) -> SlotShape:
    rule = one.rule
    return SlotShape(
        start=one.span.start,
        end=one.span.end,
        local_start=one.span.start.astimezone(rule.zone).isoformat(),
        time_zone=rule.zone.key,
        duration_minutes=one.span.minutes,
        hospital_id=rule.hospital_id,
        hospital_name=None if rule.hospital_id is None else names.get(rule.hospital_id),
    )
