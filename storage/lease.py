"""Which partitions are whose.

A group of partitions belongs to the worker that holds their advisory locks, in the very session
that commits their readings: when the session is gone so is the lease, and nothing can be
committed without it. No clock is asked. Workers make themselves known by a shared lock, so that
each takes its part.
"""

import math
from typing import Any

import psycopg

from telemetry.topics import PARTITIONS

Connection = psycopg.AsyncConnection[Any]

PARTITION_LOCKS = 0x6A656700
PRESENCE_LOCK = 0x6A656701
SESSION_LOCKS = 0x6A656702

GROUP_COUNTS = (1, 2, 4, 8, 16)
"""Into how many groups the partitions may be divided."""

BE_PRESENT = "SELECT pg_advisory_lock_shared(%s::int, 0)"
COUNT_PRESENT = """
    -- Workers alive now, this one included.
    SELECT count(DISTINCT pid) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
WHO = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
END = """
    -- End an earlier session of this worker; nobody else's, even if the process id is theirs now.
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE pid = %s AND backend_start = %s
"""
TAKE = "SELECT pg_try_advisory_lock(%s::int, %s::int)"
GIVE_BACK = "SELECT pg_advisory_unlock(%s::int, %s::int)"


def partitions_of(group: int, groups: int) -> str:
    """The hex digits of one of `groups` groups."""
    width = len(PARTITIONS) // groups
    return PARTITIONS[group * width : (group + 1) * width]


class Lease:
    """The groups that one session holds, out of `groups`."""

    def __init__(self, connection: Connection, groups: int) -> None:
        self.held: set[int] = set()
        self._connection = connection
        self._groups = groups
        self.session: tuple[Any, ...] | None = None

    async def be_present(self) -> None:
        """Count this session among the workers."""
        self.session = await (await self._connection.execute(WHO)).fetchone()
        await self._connection.execute(BE_PRESENT, (PRESENCE_LOCK,))

    async def succeed(self, former: "Lease") -> None:
        """End the worker's former session, given up as silent: the server may not know yet.

        It would hold the locks until then, and nobody could commit for its partitions.
        """
        if former.session is not None:
            await self._connection.execute(END, former.session)

    async def fair_share(self) -> int:
        """How many groups a worker should hold: all of them divided up, rounded up."""
        cursor = await self._connection.execute(COUNT_PRESENT, (PRESENCE_LOCK,))
        row = await cursor.fetchone()
        return math.ceil(self._groups / max(1, row[0] if row else 1))

    async def take(self, most: int) -> set[int]:
        """Take free groups until `most` are held; return those that are new."""
        new: set[int] = set()
        for group in range(self._groups):
            if len(self.held) >= most:
                break
            if group not in self.held and await self.take_one(group):
                new.add(group)
        return new

    async def take_one(self, group: int) -> bool:
        """Take one group, its session and all of its partitions; tell whether it is held now."""
        if not await self.claim(self._groups, group):
            return False
        taken: list[str] = []
        for digit in partitions_of(group, self._groups):
            if not await self._lock(PARTITION_LOCKS, int(digit, 16)):
                await self._unlock("".join(taken))
                await self.disclaim(self._groups, group)
                return False
            taken.append(digit)
        self.held.add(group)
        return True

    async def claim(self, groups: int, group: int) -> bool:
        """Claim the MQTT session of one of `groups` groups; tell whether it is claimed now."""
        return await self._lock(SESSION_LOCKS, groups * 0x100 + group)

    async def disclaim(self, groups: int, group: int) -> None:
        """Let others have that session."""
        await self._connection.execute(GIVE_BACK, (SESSION_LOCKS, groups * 0x100 + group))

    async def give_back(self, group: int) -> None:
        """Let another worker have the group; its messages must have been settled before."""
        await self._unlock(partitions_of(group, self._groups))
        await self.disclaim(self._groups, group)
        self.held.discard(group)

    async def _lock(self, kind: int, number: int) -> bool:
        cursor = await self._connection.execute(TAKE, (kind, number))
        row = await cursor.fetchone()
        return bool(row and row[0])

    async def _unlock(self, digits: str) -> None:
        for digit in digits:
            await self._connection.execute(GIVE_BACK, (PARTITION_LOCKS, int(digit, 16)))
