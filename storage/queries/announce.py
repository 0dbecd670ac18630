"""Telling somebody something, in the transaction that is the reason for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import psycopg

from storage.engine import WriteSession
from telemetry.notices import KINDS, NOTIFICATIONS_CHANNEL, QUEUE, URGENT_QUEUE

URGENT_PRIORITY: Final = 10

_ANNOUNCE = """
    -- Notifications that were not announced before, their readers woken and their jobs queued.
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(%(news)s::jsonb) AS n(
            user_id uuid, hospital_id uuid, recipient text, kind text, event_key text,
            subject text, urgent boolean, channels text[], payload jsonb)
    ), added AS (
        INSERT INTO notifications (user_id, hospital_id, recipient, kind, event_key, subject,
            urgent, channels, payload)
        SELECT user_id, hospital_id, recipient, kind, event_key, subject, urgent, channels, payload
        FROM wanted ORDER BY event_key, recipient
        ON CONFLICT (event_key, recipient) DO NOTHING
        RETURNING id, user_id, subject, urgent
    ), outdated AS (
        UPDATE notifications n SET read_at = now() FROM added a
        WHERE n.user_id = a.user_id AND n.subject = a.subject AND a.subject <> ''
            AND n.read_at IS NULL
    ), queued AS (
        SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
            CASE WHEN urgent THEN %(urgent_queue)s ELSE %(queue)s END, 'notify',
            CASE WHEN urgent THEN %(urgent)s ELSE 0 END, NULL, NULL,
            jsonb_build_object('notification_id', id), NULL)::procrastinate_job_to_defer_v1)) AS ids
        FROM added
    ), told AS (
        SELECT pg_notify(%(channel)s, user_id::text) FROM added WHERE user_id IS NOT NULL
    )
    SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM told), queued.ids FROM queued
"""


@dataclass(frozen=True, slots=True)
class News:
    """What one recipient is told.

    Attributes:
        kind: One of `telemetry.notices.KINDS`; it chooses the template.
        event_key: Names the event, such as `appointment:<id>:reminder_24h`. Announcing the same
            key to the same recipient again does nothing, which is what makes a job that runs
            twice send once.
        payload: What the template says. Never a secret, and no value that was measured.
        user_id: Who is told; or
        hospital_id: whose own system is told; or
        contact_of: the patient whose emergency contact is told; or
        provider_id: a provider without an account, by e-mail alone; the payload names them, too.
        subject: What it is about, such as `alarm:<id>`: an older one of it becomes read.
        urgent: Neither quiet hours nor preferences hold it back.
        channels: Over which channels, None: over those that the recipient prefers.

    """

    kind: str
    event_key: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    user_id: UUID | None = None
    hospital_id: UUID | None = None
    contact_of: UUID | None = None
    provider_id: UUID | None = None
    subject: str = ""
    urgent: bool = False
    channels: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be told to anybody."""
        named = [self.user_id, self.hospital_id, self.contact_of, self.provider_id]
        if len([one for one in named if one is not None]) != 1 or self.kind not in KINDS:
            message = "news are of a known kind and for exactly one recipient"
            raise ValueError(message)

    @property
    def recipient(self) -> str:
        """Name of the recipient, unique among all sorts of them."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        if self.hospital_id is not None:
            return f"hospital:{self.hospital_id}"
        if self.provider_id is not None:
            return f"provider:{self.provider_id}"
        return f"contact:{self.contact_of}"

    def _row(self) -> dict[str, Any]:
        return {
            "user_id": None if self.user_id is None else str(self.user_id),
            "hospital_id": None if self.hospital_id is None else str(self.hospital_id),
            "recipient": self.recipient,
            "kind": self.kind,
            "event_key": self.event_key,
            "subject": self.subject,
            "urgent": self.urgent,
            "channels": None if self.channels is None else list(self.channels),
            "payload": dict(self.payload),
        }


async def announce(connection: psycopg.AsyncConnection[Any], news: Sequence[News]) -> int:
    """Tell everybody what is new to them; how many that are.

    To be called inside the transaction that is the reason: both happen or neither does.
    """
    if not news:
        return 0
    rows = json.dumps([one._row() for one in news])  # noqa: SLF001 - of this module
    values = {
        "news": rows,
        "queue": QUEUE,
        "urgent_queue": URGENT_QUEUE,
        "urgent": URGENT_PRIORITY,
        "channel": NOTIFICATIONS_CHANNEL,
    }
    row = await (await connection.execute(_ANNOUNCE, values)).fetchone()
    return int(row[0]) if row else 0


async def announce_in(session: WriteSession, news: Sequence[News]) -> int:
    """Do the same in the transaction of a session."""
    await session.flush()
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    if not isinstance(connection, psycopg.AsyncConnection):
        raise TypeError
    return await announce(connection, news)
