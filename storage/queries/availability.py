"""When providers can be booked: their rules, what is booked, and what is left of it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, func, or_, select, text, tuple_

from storage.engine import ReadSession, WriteSession
from storage.models import (
    AvailabilityException,
    HealthcareProvider,
    Hospital,
    ProviderAvailability,
    ProviderHospital,
)
from telemetry.availability import (
    DAY,
    Exemption,
    Policy,
    Rule,
    Slot,
    Span,
    Window,
    covering,
    slots,
    windows,
)

Session = ReadSession | WriteSession
RulePosition = tuple[dt.date, UUID]
"""First day and id: order of a provider's rules."""
ExceptionPosition = tuple[dt.date, UUID]

_BUSY: Final = text("""
    SELECT healthcare_provider_id, lower(during), upper(during) FROM appointments
    WHERE healthcare_provider_id = ANY (:providers) AND during && tstzrange(:since, :until)
        AND status NOT IN ('cancelled', 'no_show')
    UNION ALL
    -- Kept for somebody who waits.
    SELECT healthcare_provider_id, lower(during), upper(during) FROM waiting_list_offers
    WHERE healthcare_provider_id = ANY (:providers) AND during && tstzrange(:since, :until)
        AND state = 'open' AND expires_at > now()
""")


@dataclass(frozen=True, slots=True)
class Timetable:
    """Rules of one provider, and what is excepted from them."""

    rules: Sequence[Rule] = ()
    exemptions: Sequence[Exemption] = ()

    def windows(self, within: Span) -> list[Window]:
        """When the provider is there."""
        return windows(self.rules, self.exemptions, within)


@dataclass(slots=True)
class _Parts:
    rules: list[Rule] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)


async def timetables(
    session: Session,
    provider_ids: Collection[UUID],
    within: Span,
    *,
    hospital_id: UUID | None = None,
    bookable: bool = True,
) -> dict[UUID, Timetable]:
    """Rules that may matter for a time, by provider; those without any are left out.

    Args:
        session: Any.
        provider_ids: Whose.
        within: The time.
        hospital_id: Only there.
        bookable: Leave out what nobody can book: hospitals that take no bookings, are closed, or
            where the provider does not work any more.

    """
    first, last = within.start.date() - DAY, within.end.date() + DAY
    rule, exemption = ProviderAvailability, AvailabilityException
    statement = select(rule).where(
        rule.provider_id.in_(provider_ids),
        rule.date <= last,
        or_(rule.last_date.is_(None), rule.last_date >= first),
    )
    if hospital_id is not None:
        statement = statement.where(rule.hospital_id == hospital_id)
    if bookable:
        open_there = exists().where(
            Hospital.id == rule.hospital_id,
            Hospital.is_active,
            Hospital.appointment_booking_available,
            ProviderHospital.hospital_id == rule.hospital_id,
            ProviderHospital.provider_id == rule.provider_id,
        )
        statement = statement.where(or_(rule.hospital_id.is_(None), open_there))
    parts: dict[UUID, _Parts] = defaultdict(_Parts)
    for row in await session.scalars(statement):
        parts[row.provider_id].rules.append(as_rule(row))
    excepted = select(exemption).where(
        exemption.provider_id.in_(parts.keys()),
        exemption.last_date >= first,
        exemption.first_date <= last,
    )
    for found in await session.scalars(excepted):
        parts[found.provider_id].exemptions.append(as_exemption(found))
    return {key: Timetable(one.rules, one.exemptions) for key, one in parts.items()}


def as_rule(row: ProviderAvailability) -> Rule:
    """The rule of a row."""
    return Rule(
        id=row.id,
        date=row.date,
        last_date=row.last_date,
        start=row.start_time,
        end=row.end_time,
        zone=ZoneInfo(row.time_zone),
        rrule=row.rrule,
        hospital_id=row.hospital_id,
        slot_minutes=row.slot_minutes,
    )


def as_exemption(row: AvailabilityException) -> Exemption:
    """The exemption of a row."""
    hours = None
    if row.start_time is not None and row.end_time is not None:
        hours = (row.start_time, row.end_time)
    return Exemption(row.first_date, row.last_date, row.availability_id, hours)


async def booked(
    session: Session, provider_ids: Collection[UUID], within: Span
) -> dict[UUID, list[Span]]:
    """Time of providers that somebody has: appointments that stand, and open offers."""
    values = {"providers": list(provider_ids), "since": within.start, "until": within.end}
    found: dict[UUID, list[Span]] = defaultdict(list)
    for provider_id, start, end in await session.execute(_BUSY, values):
        found[provider_id].append(Span(start, end))
    return found


async def covered(
    session: Session,
    provider_id: UUID,
    start: dt.datetime,
    end: dt.datetime,
    hospital_id: UUID | None = None,
) -> Window | None:
    """Find the window of a provider that holds a time; None: the provider is not there then.

    Where: `window.rule.hospital_id`, None by video alone. Whether somebody else has that time is
    not looked at, nor how long before it can be booked.
    """
    wanted = Span(start.astimezone(dt.UTC), end.astimezone(dt.UTC))
    if wanted.start >= wanted.end:
        return None
    found = await timetables(session, [provider_id], wanted, hospital_id=hospital_id)
    if provider_id not in found:
        return None
    return covering(found[provider_id].windows(wanted), wanted, hospital_id)


async def slot_at(  # noqa: PLR0913 - whose, when, where and how it is cut
    session: Session,
    provider_id: UUID,
    start: dt.datetime,
    *,
    slot: dt.timedelta,
    buffer: dt.timedelta,
    hospital_id: UUID | None = None,
) -> Slot | None:
    """Find the slot of a provider that begins exactly then, be it taken or free."""
    at = start.astimezone(dt.UTC)
    moment = Span(at, at + dt.timedelta.resolution)
    found = await timetables(session, [provider_id], moment, hospital_id=hospital_id)
    if provider_id not in found:
        return None
    policy = Policy(slot=slot, buffer=buffer, earliest=at, latest=at)
    return next(slots(found[provider_id].windows(moment), (), policy, moment), None)


def policy_of(provider: HealthcareProvider, now: dt.datetime) -> Policy:
    """How the windows of a provider are cut into slots that can be booked now."""
    return Policy(
        slot=dt.timedelta(minutes=provider.slot_minutes),
        buffer=dt.timedelta(minutes=provider.buffer_minutes),
        earliest=now + dt.timedelta(minutes=provider.lead_minutes),
        latest=now + dt.timedelta(days=provider.booking_days),
    )


async def free_slots(  # noqa: PLR0913 - whose, when, where and how many
    session: Session,
    providers: Sequence[HealthcareProvider],
    within: Span,
    now: dt.datetime,
    *,
    hospital_id: UUID | None = None,
    most: int,
) -> dict[UUID, list[Slot]]:
    """Slots that can be booked now, by provider, at most `most` of each; three queries for all."""
    active = [one for one in providers if one.is_active]
    found = await timetables(session, [one.id for one in active], within, hospital_id=hospital_id)
    # What lies beside a window counts as far as the longest buffer and slot reach.
    wider = Span(within.start - 2 * DAY, within.end + 2 * DAY)
    taken = await booked(session, found.keys(), wider)
    free: dict[UUID, list[Slot]] = {}
    for one in active:
        if one.id not in found:
            continue
        cut = slots(
            found[one.id].windows(within), taken.get(one.id, ()), policy_of(one, now), within
        )
        if some := [slot for _, slot in zip(range(most), cut, strict=False)]:
            free[one.id] = some
    return free


async def rule(session: Session, provider_id: UUID, rule_id: UUID) -> ProviderAvailability | None:
    """One rule of a provider."""
    found: ProviderAvailability | None = await session.scalar(
        select(ProviderAvailability).where(
            ProviderAvailability.id == rule_id, ProviderAvailability.provider_id == provider_id
        )
    )
    return found


async def rules(
    session: Session,
    provider_id: UUID,
    *,
    since: dt.date | None,
    after: RulePosition | None,
    limit: int,
) -> list[ProviderAvailability]:
    """Rules of a provider by their first days, those that ended before `since` left out."""
    row = ProviderAvailability
    statement = select(row).where(row.provider_id == provider_id)
    if since is not None:
        statement = statement.where(or_(row.last_date.is_(None), row.last_date >= since))
    if after is not None:
        statement = statement.where(tuple_(row.date, row.id) > tuple_(*after))
    return list(await session.scalars(statement.order_by(row.date, row.id).limit(limit)))


async def exceptions(
    session: Session,
    provider_id: UUID,
    *,
    since: dt.date | None,
    after: ExceptionPosition | None,
    limit: int,
) -> list[AvailabilityException]:
    """Exceptions of a provider by their last days, those before `since` left out."""
    row = AvailabilityException
    statement = select(row).where(row.provider_id == provider_id)
    if since is not None:
        statement = statement.where(row.last_date >= since)
    if after is not None:
        statement = statement.where(tuple_(row.last_date, row.id) > tuple_(*after))
    return list(await session.scalars(statement.order_by(row.last_date, row.id).limit(limit)))


async def remove_exception(
    session: WriteSession, provider_id: UUID, exception_id: UUID
) -> AvailabilityException | None:
    """Take an exception back; what it was, None where there is none."""
    row = AvailabilityException
    found: AvailabilityException | None = await session.scalar(
        delete(row).where(row.id == exception_id, row.provider_id == provider_id).returning(row)
    )
    return found


async def how_many(session: Session, provider_id: UUID) -> int:
    """How many rules and exceptions a provider has that are not over."""
    total = 0
    for row in (ProviderAvailability, AvailabilityException):
        statement = select(func.count()).where(
            row.provider_id == provider_id,
            or_(row.last_date.is_(None), row.last_date >= func.current_date()),
        )
        total += await session.scalar(statement) or 0
    return total
