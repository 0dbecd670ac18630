"""What is booked with a provider, for the provider, for administrators, and for nobody else."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, select

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import Appointment, HealthcareProvider, Hospital, User
from storage.queries.announce import News, announce_in
from storage.queries.care import Viewer, visible
from telemetry.availability import Span, Window, merged

MOST_TOUCHED: Final = 5_000
_UNKNOWN: Final = (None,) * 7
_FREE: Final = ("cancelled", "no_show")
_STANDS: Final = ("scheduled", "confirmed")
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class BookedRow:
    """An appointment in a schedule; whose it is only where the viewer may know."""

    start: dt.datetime
    end: dt.datetime
    id: UUID | None
    status: str | None
    appointment_type: str | None
    hospital_id: UUID | None
    hospital_name: str | None
    patient_id: UUID | None
    patient_name: str | None


async def booked(  # noqa: PLR0913 - whose, when, and who looks
    session: ReadSession, provider_id: UUID, within: Span, *, viewer: Viewer, own: bool, limit: int
) -> list[BookedRow]:
    """Appointments of a provider that take up time of `within`, by their beginnings.

    Args:
        session: Any.
        provider_id: Whose.
        within: At most some weeks.
        viewer: Who looks: patients whom they may not see stay unknown.
        own: The viewer is the provider: all of them are theirs.
        limit: At most so many.

    """
    one = Appointment
    statement = (
        select(
            func.lower(one.during),
            func.upper(one.during),
            one.id,
            one.status,
            one.appointment_type,
            one.hospital_id,
            Hospital.name,
            one.patient_id,
            func.trim(User.first_name + " " + User.last_name),
            literal(value=True) if own else visible(viewer, one.patient_id),
        )
        .join(User, User.id == one.patient_id)
        .outerjoin(Hospital, Hospital.id == one.hospital_id)
        .where(
            one.healthcare_provider_id == provider_id,
            # By the index on provider and time; nothing is longer than a day.
            one.appointment_date >= within.start - dt.timedelta(days=1),
            one.appointment_date < within.end,
            func.upper(one.during) > within.start,
            one.status.not_in(_FREE),
        )
        .order_by(one.appointment_date, one.id)
        .limit(limit)
    )
    rows = []
    for start, end, *known, seen in await session.execute(statement):
        rows.append(BookedRow(start, end, *(known if seen else _UNKNOWN)))
    saw(*(row.patient_id for row in rows))
    return rows


async def tell_touched(
    session: WriteSession,
    provider_id: UUID,
    provider: str,
    change_id: UUID,
    spans: tuple[list[Window], list[Window]],
) -> int:
    """Tell those who have an appointment where the provider was, and is not any more.

    Args:
        session: Of the change.
        provider_id: Whose times changed.
        provider: Their name.
        change_id: Of the change: it is told once.
        spans: Windows before it, and after it.

    """
    before, after = [merged([one.span for one in part]) for part in spans]
    found = await session.execute(
        select(
            Appointment.id,
            Appointment.patient_id,
            func.lower(Appointment.during),
            func.upper(Appointment.during),
        )
        .where(
            Appointment.healthcare_provider_id == provider_id,
            Appointment.appointment_date > func.now(),
            Appointment.status.in_(_STANDS),
        )
        .order_by(Appointment.appointment_date)
        .limit(MOST_TOUCHED)
    )
    whose = _Whose(provider_id, provider, change_id)
    news = [
        _uncovered(whose, key, patient_id, start)
        for key, patient_id, start, end in found
        if _held(before, Span(start, end)) and not _held(after, Span(start, end))
    ]
    await _announce(session, news)
    return len(news)


async def tell_closed(session: WriteSession, hospital_id: UUID, change_id: UUID) -> int:
    """Tell those who have an appointment at a hospital that was closed; how many there are."""
    one, provider = Appointment, HealthcareProvider
    found = await session.execute(
        select(
            one.id,
            one.patient_id,
            one.appointment_date,
            provider.id,
            func.trim(provider.first_name + " " + provider.last_name),
        )
        .join(provider, provider.id == one.healthcare_provider_id)
        .where(
            one.hospital_id == hospital_id,
            one.appointment_type != "video",
            one.appointment_date > func.now(),
            one.status.in_(_STANDS),
        )
        .order_by(one.appointment_date)
        .limit(MOST_TOUCHED)
    )
    news = [
        _uncovered(_Whose(provider_id, name, change_id), key, patient_id, start)
        for key, patient_id, start, provider_id, name in found
    ]
    await _announce(session, news)
    return len(news)


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose times changed, and by which change."""

    provider_id: UUID
    provider: str
    change_id: UUID


def _uncovered(whose: _Whose, key: UUID, patient_id: UUID, start: dt.datetime) -> News:
    """The provider is not there any more when the patient has this appointment."""
    return News(
        kind="schedule_change",
        event_key=f"appointment:{key}:uncovered:{whose.change_id}",
        user_id=patient_id,
        subject=f"appointment:{key}",
        payload={
            "title": f"{whose.provider} changed their times",
            "provider": whose.provider,
            "provider_id": str(whose.provider_id),
            "appointment_id": str(key),
            "starts_at": start.isoformat(),
            "path": f"/appointments/{key}",
        },
    )


async def _announce(session: WriteSession, news: Sequence[News]) -> None:
    for first in range(0, len(news), _BATCH):
        await announce_in(session, news[first : first + _BATCH])


def _held(spans: list[Span], wanted: Span) -> bool:
    return any(one.holds(wanted) for one in spans)
