"""A server that speaks the Gemini HTTP interface: generateContent and streamGenerateContent.

It answers as a script says, one step for each request; a step can be slow, cut off, or wrong.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One answer of the server.

    Attributes:
        chunks: Parts of a stream, or one whole document.
        status: HTTP status.
        pause_seconds: Before every chunk.
        cut: The connection is closed before the end.
        raw: Sent instead of the chunks, as it is.

    """

    chunks: tuple[dict[str, Any], ...] = ()
    status: int = 200
    pause_seconds: float = 0
    cut: bool = False
    raw: bytes | None = None


Script = Callable[[dict[str, Any], str], Step]
"""(body of the request, method) -> what is answered."""


@dataclass
class GeminiServer:
    """A running server, and what it was asked."""

    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    @property
    def heard(self) -> str:
        """Everything that was ever sent to it."""
        return json.dumps([body for _, body in self.asked], ensure_ascii=False)


def says(text: str, *, finish: str = "STOP", tokens: int = 100) -> dict[str, Any]:
    """A candidate with a text."""
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish}
        ],
        "usageMetadata": {"totalTokenCount": tokens},
        "modelVersion": "test",
    }


def piece(text: str) -> dict[str, Any]:
    """A part of a stream that goes on."""
    return {"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}}]}


def calls(*wanted: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """A candidate that asks for tools."""
    parts = [{"functionCall": {"name": name, "args": arguments}} for name, arguments in wanted]
    return {
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
        "usageMetadata": {"totalTokenCount": 10},
    }


def answer(response: str, **more: Any) -> dict[str, Any]:
    """A candidate with an answer in the form that was asked for."""
    form = {"response": response, "recommendations": [], "follow_up_questions": []}
    return says(json.dumps(form | more))


def streamed(response: str, size: int = 7, **more: Any) -> tuple[dict[str, Any], ...]:
    """The same in small pieces."""
    form = {"response": response, "recommendations": [], "follow_up_questions": []}
    text = json.dumps(form | more)
    cut = [text[at : at + size] for at in range(0, len(text), size)]
    return (*(piece(one) for one in cut[:-1]), says(cut[-1]))


def writes(body: dict[str, Any]) -> bool:
    """Whether a request is for the answer itself, not for what is looked up before it."""
    return "responseJsonSchema" in json.dumps(body.get("generationConfig", {}))


def by_phase(writing: Step, *gathering: Step) -> Script:
    """Answer what is looked up one step after the other, then READY; write always the same."""
    left = list(gathering)

    def script(body: dict[str, Any], _method: str) -> Step:
        if writes(body):
            return writing
        return left.pop(0) if left else Step((says("READY", tokens=1),))

    return script


@asynccontextmanager
async def gemini(script: Script) -> AsyncIterator[GeminiServer]:
    """Serve on a free port of this machine until the block ends."""
    server = GeminiServer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            method, key, body = await _request(reader)
            server.asked.append((method, body))
            server.keys.add(key)
            await _answer(writer, script(body, method), stream=method.startswith("stream"))
        except (OSError, asyncio.IncompleteReadError):
            pass  # a client that gave up
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, Any]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method = head[0].split(" ")[1].split(":")[-1]
    return method, headers.get("x-goog-api-key", ""), json.loads(body or b"{}")


async def _answer(writer: asyncio.StreamWriter, step: Step, *, stream: bool) -> None:
    kind = "text/event-stream" if stream and step.status == 200 else "application/json"
    writer.write(
        f"HTTP/1.1 {step.status} Said\r\nContent-Type: {kind}\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode()
    )
    for content in _contents(step, stream=stream):
        await asyncio.sleep(step.pause_seconds)
        writer.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        await writer.drain()
    if not step.cut:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _contents(step: Step, *, stream: bool) -> Sequence[bytes]:
    if step.raw is not None:
        return [step.raw]
    if step.status != 200:
        error = {"error": {"code": step.status, "message": "no", "status": "FAILED"}}
        return [json.dumps(error).encode()]
    if stream:
        return [b"data: " + json.dumps(one).encode() + b"\r\n\r\n" for one in step.chunks]
    return [json.dumps(step.chunks[0]).encode()]
