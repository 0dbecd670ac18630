"""Who is called for alarms: the policies in force, and new versions of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, update

from storage.engine import ReadSession, WriteSession
from storage.models import EscalationPolicy


async def current(session: ReadSession, *, limit: int) -> list[EscalationPolicy]:
    """Every stored policy in force: everybody's first, then by ward."""
    statement = (
        select(EscalationPolicy)
        .where(EscalationPolicy.superseded_at.is_(None))
        .order_by(
            EscalationPolicy.ward.asc().nulls_first(),
            EscalationPolicy.hospital_id.asc().nulls_first(),
            EscalationPolicy.priority,
        )
        .limit(limit)
    )
    return list(await session.scalars(statement))


def _same(scope: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(
        EscalationPolicy.hospital_id.is_not_distinct_from(scope["hospital_id"]),
        EscalationPolicy.ward.is_not_distinct_from(scope["ward"]),
        EscalationPolicy.priority == scope["priority"],
    )


async def in_force(session: WriteSession, scope: Mapping[str, Any]) -> int:
    """Version of the policy in force, locked for this transaction; 0 where there is none."""
    statement = (
        select(EscalationPolicy.version)
        .where(_same(scope), EscalationPolicy.superseded_at.is_(None))
        .with_for_update()
    )
    return await session.scalar(statement) or 0


async def replace(
    session: WriteSession,
    scope: Mapping[str, Any],
    *,
    steps: Sequence[Mapping[str, Any]],
    repeat_seconds: float | None,
    by: UUID,
) -> EscalationPolicy:
    """Put a new version in force.

    `scope` has `hospital_id`, `ward` and `priority`. Two at once take turns: the second one waits
    for the row that the first one supersedes, or meets the unique index
    (`sqlalchemy.exc.IntegrityError`).
    """
    last = await session.scalar(select(func.max(EscalationPolicy.version)).where(_same(scope)))
    await end(session, scope)
    policy = EscalationPolicy(
        **scope,
        version=(last or 0) + 1,
        steps=list(steps),
        repeat_seconds=repeat_seconds,
        created_by_id=by,
    )
    session.add(policy)
    await session.flush()
    await session.refresh(policy)
    return policy


async def end(session: WriteSession, scope: Mapping[str, Any]) -> bool:
    """Take a policy out of force, so that the wider one holds; whether there was one."""
    statement = (
        update(EscalationPolicy)
        .where(_same(scope), EscalationPolicy.superseded_at.is_(None))
        .values(superseded_at=func.now())
        .returning(EscalationPolicy.id)
    )
    return (await session.execute(statement)).first() is not None
