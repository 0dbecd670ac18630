"""Secret addresses of people's calendars."""

import datetime as dt
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import CalendarFeed


async def renew(session: WriteSession, user_id: UUID) -> tuple[UUID, dt.datetime]:
    """Make a new address; the one before ends. Its id, and when it was made."""
    feed_id = uuid4()
    row = (
        await session.execute(
            insert(CalendarFeed)
            .values(user_id=user_id, id=feed_id)
            .on_conflict_do_update(
                index_elements=["user_id"], set_={"id": feed_id, "created_at": func.now()}
            )
            .returning(CalendarFeed.id, CalendarFeed.created_at)
        )
    ).one()
    return row[0], row[1]


async def find(session: ReadSession, user_id: UUID) -> tuple[UUID, dt.datetime] | None:
    """The address of somebody, if there is one."""
    row = (
        await session.execute(
            select(CalendarFeed.id, CalendarFeed.created_at).where(CalendarFeed.user_id == user_id)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


async def whose(session: ReadSession, feed_id: UUID) -> UUID | None:
    """Whose calendar an address leads to."""
    found: UUID | None = await session.scalar(
        select(CalendarFeed.user_id).where(CalendarFeed.id == feed_id)
    )
    return found


async def end(session: WriteSession, user_id: UUID) -> bool:
    """End the address of somebody; False where there was none."""
    ended = await session.scalar(
        delete(CalendarFeed).where(CalendarFeed.user_id == user_id).returning(CalendarFeed.id)
    )
    return ended is not None
