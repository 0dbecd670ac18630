"""What a commit keeps beside readings and ledgers: dead letters, statuses, faults, clocks."""

from collections import Counter
from typing import Any
from uuid import UUID

import psycopg

from storage.queries import intake as sql
from storage.queries.device_news import announce_faults
from storage.tally import Ints
from telemetry.batch import Batch, Fault, Letter, Status
from telemetry.clock import from_ms
from telemetry.clocks import Model
from telemetry.clocks import State as ClockState
from telemetry.device_facts import Fact, of_error, of_refusal

Connection = psycopg.AsyncConnection[Any]
_Fact = tuple[UUID, Fact, str, int]
"""Device, what happened, its word for it, readings."""


async def keep_asides(
    connection: Connection, batch: Batch, conflicts: list[Letter], outcome: Ints
) -> None:
    """Keep everything of `batch` that is neither reading nor account.

    `outcome` (n,) is what each message of the account was counted as.
    """
    await _keep_letters(connection, batch.letters + conflicts, outcome)
    facts = await _set_statuses(connection, batch.statuses)
    await _keep_faults(connection, batch.faults)
    await _keep_clocks(connection, batch.clocks)
    await _keep_facts(connection, facts + _facts(batch))
    await _keep_habits(connection, batch)


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


async def _set_statuses(connection: Connection, statuses: list[Status]) -> list[_Fact]:
    """Set what is known of devices; return what that tells of those whose status it changed."""
    newest: dict[UUID, Status] = {}
    for status in statuses:
        known = newest.get(status.device_id)
        newest[status.device_id] = status if known is None else known.followed_by(status)
    if not newest:
        return []
    columns = zip(
        *(
            (s.device_id, s.boot, s.online, s.battery_level, s.firmware_version, s.gateway)
            for s in newest.values()
        ),
        strict=True,
    )
    cursor = await connection.execute(sql.SET_STATUS, [list(column) for column in columns])
    return [
        (device_id, Fact.ONLINE if online else Fact.OFFLINE, "", 1)
        for device_id, online in await cursor.fetchall()
    ]


async def _keep_faults(connection: Connection, faults: list[Fault]) -> None:
    if faults:
        columns = zip(
            *((f.device_id, f.boot, f.code, f.message, f.occurred_ms) for f in faults),
            strict=True,
        )
        await connection.execute(sql.KEEP_FAULTS, [list(column) for column in columns])
        await announce_faults(connection, faults)


async def _keep_habits(connection: Connection, batch: Batch) -> None:
    if batch.habits:
        seen = [(*key, times) for key, times in batch.habits.items()]
        columns = [list(column) for column in zip(*seen, strict=True)]
        await connection.execute(sql.KEEP_HABITS, columns)


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


def _facts(batch: Batch) -> list[_Fact]:
    """What a batch tells of its devices beside their statuses: probes, clocks, quarantine."""
    facts = [
        (fault.device_id, fact, fault.code, 1)
        for fault in batch.faults
        if (fact := of_error(fault.code)) is not None
    ]
    refused: Counter[tuple[UUID, Fact, str]] = Counter()
    for letter in batch.letters:
        fact = of_refusal(letter.reason)
        # Only of a device that has proven who it is: others must not raise alarms in its name.
        if fact is not None and letter.device_id is not None and letter.boot is not None:
            refused[letter.device_id, fact, letter.reason] += letter.readings
    facts += [(*key, readings) for key, readings in refused.items()]
    return facts + [
        (device_id, Fact.CLOCK_GOOD, "", 1)
        for device_id, model in batch.clocks
        if model.state is ClockState.GOOD
    ]


async def _keep_facts(connection: Connection, facts: list[_Fact]) -> None:
    if facts:
        columns = [list(column) for column in zip(*facts, strict=True)]
        await connection.execute(sql.KEEP_FACTS, columns)
