"""Erases a person from the database, some thousand rows in a transaction, each step safe to repeat.

`storage.person_tables` says which rows are theirs. What others' records point to is made nobody's,
and where a number or an address of theirs stands in somebody else's row it is taken out.
"""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID, uuid4

import numpy as np
import psycopg
from psycopg import sql

from storage.erasure_scan import Finding, Traces, scan
from storage.person_tables import CHAIN, ERASED, TABLES, actors, condition, owned, trusted
from storage.queries import erasures as queries
from storage.queries.device_keys import TELL_KEYS
from telemetry.outbox import Batch, pack, unpack

Connection = psycopg.AsyncConnection[Any]

ROWS_AT_ONCE: Final = 5_000
_BY_SERIES: Final = ("rollup_minute", "rollup_hour", "rollup_day")
_LAST: Final = "users"
"""Goes in the transaction of the proof, so that what leads to the person is known until then."""
_JSON: Final = frozenset({"json", "jsonb"})


async def shut(connection: Connection, traces: Traces) -> Counter[str]:
    """End everything that could bring new rows: sessions, keys of devices, waiting letters."""
    done: Counter[str] = Counter()
    async with connection.transaction():
        for name, statement in queries.SHUT.items():
            cursor = await connection.execute(statement, traces.parameters)
            done[name] += cursor.rowcount
        for device in traces.devices:
            await connection.execute(TELL_KEYS, (str(device),))
    return done


async def delete_readings(connection: Connection, series_id: int) -> int:
    """Delete the readings of one series and what was made of them, a day at a time."""
    await connection.execute(queries.DECOMPRESS_ANY)
    gone = 0
    while row := await (
        await connection.execute(queries.FIRST_READING, (series_id,), prepare=False)
    ).fetchone():
        if row[0] is None:
            break
        cursor = await connection.execute(
            queries.DELETE_DAY, {"series": series_id, "from": row[0]}, prepare=False
        )
        gone += cursor.rowcount
    for table in _BY_SERIES:
        statement = sql.SQL("DELETE FROM {} WHERE series_id = %s").format(sql.Identifier(table))
        await connection.execute(statement, (series_id,), prepare=False)
    return gone


async def delete_rows(connection: Connection, traces: Traces) -> AsyncIterator[tuple[str, int]]:
    """Delete what is the person's, table by table: (table, rows)."""
    for table in owned():
        if table in {*_BY_SERIES, "vitals", _LAST}:
            continue
        yield table, await _delete(connection, table, traces)


async def _delete(connection: Connection, table: str, traces: Traces) -> int:
    statement = sql.SQL(
        "DELETE FROM {table} WHERE ctid = ANY(ARRAY("
        "SELECT ctid FROM {table} WHERE {whose} LIMIT {most}))"
    ).format(
        table=sql.Identifier(table),
        whose=sql.SQL(trusted(condition(table) or "false")),
        most=sql.Literal(ROWS_AT_ONCE),
    )
    gone = 0
    while True:
        cursor = await connection.execute(statement, traces.parameters, prepare=False)
        gone += cursor.rowcount
        if cursor.rowcount < ROWS_AT_ONCE:
            return gone


async def make_nobodys(connection: Connection, traces: Traces) -> Counter[str]:
    """Take the person out of rows that are others': who acted, who treated, who paid."""
    done: Counter[str] = Counter()
    await connection.execute(queries.ADD_ERASED, {"erased": ERASED})
    async with connection.transaction():
        for name, statement in queries.EMPTY.items():
            cursor = await connection.execute(statement, traces.parameters)
            done[name] += cursor.rowcount
        for actor in actors():
            update = sql.SQL("UPDATE {table} SET {column} = %s WHERE {column} = %s").format(
                table=sql.Identifier(actor.table), column=sql.Identifier(actor.column)
            )
            cursor = await connection.execute(update, (actor.stand_in, traces.person))
            done[actor.table] += cursor.rowcount
    return done


async def take_from_outbox(connection: Connection, traces: Traces) -> int:
    """Take readings out of batches that wait for the engine; how many."""
    gone = 0
    cursor = await connection.execute(queries.OUTBOX_IDS)
    for (row_id,) in await cursor.fetchall():
        async with connection.transaction():
            row = await (await connection.execute(queries.OUTBOX_ROW, (row_id,))).fetchone()
            if row is not None:
                gone += await _repack(connection, row_id, row[0], traces)
    return gone


async def _repack(connection: Connection, row_id: int, payload: bytes, traces: Traces) -> int:
    batch = unpack(payload)
    theirs = np.isin(batch.series, np.array(traces.series, np.int32))
    if not theirs.any():
        return 0
    kept = Batch(*(getattr(batch, name)[~theirs] for name in Batch.__dataclass_fields__))
    await connection.execute(queries.OUTBOX_REPLACE, (len(kept), pack(kept), row_id))
    return int(theirs.sum())


async def in_outbox(connection: Connection, traces: Traces) -> int:
    """Readings of the person that wait for the engine."""
    cursor = await connection.execute(queries.OUTBOX_ALL)
    series = np.array(traces.series, np.int32)
    return sum([int(np.isin(unpack(row[0]).series, series).sum()) async for row in cursor])


async def clear_mentions(connection: Connection, traces: Traces) -> Counter[str]:
    """Take numbers and addresses of the person out of what others' rows say."""
    done: Counter[str] = Counter()
    for finding in await scan(connection, traces):
        # The log's records are erased in its own way.
        changed = finding.left if TABLES.get(finding.table) != CHAIN else ()
        for column in changed:
            done[finding.table] += await _clear(connection, finding, column, traces)
    return done


async def _clear(connection: Connection, finding: Finding, column: str, traces: Traces) -> int:
    names = (finding.table, column)
    kind = await (await connection.execute(queries.TYPE_OF, names)).fetchone()
    if kind is None or kind[0] not in {"text", "character varying", *_JSON}:
        return 0
    statement = sql.SQL(
        "UPDATE {table} SET {column} = regexp_replace({column}::text, %(words)s, %(erased)s,"
        " 'gi')::{kind} WHERE {column}::text ~* %(words)s AND {others}"
    ).format(
        table=sql.Identifier(finding.table),
        column=sql.Identifier(column),
        kind=sql.SQL(kind[0]),
        # By their own row the person is known until the end.
        others=sql.SQL("id <> %(person)s" if finding.table == _LAST else "true"),
    )
    # A number stays a number where programs read one; an address stays unlike every other one.
    stand_in = str(ERASED) if kind[0] in _JSON else f"erased-{uuid4()}"
    cursor = await connection.execute(statement, traces.parameters | {"erased": stand_in})
    return cursor.rowcount


async def conclude(connection: Connection, person: UUID) -> None:
    """Delete the account itself; in the transaction of the proof."""
    await connection.execute(queries.DELETE_ACCOUNT, (person,))
