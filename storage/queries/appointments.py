"""Appointments as their patient, their provider and administrators see them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import (
    Appointment,
    AppointmentRating,
    AppointmentTransition,
    HealthcareProvider,
    Hospital,
    User,
)
from storage.queries.care import Viewer, visible
from storage.queries.changes import Position, Span, last_changed

AppointmentPosition = tuple[dt.datetime, UUID]
"""When it begins, and its id."""
ENDED: Final = frozenset({"completed", "cancelled", "no_show"})
MOST_STEPS: Final = 200
_By = aliased(User)


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment with whom and where it is."""

    id: UUID
    patient_id: UUID
    healthcare_provider_id: UUID
    hospital_id: UUID | None
    appointment_date: dt.datetime
    duration_minutes: int
    appointment_type: str
    status: str
    priority: str
    chief_complaint: str
    symptoms: str
    notes: str
    diagnosis: str
    treatment_plan: str
    prescribed_medications: str
    follow_up_instructions: str
    next_appointment_recommended: bool
    consultation_fee: Decimal
    payment_status: str
    reminder_sent: bool
    reminder_sent_at: dt.datetime | None
    sequence: int
    created_by_id: UUID | None
    created_at: dt.datetime
    updated_at: dt.datetime
    patient_name: str
    patient_zone: str
    provider_name: str
    provider_user_id: UUID | None
    place_zone: str
    """IANA name: of the hospital, where there is one, else of the provider."""
    specialization: str
    cancellation_hours: int
    requires_prepayment: bool
    hospital_name: str
    hospital_address: str
    is_rated: bool

    @property
    def position(self) -> AppointmentPosition:
        """Place in a list by time."""
        return (self.appointment_date, self.id)

    @property
    def change(self) -> Position:
        """Place in a list by change."""
        return (self.updated_at, self.id)

    @property
    def end_time(self) -> dt.datetime:
        """When it ends."""
        return self.appointment_date + dt.timedelta(minutes=self.duration_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentFilter:
    """What is asked of appointments; None asks for all.

    Attributes:
        statuses: In one of these.
        since: Begins then or later.
        until: Begins before.
        upcoming: Has not ended and still takes place; soonest first.
        provider_id: With this provider.
        patient_id: Of this patient.
        key: The one with this id.
        changed: Last changed within this span; counts for `recorded` alone.

    """

    statuses: Sequence[str] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    upcoming: bool = False
    provider_id: UUID | None = None
    patient_id: UUID | None = None
    key: UUID | None = None
    changed: Span | None = None


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """A step of an appointment, and who took it."""

    from_status: str | None
    to_status: str
    appointment_date: dt.datetime
    at: dt.datetime
    by_id: UUID | None
    by_name: str
    reason: str


_OWN: Final = [
    getattr(Appointment, field.name)
    for field in fields(AppointmentRow)
    if field.name in Appointment.__table__.columns
]


def _appointments() -> Select[*tuple[Any, ...]]:
    provider, place = HealthcareProvider, Hospital
    parts = (place.address, place.city, place.region, place.country)
    lines = (func.btrim(func.regexp_replace(one, r"\s+", " ", "g")) for one in parts)
    address = func.concat_ws(", ", *(func.nullif(one, "") for one in lines))
    return (
        select(
            *_OWN,
            func.trim(User.first_name + " " + User.last_name),
            User.time_zone,
            func.trim(provider.first_name + " " + provider.last_name),
            provider.user_id,
            place_zone(),
            provider.specialization,
            provider.cancellation_hours,
            provider.requires_prepayment,
            func.coalesce(place.name, ""),
            address,
            exists().where(AppointmentRating.appointment_id == Appointment.id),
        )
        .join(User, User.id == Appointment.patient_id)
        .join(provider, provider.id == Appointment.healthcare_provider_id)
        .outerjoin(place, place.id == Appointment.hospital_id)
    )


def place_zone() -> ColumnElement[str]:
    """The zone of the hospital where there is one, else of the provider."""
    return func.coalesce(Hospital.time_zone, HealthcareProvider.time_zone)


def concerns(viewer: Viewer) -> ColumnElement[bool]:
    """Condition that holds for appointments of a viewer: as patient, as provider, or as admin."""
    if viewer.sees_all:
        return Appointment.id.is_not(None)
    mine = select(HealthcareProvider.id).where(HealthcareProvider.user_id == viewer.id)
    provides = Appointment.healthcare_provider_id == mine.scalar_subquery()
    return or_(Appointment.patient_id == viewer.id, provides)


async def page(
    session: ReadSession,
    viewer: Viewer,
    wanted: AppointmentFilter,
    *,
    after: AppointmentPosition | None,
    limit: int,
) -> list[AppointmentRow]:
    """A viewer's appointments: the latest first, of what is to come the soonest."""
    order = (Appointment.appointment_date, Appointment.id)
    statement = _narrowed(_appointments().where(concerns(viewer)), wanted)
    if after is not None:
        there = tuple_(*order)
        here = tuple_(*after)
        statement = statement.where(there > here if wanted.upcoming else there < here)
    columns = order if wanted.upcoming else tuple(column.desc() for column in order)
    return await _rows(session, statement.order_by(*columns).limit(limit))


async def recorded(
    session: ReadSession,
    viewer: Viewer,
    wanted: AppointmentFilter,
    *,
    after: Position | None,
    limit: int,
) -> list[AppointmentRow]:
    """Appointments of patients whom a viewer may see, last changed first."""
    order = (Appointment.updated_at, Appointment.id)
    theirs = visible(viewer, Appointment.patient_id)
    statement = _narrowed(_appointments().where(theirs), wanted)
    page = last_changed(statement, order, changed=wanted.changed, after=after, limit=limit)
    return await _rows(session, page)


def _narrowed(
    statement: Select[*tuple[Any, ...]], wanted: AppointmentFilter
) -> Select[*tuple[Any, ...]]:
    if wanted.statuses is not None:
        statement = statement.where(Appointment.status.in_(wanted.statuses))
    if wanted.upcoming:
        statement = statement.where(
            Appointment.status.not_in(ENDED),
            # By the index on the beginning: none is longer than eight hours.
            Appointment.appointment_date > func.now() - dt.timedelta(hours=8),
            func.upper(Appointment.during) > func.now(),
        )
    own = Appointment
    conditions = (
        None if wanted.since is None else own.appointment_date >= wanted.since,
        None if wanted.until is None else own.appointment_date < wanted.until,
        None if wanted.provider_id is None else own.healthcare_provider_id == wanted.provider_id,
        None if wanted.patient_id is None else own.patient_id == wanted.patient_id,
        None if wanted.key is None else own.id == wanted.key,
    )
    return statement.where(*(one for one in conditions if one is not None))


async def _rows(
    session: ReadSession | WriteSession, statement: Select[*tuple[Any, ...]]
) -> list[AppointmentRow]:
    rows = [AppointmentRow(*row) for row in await session.execute(statement)]
    saw(*(row.patient_id for row in rows))
    return rows


async def find(
    session: ReadSession | WriteSession, viewer: Viewer, appointment_id: UUID
) -> AppointmentRow | None:
    """One appointment, if it is the viewer's."""
    statement = _appointments().where(Appointment.id == appointment_id, concerns(viewer))
    return next(iter(await _rows(session, statement)), None)


async def get(session: ReadSession | WriteSession, appointment_id: UUID) -> AppointmentRow:
    """One appointment that exists."""
    [row] = await _rows(session, _appointments().where(Appointment.id == appointment_id))
    return row


async def of_person(session: ReadSession, user_id: UUID, *, limit: int) -> list[AppointmentRow]:
    """What a person's calendar holds, as patient or as provider: a month back, and all to come."""
    statement = (
        _appointments()
        .where(
            concerns(Viewer(user_id, frozenset())),
            Appointment.appointment_date > func.now() - dt.timedelta(days=31),
        )
        .order_by(Appointment.appointment_date, Appointment.id)
        .limit(limit)
    )
    return await _rows(session, statement)


async def history(session: ReadSession | WriteSession, appointment_id: UUID) -> list[TransitionRow]:
    """Steps of an appointment, oldest first, at most `MOST_STEPS`."""
    step = AppointmentTransition
    found = await session.execute(
        select(
            step.from_status,
            step.to_status,
            step.appointment_date,
            step.at,
            step.by_id,
            func.coalesce(func.trim(_By.first_name + " " + _By.last_name), ""),
            step.reason,
        )
        .outerjoin(_By, _By.id == step.by_id)
        .where(step.appointment_id == appointment_id)
        .order_by(step.at, step.id)
        .limit(MOST_STEPS)
    )
    return [TransitionRow(*row) for row in found]
