"""Accounts looked up by name, by those who administer them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from storage.access import saw
from storage.engine import ReadSession
from storage.models import User
from storage.queries.words import begins

MOST_WORDS: Final = 4
Position = tuple[str, str, UUID]
"""Last name, first name, id: the order of the list."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Enough of an account to tell it from others of the same name."""

    id: UUID
    first_name: str
    last_name: str
    email: str | None
    is_active: bool

    @property
    def position(self) -> Position:
        """Place in the order of the list."""
        return (self.last_name, self.first_name, self.id)


async def page(
    session: ReadSession, *, text: str, after: Position | None, limit: int
) -> list[AccountRow]:
    """Accounts by name, at most `limit`; the canary has none.

    Args:
        session: Where to ask.
        text: Words, each of which begins a name or the user name; or the id of one account.
        after: Position of the last row of the page before.
        limit: Most rows to return.

    """
    order = (User.last_name, User.first_name, User.id)
    statement = select(User.id, User.first_name, User.last_name, User.email, User.is_active).where(
        ~User.is_synthetic, *_conditions(text)
    )
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    found = await session.execute(statement.order_by(*order).limit(limit))
    rows = [AccountRow(*row) for row in found]
    saw(*(row.id for row in rows))
    return rows


def _conditions(text: str) -> list[ColumnElement[bool]]:
    try:
        return [User.id == UUID(text.strip())]
    except ValueError:
        names = (User.first_name, User.last_name, User.username)
        typed = text.split()[:MOST_WORDS]
        return [or_(*(begins(name, word) for name in names)) for word in typed]
