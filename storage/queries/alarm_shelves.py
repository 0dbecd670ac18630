"""Shelves as people see them. What putting one up does is in `analytics.alarm_file`."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import AlarmShelf, User

ShelfPosition = tuple[dt.datetime, UUID]
"""Beginning and id: the order of lists, newest first."""

_By = aliased(User)
_EndedBy = aliased(User)


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One shelf with the names that go with it. Times are aware UTC."""

    id: UUID
    patient_id: UUID | None
    patient_name: str | None
    condition: str
    reason: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    by_id: UUID
    by_name: str
    ended_at: dt.datetime | None
    ended_by_id: UUID | None
    ended_by_name: str | None

    @property
    def position(self) -> ShelfPosition:
        """Place in the order of lists."""
        return (self.starts_at, self.id)


async def page(  # noqa: PLR0913 (each filter is one of the list's)
    session: ReadSession | WriteSession,
    visible: ColumnElement[bool],
    *,
    limit: int,
    after: ShelfPosition | None = None,
    patient_id: UUID | None = None,
    shelf_id: UUID | None = None,
    standing: bool | None = None,
) -> list[ShelfRow]:
    """Shelves, newest first, at most `limit`, from `after` on; only this one, or this patient's.

    `visible` holds on `AlarmShelf.patient_id` where the asker may see the patient; `standing` asks
    for those that still hold, or for those that do not.
    """
    names = [func.trim(user.first_name + " " + user.last_name) for user in (User, _By, _EndedBy)]
    shelf = AlarmShelf
    holds = and_(shelf.ended_at.is_(None), shelf.ends_at > func.now())
    statement = (
        select(shelf.id, shelf.patient_id, names[0], shelf.condition, shelf.reason, shelf.starts_at)
        .add_columns(shelf.ends_at, shelf.by_id, names[1])
        # One whose time is over has ended, whether anybody has noted that yet or not.
        .add_columns(func.coalesce(shelf.ended_at, _past(shelf.ends_at)))
        .add_columns(shelf.ended_by_id, names[2])
        .outerjoin(User, User.id == shelf.patient_id)
        .join(_By, _By.id == shelf.by_id)
        .outerjoin(_EndedBy, _EndedBy.id == shelf.ended_by_id)
        .where(visible)
    )
    if patient_id is not None:
        statement = statement.where(shelf.patient_id == patient_id)
    if shelf_id is not None:
        statement = statement.where(shelf.id == shelf_id)
    if standing is not None:
        statement = statement.where(holds if standing else ~holds)
    if after is not None:
        statement = statement.where(tuple_(shelf.starts_at, shelf.id) < tuple_(*after))
    order = (shelf.starts_at.desc(), shelf.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    rows = [ShelfRow(*row) for row in found]
    saw(*(row.patient_id for row in rows))
    return rows


def _past(instant: InstrumentedAttribute[dt.datetime]) -> ColumnElement[dt.datetime | None]:
    return func.nullif(func.least(instant, func.now()), func.now())
