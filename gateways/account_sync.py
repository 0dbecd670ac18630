"""Keeps the broker's device accounts what the database says, whoever else is at it."""

import asyncio
from typing import Any
from uuid import UUID

import psycopg

from gateways.broker_accounts import BrokerAccounts
from storage.queries import broker_accounts as queries

Connection = psycopg.AsyncConnection[Any]


async def publish(connection: Connection, accounts: BrokerAccounts, device_id: UUID) -> None:
    """Tell the broker which keys a device may use now; to be called after a commit that changed it.

    `connection` is in autocommit mode. Raises `psycopg.Error`, or `OSError` when the account
    cannot be written.
    """
    async with queries.held(connection, device_id) as digests:
        await asyncio.to_thread(accounts.put, device_id, digests)


async def reconcile(connection: Connection, accounts: BrokerAccounts) -> int:
    """Make the broker know exactly the live keys; how many accounts were wrong.

    The comparison is of a moment: each account that differs is looked at again before it is
    written, so that a key rotated meanwhile stays.
    """
    known = await asyncio.to_thread(accounts.known)
    live = await queries.live_accounts(connection)
    wrong = await asyncio.to_thread(accounts.differing, live, known)
    for device_id in wrong:
        await publish(connection, accounts, device_id)
    return len(wrong)


async def end_expired(connection: Connection, accounts: BrokerAccounts) -> int:
    """Take keys that ended from the broker; of how many devices. Repeated until it was told."""
    devices = await queries.with_expired_keys(connection)
    for device_id in devices:
        await publish(connection, accounts, device_id)
        await queries.settle_expired(connection, device_id)
    return len(devices)
