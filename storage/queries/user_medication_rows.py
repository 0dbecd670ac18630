"""A patient's medicines as they are listed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import joinedload

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import HealthcareProvider, Medication, UserMedication

Position = tuple[dt.datetime, UUID]
"""When it was entered, and its id: the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MineFilter:
    """What is asked of a patient's medicines; None asks for all."""

    statuses: Sequence[str] = ()
    medication_id: UUID | None = None
    category_id: UUID | None = None
    prescribed: bool | None = None
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One of a patient's medicines."""

    mine: UserMedication
    medication: Medication
    prescriber: str = field(default="")

    @property
    def position(self) -> Position:
        """Place in the list."""
        return (self.mine.created_at, self.mine.id)


async def page(
    session: ReadSession,
    patient_id: UUID,
    wanted: MineFilter,
    *,
    after: Position | None,
    limit: int,
) -> list[Row]:
    """A patient's medicines, the newest first, at most `limit`."""
    saw(patient_id)
    order = (UserMedication.created_at, UserMedication.id)
    statement = (
        listed()
        .where(UserMedication.user_id == patient_id, *_conditions(wanted))
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    return [row_of(row) for row in await session.execute(statement)]


async def find(session: ReadSession | WriteSession, patient_id: UUID, mine_id: UUID) -> Row | None:
    """One of a patient's medicines, as it is now."""
    saw(patient_id)
    statement = listed().where(UserMedication.id == mine_id, UserMedication.user_id == patient_id)
    found = await session.execute(statement.execution_options(populate_existing=True))
    row = found.one_or_none()
    return None if row is None else row_of(row)


def listed() -> Select[UserMedication, Medication, str]:
    """Medicines of patients with what the catalogue has of them, and who prescribed."""
    prescriber = HealthcareProvider.first_name + " " + HealthcareProvider.last_name
    return (
        select(UserMedication, Medication, func.coalesce(func.trim(prescriber), ""))
        .join(Medication, Medication.id == UserMedication.medication_id)
        .outerjoin(HealthcareProvider, HealthcareProvider.id == UserMedication.prescribed_by_id)
        .options(joinedload(Medication.category))
    )


def row_of(row: SqlRow[UserMedication, Medication, str]) -> Row:
    """A row of `listed`."""
    return Row(row[0], row[1], row[2])


def _conditions(wanted: MineFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.statuses:
        found.append(UserMedication.status.in_(wanted.statuses))
    if wanted.medication_id is not None:
        found.append(UserMedication.medication_id == wanted.medication_id)
    if wanted.category_id is not None:
        found.append(Medication.category_id == wanted.category_id)
    if wanted.prescribed is not None:
        none = UserMedication.prescribed_by_id.is_(None)
        found.append(~none if wanted.prescribed else none)
    if wanted.on is not None:
        found.append(UserMedication.start_date <= wanted.on)
        found.append(or_(UserMedication.end_date.is_(None), UserMedication.end_date >= wanted.on))
    return found


async def provider_of(session: ReadSession | WriteSession, user_id: UUID) -> UUID | None:
    """The active provider who logs in with an account."""
    found: UUID | None = await session.scalar(
        select(HealthcareProvider.id).where(
            HealthcareProvider.user_id == user_id, HealthcareProvider.is_active
        )
    )
    return found
