"""Logging in to the admin panel: whom a name means, and sessions that end when nobody uses them."""

import datetime as dt
from uuid import UUID

from sqlalchemy import func, or_, select, update

from storage.engine import ReadSession, WriteSession
from storage.models import LoginSession, User
from storage.queries.accounts import Credentials
from storage.queries.logins import NewSession


async def credentials(session: ReadSession, name: str) -> Credentials | None:
    """Of the active account with this username or e-mail address, the latter in any case."""
    statement = (
        select(User.id, User.email, User.password_hash)
        .where(or_(User.username == name, User.email == name.lower()), User.is_active)
        # One may have as a username what is another's address: the address counts.
        .order_by((User.email == name.lower()).desc().nulls_last())
        .limit(1)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Credentials(row[0], row[1] or "", row[2])


async def begin(session: WriteSession, new: NewSession, expires_at: dt.datetime) -> None:
    """Open a session that nothing renews."""
    session.add(
        LoginSession(
            id=new.id,
            user_id=new.user_id,
            method=new.method,
            is_strong=new.is_strong,
            address=new.address,
            user_agent=new.user_agent,
            expires_at=expires_at,
        )
    )
    await session.flush()


async def idle(session: ReadSession, session_id: UUID) -> dt.timedelta | None:
    """For how long nobody has used a session; None when it is over."""
    found: dt.timedelta | None = await session.scalar(
        select(func.now() - LoginSession.last_used_at).where(
            LoginSession.id == session_id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > func.now(),
        )
    )
    return found


async def used(session: WriteSession, session_id: UUID) -> None:
    """Note that a session is used."""
    await session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_used_at=func.now())
    )


async def set_active(session: WriteSession, user_id: UUID, *, active: bool) -> bool:
    """Let an account log in, or not; False when it is so already, or there is none."""
    done = await session.scalar(
        update(User)
        .where(User.id == user_id, User.is_active != active, ~User.is_synthetic)
        .values(is_active=active)
        .returning(User.id)
    )
    return done is not None
