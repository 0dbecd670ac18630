"""Accounts, their roles, and refresh tokens."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from storage.engine import ReadSession, WriteSession
from storage.models import RefreshToken, Role, User, UserProfile, UserRole


@dataclass(frozen=True, slots=True)
class Account:
    """An active account, as whoever holds it sees it."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a person who registers gives; `email` in lower case."""

    email: str
    password_hash: str
    first_name: str
    last_name: str
    phone_number: str
    date_of_birth: dt.date | None


async def find(session: ReadSession | WriteSession, user_id: UUID) -> Account | None:
    """The active account with this id, with its roles in one query."""
    names = func.array_agg(aggregate_order_by(Role.name, Role.name)).filter(Role.is_active)
    statement = (
        select(User, names)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .outerjoin(Role, Role.id == UserRole.role_id)
        .where(User.id == user_id, User.is_active)
        .group_by(User.id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    user, roles = row
    return Account(user.id, user.email or "", user.first_name, user.last_name, tuple(roles or ()))


async def credentials(session: ReadSession, email: str) -> tuple[UUID, str] | None:
    """Id and password hash of the active account with this address, if it can log in."""
    statement = select(User.id, User.password_hash).where(
        User.email == email, User.is_active, User.password_hash.is_not(None)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None or row[1] is None else (row[0], row[1])


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


async def logged_in(session: WriteSession, user_id: UUID) -> None:
    """Note the login, and forget the user's refresh tokens that have expired."""
    await session.execute(update(User).where(User.id == user_id).values(last_login=func.now()))
    await session.execute(
        delete(RefreshToken).where(
            RefreshToken.user_id == user_id, RefreshToken.expires_at < func.now()
        )
    )


@dataclass(frozen=True, slots=True)
class Token:
    """A refresh token as it is stored: never the token, only its id."""

    id: UUID
    family: UUID
    user_id: UUID
    expires_at: dt.datetime


async def store_token(session: WriteSession, token: Token) -> None:
    """Keep the id of a refresh token that was just given out."""
    session.add(
        RefreshToken(
            id=token.id, family=token.family, user_id=token.user_id, expires_at=token.expires_at
        )
    )
    await session.flush()


async def spend_token(session: WriteSession, token_id: UUID) -> tuple[UUID, UUID] | None:
    """Use a refresh token up: its (family, user id), or None when it cannot be used (any more).

    Of two requests with the same token only one gets it.
    """
    row = (
        await session.execute(
            update(RefreshToken)
            .where(
                RefreshToken.id == token_id,
                RefreshToken.used_at.is_(None),
                RefreshToken.revoked_at.is_(None),
                RefreshToken.expires_at > func.now(),
            )
            .values(used_at=func.now())
            .returning(RefreshToken.family, RefreshToken.user_id)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


async def revoke_family(session: WriteSession, token_id: UUID) -> UUID | None:
    """Revoke every token that descends from the same login as this one; the family, if known."""
    family: UUID | None = await session.scalar(
        select(RefreshToken.family).where(RefreshToken.id == token_id)
    )
    if family is not None:
        await session.execute(
            update(RefreshToken)
            .where(RefreshToken.family == family, RefreshToken.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )
    return family
