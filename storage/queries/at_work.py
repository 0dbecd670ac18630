"""Requests with an Idempotency-Key that are worked on for long before they write anything.

Whoever works on one holds a row in the place of its answer, which every process sees: no connection
is held meanwhile. A process that dies leaves the row; it makes room after `LEASE_SECONDS`.
"""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from storage.engine import Database
from storage.queries.idempotency import AT_WORK, LIFE_HOURS, Claim

LEASE_SECONDS: Final = 900
"""Longer than any request works: two answers of a model, each of 300 s at the most."""

_TAKE = f"""
    -- Take a key for a request, unless another one has it or its answer is kept.
    INSERT INTO kept_answers AS kept (user_id, key_digest, request_digest, status, headers, body)
    VALUES (%s, %s, %s, {AT_WORK}, '{{}}', '')
    ON CONFLICT (user_id, key_digest) DO UPDATE
    SET request_digest = excluded.request_digest, status = excluded.status,
        headers = excluded.headers, body = excluded.body, created_at = now()
    WHERE kept.created_at < now() - CASE WHEN kept.status = {AT_WORK}
        THEN interval '{LEASE_SECONDS} seconds' ELSE interval '{LIFE_HOURS} hours' END
    RETURNING created_at
"""  # noqa: S608 - numbers of our own
_RELEASE = f"""
    -- Give back a key that was taken then; an answer that is kept by now stays.
    DELETE FROM kept_answers
    WHERE user_id = %s AND key_digest = %s AND status = {AT_WORK} AND created_at = %s
"""  # noqa: S608


@asynccontextmanager
async def working(database: Database, wanted: Claim) -> AsyncIterator[bool]:
    """Hold a key while its request is worked on; False where another one has it, or its answer."""
    taken = await _take(database, wanted)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            async with database.plain() as connection:
                await connection.execute(_RELEASE, (wanted.user_id, wanted.key_digest, taken))


async def _take(database: Database, wanted: Claim) -> dt.datetime | None:
    async with database.plain() as connection:
        whose = (wanted.user_id, wanted.key_digest, wanted.request_digest)
        row = await (await connection.execute(_TAKE, whose)).fetchone()
    return None if row is None else row[0]
