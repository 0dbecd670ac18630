"""A TCP proxy that misbehaves when told to: delays, freezes, cuts, swallows an answer."""

import asyncio
from contextlib import suppress

CHUNK = 65_536
COMMIT = b"COMMIT\x00"
"""A simple query of PostgreSQL's protocol that commits."""


class Link:
    """One connection through the proxy, and whether anything moves in it."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.flows = asyncio.Event()
        self.flows.set()
        self.ended = asyncio.Event()
        self.swallow = False
        self.client = client
        self.server = server

    def cut(self) -> None:
        """Reset both ends."""
        for writer in (self.client, self.server):
            writer.transport.abort()


class FaultProxy:
    """Listens on `port` for what is meant for `target`, both on this machine."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.reply_delay_s = 0.0
        """Every answer comes so much later."""
        self.commits_to_swallow = 0
        """So many commits are done, and their reply lost with the connection."""
        self.swallowed = 0
        self._target = target
        self._links: set[Link] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a port that is free."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End it and every connection."""
        if self._server:
            self._server.close()
        self.cut()
        await asyncio.gather(*(link.ended.wait() for link in self._links))

    def cut(self) -> int:
        """Reset every connection; return how many there were."""
        links = list(self._links)
        for link in links:
            link.flows.set()
            link.cut()
        self._flows.set()
        return len(links)

    def freeze(self) -> None:
        """Let nothing through, as a network that is parted: no bytes, no end of connection."""
        self._flows.clear()

    def thaw(self) -> None:
        """Let through again what was held back."""
        self._flows.set()

    def freeze_open_ones(self) -> int:
        """Freeze for good the connections that are open now; new ones work. Return how many."""
        for link in self._links:
            link.flows.clear()
        return len(self._links)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, to_server)
        self._links.add(link)
        ways = [self._requests(link, reader), self._replies(link, from_server)]
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            link.cut()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._links.discard(link)
            link.ended.set()

    async def _requests(self, link: Link, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._pass(link)
                if self.commits_to_swallow and COMMIT in data:
                    self.commits_to_swallow -= 1
                    link.swallow = True
                link.server.write(data)
                await link.server.drain()

    async def _replies(self, link: Link, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._pass(link)
                if link.swallow:
                    self.swallowed += 1
                    return
                if self.reply_delay_s:
                    await asyncio.sleep(self.reply_delay_s)
                link.client.write(data)
                await link.client.drain()

    async def _pass(self, link: Link) -> None:
        await link.flows.wait()
        await self._flows.wait()
