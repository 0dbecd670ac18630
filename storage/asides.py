"""What a commit keeps beside readings and ledgers: dead letters, statuses, faults, clocks."""

from typing import Any
from uuid import UUID

import psycopg

from storage.queries import intake as sql
from storage.tally import Ints
from telemetry.batch import Batch, Fault, Letter, Status
from telemetry.clock import from_ms
from telemetry.clocks import Model

Connection = psycopg.AsyncConnection[Any]


async def keep_asides(
    connection: Connection, batch: Batch, conflicts: list[Letter], outcome: Ints
) -> None:
    """Keep everything of `batch` that is neither reading nor account.

    `outcome` (n,) is what each message of the account was counted as.
    """
    await _keep_letters(connection, batch.letters + conflicts, outcome)
    await _set_statuses(connection, batch.statuses)
    await _keep_faults(connection, batch.faults)
    await _keep_clocks(connection, batch.clocks)


async def _keep_letters(connection: Connection, letters: list[Letter], outcome: Ints) -> None:
    if not letters:
        return
    counted: set[int] = set()
    async with connection.cursor() as cursor, cursor.copy(sql.COPY_DEAD_LETTERS) as stream:
        for letter in letters:
            told = letter.message
            if told is not None and not letter.seq:
                # Nothing else tells that two letters are of one message: one carries its outcome.
                told = None if told in counted else told
                counted.add(letter.message or 0)
            await stream.write_row(
                (
                    from_ms(letter.received_ms),
                    letter.reason,
                    letter.device_id,
                    letter.topic,
                    letter.payload,
                    letter.readings,
                    letter.boot,
                    letter.seq,
                    None if told is None else int(outcome[told]),
                    letter.replayable,
                )
            )


async def _set_statuses(connection: Connection, statuses: list[Status]) -> None:
    newest: dict[UUID, Status] = {}
    for status in statuses:
        known = newest.get(status.device_id)
        newest[status.device_id] = status if known is None else known.followed_by(status)
    if newest:
        columns = zip(
            *(
                (s.device_id, s.boot, s.online, s.battery_level, s.firmware_version)
                for s in newest.values()
            ),
            strict=True,
        )
        await connection.execute(sql.SET_STATUS, [list(column) for column in columns])


async def _keep_faults(connection: Connection, faults: list[Fault]) -> None:
    if faults:
        columns = zip(
            *((f.device_id, f.boot, f.code, f.message, f.occurred_ms) for f in faults),
            strict=True,
        )
        await connection.execute(sql.KEEP_FAULTS, [list(column) for column in columns])


async def _keep_clocks(connection: Connection, clocks: list[tuple[UUID, Model]]) -> None:
    if clocks:
        columns = zip(
            *(
                (
                    device_id,
                    model.boot,
                    model.seq,
                    model.valid_from_ms,
                    model.offset_ms,
                    model.drift_ppm,
                    model.uncertainty_ms,
                    model.state.value,
                )
                for device_id, model in clocks
            ),
            strict=True,
        )
        await connection.execute(sql.KEEP_CLOCKS, [list(column) for column in columns])
