"""`jeg jobs`: jobs of the queue that failed for good."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from stack.dead_letters import database_url
from stack.errors import StackError, database_away
from stack.folders import Folders
from storage.engine import Database
from storage.queries import dead_jobs
from storage.queries.dead_jobs import DeadJob

Answer = TypeVar("Answer")


def listing(folders: Folders, *, limit: int, as_json: bool) -> str:
    """Return the newest dead jobs as text or JSON; StackError when the database is absent."""

    async def ask(database: Database) -> list[DeadJob]:
        async with database.read() as session:
            return await dead_jobs.page(session, limit=limit)

    found = _with_database(folders, ask)
    if as_json:
        return json.dumps([asdict(one) for one in found], indent=2, default=str)
    return _as_text(found)


def again(folders: Folders, job_id: int) -> None:
    """Have a dead job done again.

    Raises:
        StackError: There is no such job, or no database.

    """

    async def ask(database: Database) -> bool:
        async with database.write() as session:
            return await dead_jobs.retry(session, job_id)

    if not _with_database(folders, ask):
        message = f"no dead job has the number {job_id}; jeg jobs dead lists them"
        raise StackError(message)


def _as_text(jobs: Sequence[DeadJob]) -> str:
    if not jobs:
        return "no dead jobs"
    return "\n".join(
        f"{one.id}  {one.task}{f' ({one.channel})' if one.channel else ''}"
        f"  {f'{one.failed_at:%Y-%m-%d %H:%M:%S}Z' if one.failed_at else ''}"
        f"  {one.attempts} attempts  {one.reason or 'see jeg logs jobs'}"
        for one in jobs
    )


def _with_database(folders: Folders, ask: Callable[[Database], Awaitable[Answer]]) -> Answer:
    async def asking() -> Answer:
        database = Database(database_url(folders), pool_size=1)
        try:
            return await ask(database)
        except (OSError, SQLAlchemyError) as error:
            raise database_away(error) from error
        finally:
            await database.close()

    return asyncio.run(asking())
