"""Records of the audit log on their way into its chain, many at a time.

A request that only reads waits, before its answer goes, until its records are committed: what
somebody got, the log has. A request that changes something leaves its record in the transaction of
the change, and the trail chains it shortly after (`storage.audit.leave`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.errors import UnavailableError
from storage.access import Record
from storage.audit import Known, append
from storage.engine import Database
from telemetry.logs import logger

LOOK_SECONDS: Final = 1.0
"""How long a change's record waits for the chain where nothing else is going on."""
REST_SECONDS: Final = 0.02
"""Between two commits: what comes meanwhile shares the next one. A request by itself never waits
for it."""
MOST_WAITING: Final = 10_000
WAIT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    records: Sequence[Record]
    done: asyncio.Future[None]


class Trail:
    """Appends for one process; the processes take turns."""

    def __init__(self, database: Database) -> None:
        """Use `database`; nothing is connected before there is something to append."""
        self._database = database
        self._waiting: list[_Waiting] = []
        self._woken = asyncio.Event()
        self._known = Known()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to append."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Append what waits, and end."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        await self._append()

    async def keep(self, records: Sequence[Record]) -> None:
        """Wait until these records are committed.

        Raises:
            UnavailableError: when that cannot be; nobody may be shown what is not recorded.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise UnavailableError
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(records, done))
        self._woken.set()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await done
        except TimeoutError as error:
            raise UnavailableError from error

    async def _run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            await self._append()
            await asyncio.sleep(REST_SECONDS)

    async def _append(self) -> None:
        batch, self._waiting = self._waiting, []
        records = [record for one in batch for record in one.records]
        try:
            async with self._database.plain() as connection, connection.transaction():
                await append(connection, records, self._known)
        except Exception as error:  # noqa: BLE001 - the trail must go on for everybody else
            self._failed(batch, error)
        except asyncio.CancelledError:
            self._waiting = batch + self._waiting
            raise
        else:
            for one in batch:
                if not one.done.done():
                    one.done.set_result(None)

    @staticmethod
    def _failed(batch: Sequence[_Waiting], error: Exception) -> None:
        logger().error("audit_failed", error=type(error).__name__)
        for one in batch:
            if not one.done.done():
                one.done.set_exception(UnavailableError())
