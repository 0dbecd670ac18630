"""The ledgers' part of a commit: one entry per boot, and the receipts that follow from it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from psycopg.types.json import Jsonb

from storage.arrays import uuids
from storage.queries import intake as sql
from storage.tally import State, Tally
from telemetry.batch import UNNUMBERED, Account, Batch
from telemetry.errors import Reason

Connection = psycopg.AsyncConnection[Any]


@dataclass(slots=True)
class Receipt:
    """What a device may be told after the commit.

    Attributes:
        account: The boot of the device that it is about.
        seq: Every message up to this number is accounted for.
        beyond: Ranges accounted for beyond a gap, as PostgreSQL writes a multirange.
        stored: Readings stored by this commit; `duplicate` and `rejected` likewise.

    """

    account: Account
    seq: int
    beyond: str | None
    stored: int
    duplicate: int
    rejected: int


LedgerKeeper = Callable[[Connection, Batch, Tally], Awaitable[list[Receipt]]]


async def keep_ledgers(connection: Connection, batch: Batch, counts: Tally) -> list[Receipt]:
    """Enter a batch, counted, into the ledgers of its boots; return what devices may be told."""
    accounts = batch.accounts
    if not accounts:
        return []
    await _open_ledgers(connection, accounts)
    devices = uuids([account.device.device_id for account in accounts])
    boots = np.array([account.boot for account in accounts], np.int64)
    plain = counts.plain
    found: list[tuple[int, int, str | None]] = []
    for chosen, statement, parameters_of in (
        (np.flatnonzero(plain), sql.KEEP_PLAIN_LEDGERS, counts.plain_parameters),
        (np.flatnonzero(~plain), sql.KEEP_LEDGERS, counts.parameters),
    ):
        if len(chosen):
            parameters = parameters_of(chosen)
            mine = parameters["account"]
            named = {"device": devices[mine], "boot": boots[mine]}
            cursor = await connection.execute(statement, parameters | named)
            found += await cursor.fetchall()
    await _keep_refusals(connection, accounts, counts)
    return _receipts(accounts, counts, found)


async def _open_ledgers(connection: Connection, accounts: list[Account]) -> None:
    """Make sure that each boot has a ledger; a device remembers those that are committed."""
    new = [account for account in accounts if account.boot not in account.device.boots]
    if new:
        devices = uuids([account.device.device_id for account in new])
        boots = np.array([account.boot for account in new], np.int64)
        await connection.execute(sql.OPEN_LEDGERS, (devices, boots))


def _receipts(
    accounts: list[Account], counts: Tally, found: list[tuple[int, int, str | None]]
) -> list[Receipt]:
    readings = counts.readings.tolist()
    receipts = []
    for index, seq, beyond in found:
        account = accounts[index]
        if account.boot != UNNUMBERED:
            stored, duplicate, conflicting = readings[index]
            rejected = account.refused.total() + conflicting if account.refused else conflicting
            receipts.append(Receipt(account, seq, beyond, stored, duplicate, rejected))
    return receipts


async def _keep_refusals(connection: Connection, accounts: list[Account], counts: Tally) -> None:
    devices, boots, reasons = [], [], []
    for account, conflicting in zip(
        accounts, counts.readings[:, State.CONFLICTING].tolist(), strict=True
    ):
        refused = dict(account.refused)
        if conflicting:
            refused[Reason.CONFLICTING_DUPLICATE] = conflicting
        if refused:
            devices.append(account.device.device_id)
            boots.append(account.boot)
            reasons.append(Jsonb(refused))
    if devices:
        await connection.execute(sql.KEEP_REFUSALS, (devices, boots, reasons))
