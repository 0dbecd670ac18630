"""`jeg dead-letters`: what was refused, and why."""

import asyncio
import json
import os
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from stack.envfile import read_env
from stack.errors import StackError
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


def listing(folders: Folders, *, reason: str, device: str, limit: int, as_json: bool) -> str:
    """Return the newest dead letters as text or JSON; both arguments may be empty for all.

    Raises StackError for an unknown reason, a malformed device id, or an absent database.
    """
    if reason and reason not in set(Reason):
        message = f"unknown reason {reason!r}; there are: {', '.join(sorted(Reason))}"
        raise StackError(message)
    try:
        device_id = UUID(device) if device else None
    except ValueError:
        message = f"{device!r} is not a device id (a UUID)"
        raise StackError(message) from None
    found = asyncio.run(_read(database_url(folders), reason or None, device_id, limit))
    return as_document(found) if as_json else as_text(found)


async def _read(url: str, reason: str | None, device_id: UUID | None, limit: int) -> list[Refused]:
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            return await newest(session, reason=reason, device_id=device_id, limit=limit)
    except (OSError, SQLAlchemyError) as error:
        message = f"the database does not answer ({type(error).__name__}); is it up? jeg status"
        raise StackError(message) from error
    finally:
        await database.close()


def as_text(letters: Sequence[Refused]) -> str:
    """Write each dead letter in two lines, shortened to the width that a terminal may have."""
    if not letters:
        return "no dead letters"
    return "\n".join(
        f"{letter.received_at:%Y-%m-%d %H:%M:%S}Z  {letter.reason}  {printable(letter.topic)}\n"
        f"    {_shortened(letter.payload)}"
        for letter in letters
    )


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
            }
            for letter in letters
        ],
        indent=2,
    )
