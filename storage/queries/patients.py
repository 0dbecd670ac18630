"""Patients as the ward knows them: who they are and where they lie."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, Select, false, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import EarlyWarning, Encounter, User, UserProfile
from storage.queries.accounts import grant_role
from storage.queries.care import Viewer, is_patient, visible

PatientPosition = tuple[str, str, UUID]
"""Last name, first name, id: the order of the board."""


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient and the stay that is open, if any."""

    id: UUID
    first_name: str
    last_name: str
    birth_date: dt.date | None
    sex: str
    ward: str
    bed: str
    scale: int
    """SpO2 scale of NEWS2 that is prescribed, else 1."""
    pregnant: bool
    stale_after: dict[str, float] | None
    """Input of NEWS2 -> seconds that it counts, where somebody has set them."""

    @property
    def position(self) -> PatientPosition:
        """Place in the order of the board."""
        return (self.last_name, self.first_name, self.id)


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A patient whom someone else registers; such an account cannot log in."""

    identifier: str | None
    first_name: str
    last_name: str
    date_of_birth: dt.date | None
    sex: str
    ward: str
    bed: str


def _patients() -> Select[*tuple[Any, ...]]:
    return (
        select(
            User.id,
            User.first_name,
            User.last_name,
            User.date_of_birth,
            func.coalesce(UserProfile.gender, ""),
            func.coalesce(Encounter.ward, ""),
            func.coalesce(Encounter.bed, ""),
            func.coalesce(EarlyWarning.scale, 1),
            func.coalesce(EarlyWarning.pregnant, false()),
            EarlyWarning.stale_after,
        )
        .outerjoin(UserProfile, UserProfile.user_id == User.id)
        .outerjoin(Encounter, (Encounter.patient_id == User.id) & Encounter.period_end.is_(None))
        .outerjoin(
            EarlyWarning,
            (EarlyWarning.patient_id == User.id) & EarlyWarning.superseded_at.is_(None),
        )
    )


def _rows(found: Sequence[Row[*tuple[Any, ...]]]) -> list[PatientRow]:
    rows = [PatientRow(*row) for row in found]
    saw(*(row.id for row in rows))
    return rows


async def page(
    session: ReadSession, viewer: Viewer, *, after: PatientPosition | None, limit: int
) -> list[PatientRow]:
    """Patients that `viewer` may see, by name, at most `limit`, from `after` on."""
    order = (User.last_name, User.first_name, User.id)
    statement = _patients().where(visible(viewer, User.id), is_patient(User.id))
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    found = await session.execute(statement.order_by(*order).limit(limit))
    return _rows(found.all())


async def by_ids(session: ReadSession | WriteSession, ids: Sequence[UUID]) -> list[PatientRow]:
    """These patients, in no order; ids of nobody are left out."""
    found = await session.execute(_patients().where(User.id.in_(ids)))
    return _rows(found.all())


def username_of(identifier: str) -> str:
    """Username under which the patient with a hospital's identifier is kept."""
    return f"patient:{identifier}"


async def find_by_identifier(session: WriteSession, identifier: str) -> UUID | None:
    """Id of the patient that was registered with this identifier."""
    statement = select(User.id).where(User.username == username_of(identifier))
    found: UUID | None = await session.scalar(statement)
    return found


async def add(session: WriteSession, new: NewPatient) -> UUID | None:
    """Create the patient and, with a ward or bed, the stay; None when the identifier is taken."""
    patient_id = uuid4()
    added = await session.scalar(
        insert(User)
        .values(
            id=patient_id,
            username=username_of(new.identifier or str(patient_id)),
            first_name=new.first_name,
            last_name=new.last_name,
            date_of_birth=new.date_of_birth,
        )
        .on_conflict_do_nothing(index_elements=["username"])
        .returning(User.id)
    )
    if added is None:
        return None
    saw(patient_id)
    session.add(UserProfile(user_id=patient_id, gender=new.sex))
    if new.ward or new.bed:
        session.add(
            Encounter(patient_id=patient_id, ward=new.ward, bed=new.bed, period_start=func.now())
        )
    await session.flush()
    await grant_role(session, patient_id, "patient")
    return patient_id
