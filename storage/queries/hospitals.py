"""Hospitals: found by words and by what they have, entered and changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    cast,
    exists,
    func,
    literal,
    select,
    tuple_,
)

from storage.engine import ReadSession, WriteSession
from storage.models import Hospital
from storage.queries import words

Position = tuple[float, str, UUID]
"""How ill it fits, name, id."""
Session = ReadSession | WriteSession
_WORDS: Final = func.hospital_words(
    Hospital.name, Hospital.city, Hospital.specialties, Hospital.description
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked of hospitals; None asks for all."""

    name: str | None = None
    city: str | None = None
    specialty: str | None = None
    hospital_type: str | None = None
    emergency: bool | None = None
    booking: bool | None = None
    active: bool | None = True


@dataclass(frozen=True, slots=True)
class Found:
    """A hospital in a list."""

    hospital: Hospital
    misfit: float

    @property
    def position(self) -> Position:
        """Place in the list."""
        return (self.misfit, self.hospital.name, self.hospital.id)


async def page(
    session: ReadSession, wanted: Search, *, after: Position | None, limit: int
) -> list[Found]:
    """Hospitals, those that fit best first, then by name; at most `limit`."""
    await words.prepare(session)
    conditions = _plain(wanted)
    if wanted.city is not None:
        conditions.append(await in_city(session, wanted.city))
    misfit: ColumnElement[float] = literal(0.0, Float)
    if wanted.name is not None:
        condition, misfit = await _named(session, wanted.name, conditions)
        conditions.append(condition)
    statement = select(Hospital, misfit.label("misfit")).where(*conditions)
    order = (misfit, Hospital.name, Hospital.id)
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    by = order[1:] if wanted.name is None else order
    found = await session.execute(statement.order_by(*by).limit(limit))
    return [Found(*row) for row in found]


def _plain(wanted: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    listed = (
        (Hospital.is_active, wanted.active),
        (Hospital.emergency_services, wanted.emergency),
        (Hospital.appointment_booking_available, wanted.booking),
    )
    conditions += [column.is_(value) for column, value in listed if value is not None]
    if wanted.hospital_type is not None:
        conditions.append(func.lower(Hospital.hospital_type) == wanted.hospital_type.lower())
    if wanted.specialty is not None:
        asked = words.query(wanted.specialty, "B")
        conditions.append(literal(value=False) if asked is None else _WORDS.op("@@")(asked))
    return conditions


async def in_city(session: ReadSession | WriteSession, city: str) -> ColumnElement[bool]:
    """In this city; where none is called so, in one whose name is nearly that."""
    same = Hospital.city.ilike(_escaped(city), escape="\\")
    if await session.scalar(select(exists().where(same))):
        return same
    return words.near(Hospital.city, city)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def _named(
    session: ReadSession, name: str, conditions: Collection[ColumnElement[bool]]
) -> tuple[ColumnElement[bool], ColumnElement[float]]:
    for asked in (words.query(name), words.swapped(name)):
        if asked is None:
            continue
        written = _WORDS.op("@@")(asked)
        if await session.scalar(select(exists().where(written, *conditions))):
            return written, cast(-func.ts_rank(_WORDS, asked), Float)
    return words.near(Hospital.name, name), -words.nearness(name, Hospital.name)


async def get(session: Session, hospital_id: UUID) -> Hospital | None:
    """One hospital."""
    found: Hospital | None = await session.scalar(
        select(Hospital).where(Hospital.id == hospital_id).execution_options(populate_existing=True)
    )
    return found


async def by_ids(session: Session, ids: Collection[UUID]) -> dict[UUID, Hospital]:
    """Those of them that exist."""
    found = await session.scalars(select(Hospital).where(Hospital.id.in_(ids)))
    return {one.id: one for one in found}


async def name_taken(session: Session, name: str, but: UUID | None = None) -> bool:
    """Whether another hospital has this name."""
    condition = exists().where(Hospital.name == name)
    if but is not None:
        condition = exists().where(Hospital.name == name, Hospital.id != but)
    return bool(await session.scalar(select(condition)))


async def add(session: WriteSession, values: Mapping[str, Any]) -> Hospital:
    """Enter a hospital."""
    hospital = Hospital(**values)
    session.add(hospital)
    await session.flush()
    await session.refresh(hospital)
    return hospital


async def change(session: WriteSession, hospital: Hospital, values: Mapping[str, Any]) -> None:
    """Change some of its fields."""
    for name, value in values.items():
        setattr(hospital, name, value)
    await session.flush()
    await session.refresh(hospital)
