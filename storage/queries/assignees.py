"""Who an alarm may be given to."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, tuple_

from storage.access import saw
from storage.engine import ReadSession
from storage.models import User
from storage.queries.care import SEES_ALL, holds, seers

CARRY: Final = "alarms.carry"
AssigneePosition = tuple[str, str, UUID]
"""Last name, first name, id: the order of the list."""


@dataclass(frozen=True, slots=True)
class AssigneeRow:
    """Somebody who may carry an alarm."""

    id: UUID
    first_name: str
    last_name: str

    @property
    def position(self) -> AssigneePosition:
        """Place in the order of the list."""
        return (self.last_name, self.first_name, self.id)


async def page(
    session: ReadSession,
    patient_id: UUID | None,
    *,
    text: str,
    after: AssigneePosition | None,
    limit: int,
) -> list[AssigneeRow]:
    """Active users who may carry alarms and see this patient, by name, at most `limit`.

    Args:
        session: Where to ask.
        patient_id: Whose alarm; of one without a patient, those who see everybody may carry it.
        text: Words, each of which must be in the name.
        after: Position of the last row of the page before.
        limit: Most rows to return.

    """
    if patient_id is not None:
        saw(patient_id)
    order = (User.last_name, User.first_name, User.id)
    name = User.first_name + " " + User.last_name
    statement = (
        select(User.id, User.first_name, User.last_name)
        .where(User.is_active, holds(CARRY))
        .where(holds(SEES_ALL) if patient_id is None else seers(patient_id))
        .where(*(func.lower(name).contains(word, autoescape=True) for word in text.lower().split()))
    )
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [AssigneeRow(*row) for row in found]
