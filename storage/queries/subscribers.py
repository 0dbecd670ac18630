"""Who is sent alarms over MQTT: kept by administrators, told to the broker after each commit."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from storage.engine import ReadSession, WriteSession
from storage.models import Hospital, Subscriber
from storage.queries.broker_accounts import HOLD

Connection = psycopg.AsyncConnection[Any]
LOCK_CLASS: Final = 0x737562
"""First half of the advisory lock of a subscriber's account."""

_ACCOUNT = "SELECT id, digest, patient_id, hospital_id, ward FROM subscribers"

ACCOUNT = f"""
    -- What the broker must know of one subscriber.
    {_ACCOUNT} WHERE id = %s
"""
ACCOUNTS = f"""
    -- What the broker must know of all subscribers.
    {_ACCOUNT} ORDER BY id
"""


class NameTakenError(ValueError):
    """There is a subscriber of this name."""


class UnknownScopeError(LookupError):
    """There is no such patient or hospital."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the broker must know of a subscriber."""

    id: UUID
    digest: bytes
    patient_id: UUID | None
    hospital_id: UUID | None
    ward: str | None


@dataclass(frozen=True, slots=True)
class SubscriberRow:
    """One subscriber: to a patient, to a ward, or (neither) to all."""

    id: UUID
    name: str
    patient_id: UUID | None
    hospital_id: UUID | None
    hospital_name: str | None
    ward: str | None
    created_at: dt.datetime
    created_by_id: UUID | None


@dataclass(frozen=True, slots=True)
class NewSubscriber:
    """Who is to be added."""

    name: str
    digest: bytes
    patient_id: UUID | None = None
    hospital_id: UUID | None = None
    ward: str | None = None


async def add(session: WriteSession, new: NewSubscriber, by: UUID | None = None) -> UUID:
    """Add a subscriber.

    Raises:
        NameTakenError: when there is one of that name.
        UnknownScopeError: when there is no such patient or hospital.

    """
    values = {
        "name": new.name,
        "digest": new.digest,
        "patient_id": new.patient_id,
        "hospital_id": new.hospital_id,
        "ward": new.ward,
        "created_by_id": by,
    }
    try:
        async with session.begin_nested():
            statement = insert(Subscriber).values(values).returning(Subscriber.id)
            return (await session.execute(statement)).scalar_one()
    except IntegrityError as error:
        if isinstance(error.orig, psycopg.errors.ForeignKeyViolation):
            raise UnknownScopeError from error
        raise NameTakenError from error


async def page(
    session: ReadSession, *, limit: int, after: tuple[str] | None = None
) -> list[SubscriberRow]:
    """Subscribers by name, at most `limit`, from `after` on."""
    statement = _rows().order_by(Subscriber.name).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(Subscriber.name) > tuple_(*after))
    return [SubscriberRow(*row) for row in await session.execute(statement)]


async def get(session: ReadSession | WriteSession, subscriber_id: UUID) -> SubscriberRow | None:
    """One subscriber."""
    row = (await session.execute(_rows().where(Subscriber.id == subscriber_id))).first()
    return None if row is None else SubscriberRow(*row)


async def named(session: ReadSession, name: str) -> UUID | None:
    """Id of the subscriber of this name."""
    return await session.scalar(select(Subscriber.id).where(Subscriber.name == name))


async def remove(session: WriteSession, subscriber_id: UUID) -> bool:
    """Remove a subscriber; whether there was one."""
    statement = delete(Subscriber).where(Subscriber.id == subscriber_id).returning(Subscriber.id)
    return (await session.execute(statement)).first() is not None


async def hospital_named(session: ReadSession, name: str) -> list[UUID]:
    """Hospitals of this name, in any case of letters."""
    wanted = select(Hospital.id).where(func.lower(Hospital.name) == name.lower()).limit(2)
    return list((await session.scalars(wanted)).all())


@asynccontextmanager
async def held(connection: Connection, subscriber_id: UUID) -> AsyncIterator[Account | None]:
    """A subscriber as committed; until the block ends nobody else publishes its account.

    `connection` is in autocommit mode. Raises `psycopg.Error` when the database fails.
    """
    async with connection.transaction(), connection.cursor(row_factory=class_row(Account)) as rows:
        await connection.execute(HOLD, (LOCK_CLASS, str(subscriber_id)))
        # A statement of its own: it sees what was committed while the lock was waited for.
        await rows.execute(ACCOUNT, (subscriber_id,))
        yield await rows.fetchone()


async def accounts(connection: Connection) -> list[Account]:
    """Every subscriber as the broker must know it."""
    async with connection.cursor(row_factory=class_row(Account)) as rows:
        await rows.execute(ACCOUNTS)
        return await rows.fetchall()


def _rows() -> Any:  # noqa: ANN401 (a select of many columns)
    return select(
        Subscriber.id,
        Subscriber.name,
        Subscriber.patient_id,
        Subscriber.hospital_id,
        Hospital.name,
        Subscriber.ward,
        Subscriber.created_at,
        Subscriber.created_by_id,
    ).outerjoin(Hospital, Hospital.id == Subscriber.hospital_id)
