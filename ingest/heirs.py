"""What is left in sessions of another number of partition groups is fetched before they end.

A session is named after the number of groups and the group. When that number changes, messages may
still be queued in the old sessions. Whoever works now takes them over: its own subscriptions stand
first, then each old session is told to take no more, emptied through the pipeline, and ended.
"""

import asyncio

from ingest import packets
from ingest.link import Access, Doorbell, Wire
from ingest.store import Store
from storage.lease import GROUP_COUNTS, partitions_of
from telemetry.logs import logger
from telemetry.topics import REFUSED, ROOT

QUIET_SECONDS = 2.0
POLL_SECONDS = 0.1
RETRY_SECONDS = 5.0

log = logger()


def client_id(groups: int, group: int) -> str:
    """Name of the session of one of `groups` groups."""
    return f"jeg-ingest-{groups}-{group}"


def filters(groups: int, group: int) -> list[str]:
    """What that session subscribes to; what the broker refused is for the first one only."""
    ups = [f"{ROOT}/{digit}/+/up/#" for digit in partitions_of(group, groups)]
    return ups if group else [*ups, REFUSED]


class Heirs:
    """Empties and ends the sessions of every other number of groups, once."""

    def __init__(self, access: Access, groups: int, store: Store, arrived: Doorbell) -> None:
        self.wires: list[Wire] = []
        self._access = access
        self._store = store
        self._arrived = arrived
        self._left = [
            (other, group) for other in GROUP_COUNTS if other != groups for group in range(other)
        ]

    @property
    def pending(self) -> bool:
        """Whether any old session is left."""
        return bool(self._left)

    async def run(self) -> None:
        """Go on until no old session is left; one that somebody works on is left to them."""
        while self._left:
            for session in list(self._left):
                if await self._store.claim(*session):
                    await self._inherit(*session)
                    await self._store.disclaim(*session)
            if self._left:
                await asyncio.sleep(RETRY_SECONDS)

    async def _inherit(self, groups: int, group: int) -> None:
        name = client_id(groups, group)
        try:
            wire, was_there = await self._access.open(name, self._arrived)
        except (OSError, TimeoutError):
            return
        try:
            emptied = not was_there or await self._empty(wire, filters(groups, group))
        finally:
            if wire in self.wires:
                self.wires.remove(wire)
        if emptied:
            wire.write(packets.disconnect_for_good())
            self._left.remove((groups, group))
            if was_there:
                log.info("session_inherited", client_id=name)
        wire.close()

    async def _empty(self, wire: Wire, subscribed: list[str]) -> bool:
        """Take everything out of a session; tell whether it is empty and all is acknowledged."""
        wire.write(packets.unsubscribe(1, subscribed))
        await wire.answer(packets.UNSUBACK)
        self.wires.append(wire)
        self._arrived.set()  # some of it came before the wire was among those that are looked at
        quiet = 0.0
        while quiet < QUIET_SECONDS and not wire.lost.done():
            await asyncio.sleep(POLL_SECONDS)
            quiet = 0.0 if wire.unacknowledged else quiet + POLL_SECONDS
        return not wire.lost.done()
