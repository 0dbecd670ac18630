"""Readings that people record at the bedside, by the same writer as those of devices."""

from typing import Any

import psycopg

from storage.ledgers import Receipt
from storage.tally import Tally
from storage.writer import Committed, commit
from telemetry.batch import Batch


async def commit_by_hand(connection: psycopg.AsyncConnection[Any], batch: Batch) -> Committed:
    """Commit a batch of `ByHand` readings; people number no messages and get no receipts."""
    return await commit(connection, batch, keep=_no_ledgers)


async def _no_ledgers(
    connection: psycopg.AsyncConnection[Any],  # noqa: ARG001 (the form of a keeper)
    batch: Batch,  # noqa: ARG001
    counts: Tally,  # noqa: ARG001
) -> list[Receipt]:
    return []
