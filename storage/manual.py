"""Readings that people record at the bedside, by the same writer as those of devices."""

from typing import Any, Final

import psycopg

from storage import revision
from storage.ledgers import Receipt
from storage.tally import Tally
from storage.writer import Committed, commit
from telemetry.batch import Batch

_HOUR_MS: Final = 3_600_000


async def commit_by_hand(connection: psycopg.AsyncConnection[Any], batch: Batch) -> Committed:
    """Commit a batch of `ByHand` readings; people number no messages and get no receipts.

    Their hours are marked at once, not when the engine comes to them: they are a few, and whoever
    asks for what was changed is to find what was entered a moment ago.
    """
    async with connection.transaction():
        committed = await commit(connection, batch, keep=_no_ledgers)
        if committed.stored:
            series = [committed.series.get(one, one) for one in batch.series]
            hours = [time // _HOUR_MS for time in batch.columns.time_ms]
            await revision.mark(connection, series, hours, [])
    return committed


async def _no_ledgers(
    connection: psycopg.AsyncConnection[Any],  # noqa: ARG001 (the form of a keeper)
    batch: Batch,  # noqa: ARG001
    counts: Tally,  # noqa: ARG001
) -> list[Receipt]:
    return []
