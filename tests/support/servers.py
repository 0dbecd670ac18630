"""HTTP servers for one test each: they keep what they were asked and answer as told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body as an HTML form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Answered:
    """What the server says; `after_seconds` late, and not before `held` is set."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after_seconds: float = 0
    held: asyncio.Event | None = None


Behaviour = Callable[[Asked], Answered]


@dataclass
class Server:
    """A running server."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[Server]:
    """Serve on a free port of this machine until the block ends."""
    server = Server("")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await _request(reader)
            server.asked.append(asked)
            answered = behaviour(asked)
            await asyncio.sleep(answered.after_seconds)
            if answered.held is not None:
                await answered.held.wait()
            lines = [
                f"HTTP/1.1 {answered.status} Said",
                *(f"{name}: {value}" for name, value in answered.headers.items()),
                f"Content-Length: {len(answered.body)}",
                "Connection: close",
            ]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + answered.body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # a client that gave up
        finally:
            writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    return Asked(method, parts.path, parse_qs(parts.query), headers, body)
