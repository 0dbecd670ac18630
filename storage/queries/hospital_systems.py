"""Hospitals' own systems: where they are, what they are to be told, and what they said to it."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import HealthcareProvider, Hospital, HospitalSync, HospitalSystem

TASK: Final = "hospital_sync"
"""Name of the queue's task that tells a system; its argument is `sync_id`."""
Session = ReadSession | WriteSession
Position = tuple[dt.datetime, UUID]
"""When it happened, and id: the newest first."""

_QUEUE: Final = text("""
    -- Changes for those of the hospitals that have a system, each with its job. What was to be
    -- told of the same provider before need not be any more, unless somebody is telling it now.
    WITH wanted AS (
        SELECT w.* FROM jsonb_to_recordset(CAST(:changes AS jsonb)) AS w(
            hospital_id uuid, provider_id uuid, event text, payload jsonb)
        JOIN hospital_systems s ON s.hospital_id = w.hospital_id
    ), outdated AS (
        UPDATE hospital_syncs h SET state = 'superseded' FROM wanted w
        WHERE h.hospital_id = w.hospital_id AND h.provider_id = w.provider_id
            AND h.state IN ('pending', 'failed', 'dead')
            AND (h.claimed_until IS NULL OR h.claimed_until < now())
    ), added AS (
        INSERT INTO hospital_syncs (hospital_id, provider_id, event, payload, created_at)
        SELECT hospital_id, provider_id, event, payload, clock_timestamp() FROM wanted
        RETURNING id
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW('default', :task, 0, NULL, NULL,
        jsonb_build_object('sync_id', id), NULL)::procrastinate_job_to_defer_v1)) FROM added
    HAVING count(*) > 0
""")

_REPLAY: Final = text("""
    -- A change that was given up is told anew.
    WITH again AS (
        UPDATE hospital_syncs SET state = 'pending', attempts = 0
        WHERE id = :id AND hospital_id = :hospital_id AND state = 'dead' RETURNING id
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW('default', :task, 0, NULL, NULL,
        jsonb_build_object('sync_id', id), NULL)::procrastinate_job_to_defer_v1)) FROM again
    HAVING count(*) > 0
""")

CLAIM: Final = """
    -- Take a change in hand, unless somebody has it or tells the same system of the same provider;
    -- with the system as it is now, and what it called that provider's work before.
    WITH mine AS (
        SELECT h.id FROM hospital_syncs h
        WHERE h.id = %(id)s AND h.state IN ('pending', 'failed', 'dead')
            AND (h.claimed_until IS NULL OR h.claimed_until < now())
            AND NOT EXISTS (SELECT FROM hospital_syncs o WHERE o.hospital_id = h.hospital_id
                AND o.provider_id = h.provider_id AND o.id <> h.id AND o.claimed_until >= now())
        FOR UPDATE OF h
    )
    UPDATE hospital_syncs h SET claimed_until = now() + %(lease_seconds)s * interval '1 second',
        -- Whoever asks for a dead one again begins anew.
        attempts = CASE WHEN h.state = 'dead' THEN 1 ELSE h.attempts + 1 END
    FROM mine WHERE h.id = mine.id
    RETURNING h.id, h.hospital_id, h.provider_id, h.event, h.payload, h.attempts, h.created_at,
        (SELECT to_jsonb(s) FROM hospital_systems s WHERE s.hospital_id = h.hospital_id) AS system,
        (SELECT o.remote_id FROM hospital_syncs o WHERE o.hospital_id = h.hospital_id
            AND o.provider_id = h.provider_id AND o.state = 'confirmed'
            AND o.remote_id IS NOT NULL ORDER BY o.created_at DESC LIMIT 1) AS remote_id
"""

STANDING: Final = """
    -- What became of a change that could not be taken in hand, and until when somebody is at it.
    SELECT h.state, (SELECT extract(epoch FROM max(o.claimed_until) - now())
        FROM hospital_syncs o
        WHERE o.hospital_id = h.hospital_id AND o.provider_id = h.provider_id) AS left_seconds
    FROM hospital_syncs h WHERE h.id = %s
"""

CONFIRMED: Final = """
    -- The system has it, under this name and in this version.
    UPDATE hospital_syncs SET state = 'confirmed', confirmed_at = now(), claimed_until = NULL,
        last_error = NULL, remote_id = %(remote_id)s, remote_version = %(remote_version)s
    WHERE id = %(id)s
"""

SETTLE: Final = """
    -- The system does not have it: failed (to be tried again) or dead; neither matters where a
    -- newer change is to be told.
    UPDATE hospital_syncs h SET last_error = %(error)s, claimed_until = NULL,
        state = CASE WHEN EXISTS (SELECT FROM hospital_syncs o WHERE o.hospital_id = h.hospital_id
            AND o.provider_id = h.provider_id AND o.created_at > h.created_at)
            THEN 'superseded' ELSE %(state)s::text END
    WHERE h.id = %(id)s RETURNING h.state
"""


@dataclass(frozen=True, slots=True)
class SyncRow:
    """One change as administrators see it."""

    id: UUID
    hospital_id: UUID
    hospital_name: str
    provider_id: UUID
    provider_name: str
    event: str
    state: str
    attempts: int
    last_error: str | None
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    remote_id: str | None
    remote_version: str | None

    @property
    def position(self) -> Position:
        """Place in the list."""
        return (self.created_at, self.id)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a hospital's system is to be told."""

    hospital_id: UUID
    provider_id: UUID
    event: str
    payload: Mapping[str, Any]


async def queue(session: WriteSession, changes: Sequence[Change]) -> None:
    """Have hospitals' systems told, where they have one, once this transaction is committed."""
    rows = [
        {
            "hospital_id": str(one.hospital_id),
            "provider_id": str(one.provider_id),
            "event": one.event,
            "payload": dict(one.payload),
        }
        for one in changes
    ]
    await session.flush()
    await session.execute(_QUEUE, {"changes": json.dumps(rows), "task": TASK})


async def replay(session: WriteSession, hospital_id: UUID, sync_id: UUID) -> bool:
    """Tell a change anew that was given up; False where there is none such."""
    values = {"id": sync_id, "hospital_id": hospital_id, "task": TASK}
    return (await session.execute(_REPLAY, values)).first() is not None


async def system(session: Session, hospital_id: UUID) -> HospitalSystem | None:
    """The system of a hospital."""
    found: HospitalSystem | None = await session.scalar(
        select(HospitalSystem)
        .where(HospitalSystem.hospital_id == hospital_id)
        .execution_options(populate_existing=True)
    )
    return found


async def set_system(
    session: WriteSession, hospital_id: UUID, kind: str, url: str, secret: str
) -> None:
    """Set or change where a hospital's system is."""
    values = {"kind": kind, "url": url, "secret": secret}
    await session.execute(
        insert(HospitalSystem)
        .values(hospital_id=hospital_id, **values)
        .on_conflict_do_update(
            index_elements=["hospital_id"], set_={**values, "updated_at": func.now()}
        )
    )


async def forget_system(session: WriteSession, hospital_id: UUID) -> None:
    """Forget where a hospital's system is."""
    await session.execute(delete(HospitalSystem).where(HospitalSystem.hospital_id == hospital_id))


async def syncs(
    session: Session,
    *,
    hospital_id: UUID | None = None,
    sync_id: UUID | None = None,
    after: Position | None = None,
    limit: int,
) -> list[SyncRow]:
    """Changes of a hospital, or one of them; the newest first."""
    row = HospitalSync
    statement = _changes()
    for column, value in ((row.hospital_id, hospital_id), (row.id, sync_id)):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(tuple_(row.created_at, row.id) < tuple_(*after))
    order = (row.created_at.desc(), row.id.desc())
    return [SyncRow(*one) for one in await session.execute(statement.order_by(*order).limit(limit))]


async def newest(session: Session, provider_id: UUID) -> dict[UUID, SyncRow]:
    """The newest change of a provider at each hospital, by hospital."""
    place = func.row_number().over(
        partition_by=HospitalSync.hospital_id, order_by=HospitalSync.created_at.desc()
    )
    ranked = (
        select(HospitalSync.id, place.label("place"))
        .where(HospitalSync.provider_id == provider_id)
        .subquery()
    )
    chosen = _changes().where(HospitalSync.id.in_(select(ranked.c.id).where(ranked.c.place == 1)))
    rows = [SyncRow(*one) for one in await session.execute(chosen)]
    return {row.hospital_id: row for row in rows}


def _changes() -> Select[Any]:
    row = HospitalSync
    return (
        select(
            row.id,
            row.hospital_id,
            Hospital.name,
            row.provider_id,
            func.trim(HealthcareProvider.first_name + " " + HealthcareProvider.last_name),
            row.event,
            row.state,
            row.attempts,
            row.last_error,
            row.created_at,
            row.confirmed_at,
            row.remote_id,
            row.remote_version,
        )
        .join(Hospital, Hospital.id == row.hospital_id)
        .join(HealthcareProvider, HealthcareProvider.id == row.provider_id)
    )
