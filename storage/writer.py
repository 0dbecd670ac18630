"""One batch, one transaction: readings, ledgers, newest values, dead letters and the outbox.

Readings are copied plainly into the hypertable. Only when some of them are there already does
the batch go through a staging table, so that duplicates cost nothing while there are none, and
a duplicate never rolls back the readings beside it.

Batches of several writers may hold the same readings: a device may send over MQTT and HTTP at once.
Each waits for the other's rows, so all take them in one order, series before readings, newest
values and ledgers, each sorted by its key; a batch that came over HTTP has one ledger. Where two
workers overlap, for the moment of a lost lease, PostgreSQL may still end one of two transactions as
a deadlock, and it is tried again.
"""

from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import numpy as np
import psycopg
from numpy.typing import NDArray

from storage import copy
from storage.asides import keep_asides
from storage.ledgers import LedgerKeeper, Receipt, keep_ledgers
from storage.queries import intake as sql
from storage.replies import keep_replies
from storage.tally import State, tally
from telemetry import clock
from telemetry.batch import Batch, Letter
from telemetry.errors import Reason
from telemetry.metrics import METRICS_BY_ID
from telemetry.outbox import Batch as Packed
from telemetry.outbox import pack

Connection = psycopg.AsyncConnection[Any]
States = NDArray[np.uint8]

MAX_NOTIFIED_PATIENTS = 200
"""A notification carries at most 8,000 bytes; with more patients it says `*`."""


@dataclass(slots=True)
class Committed:
    """What a commit did.

    Attributes:
        series: Temporary series id -> stored one.
        newest: (series ids int32 (k,), times ms int64 (k,)) of the newest live readings.
        receipts: One per numbered account.
        measured_ms: int64 (k,), when the readings that are news were measured.
        conflicts: Dead letters of readings that are stored with another value.
        stored: Readings stored; `duplicate` and `conflicting` likewise.

    """

    series: dict[int, int]
    newest: tuple[NDArray[np.int32], NDArray[np.int64]]
    receipts: list[Receipt]
    measured_ms: NDArray[np.int64]
    conflicts: list[Letter]
    stored: int
    duplicate: int
    conflicting: int


@dataclass(slots=True)
class _Rows:
    """Readings of a batch as arrays of one length, and the message of each."""

    series: NDArray[np.int32]
    time_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.float32]
    message: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.series)


async def commit(
    connection: Connection,
    batch: Batch,
    newest_ms: NDArray[np.int64] | None = None,
    keep: LedgerKeeper = keep_ledgers,
) -> Committed:
    """Commit `batch` over `connection` (autocommit mode), all of it or nothing.

    `newest_ms` (indexed by series id, 0 where unknown) tells which readings are backlog; `keep`
    enters the counts into the ledgers.
    Raises `psycopg.Error` when the database fails; the batch is then unchanged and can be
    committed again.
    """
    async with connection.transaction():
        series = await _open_series(connection, batch)
        rows = _rows(batch, series)
        state = await _store(connection, rows)
        historical = _historical(batch, rows, newest_ms)
        live = (state == State.STORED) & ~historical
        newest = await _raise_latest(connection, batch, rows, live)
        counts = tally(batch, rows.message, state)
        conflicts = _conflicts(batch, rows, state)
        receipts = await keep(connection, batch, counts)
        await keep_asides(connection, batch, conflicts, counts.outcome)
        await keep_replies(connection, batch.replies)
        await _enqueue(connection, batch, rows, state == State.STORED, historical)
    for account in batch.accounts:
        account.device.boots.add(account.boot)
    totals = [int(np.count_nonzero(state == one)) for one in State]
    return Committed(series, newest, receipts, rows.time_ms[live], conflicts, *totals)


async def _open_series(connection: Connection, batch: Batch) -> dict[int, int]:
    if not batch.new_series:
        return {}
    asked = [
        (device.owner_id, device.source_id, metric) for device, metric in batch.new_series.values()
    ]
    ids: dict[tuple[UUID, UUID | None, int], int] = {}
    # A series that another writer opened meanwhile is visible to the next statement only.
    while missing := [key for key in asked if key not in ids]:
        owners, devices, metrics = (list(column) for column in zip(*missing, strict=True))
        cursor = await connection.execute(sql.OPEN_SERIES, (owners, devices, metrics))
        ids |= {(row[1], row[2], row[3]): row[0] for row in await cursor.fetchall()}
    return {temporary: ids[key] for temporary, key in zip(batch.new_series, asked, strict=True)}


def _rows(batch: Batch, series: dict[int, int]) -> _Rows:
    ids = np.array(batch.series, np.int32)
    new = np.flatnonzero(ids < 0)
    ids[new] = [series[i] for i in ids[new].tolist()]
    columns = batch.columns
    return _Rows(
        ids,
        np.array(columns.time_ms, np.int64),
        np.array(columns.value, np.float64),
        np.array(columns.quality, np.float32),
        np.repeat(np.arange(len(batch.rows)), batch.rows),
    )


async def _store(connection: Connection, rows: _Rows) -> States:
    """Store readings in the order of their key; return what became of each, `State` (n,)."""
    if not len(rows):
        return np.zeros(0, np.uint8)
    order = np.lexsort((rows.time_ms, rows.series))
    columns: copy.Columns = [
        (">i4", rows.series[order]),
        (">i8", copy.timestamptz(rows.time_ms[order])),
        (">f8", rows.value[order]),
        (">f4", rows.quality[order]),
    ]
    try:
        async with connection.transaction(), connection.cursor() as cursor:
            await _copy(cursor, sql.COPY_VITALS, copy.encode(columns))
    except psycopg.errors.UniqueViolation:
        return await _merge(connection, rows, order, columns)
    return np.zeros(len(rows), np.uint8)


async def _merge(
    connection: Connection, rows: _Rows, order: NDArray[np.int64], columns: copy.Columns
) -> States:
    numbered: copy.Columns = [(">i4", order.astype(np.int32)), *columns]
    bounds = [clock.from_ms(int(rows.time_ms.min())), clock.from_ms(int(rows.time_ms.max()))]
    async with connection.cursor() as cursor:
        await cursor.execute(sql.CREATE_STAGING)
        await _copy(cursor, sql.COPY_STAGING, copy.encode(numbered))
        await cursor.execute(sql.MERGE_STAGING)
        await cursor.execute(sql.NOT_STORED, bounds)
        left_out = await cursor.fetchall()
    state = np.full(len(rows), State.STORED, np.uint8)
    for row, conflicting in left_out:
        state[row] = State.CONFLICTING if conflicting else State.DUPLICATE
    return state


async def _copy(
    cursor: psycopg.AsyncCursor[Any], statement: LiteralString, payload: bytearray
) -> None:
    async with cursor.copy(statement) as stream:
        await stream.write(payload)


def _conflicts(batch: Batch, rows: _Rows, state: States) -> list[Letter]:
    """Make a letter per conflicting reading, and count it as refused in its account."""
    found = np.flatnonzero(state == State.CONFLICTING).tolist()
    return [_conflict(batch, rows, row) for row in found]


def _conflict(batch: Batch, rows: _Rows, row: int) -> Letter:
    message = int(rows.message[row])
    account = batch.accounts[batch.account[message]]
    metric = METRICS_BY_ID[batch.columns.metric[row]]
    sample = {
        "c": metric.code,
        "t": int(rows.time_ms[row]),
        "v": float(rows.value[row]),
        "u": metric.unit,
        "q": float(rows.quality[row]),
    }
    return Letter(
        Reason.CONFLICTING_DUPLICATE,
        account.device.source_id,
        batch.topics[message],
        msgspec.json.encode({"m": [sample]}),
        batch.received_ms[message],
        boot=account.boot,
        seq=batch.seq[message],
        message=message,
    )


def _historical(
    batch: Batch, rows: _Rows, newest_ms: NDArray[np.int64] | None
) -> NDArray[np.bool_]:
    historical = np.array(batch.historical, np.bool_)[rows.message]
    if newest_ms is not None:
        known = np.flatnonzero(rows.series < len(newest_ms))
        historical[known] |= rows.time_ms[known] < newest_ms[rows.series[known]]
    return historical


async def _raise_latest(
    connection: Connection, batch: Batch, rows: _Rows, live: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Raise `latest` by the newest live reading of each series; return those series and times."""
    index = np.flatnonzero(live)
    order = index[np.lexsort((rows.time_ms[index], rows.series[index]))]
    series = rows.series[order]
    is_last = np.ones(len(order), np.bool_)
    is_last[:-1] = series[1:] != series[:-1]
    last = order[is_last]
    if len(last):
        received = np.array(batch.received_ms, np.int64)[rows.message[last]]
        columns = (rows.series, rows.time_ms, rows.value, rows.quality)
        await connection.execute(sql.RAISE_LATEST, [*(c[last] for c in columns), received])
    return rows.series[last], rows.time_ms[last]


async def _enqueue(
    connection: Connection,
    batch: Batch,
    rows: _Rows,
    stored: NDArray[np.bool_],
    historical: NDArray[np.bool_],
) -> None:
    """Leave the new readings for the engine, and wake whoever listens."""
    if not stored.any():
        return
    received = np.array(batch.received_ms, np.int64)[rows.message]
    packed = Packed(
        rows.series[stored],
        rows.time_ms[stored],
        received[stored],
        rows.value[stored],
        rows.quality[stored],
        historical[stored],
    )
    await connection.execute(sql.ENQUEUE, (len(packed), pack(packed)))
    patients = {str(account.device.owner_id) for account in batch.accounts}
    notified = ",".join(patients) if len(patients) <= MAX_NOTIFIED_PATIENTS else "*"
    await connection.execute(sql.NOTIFY, (notified,))
