"""A load generator in a process of its own: many connections, one request at a time on each.

Takes a `Task` as JSON on standard input, prints what it measured as JSON. The clock of a request
runs from its last byte sent to the last byte of its answer.
"""

import asyncio
import datetime as dt
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, Final, cast

import httptools
import uvloop

TIME: Final = "TIME"
"""In a body: a second of its own, going back from `Task.newest`."""
DRAIN_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request, sent again and again."""

    method: str
    path: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What to send, where, and for how long."""

    port: int
    calls: list[dict[str, str]]
    headers: dict[str, str]
    connections: int
    seconds: float
    warm_up_seconds: float
    newest: float
    """Seconds since 1970 of the newest `TIME`."""


@dataclass
class Tally:
    """What came back."""

    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


class Connection(asyncio.Protocol):
    """Sends a request, waits for the answer, sends the next."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._began = 0.0
        self._parser: Any = None
        self._transport: asyncio.WriteTransport | None = None
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's is one without being derived from it.
        self._transport = cast("asyncio.WriteTransport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Note one answer and go on."""
        self._load.note(self._began, self._parser.get_status_code())
        if time.perf_counter() < self._load.until and self._transport is not None:
            self._send()
        elif not self.ended.done():
            self.ended.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the server gave up."""
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionError("the server closed a connection"))

    def _send(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        request = self._load.next()
        self._began = time.perf_counter()
        if self._transport is not None:
            self._transport.write(request)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


class Load:
    """The run of one task."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._calls = [Call(**one) for one in task.calls]
        self._plain = [None if TIME in one.body else self._encode(one) for one in self._calls]
        self._numbers = count()
        self.since = time.perf_counter() + task.warm_up_seconds
        self.until = self.since + task.seconds
        self.tally = Tally()

    def next(self) -> bytes:
        """Bytes of the next request."""
        number = next(self._numbers)
        place = number % len(self._calls)
        plain = self._plain[place]
        if plain is not None:
            return plain
        call = self._calls[place]
        moment = dt.datetime.fromtimestamp(self._task.newest - number, dt.UTC)
        return self._encode(Call(call.method, call.path, call.body.replace(TIME, str(moment))))

    def note(self, began: float, status: int) -> None:
        """Count an answer that came while it is measured."""
        now = time.perf_counter()
        if self.since <= now <= self.until:
            self.tally.latencies_ms.append(1000 * (now - began))
            self.tally.statuses[status] += 1

    def _encode(self, call: Call) -> bytes:
        body = call.body.encode()
        headers = {"Host": "bench", **self._task.headers, "Content-Length": str(len(body))}
        if body:
            headers["Content-Type"] = "application/json"
        lines = [f"{call.method} {call.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


async def run(task: Task) -> dict[str, Any]:
    """Send for as long as the task says; what was measured."""
    loop, load = asyncio.get_running_loop(), Load(task)
    made = [
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", task.port)
        for _ in range(task.connections)
    ]
    async with asyncio.timeout(task.warm_up_seconds + task.seconds + DRAIN_SECONDS):
        await asyncio.gather(*(connection.ended for _, connection in made))
    for _, connection in made:
        connection.close()
    ordered = sorted(load.tally.latencies_ms)
    return {
        "answers": len(ordered),
        "rps": len(ordered) / task.seconds,
        "p50_ms": _quantile(ordered, 0.5),
        "p95_ms": _quantile(ordered, 0.95),
        "statuses": {str(status): number for status, number in load.tally.statuses.items()},
        "cpu_seconds": time.process_time(),
    }


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


def encoded(task: Task) -> str:
    """A task as this program takes it."""
    return json.dumps(asdict(task))


if __name__ == "__main__":
    uvloop.install()
    json.dump(asyncio.run(run(Task(**json.load(sys.stdin)))), sys.stdout)
