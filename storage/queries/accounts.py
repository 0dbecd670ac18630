"""Accounts and their roles: who there is, who is calling, and registering."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.exc import IntegrityError

from storage.engine import Database, ReadSession, WriteSession
from storage.models import Role, User, UserProfile, UserRole
from storage.models.care import BREAK_GLASS
from storage.permissions import PERMISSIONS
from storage.queries import care


@dataclass(frozen=True, slots=True)
class Account:
    """An active account, as whoever holds it sees it."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    roles: tuple[str, ...]
    permissions: frozenset[str] = frozenset()
    """What these roles allow, see `storage.permissions`."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a person who registers gives; `email` in lower case."""

    email: str
    password_hash: str
    first_name: str
    last_name: str
    phone_number: str
    date_of_birth: dt.date | None


@dataclass(frozen=True, slots=True)
class Caller:
    """An active account by one of its sessions."""

    account: Account
    is_strong: bool
    """Whether the session has shown two factors."""
    emergencies: Mapping[UUID, str]
    """Patients whom they may see for an emergency now, and the reason that they gave."""
    related_to: UUID | None
    """The patient of whom it was asked, where a relationship or a consent is open."""


_ROLES = func.array_agg(aggregate_order_by(Role.name, Role.name)).filter(Role.is_active)
_PERMISSIONS = func.jsonb_agg(Role.permissions).filter(Role.is_active)

_CALLER: Final = """
    -- An active account by a session of its own that has not ended, each row by its key: what its
    -- roles allow, and whom it sees in an emergency.
    SELECT u.email, u.first_name, u.last_name, s.is_strong,
        ARRAY(SELECT r.name FROM user_roles h JOIN roles r ON r.id = h.role_id
            WHERE h.user_id = u.id AND r.is_active ORDER BY r.name),
        ARRAY(SELECT DISTINCT jsonb_array_elements_text(r.permissions)
            FROM user_roles h JOIN roles r ON r.id = h.role_id
            WHERE h.user_id = u.id AND r.is_active),
        (SELECT jsonb_object_agg(c.patient_id, c.reason) FROM care_relationships c
            WHERE c.clinician_id = u.id AND c.kind = %(emergency)s AND c.ends_at > now()),
        {related}
    FROM login_sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = %(session_id)s AND s.ended_at IS NULL AND u.id = %(user_id)s AND u.is_active
"""
_RELATED, _RELATED_VALUES = care.related()
_CALLER_ALONE: Final = _CALLER.format(related="false").encode()
_CALLER_OF_PATIENT: Final = _CALLER.format(related=f"({_RELATED})").encode()


async def find(session: ReadSession | WriteSession, user_id: UUID) -> Account | None:
    """The active account with this id, with its roles in one query."""
    statement = (
        select(User, _ROLES, _PERMISSIONS)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .outerjoin(Role, Role.id == UserRole.role_id)
        .where(User.id == user_id, User.is_active)
        .group_by(User.id)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else _account(row[0], row[1], row[2])


async def find_caller(
    database: Database, user_id: UUID, session_id: UUID, patient_id: UUID | None = None
) -> Caller | None:
    """The same, while this session of theirs lasts; every request of the API asks this.

    With a patient it tells, too, whether they are related, which would be the next question.
    """
    ids: dict[str, object] = {
        "user_id": user_id,
        "session_id": session_id,
        "emergency": BREAK_GLASS,
    }
    query = _CALLER_ALONE
    if patient_id is not None:
        query = _CALLER_OF_PATIENT
        ids |= _RELATED_VALUES | {"viewer": user_id, "patient": patient_id}
    async with database.lookups.connection() as connection:
        row = await (await connection.execute(query, ids)).fetchone()
    if row is None:
        return None
    email, first_name, last_name, is_strong, roles, permissions, emergencies, related = row
    account = Account(
        user_id,
        email or "",
        first_name,
        last_name,
        tuple(roles),
        frozenset(permissions).intersection(PERMISSIONS),
    )
    reasons = {UUID(one): reason for one, reason in (emergencies or {}).items()}
    return Caller(account, is_strong, reasons, patient_id if related else None)


def _account(
    user: User, roles: Sequence[str] | None, granted: Sequence[Sequence[str]] | None
) -> Account:
    return Account(
        user.id,
        user.email or "",
        user.first_name,
        user.last_name,
        tuple(roles or ()),
        frozenset(name for names in granted or () for name in names).intersection(PERMISSIONS),
    )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against."""

    user_id: UUID
    email: str
    password_hash: str | None
    """None for who has never set one."""


async def credentials(session: ReadSession | WriteSession, email: str) -> Credentials | None:
    """Of the active account with this address."""
    return await _credentials(session, User.email == email)


async def credentials_of(session: ReadSession | WriteSession, user_id: UUID) -> Credentials | None:
    """Of an active account by its id."""
    return await _credentials(session, User.id == user_id)


async def _credentials(
    session: ReadSession | WriteSession, which: ColumnElement[bool]
) -> Credentials | None:
    statement = select(User.id, User.email, User.password_hash).where(which, User.is_active)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Credentials(row[0], row[1] or "", row[2])


async def set_password(session: WriteSession, user_id: UUID, password_hash: str) -> None:
    """Keep the hash of a new password."""
    await session.execute(
        update(User).where(User.id == user_id).values(password_hash=password_hash)
    )


async def logged_in(session: WriteSession, user_id: UUID) -> None:
    """Note the time of a login; the account is what it was."""
    noted = {"last_login": func.now(), "updated_at": User.updated_at}
    await session.execute(update(User).where(User.id == user_id).values(noted))


async def email_proved(session: WriteSession, user_id: UUID, email: str) -> bool:
    """An address is the user's: take it as theirs; False when another account has it by now."""
    try:
        async with session.begin_nested():
            await session.execute(
                update(User)
                .where(User.id == user_id)
                .values(
                    username=case((User.username == User.email, email), else_=User.username),
                    email=email,
                    is_email_verified=True,
                )
            )
    except IntegrityError:
        return False
    return True


async def phone_proved(session: WriteSession, user_id: UUID, phone_number: str) -> bool:
    """A number is the user's; False when theirs is another one by now."""
    done = await session.scalar(
        update(User)
        .where(User.id == user_id, User.phone_number == phone_number)
        .values(is_phone_verified=True)
        .returning(User.id)
    )
    return done is not None


async def add(session: WriteSession, new: NewAccount, role: str = "patient") -> UUID | None:
    """Create an account with one role; None when its address is taken.

    Two registrations of one address at once: the second waits for the first and gets None.
    """
    user_id: UUID | None = await session.scalar(
        insert(User)
        .values(
            id=uuid4(),
            username=new.email,
            email=new.email,
            password_hash=new.password_hash,
            first_name=new.first_name,
            last_name=new.last_name,
            phone_number=new.phone_number,
            date_of_birth=new.date_of_birth,
        )
        .on_conflict_do_nothing()
        .returning(User.id)
    )
    if user_id is None:
        return None
    session.add(UserProfile(user_id=user_id))
    await session.flush()
    await grant_role(session, user_id, role)
    return user_id


async def grant_role(session: WriteSession, user_id: UUID, role: str) -> None:
    """Give a user a role; nothing changes when they have it."""
    chosen = select(literal(uuid4()), literal(user_id), Role.id).where(Role.name == role)
    await session.execute(
        insert(UserRole)
        .from_select(["id", "user_id", "role_id"], chosen)
        .on_conflict_do_nothing(index_elements=["user_id", "role_id"])
    )
