"""Who may see whom: the one place where that is decided."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.engine import ReadSession, WriteSession
from storage.models import CareRelationship, Role, User, UserRole

ADMIN = "admin"
CARING_ROLES = frozenset({"clinician", "developer"})
Condition = ColumnElement[bool]
UserIdColumn = (
    ColumnElement[UUID] | InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
)
_Somebody = aliased(User)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who asks to see patients.

    Everyone sees themselves. Clinicians and developers see those with whom they have an open care
    relationship; registering a patient opens one, which is all that a developer gets. Admins see
    everyone but the canary, who is nobody. A relationship counts only while its holder has one of
    these roles.
    """

    id: UUID
    roles: frozenset[str]

    @property
    def sees_all(self) -> bool:
        """Whether no patient is hidden from this viewer."""
        return ADMIN in self.roles

    @property
    def cares(self) -> bool:
        """Whether care relationships count for this viewer."""
        return not self.roles.isdisjoint(CARING_ROLES)


def is_open() -> Condition:
    """Condition that holds for a care relationship that is open now."""
    return (CareRelationship.starts_at <= func.now()) & or_(
        CareRelationship.ends_at.is_(None), CareRelationship.ends_at > func.now()
    )


def visible(viewer: Viewer, patient_id: UserIdColumn) -> Condition:
    """Condition that holds where `viewer` may see the patient of a row."""
    if viewer.sees_all:
        return not_(exists().where(_Somebody.id == patient_id, _Somebody.is_synthetic))
    mine = patient_id == viewer.id
    if not viewer.cares:
        return mine
    cared_for = select(CareRelationship.patient_id).where(
        CareRelationship.clinician_id == viewer.id, is_open()
    )
    return or_(mine, patient_id.in_(cared_for))


async def may_see(session: ReadSession | WriteSession, viewer: Viewer, patient_id: UUID) -> bool:
    """Whether the patient exists and `viewer` may see them."""
    statement = select(exists().where(User.id == patient_id, visible(viewer, User.id)))
    return bool(await session.scalar(statement))


async def audience(
    session: ReadSession, viewer_ids: Collection[UUID], patient_ids: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """For each patient, those of `viewer_ids` who may see them now; two queries for all."""
    roles = await active_roles(session, viewer_ids)
    viewers = [Viewer(one, held) for one, held in roles.items()]
    admins = {viewer.id for viewer in viewers if viewer.sees_all}
    synthetic: set[UUID] = set()
    if admins:
        nobody = select(User.id).where(User.is_synthetic, User.id.in_(patient_ids))
        synthetic = set(await session.scalars(nobody))
    seen: dict[UUID, set[UUID]] = defaultdict(set)
    for patient_id in patient_ids:
        seen[patient_id] |= set() if patient_id in synthetic else admins
        if patient_id in roles:
            seen[patient_id].add(patient_id)
    pairs = await session.execute(
        select(CareRelationship.clinician_id, CareRelationship.patient_id).where(
            CareRelationship.clinician_id.in_([viewer.id for viewer in viewers if viewer.cares]),
            CareRelationship.patient_id.in_(patient_ids),
            is_open(),
        )
    )
    for clinician_id, patient_id in pairs:
        seen[patient_id].add(clinician_id)
    return seen


async def active_roles(
    session: ReadSession | WriteSession, user_ids: Collection[UUID]
) -> dict[UUID, frozenset[str]]:
    """Role names of those users whose account is active."""
    held: dict[UUID, set[str]] = defaultdict(set)
    rows = await session.execute(
        select(User.id, Role.name)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .outerjoin(Role, (Role.id == UserRole.role_id) & Role.is_active)
        .where(User.id.in_(user_ids), User.is_active)
    )
    for user_id, role in rows:
        held[user_id] |= {role} if role else set()
    return {user_id: frozenset(names) for user_id, names in held.items()}


async def watched_patients(
    session: ReadSession, viewer_ids: Collection[UUID], *, limit: int
) -> list[UUID]:
    """Patients that at least one of the viewers may see, at most `limit` of them."""
    roles = await active_roles(session, viewer_ids)
    viewers = [Viewer(one, held) for one, held in roles.items()]
    if any(viewer.sees_all for viewer in viewers):
        condition: Condition = true()
    else:
        caring = [viewer.id for viewer in viewers if viewer.cares]
        cared_for = select(CareRelationship.patient_id).where(
            CareRelationship.clinician_id.in_(caring), is_open()
        )
        condition = or_(User.id.in_([one.id for one in viewers]), User.id.in_(cared_for))
    found = await session.scalars(
        select(User.id).where(condition, is_patient(User.id)).order_by(User.id).limit(limit)
    )
    return list(found)


def is_patient(user_id: UserIdColumn) -> Condition:
    """Condition that holds where a user has the role patient."""
    patient_role = select(Role.id).where(Role.name == "patient").scalar_subquery()
    return exists().where(UserRole.user_id == user_id, UserRole.role_id == patient_role)


async def open_relationship(
    session: WriteSession, *, patient_id: UUID, clinician_id: UUID, kind: str = "assignment"
) -> None:
    """Let a clinician see a patient from now on; nothing changes when they already may."""
    await session.execute(
        insert(CareRelationship)
        .values(patient_id=patient_id, clinician_id=clinician_id, kind=kind)
        .on_conflict_do_nothing(
            index_elements=["clinician_id", "patient_id", "kind"],
            index_where=CareRelationship.ends_at.is_(None),
        )
    )
