"""Answers of devices, kept in the transaction of the batch that they came in."""

from typing import Any

import psycopg

from telemetry.replies import Reply

Connection = psycopg.AsyncConnection[Any]

MAX_NOTIFIED = 200
"""A notification carries at most 8,000 bytes; with more answers it says `*`."""

KEEP_REPLIES = """
    -- Answers to commands: the first one counts, be it late, and only of the device that was asked.
    UPDATE device_commands c SET
        status = CASE WHEN r.ok THEN 'succeeded' ELSE 'failed' END,
        answered_at = now(), result = r.result, error = r.error
    FROM unnest(%s::uuid[], %s::uuid[], %s::boolean[], %s::bytea[], %s::text[])
        AS r(device_id, id, ok, result, error)
    WHERE c.id = r.id AND c.device_id = r.device_id AND c.answered_at IS NULL
    RETURNING c.id::text
"""

ACKNOWLEDGE_CONFIGS = """
    -- Versions that devices say they have, or could not take; never one that was not set.
    UPDATE device_configs c SET
        acknowledged_version = r.version, acknowledged_at = now(), error = r.error
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[]) AS r(device_id, version, error)
    WHERE c.device_id = r.device_id AND r.version <= c.version
        AND r.version >= coalesce(c.acknowledged_version, 0)
"""

NOTIFY = "SELECT pg_notify('jeg_replies', %s)"


async def keep_replies(connection: Connection, replies: list[Reply]) -> None:
    """Enter answers and acknowledgements, and tell whoever waits for one."""
    answers = {reply.command_id: reply for reply in reversed(replies) if reply.command_id}
    if answers:
        columns = zip(
            *((r.device_id, r.command_id, r.ok, r.result, r.error) for r in answers.values()),
            strict=True,
        )
        cursor = await connection.execute(KEEP_REPLIES, [list(column) for column in columns])
        answered = [row[0] for row in await cursor.fetchall()]
        if answered:
            told = ",".join(answered) if len(answered) <= MAX_NOTIFIED else "*"
            await connection.execute(NOTIFY, (told,))
    newest = {r.device_id: r for r in replies if r.config is not None}
    if newest:
        rows = [(r.device_id, r.config, None if r.ok else r.error or "") for r in newest.values()]
        await connection.execute(
            ACKNOWLEDGE_CONFIGS, [list(column) for column in zip(*rows, strict=True)]
        )
