"""People, providers and hospitals as FHIR searches ask for them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from storage.access import saw
from storage.engine import ReadSession
from storage.models import HealthcareProvider, Hospital, ProviderHospital, User, UserProfile
from storage.queries.care import Condition, Viewer, is_patient, visible
from storage.queries.changes import Position, Span, last_changed
from storage.queries.words import begins

RolePosition = tuple[dt.datetime, UUID, UUID]
"""Time of the last change, provider and hospital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked of people, providers and hospitals; None asks for all.

    Attributes:
        key: The one with this id.
        name: Beginning of a name, of a part of it, or of a hospital's.
        family: Beginning of the last name.
        given: Beginning of the first name.
        identifiers: Any of these usernames, or numbers of the licence.
        sexes: Any of these, FHIR administrative genders.
        city: Of a hospital.
        born: From the first day, up to and without the second.
        changed: Last changed from the first instant, up to and without the second.

    """

    key: UUID | None = None
    name: str | None = None
    family: str | None = None
    given: str | None = None
    identifiers: Sequence[str] | None = None
    sexes: Sequence[str] | None = None
    city: str | None = None
    born: tuple[dt.date, dt.date] | None = None
    changed: Span | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A patient."""

    id: UUID
    updated_at: dt.datetime
    username: str
    first_name: str
    last_name: str
    email: str | None
    phone_number: str
    birth_date: dt.date | None
    sex: str
    is_active: bool
    emergency_contact_name: str
    emergency_contact_phone: str


@dataclass(frozen=True, slots=True)
class PractitionerRow:
    """A provider."""

    id: UUID
    updated_at: dt.datetime
    first_name: str
    last_name: str
    email: str
    phone_number: str
    specialization: str
    license_number: str
    licence_state: str
    address: str
    language: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class HospitalRow:
    """A hospital or clinic."""

    id: UUID
    updated_at: dt.datetime
    name: str
    hospital_type: str
    address: str
    city: str
    region: str
    country: str
    phone_number: str
    email: str
    website: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A provider's work at a hospital."""

    provider_id: UUID
    hospital_id: UUID
    provider_name: str
    hospital_name: str
    specialization: str
    is_active: bool
    updated_at: dt.datetime

    @property
    def change(self) -> RolePosition:
        """Place in a list by change."""
        return (self.updated_at, self.provider_id, self.hospital_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSearch:
    """What is asked of who works where; None asks for all.

    Attributes:
        practitioner: The provider.
        organization: The hospital.
        specialty: Beginning of the specialization.
        active: Whether the provider receives anybody.
        changed: Last changed from the first instant, up to and without the second.

    """

    practitioner: UUID | None = None
    organization: UUID | None = None
    specialty: str | None = None
    active: bool | None = None
    changed: Span | None = None


_SETTLED = text("""
    -- All that was changed before this moment can be seen. What is being changed now will say that
    -- it was at the beginning of its transaction; what begins while the others are looked at, that
    -- it was after the beginning of this one. A role is shown when its own transactions began, and
    -- no others, unless it has pg_read_all_stats: whoever changes anything shares it.
    SELECT least(now(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
        AND pid <> pg_backend_pid()
""")


async def settled(session: ReadSession) -> dt.datetime:
    """From when on to ask for changes the next time; before the first look at them."""
    found: dt.datetime = (await session.execute(_SETTLED)).scalar_one()
    return found


async def people(
    session: ReadSession, viewer: Viewer, wanted: Search, *, after: Position | None, limit: int
) -> list[PersonRow]:
    """Patients that `viewer` may see, last changed first, at most `limit`."""
    statement = (
        select(
            User.id,
            User.updated_at,
            User.username,
            User.first_name,
            User.last_name,
            User.email,
            User.phone_number,
            User.date_of_birth,
            func.coalesce(UserProfile.gender, ""),
            User.is_active,
            User.emergency_contact_name,
            User.emergency_contact_phone,
        )
        .outerjoin(UserProfile, UserProfile.user_id == User.id)
        .where(visible(viewer, User.id), is_patient(User.id))
        .where(*_named(wanted, User.first_name, User.last_name))
    )
    if wanted.identifiers is not None:
        statement = statement.where(User.username.in_(wanted.identifiers))
    if wanted.sexes is not None:
        statement = statement.where(UserProfile.gender.in_(wanted.sexes))
    if wanted.born is not None:
        since, until = wanted.born
        statement = statement.where(User.date_of_birth >= since, User.date_of_birth < until)
    found = await session.execute(_part(statement, User, wanted, after, limit))
    rows = [PersonRow(*row) for row in found]
    saw(*(row.id for row in rows))
    return rows


async def practitioners(
    session: ReadSession, wanted: Search, *, after: Position | None, limit: int
) -> list[PractitionerRow]:
    """Providers, last changed first, at most `limit`."""
    provider = HealthcareProvider
    statement = select(
        provider.id,
        provider.updated_at,
        provider.first_name,
        provider.last_name,
        provider.email,
        provider.phone_number,
        provider.specialization,
        provider.license_number,
        provider.licence_state,
        provider.address,
        provider.language,
        provider.is_active,
    ).where(*_named(wanted, provider.first_name, provider.last_name))
    if wanted.identifiers is not None:
        statement = statement.where(provider.license_number.in_(wanted.identifiers))
    found = await session.execute(_part(statement, provider, wanted, after, limit))
    return [PractitionerRow(*row) for row in found]


async def hospitals(
    session: ReadSession, wanted: Search, *, after: Position | None, limit: int
) -> list[HospitalRow]:
    """Hospitals, last changed first, at most `limit`."""
    statement = select(
        Hospital.id,
        Hospital.updated_at,
        Hospital.name,
        Hospital.hospital_type,
        Hospital.address,
        Hospital.city,
        Hospital.region,
        Hospital.country,
        Hospital.phone_number,
        Hospital.email,
        Hospital.website,
        Hospital.is_active,
    )
    if wanted.name is not None:
        statement = statement.where(begins(Hospital.name, wanted.name))
    if wanted.city is not None:
        statement = statement.where(begins(Hospital.city, wanted.city))
    found = await session.execute(_part(statement, Hospital, wanted, after, limit))
    return [HospitalRow(*row) for row in found]


async def roles(
    session: ReadSession, wanted: RoleSearch, *, after: RolePosition | None, limit: int
) -> list[RoleRow]:
    """Who works where, last changed first, at most `limit`."""
    link = ProviderHospital
    order = (link.updated_at, link.provider_id, link.hospital_id)
    statement = (
        select(
            link.provider_id,
            link.hospital_id,
            func.trim(HealthcareProvider.first_name + " " + HealthcareProvider.last_name),
            Hospital.name,
            HealthcareProvider.specialization,
            HealthcareProvider.is_active,
            link.updated_at,
        )
        .join(HealthcareProvider, HealthcareProvider.id == link.provider_id)
        .join(Hospital, Hospital.id == link.hospital_id)
    )
    if wanted.practitioner is not None:
        statement = statement.where(link.provider_id == wanted.practitioner)
    if wanted.organization is not None:
        statement = statement.where(link.hospital_id == wanted.organization)
    if wanted.specialty is not None:
        statement = statement.where(begins(HealthcareProvider.specialization, wanted.specialty))
    if wanted.active is not None:
        statement = statement.where(HealthcareProvider.is_active == wanted.active)
    page = last_changed(statement, order, changed=wanted.changed, after=after, limit=limit)
    return [RoleRow(*row) for row in await session.execute(page)]


Text = ColumnElement[str] | InstrumentedAttribute[str]


def _named(wanted: Search, first: Text, last: Text) -> list[Condition]:
    conditions = []
    if wanted.name is not None:
        conditions.append(or_(begins(first, wanted.name), begins(last, wanted.name)))
    if wanted.family is not None:
        conditions.append(begins(last, wanted.family))
    if wanted.given is not None:
        conditions.append(begins(first, wanted.given))
    return conditions


def _part(
    statement: Select[*tuple[Any, ...]],
    entity: type[User | HealthcareProvider | Hospital],
    wanted: Search,
    after: Position | None,
    limit: int,
) -> Select[*tuple[Any, ...]]:
    """The part of a list that is asked for, by its index on (updated_at, id)."""
    order = (entity.updated_at, entity.id)
    if wanted.key is not None:
        statement = statement.where(entity.id == wanted.key)
    return last_changed(statement, order, changed=wanted.changed, after=after, limit=limit)
