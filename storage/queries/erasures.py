"""Erasures of people: asked for, told of, and the statements of each step."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from typing import Literal as OneOf
from uuid import UUID

from sqlalchemy import Select, exists, func, select, text, tuple_, update

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import BackgroundJob, Erasure, LoginSession, Role, User, UserRole
from storage.person_tables import ERASED
from storage.queries import background_jobs

KIND: Final = "erasure"
"""Kind of the background job."""
Reason = OneOf["own_request", "representative", "legal_order", "deceased", "mistaken_account"]
"""Why somebody is erased. Words of a list: free text would name them again."""
ErasurePosition = tuple[dt.datetime, UUID]
"""When it was asked for, and its id: newest first."""


class LastAdminError(ValueError):
    """Nobody could give roles any more."""


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An erasure and how far it is; `document` is the proof, once it is over."""

    id: UUID
    person_id: UUID
    reason: str
    by_person: bool
    state: str
    done: int
    total: int
    note: str
    error: str | None
    requested_at: dt.datetime
    finished_at: dt.datetime | None
    document: dict[str, Any] | None
    sha256: bytes | None

    @property
    def position(self) -> ErasurePosition:
        """Place in the list."""
        return (self.requested_at, self.id)


async def request(
    session: WriteSession, person_id: UUID, requested_by_id: UUID, reason: Reason
) -> ErasureRow:
    """Ask for an erasure: from its commit on, nobody logs in as this person.

    One that failed is begun anew. Its job belongs to nobody: the person's own go with them, and
    once it has begun it is not called off.

    Raises:
        LastAdminError: the person is the only administrator left.
    """
    await _not_last_admin(session, person_id)
    await session.execute(ADD_NOBODY, {"erased": ERASED})
    row = await session.scalar(
        select(Erasure).where(Erasure.person_id == person_id).with_for_update()
    )
    if row is None:
        row = Erasure(person_id=person_id, requested_by_id=requested_by_id, reason=reason)
        session.add(row)
        await session.flush()
    if row.job_id is None or not await _goes_on(session, row.job_id):
        job = await background_jobs.add(session, ERASED, KIND, {"erasure_id": str(row.id)})
        row.job_id = job.id
    await session.execute(update(User).where(User.id == person_id).values(is_active=False))
    await session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == person_id, LoginSession.ended_at.is_(None))
        .values(ended_at=func.now())
    )
    saw(person_id)
    await session.flush()
    found = await find(session, row.id)
    if found is None:
        raise LookupError
    return found


async def _not_last_admin(session: WriteSession, person_id: UUID) -> None:
    """Nobody takes such a role away, or erases another one, until the transaction ends."""
    allow = select(Role.id).where(Role.permissions.contains(["roles.assign"]), Role.is_active)
    roles = list(await session.scalars(allow.order_by(Role.id).with_for_update()))
    held = (
        select(UserRole.user_id)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role_id.in_(roles), User.is_active)
    )
    mine = exists(held.where(UserRole.user_id == person_id))
    others = exists(held.where(UserRole.user_id != person_id))
    if await session.scalar(select(mine & ~others)):
        raise LastAdminError


async def _goes_on(session: WriteSession, job_id: UUID) -> bool:
    state = await session.scalar(select(BackgroundJob.state).where(BackgroundJob.id == job_id))
    return state in {"queued", "running"}


async def find(session: ReadSession | WriteSession, erasure_id: UUID) -> ErasureRow | None:
    """One erasure, with its proof."""
    rows = await _rows(session, select(Erasure.id).where(Erasure.id == erasure_id).subquery())
    return next(iter(rows), None)


async def page(
    session: ReadSession, *, after: ErasurePosition | None, limit: int
) -> list[ErasureRow]:
    """Erasures, the newest first, at most `limit`."""
    order = (Erasure.requested_at, Erasure.id)
    statement = select(Erasure.id)
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    chosen = statement.order_by(*(column.desc() for column in order)).limit(limit).subquery()
    return await _rows(session, chosen)


async def _rows(session: ReadSession | WriteSession, chosen: Any) -> list[ErasureRow]:  # noqa: ANN401 - a subquery
    job = BackgroundJob
    statement: Select[*tuple[Any, ...]] = (
        select(
            Erasure.id,
            Erasure.person_id,
            Erasure.reason,
            Erasure.requested_by_id == Erasure.person_id,
            func.coalesce(job.state, "succeeded"),
            func.coalesce(job.done, 0),
            func.coalesce(job.total, 0),
            func.coalesce(job.note, ""),
            job.error,
            Erasure.requested_at,
            Erasure.finished_at,
            Erasure.document,
            Erasure.sha256,
        )
        .join(chosen, chosen.c.id == Erasure.id)
        .outerjoin(job, job.id == Erasure.job_id)
        .order_by(Erasure.requested_at.desc(), Erasure.id.desc())
    )
    return [ErasureRow(*row) for row in await session.execute(statement)]


_NOBODY: Final = """
    -- The account that stands for everybody who was erased: no role, no password, never a login.
    INSERT INTO users (id, username, first_name, last_name, is_active)
    VALUES ({}, 'erased', 'Erased', 'person', false) ON CONFLICT (id) DO NOTHING
"""
ADD_NOBODY: Final = text(_NOBODY.format(":erased"))
ADD_ERASED: Final = _NOBODY.format("%(erased)s")

BEGIN: Final = """
    -- Whom an erasure is of, who asked and why; what was found of the person by now.
    SELECT person_id, requested_by_id, reason, device_ids, series_ids, files, counts,
           requested_at, finished_at
    FROM erasures WHERE id = %s
"""

FIND: Final = """
    -- An erasure by its own number or the person's, with its proof.
    SELECT id, person_id, device_ids, series_ids, document, sha256
    FROM erasures WHERE id = %(id)s OR person_id = %(id)s
"""

IS_TOLD: Final = """
    -- Whether the audit log, or what is on its way there, names this proof.
    SELECT EXISTS (SELECT FROM audit_log WHERE action = 'ERASED' AND resource_id = %(told)s)
        OR EXISTS (SELECT FROM audit_pending WHERE strpos(record, %(told)s) > 0)
"""

NOTE: Final = """
    -- What leads to the person beside their own number.
    UPDATE erasures SET device_ids = %(devices)s, series_ids = %(series)s, files = %(files)s
    WHERE id = %(id)s
"""

COUNT: Final = "UPDATE erasures SET counts = %s WHERE id = %s"

WORDS: Final = """
    -- Address, number and name by which the person is known in text; none once they are gone.
    SELECT coalesce(email, ''), phone_number, username FROM users WHERE id = %s
"""

DEVICES: Final = """
    -- Devices of a person that took readings of nobody else, and the others.
    SELECT device_id, EXISTS (
        SELECT FROM series s WHERE s.device_id = d.device_id AND s.patient_id <> d.owner_id
    ) FROM iot_devices d WHERE owner_id = %s ORDER BY device_id
"""

SERIES: Final = "SELECT id FROM series WHERE patient_id = %s ORDER BY id"

FILES: Final = """
    -- Keys of every file that is the person's, or about them.
    SELECT 'images/' || profile_image || '.jpg' FROM users
    WHERE id = %(person)s AND profile_image <> ''
    UNION ALL
    SELECT 'exports/' || id || '.zip' FROM exports WHERE person_id = %(person)s
    UNION ALL
    SELECT f.file FROM appointment_files f JOIN appointments a ON a.id = f.appointment_id
    WHERE a.patient_id = %(person)s
"""

HAND_OVER: Final = """
    -- Devices that took readings of others stay, as nobody's.
    UPDATE iot_devices SET owner_id = %(erased)s, name = '', status = 'REVOKED',
        is_verified = false, is_online = false, removed_at = coalesce(removed_at, now())
    WHERE device_id = ANY(%(others)s)
"""

_ABOUT: Final = """
    SELECT id::text FROM alarms WHERE patient_id = %(person)s
    UNION ALL SELECT id::text FROM appointments WHERE patient_id = %(person)s
    UNION ALL SELECT id::text FROM payments WHERE patient_id = %(person)s
    UNION ALL SELECT r.id::text FROM side_effect_reports r
        JOIN user_medications m ON m.id = r.user_medication_id WHERE m.user_id = %(person)s
    UNION ALL SELECT id::text FROM user_medications WHERE user_id = %(person)s
    UNION ALL SELECT o.id::text FROM waiting_list_offers o
        JOIN waiting_list_entries e ON e.id = o.entry_id WHERE e.patient_id = %(person)s
"""

SHUT: Final = {
    "users": """
        -- Nobody logs in as them.
        UPDATE users SET is_active = false, updated_at = now() WHERE id = %(person)s
    """,
    "device_keys": """
        -- Their devices are let in no more.
        DELETE FROM device_keys WHERE device_id IN (
            SELECT device_id FROM iot_devices WHERE owner_id = %(person)s
        )
    """,
    "notifications": f"""
        -- What others were told of them.
        WITH about AS ({_ABOUT})
        DELETE FROM notifications WHERE user_id IS DISTINCT FROM %(person)s AND (
            recipient = 'contact:' || %(person)s
            OR split_part(subject, ':', 2) IN (SELECT id FROM about)
            OR split_part(event_key, ':', 2) IN (SELECT id FROM about)
            OR (event_key || subject || payload::text) ~* %(words)s
        )
    """,  # noqa: S608 - a constant
    "background_jobs": """
        -- Work of others that was about them, and is over or will not find them.
        DELETE FROM background_jobs
        WHERE owner_id <> %(person)s
            AND (parameters::text || coalesce(result::text, '')) ~* %(words)s
    """,
}
"""Table -> what ends at once, so that nothing new comes of the person."""

EMPTY: Final = {
    "hospital_syncs": """
        -- That hospitals were told stays; of whom goes, and what was not told yet is not.
        UPDATE hospital_syncs SET payload = '{}', state = CASE
            WHEN state IN ('pending', 'failed', 'dead') THEN 'superseded' ELSE state END
        WHERE provider_id IN (SELECT id FROM healthcare_providers WHERE user_id = %(person)s)
    """,
    "availability_exceptions": """
        -- Why they were away.
        UPDATE availability_exceptions SET reason = ''
        WHERE provider_id IN (SELECT id FROM healthcare_providers WHERE user_id = %(person)s)
    """,
    "healthcare_providers": """
        -- Others' appointments and prescriptions go on pointing to a provider without a name.
        UPDATE healthcare_providers SET first_name = '', last_name = 'Erased', phone_number = '',
            email = 'erased-' || id || '@erased.invalid', license_number = 'erased-' || id,
            address = '', bio = '', hospital_clinic = '', is_active = false, updated_at = now()
        WHERE user_id = %(person)s
    """,
    "payment_events": """
        -- Books keep amounts and times of payments; what a service said of the payer goes.
        UPDATE payment_events SET facts = '{}' WHERE payment_id IN (
            SELECT id FROM payments WHERE patient_id = %(person)s
        )
    """,
}
"""Table -> how rows that must stay lose the person."""

DROP_FAILURES: Final = "DELETE FROM login_failures WHERE key = %s"

DECOMPRESS_ANY: Final = """
    -- Compressed days are changed however many readings they hold; the other edition has none.
    SELECT set_config(name, '0', false) FROM pg_settings
    WHERE name = 'timescaledb.max_tuples_decompressed_per_dml_transaction'
"""

FIRST_READING: Final = "SELECT min(time) FROM vitals WHERE series_id = %s"

DELETE_DAY: Final = """
    -- Readings of a series from its first one on, a day of them.
    DELETE FROM vitals WHERE series_id = %(series)s
        AND time >= %(from)s AND time < %(from)s + interval '1 day'
"""

OUTBOX_IDS: Final = "SELECT id FROM outbox ORDER BY id"
OUTBOX_ROW: Final = "SELECT payload FROM outbox WHERE id = %s FOR UPDATE"
OUTBOX_REPLACE: Final = "UPDATE outbox SET readings = %s, payload = %s WHERE id = %s"
OUTBOX_ALL: Final = "SELECT payload FROM outbox ORDER BY id"

TYPE_OF: Final = """
    -- What a column of a table of this schema holds.
    SELECT format_type(a.atttypid, NULL) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema::regnamespace AND c.relname = %s AND a.attname = %s
        AND c.relkind IN ('r', 'p')
"""

DELETE_ACCOUNT: Final = "DELETE FROM users WHERE id = %s"

FINISH: Final = """
    -- The proof, with the account's end in one transaction; no file is left to delete.
    UPDATE erasures SET finished_at = %(at)s, document = %(document)s, sha256 = %(sha256)s,
        files = '{}'
    WHERE id = %(id)s
"""
