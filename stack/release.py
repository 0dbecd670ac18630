"""`jeg quarantine` and `jeg dead-letters replay`: judging again what was refused."""

import asyncio
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import psycopg

from stack.dead_letters import as_document, as_text, database_url, device_of, read, reasons_of
from stack.errors import StackError, database_away
from stack.folders import Folders
from storage.engine import connect
from storage.release import Choice, Released
from storage.release import release as release_letters
from telemetry.errors import Reason
from telemetry.replay import RELEASABLE, REPLAYABLE, UNPROVEN, Explanation


@dataclass(frozen=True, slots=True)
class Words:
    """What was said of quarantined times on the command line."""

    offset: int | None
    seconds: bool
    as_is: bool

    def explanation(self) -> Explanation:
        """Return what they mean; raises StackError when they say nothing, or two things."""
        if self.as_is == (self.seconds or self.offset is not None):
            message = "say what explains the times: --offset MS, --seconds, both, or --as-is"
            raise StackError(message)
        return Explanation(0 if self.as_is else self.offset, self.seconds)


def quarantined(folders: Folders, *, reason: str, device: str, limit: int, as_json: bool) -> str:
    """Return the newest messages in quarantine as text or JSON.

    Raises StackError for another reason, a malformed device id, or an absent database.
    """
    reasons = reasons_of(reason, RELEASABLE)
    found = read(folders, reasons, device_of(device), limit, waiting=True)
    if as_json:
        return as_document(found)
    return as_text(found) if found else "nothing is in quarantine"


@dataclass(frozen=True, slots=True)
class Which:
    """Which letters were meant on the command line; an empty word means all."""

    reason: str
    device: str
    since: str
    until: str

    def among(self, reasons: Collection[Reason]) -> Choice:
        """Return the choice; raises StackError for words that make no sense."""
        return Choice(
            reasons_of(self.reason, reasons),
            device_of(self.device),
            _instant(self.since),
            _instant(self.until),
        )


def release(folders: Folders, which: Which, words: Words) -> str:
    """Store quarantined readings by an explanation; return what came of it.

    Raises StackError for words that make no sense, or an absent database.
    """
    return _run(folders, which.among(RELEASABLE), words.explanation())


def replay(folders: Folders, which: Which) -> str:
    """Judge dead letters of one reason again; return what came of it.

    Raises StackError for a reason that cannot be judged again, or an absent database.
    """
    reason = which.reason
    if reason in UNPROVEN:
        message = f"{reason} cannot be replayed: who sent it was never proven, and no key is kept"
        raise StackError(message)
    if reason in RELEASABLE:
        message = f"{reason} needs an explanation: jeg quarantine release --reason {reason}"
        raise StackError(message)
    return _run(folders, which.among(REPLAYABLE), None)


def _instant(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        message = f"{text!r} is not a time with its offset from UTC, such as 2026-01-31T08:00:00Z"
        raise StackError(message)
    return instant


def _run(folders: Folders, choice: Choice, explanation: Explanation | None) -> str:
    return as_words(asyncio.run(_release(database_url(folders), choice, explanation)))


async def _release(url: str, choice: Choice, explanation: Explanation | None) -> Released:
    try:
        async with await connect(url, application_name="jeg-release") as connection:
            return await release_letters(connection, choice, explanation)
    except (OSError, psycopg.Error) as error:
        raise database_away(error) from error


def as_words(done: Released) -> str:
    """Say what came of it."""
    readings = f"{done.stored} readings stored, {done.duplicate} were there already"
    lines = [f"{done.letters} letters released: {readings}"]
    if done.conflicting:
        lines.append(f"{done.conflicting} readings conflict with what is stored: the first stays")
    lines += [f"{n} letters stay: {reason}" for reason, n in sorted(done.still.items())]
    if done.not_replayable:
        lines.append(
            f"{done.not_replayable} letters cannot be judged again: too long to be kept whole, or"
            " the sender was never proven"
        )
    return "\n".join(lines)
