"""Failures to log in, counted in the database so that all processes agree."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import LoginFailure

FORGET_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """After `free` failures each one locks, twice as long as the one before, `longest` at most."""

    free: int
    first: dt.timedelta
    longest: dt.timedelta


async def locked_until(
    session: ReadSession | WriteSession, keys: Sequence[bytes]
) -> dt.datetime | None:
    """Until when any of these is locked; None when none is."""
    statement = select(func.max(LoginFailure.locked_until)).where(
        LoginFailure.key.in_(keys), LoginFailure.locked_until > func.now()
    )
    until: dt.datetime | None = await session.scalar(statement)
    return until


async def fail(session: WriteSession, key: bytes, policy: Policy) -> tuple[int, dt.datetime | None]:
    """Count a failure: how many there are now, and until when they lock.

    A day without any forgets them all.
    """
    old = LoginFailure.last_failed_at < func.now() - FORGET_AFTER
    # More would say nothing: the delay has reached its longest, and a small integer its bound.
    count = case((old, 1), else_=func.least(LoginFailure.failures + 1, 1000))
    statement = insert(LoginFailure).values(key=key, failures=1, last_failed_at=func.now())
    failures: int = (
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["key"], set_={"failures": count, "last_failed_at": func.now()}
            ).returning(LoginFailure.failures)
        )
    ).scalar_one()
    over = failures - policy.free
    if over <= 0:
        return failures, None
    delay = min(policy.first * 2 ** min(over - 1, 30), policy.longest)
    row = await session.get_one(LoginFailure, key, populate_existing=True)
    row.locked_until = row.last_failed_at + delay
    await session.flush()
    return failures, row.locked_until


async def forget(session: WriteSession, key: bytes) -> None:
    """Forget the failures of one key: it was the right person."""
    await session.execute(delete(LoginFailure).where(LoginFailure.key == key))
