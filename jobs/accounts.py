"""Keeps the broker's device accounts what the database says."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg

from gateways.broker_accounts import BrokerAccounts
from storage.engine import CONNECT_TIMEOUT_SECONDS
from storage.queries import retention as sql


def reconcile(url: str, accounts: BrokerAccounts) -> None:
    """Make the broker know exactly the live keys. Blocking: run it in a thread.

    The API writes an account after the commit that made it. The gateway lists what the broker
    knows before it asks for the accounts, so a device that registers meanwhile is not removed.
    """
    accounts.reconcile(live_accounts(url))


def live_accounts(url: str) -> Iterator[tuple[UUID, Sequence[bytes]]]:
    """Devices with the digests of their keys, asked for when the first one is."""
    with psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_SECONDS) as connection:
        yield from connection.execute(sql.DEVICE_ACCOUNTS)
