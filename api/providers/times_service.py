"""What a change of a provider's times must hold, and whom it concerns."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from api.errors import ConflictError, FieldProblem, InvalidInputError
from api.providers.schemas import full_name
from api.providers.times_schemas import ExceptionInput, TimeInput
from storage.engine import WriteSession
from storage.models import AvailabilityException, HealthcareProvider, ProviderAvailability
from storage.queries import availability, provider_letters, providers, schedules
from storage.queries.availability import Timetable
from storage.queries.locks import lock
from telemetry.availability import DAY, MIDNIGHT, Span, Window, clash, merged, moment
from telemetry.recurrence import RecurrenceError, dates, last_day

MOST_RULES: Final = 200
"""Rules and exceptions of one provider that are not over."""
_AHEAD: Final = 400 * DAY
"""As far as times are held against each other; nothing can be booked so far ahead."""

ELSEWHERE: Final = "is no hospital where the provider works"
PAST: Final = "is over already"
TOO_EARLY: Final = "ends before it begins"
NO_TIME: Final = "is no time of this provider"
NOT_THEN: Final = "is no day of that time"


class OverlapError(ConflictError):
    """The provider is somewhere else at that time."""


class TooManyTimesError(ConflictError):
    """The provider has as many times and exceptions as there may be."""


@asynccontextmanager
async def changing(session: WriteSession, provider: HealthcareProvider) -> AsyncIterator[None]:
    """Change when or where a provider can be booked, one change at a time.

    Whoever has an appointment where the provider is no longer is told, and all of the provider's
    patients where there are new times: once for each change.

    Raises:
        OverlapError: Two of the times share time.
        TooManyTimesError: There would be too many.
    """
    await lock(session, f"times:{provider.id}")
    now = dt.datetime.now(dt.UTC)
    ahead = Span(now, now + _AHEAD)
    before = await _windows(session, provider.id, ahead)
    yield
    await session.flush()
    if await availability.how_many(session, provider.id) > MOST_RULES:
        raise TooManyTimesError
    _hold(await _windows(session, provider.id, ahead, bookable=False))
    after = await _windows(session, provider.id, ahead)
    change_id = uuid4()
    await schedules.tell_touched(
        session, provider.id, full_name(provider), change_id, (before, after)
    )
    if provider.is_active and _opened(before, after):
        await provider_letters.queue_new_times(session, provider.id, change_id)


async def _windows(
    session: WriteSession, provider_id: UUID, within: Span, *, bookable: bool = True
) -> list[Window]:
    found = await availability.timetables(session, [provider_id], within, bookable=bookable)
    return found.get(provider_id, Timetable()).windows(within)


def _hold(windows: list[Window]) -> None:
    found = clash(windows)
    if found is None:
        return
    first, second = found
    zone = second.rule.zone
    start = max(first.span.start, second.span.start).astimezone(zone)
    end = min(first.span.end, second.span.end).astimezone(zone)
    detail = (
        f"Times {first.rule.id} and {second.rule.id} share {start:%Y-%m-%d %H:%M} to {end:%H:%M} "
        f"({zone.key})."
    )
    raise OverlapError(detail)


def _opened(before: list[Window], after: list[Window]) -> bool:
    """Whether there is any time that was not there before."""
    was = merged([one.span for one in before])
    return any(not any(one.holds(window.span) for one in was) for window in after)


async def edited(
    session: WriteSession, provider: HealthcareProvider, body: TimeInput
) -> dict[str, Any]:
    """Columns of a time as it was entered.

    Raises:
        InvalidInputError: The provider does not work at the hospital, or the rule names no day.
    """
    places = (await providers.workplaces(session, [provider.id])).get(provider.id, [])
    hospital = next((one.hospital for one in places if one.hospital.id == body.hospital_id), None)
    if body.hospital_id is not None and hospital is None:
        raise _refused(ELSEWHERE, "hospital_id")
    try:
        last = last_day(body.rrule, body.date) if body.rrule else body.date
    except RecurrenceError as error:
        raise _refused(str(error), "rrule") from error
    if last is not None and last < body.date:
        raise _refused(TOO_EARLY, "rrule")
    zone = body.time_zone or (hospital.time_zone if hospital else provider.time_zone)
    return {**body.model_dump(), "time_zone": zone, "last_date": last}


def to_come(values: Mapping[str, Any], now: dt.datetime) -> None:
    """Let only columns of a time pass that is not wholly over.

    Raises:
        InvalidInputError: It is; one that is already there may end whenever it did.
    """
    last, end = values["last_date"], values["end_time"]
    if last is None:
        return
    day = last + DAY if end == MIDNIGHT else last
    if moment(day, end, ZoneInfo(values["time_zone"])) <= now:
        raise _refused(PAST, "rrule" if values["rrule"] else "date")


async def excepted(
    session: WriteSession, provider: HealthcareProvider, body: ExceptionInput
) -> AvailabilityException:
    """Enter an exception.

    Raises:
        InvalidInputError: It is from a time that the provider does not have, or does not have on
            that day.
    """
    if body.availability_id is not None:
        rule = await availability.rule(session, provider.id, body.availability_id)
        if rule is None:
            raise _refused(NO_TIME, "availability_id")
        day = body.first_date
        if body.start_time is not None and not _falls_on(rule, day):
            raise _refused(NOT_THEN, "first_date")
    values = body.model_dump() | {"last_date": body.last_date or body.first_date}
    made = AvailabilityException(provider_id=provider.id, **values)
    session.add(made)
    await session.flush()
    return made


def _falls_on(rule: ProviderAvailability, day: dt.date) -> bool:
    if not rule.rrule:
        return rule.date == day
    return day in dates(rule.rrule, rule.date, day, day)


def _refused(reason: str, field: str) -> InvalidInputError:
    problem = FieldProblem(location="body", field=field, reason=reason)
    return InvalidInputError(errors=[problem])
