"""Who cares for a patient, who may see them and why, and opening and ending that."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    DateTime,
    Select,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert

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
from storage.models.care import BREAK_GLASS
from storage.queries.care import (
    SEES_ALL,
    SHARED_WITH_CLINICIAN,
    SHARED_WITH_HOSPITAL,
    is_open,
    is_patient,
)
from storage.queries.consents import cares
from storage.queries.locks import lock

ASSIGNMENT: Final = "assignment"
MOST_VIEWERS: Final = 500


@dataclass(frozen=True, slots=True)
class ViewerRow:
    """Somebody who may see a patient now, and why."""

    id: UUID
    name: str
    kind: str
    since: dt.datetime | None
    until: dt.datetime | None
    reason: str


async def team(session: ReadSession | WriteSession, patient_id: UUID) -> list[ViewerRow]:
    """Those with an open care relationship, by name; at most `MOST_VIEWERS`."""
    saw(patient_id)
    return await _named(session, _related(patient_id))


async def viewers(session: ReadSession, patient_id: UUID) -> list[ViewerRow]:
    """Everybody who may see a patient: by relationship, by consent, or by role; by name."""
    saw(patient_id)
    standing = (Consent.patient_id == patient_id, Consent.revoked_at.is_(None))
    related = _related(patient_id).where(cares(CareRelationship.clinician_id))
    shared = _why(Consent.grantee_id, "consent", Consent.granted_at).where(
        *standing, Consent.scope == SHARED_WITH_CLINICIAN, cares(Consent.grantee_id)
    )
    by_hospital = (
        _why(HealthcareProvider.user_id, "hospital_consent", Consent.granted_at)
        .join(ProviderHospital, ProviderHospital.provider_id == HealthcareProvider.id)
        .join(Consent, Consent.grantee_id == ProviderHospital.hospital_id)
        .where(
            *standing,
            Consent.scope == SHARED_WITH_HOSPITAL,
            HealthcareProvider.is_active,
            cares(HealthcareProvider.user_id),
        )
    )
    by_role = (
        _why(UserRole.user_id, "role", UserRole.assigned_at)
        .join(Role, Role.id == UserRole.role_id)
        .where(Role.is_active, Role.permissions.contains([SEES_ALL]))
    )
    return await _named(session, union_all(related, shared, by_hospital, by_role))


def _related(patient_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        CareRelationship.clinician_id.label("id"),
        CareRelationship.kind.label("kind"),
        CareRelationship.starts_at.label("since"),
        CareRelationship.ends_at.label("until"),
        CareRelationship.reason.label("reason"),
    ).where(CareRelationship.patient_id == patient_id, is_open())


def _why(who: Any, kind: str, since: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - columns
    never = cast(null(), DateTime(timezone=True))
    return select(who, literal(kind), since, never, literal(""))


async def _named(
    session: ReadSession | WriteSession,
    found: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]],
) -> list[ViewerRow]:
    seen = found.subquery()
    name = func.trim(User.first_name + " " + User.last_name)
    statement = (
        select(seen.c.id, name, seen.c.kind, seen.c.since, seen.c.until, seen.c.reason)
        .join(User, User.id == seen.c.id)
        .where(User.is_active)
        .order_by(name, seen.c.id, seen.c.kind, seen.c.since)
        .limit(MOST_VIEWERS)
    )
    return [ViewerRow(*row) for row in await session.execute(statement)]


async def may_care(session: ReadSession | WriteSession, user_id: UUID) -> bool:
    """Whether somebody is active and their relationships with patients count."""
    statement = select(exists().where(User.id == user_id, User.is_active, cares(User.id)))
    return bool(await session.scalar(statement))


async def patient_exists(session: ReadSession | WriteSession, patient_id: UUID) -> bool:
    """Whether this is a patient; the canary is none."""
    statement = select(
        exists().where(User.id == patient_id, ~User.is_synthetic, is_patient(User.id))
    )
    return bool(await session.scalar(statement))


async def assign(session: WriteSession, patient_id: UUID, clinician_id: UUID, by_id: UUID) -> bool:
    """Let a clinician see a patient from now on; False where they were assigned already."""
    added = await session.scalar(
        insert(CareRelationship)
        .values(
            patient_id=patient_id,
            clinician_id=clinician_id,
            kind=ASSIGNMENT,
            opened_by_id=by_id,
        )
        .on_conflict_do_nothing(
            index_elements=["clinician_id", "patient_id", "kind"],
            index_where=CareRelationship.ends_at.is_(None),
        )
        .returning(CareRelationship.id)
    )
    return added is not None


async def end(session: WriteSession, patient_id: UUID, clinician_id: UUID, by_id: UUID) -> bool:
    """End every open relationship of a clinician with a patient; False where there was none."""
    ended = await session.scalars(
        update(CareRelationship)
        .where(
            CareRelationship.patient_id == patient_id,
            CareRelationship.clinician_id == clinician_id,
            is_open(),
        )
        .values(ends_at=func.now(), ended_by_id=by_id)
        .returning(CareRelationship.id)
    )
    return bool(ended.all())


async def break_glass(
    session: WriteSession, patient_id: UUID, clinician_id: UUID, *, reason: str, minutes: int
) -> tuple[UUID, dt.datetime, bool]:
    """Let a clinician see a patient for a while, for an emergency: (id, until when, whether new).

    One emergency at a time: one that is open is prolonged, and its reason is the newest one.
    """
    await lock(session, f"break_glass:{clinician_id}:{patient_id}")
    ends_at = func.now() + dt.timedelta(minutes=minutes)
    prolonged = (
        await session.execute(
            update(CareRelationship)
            .where(
                CareRelationship.clinician_id == clinician_id,
                CareRelationship.patient_id == patient_id,
                CareRelationship.kind == BREAK_GLASS,
                CareRelationship.ends_at > func.now(),
            )
            .values(ends_at=func.greatest(CareRelationship.ends_at, ends_at), reason=reason)
            .returning(CareRelationship.id, CareRelationship.ends_at)
            .execution_options(synchronize_session=False)
        )
    ).first()
    if prolonged is not None:
        return prolonged[0], cast_type("dt.datetime", prolonged[1]), False
    row = (
        await session.execute(
            insert(CareRelationship)
            .values(
                patient_id=patient_id,
                clinician_id=clinician_id,
                kind=BREAK_GLASS,
                reason=reason,
                opened_by_id=clinician_id,
                ends_at=ends_at,
            )
            .returning(CareRelationship.id, CareRelationship.ends_at)
        )
    ).one()
    return row[0], cast_type("dt.datetime", row[1]), True


async def watchers(session: ReadSession | WriteSession, *permissions: str) -> list[UUID]:
    """All active people with one of these permissions: nobody who watches is left out."""
    holds = or_(*(Role.permissions.contains([one]) for one in permissions))
    statement = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(User.is_active, Role.is_active, holds)
        .distinct()
    )
    return list(await session.scalars(statement))


async def emergencies(session: ReadSession, clinician_id: UUID) -> dict[UUID, str]:
    """Patients whom somebody may see for an emergency now, and the reason that they gave."""
    found = await session.execute(
        select(CareRelationship.patient_id, CareRelationship.reason).where(
            CareRelationship.clinician_id == clinician_id,
            CareRelationship.kind == BREAK_GLASS,
            CareRelationship.ends_at > func.now(),
        )
    )
    return {row[0]: row[1] for row in found}
