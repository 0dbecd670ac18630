"""Roles, and who holds which by whose hand."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from storage.engine import ReadSession, WriteSession
from storage.models import Role, User, UserRole

_By = aliased(User)


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A role that somebody holds."""

    role: str
    assigned_at: dt.datetime
    assigned_by_id: UUID | None
    assigned_by_name: str | None


async def roles(session: ReadSession) -> list[Role]:
    """Every role, by name. There are few."""
    return list(await session.scalars(select(Role).order_by(Role.name)))


async def held(session: ReadSession | WriteSession, user_id: UUID) -> list[HeldRow]:
    """Roles of a user, by name."""
    statement = (
        select(
            Role.name,
            UserRole.assigned_at,
            UserRole.assigned_by_id,
            func.trim(_By.first_name + " " + _By.last_name),
        )
        .join(Role, Role.id == UserRole.role_id)
        .outerjoin(_By, _By.id == UserRole.assigned_by_id)
        .where(UserRole.user_id == user_id)
        .order_by(Role.name)
    )
    return [HeldRow(*row) for row in await session.execute(statement)]


async def exists_user(session: ReadSession | WriteSession, user_id: UUID) -> bool:
    """Whether there is such an account; the canary has none."""
    return bool(
        await session.scalar(select(exists().where(User.id == user_id, ~User.is_synthetic)))
    )


async def role_id(session: ReadSession | WriteSession, name: str) -> UUID | None:
    """Id of the active role of this name."""
    found: UUID | None = await session.scalar(
        select(Role.id).where(Role.name == name, Role.is_active)
    )
    return found


async def assign(session: WriteSession, user_id: UUID, role_id: UUID, by_id: UUID) -> bool:
    """Give a user a role; False when they have it."""
    added = await session.scalar(
        insert(UserRole)
        .values(id=uuid4(), user_id=user_id, role_id=role_id, assigned_by_id=by_id)
        .on_conflict_do_nothing(index_elements=["user_id", "role_id"])
        .returning(UserRole.id)
    )
    return added is not None


async def withdraw(session: WriteSession, user_id: UUID, name: str) -> bool:
    """Take a role away; False when they do not have it."""
    chosen = select(Role.id).where(Role.name == name).scalar_subquery()
    gone = await session.scalar(
        delete(UserRole)
        .where(UserRole.user_id == user_id, UserRole.role_id == chosen)
        .returning(UserRole.id)
    )
    return gone is not None


async def others_hold(session: WriteSession, user_id: UUID, name: str) -> bool:
    """Whether somebody else who is active holds a role; nobody gives or takes it meanwhile."""
    await session.execute(select(Role.id).where(Role.name == name).with_for_update())
    statement = select(
        exists().where(
            UserRole.user_id == User.id,
            UserRole.role_id == Role.id,
            Role.name == name,
            User.id != user_id,
            User.is_active,
        )
    )
    return bool(await session.scalar(statement))
