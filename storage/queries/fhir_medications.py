"""What patients take, as FHIR searches ask for it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_

from storage.access import saw
from storage.engine import ReadSession
from storage.models import UserMedication
from storage.queries.care import Condition, Viewer, visible
from storage.queries.changes import Position, Span, last_changed
from storage.queries.user_medication_rows import Row, listed, row_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSearch:
    """What is asked of statements; None asks for all.

    Attributes:
        statuses: Any of these, as they are called here.
        since: Taken on this day or later.
        until: Taken on this day or earlier.
        starts_from: Begun on this day or later.
        ends_until: Ended on this day or earlier.
        changed: Last changed from the first instant, up to and without the second.

    """

    key: UUID | None = None
    patient_id: UUID | None = None
    statuses: Sequence[str] | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    starts_from: dt.date | None = None
    ends_until: dt.date | None = None
    changed: Span | None = None


async def statements(
    session: ReadSession,
    viewer: Viewer,
    wanted: StatementSearch,
    *,
    after: Position | None,
    limit: int,
) -> list[Row]:
    """What patients whom `viewer` may see take, last changed first, at most `limit`."""
    order = (UserMedication.updated_at, UserMedication.id)
    statement = listed().where(visible(viewer, UserMedication.user_id), *_conditions(wanted))
    page = last_changed(statement, order, changed=wanted.changed, after=after, limit=limit)
    rows = [row_of(row) for row in await session.execute(page)]
    saw(*(row.mine.user_id for row in rows))
    return rows


def _conditions(wanted: StatementSearch) -> list[Condition]:
    mine = UserMedication
    found: list[Condition] = []
    if wanted.key is not None:
        found.append(mine.id == wanted.key)
    if wanted.patient_id is not None:
        found.append(mine.user_id == wanted.patient_id)
    if wanted.statuses is not None:
        found.append(mine.status.in_(wanted.statuses))
    if wanted.since is not None:
        found.append(or_(mine.end_date.is_(None), mine.end_date >= wanted.since))
    if wanted.until is not None:
        found.append(mine.start_date <= wanted.until)
    if wanted.starts_from is not None:
        found.append(mine.start_date >= wanted.starts_from)
    if wanted.ends_until is not None:
        found.append(mine.end_date <= wanted.ends_until)
    return found
