"""What was sent or asked, to be answered once."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from storage.engine import ReadSession, WriteSession
from storage.models import OneTimeToken


@dataclass(frozen=True, slots=True)
class Spent:
    """A token that was good, and is used now."""

    user_id: UUID | None
    address: str


async def add(
    session: WriteSession,
    purpose: str,
    life: dt.timedelta,
    user_id: UUID | None = None,
    address: str = "",
) -> UUID:
    """Make one; its id."""
    token_id = uuid4()
    session.add(
        OneTimeToken(
            id=token_id,
            purpose=purpose,
            user_id=user_id,
            address=address,
            expires_at=func.now() + life,
        )
    )
    await session.flush()
    return token_id


async def made_since(
    session: ReadSession | WriteSession, user_id: UUID, purpose: str, since: dt.timedelta
) -> list[dt.datetime]:
    """When a user's tokens for this were made lately, the oldest first."""
    statement = (
        select(OneTimeToken.created_at)
        .where(
            OneTimeToken.user_id == user_id,
            OneTimeToken.purpose == purpose,
            OneTimeToken.created_at > func.now() - since,
        )
        .order_by(OneTimeToken.created_at)
        .limit(100)
    )
    return list((await session.scalars(statement)).all())


async def spend(
    session: WriteSession, token_id: UUID, purpose: str, user_id: UUID | None = None
) -> Spent | None:
    """Use a token up; None when it is used, too old or another's. Of two at once one gets it."""
    statement = update(OneTimeToken).where(
        OneTimeToken.id == token_id,
        OneTimeToken.purpose == purpose,
        OneTimeToken.used_at.is_(None),
        OneTimeToken.expires_at > func.now(),
    )
    if user_id is not None:
        statement = statement.where(OneTimeToken.user_id == user_id)
    row = (
        await session.execute(
            statement.values(used_at=func.now()).returning(
                OneTimeToken.user_id, OneTimeToken.address
            )
        )
    ).one_or_none()
    return None if row is None else Spent(row[0], row[1])


async def spend_all(session: WriteSession, user_id: UUID, purpose: str) -> None:
    """Use up whatever else was sent for the same."""
    await session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.user_id == user_id,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=func.now())
    )


async def guess(session: WriteSession, user_id: UUID, purpose: str, most: int) -> UUID | None:
    """Count a guess at the newest token of a user; its id, unless there are no guesses left."""
    newest = (
        select(OneTimeToken.id)
        .where(
            OneTimeToken.user_id == user_id,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > func.now(),
        )
        .order_by(OneTimeToken.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    token_id: UUID | None = await session.scalar(
        update(OneTimeToken)
        .where(OneTimeToken.id == newest, OneTimeToken.attempts < most)
        .values(attempts=OneTimeToken.attempts + 1)
        .returning(OneTimeToken.id)
        .execution_options(synchronize_session=False)
    )
    return token_id
