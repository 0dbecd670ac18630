"""What a piece of work that somebody waits for knows and can say."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from jobs.settings import Settings
from storage.queries import background_jobs as sql


class Cancelled(Exception):  # noqa: N818 (it is no error)
    """Whoever asked for the work called it off, or is gone."""


class Failure(Exception):  # noqa: N818 (its text is told to whoever asked)
    """The work cannot be done; the message says why, without a value."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    Attributes:
        connection: In autocommit mode; for `tell` alone.
        settings: Of the worker.
        owner_id: Who asked: what they may see by now is what the work may look at.
        parameters: What is wanted, as it was stored.

    """

    connection: psycopg.AsyncConnection[Any] = field(repr=False)
    settings: Settings = field(repr=False)
    id: UUID
    owner_id: UUID
    parameters: dict[str, Any] = field(repr=False)

    @property
    def url(self) -> str:
        """The database, for connections of the work's own."""
        return self.settings.database_url.get_secret_value()

    async def tell(self, done: int, total: int, note: str = "") -> None:
        """Say how far it is.

        Raises:
            Cancelled: It is wanted no more.

        """
        fields = {"id": self.id, "done": done, "total": total, "note": note}
        cursor = await self.connection.execute(sql.PROGRESS, fields)
        row = await cursor.fetchone()
        if row is None or not row[0]:
            raise Cancelled

    def teller(self) -> Callable[[int, int], None]:
        """`tell` for work in another thread; call this in the event loop's."""
        loop = asyncio.get_running_loop()

        def tell(done: int, total: int) -> None:
            asyncio.run_coroutine_threadsafe(self.tell(done, total), loop).result()

        return tell
