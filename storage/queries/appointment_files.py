"""Documents of appointments, and their ratings."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import AppointmentFile, AppointmentRating

MOST_FILES: Final = 50
"""Of one appointment."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A document."""

    id: UUID
    file: str
    file_name: str
    file_type: str
    file_size: int
    description: str
    uploaded_by_id: UUID | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RatingRow:
    """What a patient said."""

    id: UUID
    appointment_id: UUID
    rating: int
    feedback: str
    would_recommend: bool | None
    punctuality_rating: int | None
    communication_rating: int | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Averages:
    """What patients say of a provider, all in all."""

    ratings: int
    average_rating: float | None
    average_punctuality: float | None
    average_communication: float | None
    would_recommend: float | None


_FILE: Final = [getattr(AppointmentFile, one.name) for one in fields(FileRow)]
_RATING: Final = [getattr(AppointmentRating, one.name) for one in fields(RatingRow)]


async def files(session: ReadSession | WriteSession, appointment_id: UUID) -> list[FileRow]:
    """Documents of an appointment, oldest first."""
    found = await session.execute(
        select(*_FILE)
        .where(AppointmentFile.appointment_id == appointment_id)
        .order_by(AppointmentFile.created_at, AppointmentFile.id)
        .limit(MOST_FILES)
    )
    return [FileRow(*row) for row in found]


async def find(
    session: ReadSession | WriteSession, appointment_id: UUID, file_id: UUID
) -> FileRow | None:
    """One document of an appointment."""
    row = (
        await session.execute(
            select(*_FILE).where(
                AppointmentFile.id == file_id, AppointmentFile.appointment_id == appointment_id
            )
        )
    ).one_or_none()
    return None if row is None else FileRow(*row)


async def add(session: WriteSession, appointment_id: UUID, values: dict[str, Any]) -> FileRow:
    """Add a document, whose content is kept already."""
    row = (
        await session.execute(
            insert(AppointmentFile)
            .values(appointment_id=appointment_id, **values)
            .returning(*_FILE)
        )
    ).one()
    return FileRow(*row)


async def remove(session: WriteSession, file_id: UUID) -> None:
    """Forget a document; its content goes after the commit."""
    await session.execute(delete(AppointmentFile).where(AppointmentFile.id == file_id))


async def rate(
    session: WriteSession, appointment_id: UUID, provider_id: UUID, values: dict[str, Any]
) -> RatingRow | None:
    """Rate an appointment; None where it was rated before."""
    row = (
        await session.execute(
            insert(AppointmentRating)
            .values(appointment_id=appointment_id, healthcare_provider_id=provider_id, **values)
            .on_conflict_do_nothing(index_elements=["appointment_id"])
            .returning(*_RATING)
        )
    ).one_or_none()
    return None if row is None else RatingRow(*row)


async def rating(session: ReadSession, appointment_id: UUID) -> RatingRow | None:
    """The rating of an appointment."""
    row = (
        await session.execute(
            select(*_RATING).where(AppointmentRating.appointment_id == appointment_id)
        )
    ).one_or_none()
    return None if row is None else RatingRow(*row)


async def averages(session: ReadSession, provider_id: UUID) -> Averages:
    """What patients say of a provider."""
    one = AppointmentRating
    said = func.avg(cast(one.would_recommend, Integer))
    row = (
        await session.execute(
            select(
                func.count(),
                func.avg(one.rating),
                func.avg(one.punctuality_rating),
                func.avg(one.communication_rating),
                said,
            ).where(one.healthcare_provider_id == provider_id)
        )
    ).one()
    return Averages(row[0], *(None if value is None else float(value) for value in row[1:]))
