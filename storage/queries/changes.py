"""Lists by what was changed last, and what of them changed within a span of time."""

import datetime as dt
from typing import Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

Span = tuple[dt.datetime, dt.datetime]
"""From the first instant, up to and without the second."""
Position = tuple[dt.datetime, UUID]
"""Time of the last change and id: a place in such a list."""
Order = tuple[InstrumentedAttribute[Any], ...]
"""Columns that an index has in this order, the time first."""
Columns = TypeVarTuple("Columns")


def within(
    time: ColumnElement[dt.datetime] | InstrumentedAttribute[dt.datetime], span: Span
) -> ColumnElement[bool]:
    """Condition that holds where a time is in a span."""
    return and_(time >= span[0], time < span[1])


def newest(
    statement: Select[*Columns], order: Order, *, after: tuple[Any, ...] | None, limit: int
) -> Select[*Columns]:
    """A page of a list, the newest first, at most `limit`."""
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    return statement.order_by(*(column.desc() for column in order)).limit(limit)


def last_changed(
    statement: Select[*Columns],
    order: Order,
    *,
    changed: Span | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Select[*Columns]:
    """A page of what was changed within a span, if there is one; what was changed last is first."""
    if changed is not None:
        statement = statement.where(within(order[0], changed))
    return newest(statement, order, after=after, limit=limit)
