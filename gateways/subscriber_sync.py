"""Keeps the broker's subscriber accounts what the database says, whoever else is at it."""

import asyncio
from typing import Any
from uuid import UUID

import psycopg

from gateways.broker_subscribers import FileBrokerSubscribers, Grant
from storage.queries import subscribers as queries
from telemetry.topics import alarm_topics

Connection = psycopg.AsyncConnection[Any]


async def publish(
    connection: Connection, subscribers: FileBrokerSubscribers, subscriber_id: UUID
) -> None:
    """Tell the broker what a subscriber may read now, or that it is gone; after the commit.

    `connection` is in autocommit mode. Raises `psycopg.Error`, or `OSError` when the account
    cannot be written.
    """
    async with queries.held(connection, subscriber_id) as account:
        if account is None:
            await asyncio.to_thread(subscribers.remove, subscriber_id)
        else:
            await asyncio.to_thread(subscribers.put, subscriber_id, _grant(account))


async def reconcile(connection: Connection, subscribers: FileBrokerSubscribers) -> int:
    """Make the broker know exactly the subscribers there are; how many accounts were wrong.

    The comparison is of a moment: each that differs is looked at again before it is written.
    """
    wanted = [(one.id, _grant(one)) for one in await queries.accounts(connection)]
    wrong = await asyncio.to_thread(subscribers.differing, wanted)
    for subscriber_id in wrong:
        await publish(connection, subscribers, subscriber_id)
    return len(wrong)


def _grant(account: queries.Account) -> Grant:
    topics = alarm_topics(account.patient_id, account.hospital_id, account.ward)
    return Grant(bytes(account.digest), topics)
