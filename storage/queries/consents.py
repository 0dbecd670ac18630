"""What patients allowed: giving it, taking it back, and what it said."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import Consent, ConsentText, Hospital, Role, User, UserRole
from storage.queries.care import CARES, SHARED_WITH_CLINICIAN, SHARED_WITH_HOSPITAL

ConsentPosition = tuple[dt.datetime, UUID]
"""When it was given, and its id: newest first."""


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent with the text that was agreed to."""

    id: UUID
    patient_id: UUID
    scope: str
    version: int
    text: str
    grantee_id: UUID | None
    grantee_name: str | None
    granted_at: dt.datetime
    revoked_at: dt.datetime | None

    @property
    def position(self) -> ConsentPosition:
        """Place in the order of lists."""
        return (self.granted_at, self.id)


async def texts(session: ReadSession | WriteSession) -> list[ConsentText]:
    """Every version of every text, the newest of a scope first. There are few."""
    order = (ConsentText.scope, ConsentText.version.desc())
    return list(await session.scalars(select(ConsentText).order_by(*order)))


async def current_version(session: ReadSession | WriteSession, scope: str) -> int | None:
    """Newest version of a scope's text; None for an unknown scope."""
    statement = select(func.max(ConsentText.version)).where(ConsentText.scope == scope)
    found: int | None = await session.scalar(statement)
    return found


def _consents() -> Select[*tuple[Any, ...]]:
    name = case(
        (Consent.scope == SHARED_WITH_HOSPITAL, Hospital.name),
        else_=func.trim(User.first_name + " " + User.last_name),
    )
    return (
        select(
            Consent.id,
            Consent.patient_id,
            Consent.scope,
            Consent.version,
            ConsentText.text,
            Consent.grantee_id,
            name,
            Consent.granted_at,
            Consent.revoked_at,
        )
        .join(
            ConsentText,
            (ConsentText.scope == Consent.scope) & (ConsentText.version == Consent.version),
        )
        .outerjoin(User, User.id == Consent.grantee_id)
        .outerjoin(Hospital, Hospital.id == Consent.grantee_id)
    )


async def page(
    session: ReadSession, patient_id: UUID, *, limit: int, after: ConsentPosition | None = None
) -> list[ConsentRow]:
    """Consents of a patient, those that were taken back too, newest first, from `after` on."""
    saw(patient_id)
    statement = _consents().where(Consent.patient_id == patient_id)
    if after is not None:
        statement = statement.where(tuple_(Consent.granted_at, Consent.id) < tuple_(*after))
    order = (Consent.granted_at.desc(), Consent.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [ConsentRow(*row) for row in found]


async def give(
    session: WriteSession, patient_id: UUID, scope: str, version: int, grantee_id: UUID | None
) -> tuple[UUID, bool]:
    """Give a consent: (its id, whether it is new).

    The same to the same version again changes nothing; to another one it is given anew, and the
    old one is history.
    """
    same = (
        Consent.patient_id == patient_id,
        Consent.scope == scope,
        Consent.grantee_id.is_not_distinct_from(grantee_id),
        Consent.revoked_at.is_(None),
    )
    await session.execute(
        update(Consent).where(*same, Consent.version != version).values(revoked_at=func.now())
    )
    added: UUID | None = await session.scalar(
        insert(Consent)
        .values(patient_id=patient_id, scope=scope, version=version, grantee_id=grantee_id)
        .on_conflict_do_nothing(
            index_elements=["patient_id", "scope", "grantee_id"],
            index_where=Consent.revoked_at.is_(None),
        )
        .returning(Consent.id)
    )
    if added is not None:
        return added, True
    return (await session.scalars(select(Consent.id).where(*same))).one(), False


async def revoke(session: WriteSession, patient_id: UUID, consent_id: UUID) -> None:
    """Take a consent back; doing so again changes nothing."""
    await session.execute(
        update(Consent)
        .where(
            Consent.id == consent_id,
            Consent.patient_id == patient_id,
            Consent.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
    )


async def find(
    session: ReadSession | WriteSession, patient_id: UUID, consent_id: UUID
) -> ConsentRow | None:
    """One consent of a patient."""
    statement = _consents().where(Consent.id == consent_id, Consent.patient_id == patient_id)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else ConsentRow(*row)


async def may_be_given_to(
    session: ReadSession | WriteSession, scope: str, grantee_id: UUID
) -> bool:
    """Whether data can be shared with them: a clinician who is active, or a hospital that is."""
    if scope == SHARED_WITH_CLINICIAN:
        statement = select(exists().where(User.id == grantee_id, User.is_active, cares(User.id)))
    else:
        statement = select(exists().where(Hospital.id == grantee_id, Hospital.is_active))
    return bool(await session.scalar(statement))


def cares(user_id: Any) -> Any:  # noqa: ANN401 - a column, and a condition on it
    """Condition that holds where an active role of a user lets relationships count."""
    return exists().where(
        UserRole.user_id == user_id,
        Role.id == UserRole.role_id,
        Role.is_active,
        Role.permissions.contains([CARES]),
    )
