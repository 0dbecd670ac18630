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

BE_PRESENT = "SELECT pg_advisory_lock_shared(%s::int, 0)"
COUNT_PRESENT = """
    -- Workers alive now, this one included.
    SELECT count(DISTINCT pid) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
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

    async def be_present(self) -> None:
        """Count this session among the workers."""
        await self._connection.execute(BE_PRESENT, (PRESENCE_LOCK,))

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
        """Take one group, all of its partitions or none; tell whether it is held now."""
        taken: list[str] = []
        for digit in partitions_of(group, self._groups):
            cursor = await self._connection.execute(TAKE, (PARTITION_LOCKS, int(digit, 16)))
            row = await cursor.fetchone()
            if not (row and row[0]):
                await self._unlock("".join(taken))
                return False
            taken.append(digit)
        self.held.add(group)
        return True

    async def give_back(self, group: int) -> None:
        """Let another worker have the group; its messages must have been settled before."""
        await self._unlock(partitions_of(group, self._groups))
        self.held.discard(group)

    async def _unlock(self, digits: str) -> None:
        for digit in digits:
            await self._connection.execute(GIVE_BACK, (PARTITION_LOCKS, int(digit, 16)))
