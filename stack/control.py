"""The control channel: one JSON line in, one JSON line out, over a unix socket in `.jeg/run`.

The socket lies in a folder of mode 700, so that only whoever started the stack can stop it.
"""

import asyncio
import json
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_LONGEST_PATH = 100  # a unix socket's path has room for 107 characters
_LONGEST_LINE = 1_000_000
_PATIENCE_S = 5.0

Answers = Mapping[str, Callable[[], dict[str, Any]]]


def _usable(path: Path) -> tuple[str, int | None]:
    """Return a path short enough for a socket, and the folder handle that it goes through."""
    if len(str(path)) <= _LONGEST_PATH:
        return str(path), None
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    return f"/proc/self/fd/{handle}/{path.name}", handle


async def serve(path: Path, answers: Answers) -> asyncio.Server:
    """Listen at `path`; a request {"do": name} is answered by `answers[name]()`."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                writer.write(_answer(await reader.readline(), answers))
                await writer.drain()
        except (OSError, TimeoutError, ValueError):
            pass  # a client that goes away or sends rubbish is its own trouble
        finally:
            writer.close()

    path.unlink(missing_ok=True)  # noqa: ASYNC240  # once, at the start
    usable, handle = _usable(path)
    try:
        return await asyncio.start_unix_server(talk, usable, limit=65536)
    finally:
        if handle is not None:
            os.close(handle)


def _answer(line: bytes, answers: Answers) -> bytes:
    try:
        wanted = json.loads(line)["do"]
        answer = answers[wanted]()
    except (ValueError, KeyError, TypeError):
        answer = {"error": f"unknown request; known are: {', '.join(sorted(answers))}"}
    return json.dumps(answer).encode() + b"\n"


def ask(path: Path, wanted: str) -> dict[str, Any] | None:
    """Ask the supervisor; None when none listens. Blocks for at most a few seconds."""
    try:
        usable, handle = _usable(path)
    except OSError:
        return None
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_PATIENCE_S)
            connection.connect(usable)
            connection.sendall(json.dumps({"do": wanted}).encode() + b"\n")
            with connection.makefile("rb") as answers:
                answer: dict[str, Any] = json.loads(answers.readline(_LONGEST_LINE))
                return answer
    except (OSError, ValueError):
        return None
    finally:
        if handle is not None:
            os.close(handle)
