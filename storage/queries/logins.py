"""Login sessions and their refresh tokens."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_, update

from storage.engine import ReadSession, WriteSession
from storage.models import LoginSession, RefreshToken


@dataclass(frozen=True, slots=True)
class NewSession:
    """A login that has just succeeded."""

    id: UUID
    user_id: UUID
    method: str
    is_strong: bool
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Token:
    """A refresh token as it is stored: never the token, only its id."""

    id: UUID
    session_id: UUID
    user_id: UUID
    expires_at: dt.datetime


async def begin(session: WriteSession, new: NewSession, first: Token) -> None:
    """Open a session with its first refresh token."""
    session.add(
        LoginSession(
            id=new.id,
            user_id=new.user_id,
            method=new.method,
            is_strong=new.is_strong,
            address=new.address,
            user_agent=new.user_agent,
            expires_at=first.expires_at,
        )
    )
    await session.flush()
    await _keep(session, first)


async def renew(session: WriteSession, token: Token, address: str, user_agent: str) -> None:
    """Keep the next refresh token of a session, which lives as long as that one."""
    await session.execute(
        update(LoginSession)
        .where(LoginSession.id == token.session_id)
        .values(
            last_used_at=func.now(),
            expires_at=token.expires_at,
            address=address,
            user_agent=user_agent,
        )
    )
    await _keep(session, token)


async def _keep(session: WriteSession, token: Token) -> None:
    session.add(
        RefreshToken(
            id=token.id,
            family=token.session_id,
            user_id=token.user_id,
            expires_at=token.expires_at,
        )
    )
    await session.flush()


async def spend_token(session: WriteSession, token_id: UUID) -> tuple[UUID, UUID] | None:
    """Use a refresh token up: its (session id, user id), or None when it cannot be used (any more).

    Of two requests with the same token only one gets it.
    """
    row = (
        await session.execute(
            update(RefreshToken)
            .where(
                RefreshToken.id == token_id,
                RefreshToken.used_at.is_(None),
                RefreshToken.expires_at > func.now(),
                RefreshToken.family == LoginSession.id,
                LoginSession.ended_at.is_(None),
            )
            .values(used_at=func.now())
            .returning(RefreshToken.family, RefreshToken.user_id)
            .execution_options(synchronize_session=False)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


async def end_by_token(session: WriteSession, token_id: UUID) -> UUID | None:
    """End the session that a refresh token is of; its id, if known."""
    session_id: UUID | None = await session.scalar(
        select(RefreshToken.family).where(RefreshToken.id == token_id)
    )
    if session_id is not None:
        await session.execute(
            update(LoginSession)
            .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
            .values(ended_at=func.now())
        )
    return session_id


async def end(session: WriteSession, user_id: UUID, session_id: UUID) -> bool:
    """End one session of a user; False when they have no such open one."""
    ended = await session.scalar(
        update(LoginSession)
        .where(
            LoginSession.id == session_id,
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > func.now(),
        )
        .values(ended_at=func.now())
        .returning(LoginSession.id)
    )
    return ended is not None


async def end_all(session: WriteSession, user_id: UUID, except_id: UUID | None = None) -> None:
    """End every session of a user, but for one."""
    statement = update(LoginSession).where(
        LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
    )
    if except_id is not None:
        statement = statement.where(LoginSession.id != except_id)
    await session.execute(statement.values(ended_at=func.now()))


async def make_strong(session: WriteSession, session_id: UUID) -> None:
    """A second factor was shown in this session."""
    await session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(is_strong=True)
    )


async def open_sessions(
    session: ReadSession, user_id: UUID, after: tuple[dt.datetime, UUID] | None, limit: int
) -> Sequence[LoginSession]:
    """Open sessions of a user, the newest first, from a position on."""
    statement = select(LoginSession).where(
        LoginSession.user_id == user_id,
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > func.now(),
    )
    if after is not None:
        statement = statement.where(
            tuple_(LoginSession.created_at, LoginSession.id) < tuple_(*after)
        )
    newest_first = statement.order_by(LoginSession.created_at.desc(), LoginSession.id.desc())
    return (await session.scalars(newest_first.limit(limit))).all()
