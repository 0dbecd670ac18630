"""Which appointments are near enough to be reminded of, each time once."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select, text, update

from storage.engine import WriteSession
from storage.models import Appointment
from storage.queries.announce import announce_in
from storage.queries.appointment_notices import About, notices
from storage.queries.appointments import get

_DAY: Final = text("interval '24 hours'")
_HOUR: Final = text("interval '1 hour'")


@dataclass(frozen=True, slots=True)
class Near:
    """An appointment to be reminded of: within an hour, or within a day."""

    id: UUID
    within_hour: bool


async def nearest(session: WriteSession, but: Collection[UUID]) -> Near | None:
    """The nearest appointment that nobody was reminded of, other than `but`; locked.

    What was arranged within the last day, or hour, needs no reminder of it: it has just been agreed
    on. A reminder that comes an hour before takes the place of one of the day before that nobody
    sent.
    """
    own = Appointment
    hour_due = and_(
        own.hour_reminded_at.is_(None),
        own.appointment_date <= func.now() + _HOUR,
        own.armed_at <= own.appointment_date - _HOUR,
    )
    day_due = and_(
        own.day_reminded_at.is_(None),
        own.hour_reminded_at.is_(None),
        own.appointment_date > func.now() + _HOUR,
        own.armed_at <= own.appointment_date - _DAY,
    )
    row = (
        await session.execute(
            select(own.id, own.appointment_date <= func.now() + _HOUR)
            .where(
                own.status.in_(("scheduled", "confirmed")),
                own.appointment_date > func.now(),
                own.appointment_date <= func.now() + _DAY,
                or_(hour_due, day_due),
                own.id.not_in(but),
            )
            .order_by(own.appointment_date, own.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    ).one_or_none()
    return None if row is None else Near(*row)


async def remind(session: WriteSession, near: Near) -> None:
    """Tell whom it concerns, in the transaction that writes down that they were told."""
    about: About = "reminder_1h" if near.within_hour else "reminder_24h"
    await announce_in(session, notices(await get(session, near.id), about))
    mark = Appointment.hour_reminded_at if near.within_hour else Appointment.day_reminded_at
    values: dict[Any, Any] = {
        mark: func.now(),
        Appointment.reminder_sent: True,
        Appointment.reminder_sent_at: func.now(),
        # A reminder changes nothing that somebody might be changing just now.
        Appointment.updated_at: Appointment.updated_at,
    }
    await session.execute(update(Appointment).where(Appointment.id == near.id).values(values))
