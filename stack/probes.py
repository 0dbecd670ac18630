"""Is a program ready, and what does it count: read from its own pages, never guessed."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

_TIMEOUT_S = 3.0
_MAX_BYTES = 2_000_000
_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a program showed: ready or not, and its counters by name."""

    ready: bool
    counters: Mapping[str, float] = field(default_factory=dict)


Probe = Callable[[], Coroutine[Any, Any, Reading]]
NOT_READY = Reading(ready=False)


def parse_metrics(page: str) -> dict[str, float]:
    r"""Sum a Prometheus text page by metric name; samples with different labels are added.

    >>> parse_metrics('# HELP a b\na_total{reason="x"} 2\na_total{reason="y"} 3.0\n')
    {'a_total': 5.0}
    """
    totals: dict[str, float] = {}
    for line in page.splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, value = line.rpartition(" ")
        name = head.partition("{")[0]
        with contextlib.suppress(ValueError):
            totals[name] = totals.get(name, 0.0) + float(value)
    return totals


async def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    """GET a page from a program on this machine; returns (status, body).

    Hand-made on asyncio streams: an HTTP client library would cost the supervisor more start-up
    time than everything else that it imports. Raises OSError or TimeoutError.
    """
    async with asyncio.timeout(_TIMEOUT_S):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode("ascii"))
            await writer.drain()
            raw = await _read_bounded(reader)
        finally:
            writer.close()
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = head.split(b" ", 2)
    status = int(fields[1]) if len(fields) > 1 and fields[1].isdigit() else 0
    return status, body.decode("utf-8", errors="replace")


async def _read_bounded(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < _MAX_BYTES and (part := await reader.read(65536)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def metrics_probe(port: int) -> Probe:
    """Ready when the program's metrics page on `port` shows `jeg_ready` 1."""

    async def probe() -> Reading:
        try:
            status, page = await get(port, "/metrics")
        except (OSError, TimeoutError):
            return NOT_READY
        counters = parse_metrics(page) if status == _HTTP_OK else {}
        return Reading(ready=counters.get("jeg_ready") == 1, counters=counters)

    return probe


def page_probe(port: int, path: str) -> Probe:
    """Ready when `path` on `port` answers 200."""

    async def probe() -> Reading:
        try:
            status, _ = await get(port, path)
        except (OSError, TimeoutError):
            return NOT_READY
        return Reading(ready=status == _HTTP_OK)

    return probe


def port_probe(port: int, host: str = "127.0.0.1") -> Probe:
    """Ready when something accepts connections on `port`."""

    async def probe() -> Reading:
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            return NOT_READY
        writer.close()
        return Reading(ready=True)

    return probe
