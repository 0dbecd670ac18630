"""Who may see whom: the one place where that is decided."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import (
    CareRelationship,
    Consent,
    HealthcareProvider,
    ProviderHospital,
    Role,
    User,
    UserRole,
)
from storage.permissions import PERMISSIONS

SEES_ALL: Final = "patients.view_all"
CARES: Final = "patients.care"
SHARED_WITH_CLINICIAN: Final = "share_with_clinician"
SHARED_WITH_HOSPITAL: Final = "share_with_hospital"
Condition = ColumnElement[bool]
Id = UUID | BindParameter[UUID]
UserIdColumn = (
    ColumnElement[UUID] | InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
)
_Somebody = aliased(User)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who asks to see patients.

    Everyone sees themselves. Who has the permission `patients.care` sees those with whom they have
    an open care relationship (registering a patient opens one, and so does an emergency, for a
    short time) and those who share their data with them or with a hospital where they work. Who
    has `patients.view_all` sees everyone but the canary, who is nobody.
    """

    id: UUID
    permissions: frozenset[str]
    related_to: UUID | None = None
    """A patient of whom it is known already that a relationship or a consent is open now."""

    @property
    def sees_all(self) -> bool:
        """Whether no patient is hidden from this viewer."""
        return SEES_ALL in self.permissions

    @property
    def cares(self) -> bool:
        """Whether care relationships and consents count for this viewer."""
        return CARES in self.permissions


def is_open() -> Condition:
    """Condition that holds for a care relationship that is open now."""
    return (CareRelationship.starts_at <= func.now()) & or_(
        CareRelationship.ends_at.is_(None), CareRelationship.ends_at > func.now()
    )


def visible(viewer: Viewer, patient_id: UserIdColumn) -> Condition:
    """Condition that holds where `viewer` may see the patient of a row."""
    return _visible(viewer.id, viewer.permissions, patient_id)


def _visible(viewer_id: Id, permissions: frozenset[str], patient_id: UserIdColumn) -> Condition:
    if SEES_ALL in permissions:
        return not_(exists().where(_Somebody.id == patient_id, _Somebody.is_synthetic))
    mine = patient_id == viewer_id
    if CARES not in permissions:
        return mine
    seen = _pairs([viewer_id]).subquery()
    return or_(mine, patient_id.in_(select(seen.c.patient_id)))


def _pairs(viewer_ids: Collection[Id]) -> CompoundSelect[tuple[UUID | None, UUID]]:
    """(viewer, patient) by relationship, by consent, and by consent to a viewer's hospital."""
    cared_for = select(
        CareRelationship.clinician_id.label("viewer_id"), CareRelationship.patient_id
    ).where(CareRelationship.clinician_id.in_(viewer_ids), is_open())
    shared = select(Consent.grantee_id, Consent.patient_id).where(
        Consent.scope == SHARED_WITH_CLINICIAN,
        Consent.grantee_id.in_(viewer_ids),
        Consent.revoked_at.is_(None),
    )
    shared_with_hospital = (
        select(HealthcareProvider.user_id, Consent.patient_id)
        .join(ProviderHospital, ProviderHospital.provider_id == HealthcareProvider.id)
        .join(Consent, Consent.grantee_id == ProviderHospital.hospital_id)
        .where(
            HealthcareProvider.user_id.in_(viewer_ids),
            HealthcareProvider.is_active,
            Consent.scope == SHARED_WITH_HOSPITAL,
            Consent.revoked_at.is_(None),
        )
    )
    return union_all(cared_for, shared, shared_with_hospital)


def seers(patient_id: UUID) -> Condition:
    """Condition that holds for users who may see this patient, themselves among them."""
    cared_for = select(CareRelationship.clinician_id).where(
        CareRelationship.patient_id == patient_id, is_open()
    )
    shared = select(Consent.grantee_id).where(
        Consent.scope == SHARED_WITH_CLINICIAN,
        Consent.patient_id == patient_id,
        Consent.revoked_at.is_(None),
    )
    shared_with_hospital = (
        select(HealthcareProvider.user_id)
        .join(ProviderHospital, ProviderHospital.provider_id == HealthcareProvider.id)
        .join(Consent, Consent.grantee_id == ProviderHospital.hospital_id)
        .where(
            HealthcareProvider.is_active,
            Consent.scope == SHARED_WITH_HOSPITAL,
            Consent.patient_id == patient_id,
            Consent.revoked_at.is_(None),
        )
    )
    related = or_(*(User.id.in_(one) for one in (cared_for, shared, shared_with_hospital)))
    somebody = not_(exists().where(_Somebody.id == patient_id, _Somebody.is_synthetic))
    return or_(
        User.id == patient_id,
        and_(holds(CARES), related),
        and_(holds(SEES_ALL), somebody),
    )


async def carers(session: WriteSession, user_ids: Collection[UUID], patient_id: UUID) -> list[UUID]:
    """Those of some active users who care for patients and may see this one; one query."""
    wanted = User.id.in_(user_ids), User.is_active, holds(CARES), seers(patient_id)
    return list(await session.scalars(select(User.id).where(*wanted)))


def holds(permission: str) -> Condition:
    """Condition that holds for users whose roles allow something."""
    allowed = select(UserRole.user_id).join(
        Role,
        (Role.id == UserRole.role_id) & Role.is_active & Role.permissions.contains([permission]),
    )
    return User.id.in_(allowed)


async def may_see(session: ReadSession | WriteSession, viewer: Viewer, patient_id: UUID) -> bool:
    """Whether the patient exists and `viewer` may see them; noted for the audit log."""
    saw(patient_id)
    held = frozenset(viewer.permissions & {SEES_ALL, CARES})
    asked = {"viewer": viewer.id, "patient": patient_id}
    if isinstance(session, WriteSession):
        # It may have written, or waited, since it was asked who is calling.
        return bool(await session.scalar(_may_see(held), asked))
    if viewer.cares and viewer.related_to == patient_id and not viewer.sees_all:
        return True
    query, constants = _may_see_text(held)
    async with session.lookups.connection() as connection:
        row = await (await connection.execute(query, constants | asked)).fetchone()
    return row is not None and bool(row[0])


@cache
def _may_see(permissions: frozenset[str]) -> Select[bool]:
    """Made once for whoever holds these: nearly every request asks this."""
    condition = _visible(bindparam("viewer", type_=Uuid()), permissions, User.id)
    return select(exists().where(User.id == bindparam("patient"), condition))


@cache
def _may_see_text(permissions: frozenset[str]) -> tuple[bytes, dict[str, object]]:
    """The same for psycopg, and the values in it."""
    query, constants = _text(_may_see(permissions))
    return query.encode(), constants


def related() -> tuple[str, dict[str, object]]:
    """Text for psycopg that asks whether %(viewer)s is related to %(patient)s, and its values."""
    pairs = _pairs([bindparam("viewer", type_=Uuid())]).subquery()
    return _text(select(exists().where(pairs.c.patient_id == bindparam("patient", type_=Uuid()))))


def _text(statement: Select[bool]) -> tuple[str, dict[str, object]]:
    compiled = statement.compile(
        dialect=PGDialect_psycopg(),  # type: ignore[no-untyped-call]
        compile_kwargs={"render_postcompile": True},
    )
    return str(compiled), dict(compiled.params)


async def audience(
    session: ReadSession, viewer_ids: Collection[UUID], patient_ids: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """For each patient, those of `viewer_ids` who may see them now; two queries for all."""
    viewers = await active_viewers(session, viewer_ids)
    active = {viewer.id for viewer in viewers}
    admins = {viewer.id for viewer in viewers if viewer.sees_all}
    synthetic: set[UUID] = set()
    if admins:
        nobody = select(User.id).where(User.is_synthetic, User.id.in_(patient_ids))
        synthetic = set(await session.scalars(nobody))
    seen: dict[UUID, set[UUID]] = defaultdict(set)
    for patient_id in patient_ids:
        seen[patient_id] |= set() if patient_id in synthetic else admins
        if patient_id in active:
            seen[patient_id].add(patient_id)
    pairs = _pairs([viewer.id for viewer in viewers if viewer.cares]).subquery()
    found = await session.execute(
        select(pairs.c.viewer_id, pairs.c.patient_id).where(pairs.c.patient_id.in_(patient_ids))
    )
    for viewer_id, patient_id in found:
        seen[patient_id].add(viewer_id)
    return seen


async def active_viewers(
    session: ReadSession | WriteSession, user_ids: Collection[UUID]
) -> list[Viewer]:
    """Those users whose account is active, with what their roles allow."""
    held: dict[UUID, set[str]] = defaultdict(set)
    rows = await session.execute(
        select(User.id, Role.permissions)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .outerjoin(Role, (Role.id == UserRole.role_id) & Role.is_active)
        .where(User.id.in_(user_ids), User.is_active)
    )
    for user_id, permissions in rows:
        held[user_id].update(permissions or ())
    return [Viewer(one, frozenset(names).intersection(PERMISSIONS)) for one, names in held.items()]


async def watched_patients(
    session: ReadSession, viewer_ids: Collection[UUID], *, limit: int
) -> list[UUID]:
    """Patients that at least one of the viewers may see, at most `limit` of them."""
    viewers = await active_viewers(session, viewer_ids)
    if any(viewer.sees_all for viewer in viewers):
        condition: Condition = true()
    else:
        seen = _pairs([viewer.id for viewer in viewers if viewer.cares]).subquery()
        condition = or_(
            User.id.in_([one.id for one in viewers]), User.id.in_(select(seen.c.patient_id))
        )
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
