"""`jeg subscriber`: the work behind the commands."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from gateways.broker_subscribers import USERNAME, FileBrokerSubscribers
from gateways.subscriber_sync import publish
from stack.alarm_rules import uuid_of
from stack.dead_letters import database_url
from stack.envfile import read_env
from stack.errors import StackError, database_away
from stack.folders import Folders
from storage.engine import Database, ReadSession
from storage.queries import subscribers as queries
from storage.queries.subscribers import NewSubscriber, SubscriberRow
from telemetry.keys import digest, new_password
from telemetry.topics import alarm_topics

Answer = TypeVar("Answer")
MOST: Final = 1_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Added:
    """A new subscriber, with the password that is shown this once."""

    username: str
    password: str
    topics: tuple[str, ...]

    def text(self) -> str:
        """What the person at the machine is told."""
        return "\n".join(
            (
                f"user name: {self.username}",
                f"password, shown this once: {self.password}",
                *(f"may subscribe to {topic}" for topic in self.topics),
            )
        )


def add(folders: Folders, name: str, *, patient: str, ward: str, everything: bool) -> Added:
    """Add a subscriber; the broker knows it when this returns.

    Args:
        folders: Of the stack.
        name: What people call it.
        patient: Id of the patient, or empty.
        ward: "hospital/ward", or the name of a ward without a hospital, or empty.
        everything: All alarms.

    Raises:
        StackError: for a name that is taken or malformed, for none or several of the scopes, for
            one that does not exist, and when the database does not answer.

    """
    if not _NAME.fullmatch(name):
        message = f"{name!r} is no name: letters, digits, blanks, dots and dashes, up to 100"
        raise StackError(message)
    if [bool(patient), bool(ward), everything].count(True) != 1:
        message = "say whose alarms: one of --patient, --ward and --all"
        raise StackError(message)
    patient_id = uuid_of(patient, "patient")
    password = new_password()

    async def work(database: Database) -> NewSubscriber:
        async with database.read() as session:
            hospital_id, place = await _ward_of(session, ward)
        new = NewSubscriber(name, digest(password), patient_id, hospital_id, place)
        async with database.write() as session:
            added = await queries.add(session, new)
        await _tell(folders, database, added)
        ids.append(added)
        return new

    ids: list[UUID] = []
    try:
        new = _with_database(folders, work)
    except queries.NameTakenError as error:
        message = f"there is a subscriber {name!r} already; nothing was changed"
        raise StackError(message) from error
    except queries.UnknownScopeError as error:
        message = "there is no such patient or hospital; nothing was changed"
        raise StackError(message) from error
    topics = alarm_topics(new.patient_id, new.hospital_id, new.ward)
    return Added(f"{USERNAME}{ids[0]}", password, topics)


def listing(folders: Folders, *, as_json: bool) -> str:
    """Every subscriber as text or JSON; StackError when the database is absent."""

    async def ask(database: Database) -> list[SubscriberRow]:
        async with database.read() as session:
            return await queries.page(session, limit=MOST)

    found = _with_database(folders, ask)
    if as_json:
        return json.dumps([_document(one) for one in found], indent=2)
    return _as_text(found)


def remove(folders: Folders, name: str) -> None:
    """Remove a subscriber, and disconnect it.

    Raises:
        StackError: when there is none of that name, or no database.

    """

    async def work(database: Database) -> bool:
        async with database.read() as session:
            subscriber_id = await queries.named(session, name)
        if subscriber_id is None:
            return False
        async with database.write() as session:
            await queries.remove(session, subscriber_id)
        await _tell(folders, database, subscriber_id)
        return True

    if not _with_database(folders, work):
        message = f"there is no subscriber {name!r}; jeg subscriber list shows them"
        raise StackError(message)


async def _ward_of(session: ReadSession, text: str) -> tuple[UUID | None, str | None]:
    hospital, slash, ward = text.partition("/")
    if not slash:
        return None, text or None
    if not (hospital and ward):
        message = f"{text!r} is not HOSPITAL/WARD"
        raise StackError(message)
    try:
        return UUID(hospital), ward
    except ValueError:
        found = await queries.hospital_named(session, hospital)
    if len(found) != 1:
        message = f"{len(found)} hospitals are called {hospital!r}; give its id"
        raise StackError(message)
    return found[0], ward


async def _tell(folders: Folders, database: Database, subscriber_id: UUID) -> None:
    folder = read_env(folders.env).get("JEG_BROKER_ACCOUNTS_DIR")
    if not folder:
        message = "this stack's broker has accounts of its own: add the subscriber there"
        raise StackError(message)
    async with database.plain() as connection:
        await publish(connection, FileBrokerSubscribers(Path(folder)), subscriber_id)


def _document(row: SubscriberRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "username": f"{USERNAME}{row.id}",
        "patient_id": None if row.patient_id is None else str(row.patient_id),
        "hospital_id": None if row.hospital_id is None else str(row.hospital_id),
        "ward": row.ward,
        "topics": alarm_topics(row.patient_id, row.hospital_id, row.ward),
        "created_at": row.created_at.isoformat(),
    }


def _as_text(found: Sequence[SubscriberRow]) -> str:
    if not found:
        return "no subscribers"
    return "\n".join(f"{one.name}  {_scope(one)}  {USERNAME}{one.id}" for one in found)


def _scope(row: SubscriberRow) -> str:
    if row.patient_id is not None:
        return f"patient {row.patient_id}"
    if row.ward is None:
        return "all"
    return f"ward {row.hospital_name + '/' if row.hospital_name else ''}{row.ward}"


def _with_database(folders: Folders, work: Callable[[Database], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        database = Database(database_url(folders), pool_size=1)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (OSError, SQLAlchemyError) as error:
        raise database_away(error) from error
