"""`jeg dead-letters`: what was refused, and why."""

import asyncio
import json
import os
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from stack.envfile import read_env
from stack.errors import StackError, database_away
from stack.folders import Folders
from stack.output import printable
from storage.engine import Database
from storage.queries.dead_letters import Refused, newest
from telemetry.errors import Reason

_SHOWN_CHARACTERS = 200


def database_url(folders: Folders) -> str:
    """Return the database of the running (or last) stack, else the one of the environment.

    Raises StackError when neither is known.
    """
    url = read_env(folders.env).get("JEG_DATABASE_URL") or os.environ.get("JEG_DATABASE_URL")
    if not url:
        message = "no database is known: run jeg up first, or set JEG_DATABASE_URL"
        raise StackError(message)
    return url


def reasons_of(reason: str, among: Collection[Reason]) -> Collection[Reason]:
    """Return the reason of that name, or all of `among` when it is empty.

    Raises StackError when it is none of them.
    """
    if not reason:
        return among
    if reason not in among:
        message = f"unknown reason {reason!r}; there are: {', '.join(sorted(among))}"
        raise StackError(message)
    return [Reason(reason)]


def device_of(device: str) -> UUID | None:
    """Return a device id, None when it is empty; raises StackError when it is malformed."""
    try:
        return UUID(device) if device else None
    except ValueError:
        message = f"{device!r} is not a device id (a UUID)"
        raise StackError(message) from None


def listing(folders: Folders, *, reason: str, device: str, limit: int, as_json: bool) -> str:
    """Return the newest dead letters as text or JSON; both arguments may be empty for all.

    Raises StackError for an unknown reason, a malformed device id, or an absent database.
    """
    reasons = reasons_of(reason, list(Reason)) if reason else []
    found = read(folders, reasons, device_of(device), limit)
    return as_document(found) if as_json else as_text(found)


def read(
    folders: Folders,
    reasons: Collection[Reason],
    device_id: UUID | None,
    limit: int,
    *,
    waiting: bool = False,
) -> list[Refused]:
    """Read the newest dead letters; raises StackError when the database is absent."""
    return asyncio.run(_read(database_url(folders), reasons, device_id, limit, waiting=waiting))


async def _read(
    url: str, reasons: Collection[str], device_id: UUID | None, limit: int, *, waiting: bool
) -> list[Refused]:
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            return await newest(
                session, reasons=reasons, device_id=device_id, limit=limit, waiting=waiting
            )
    except (OSError, SQLAlchemyError) as error:
        raise database_away(error) from error
    finally:
        await database.close()


def as_text(letters: Sequence[Refused]) -> str:
    """Write each dead letter in two lines, shortened to the width that a terminal may have."""
    if not letters:
        return "no dead letters"
    return "\n".join(
        f"{letter.received_at:%Y-%m-%d %H:%M:%S}Z  {letter.reason}{_fate(letter)}"
        f"  {printable(letter.topic)}\n"
        f"    {_shortened(letter.payload)}"
        for letter in letters
    )


def _fate(letter: Refused) -> str:
    return f" (released {letter.released_at:%Y-%m-%d %H:%M}Z)" if letter.released_at else ""


def _shortened(payload: bytes) -> str:
    text = printable(payload.decode("utf-8", errors="backslashreplace"))
    more = len(text) - _SHOWN_CHARACTERS
    return f"{text[:_SHOWN_CHARACTERS]} (and {more} characters)" if more > 0 else text


def as_document(letters: Sequence[Refused]) -> str:
    """Write the dead letters as a JSON list."""
    return json.dumps(
        [
            {
                "id": letter.id,
                "received_at": letter.received_at.isoformat(),
                "reason": letter.reason,
                "device_id": str(letter.device_id) if letter.device_id else None,
                "topic": letter.topic,
                "payload": letter.payload.decode("utf-8", errors="backslashreplace"),
                "readings": letter.readings,
                "replayable": letter.replayable,
                "released_at": letter.released_at.isoformat() if letter.released_at else None,
            }
            for letter in letters
        ],
        indent=2,
    )
