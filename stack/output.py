"""Where the lines of the programs go: one bounded log file each, and the terminal."""

import contextlib
import os
import queue
import re
import sys
import threading
from pathlib import Path
from typing import TextIO

from stack.called import as_called

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINES_WAITING = 5000
_LOOK_EVERY_S = 0.5


def printable(line: str) -> str:
    """Show control characters as escapes: a log line may quote what a stranger sent."""
    return _UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", line)


class LogFile:
    """An append-only file that is bounded: past `max_bytes` it becomes `.1`, `.1` becomes `.2`.

    At most (`keep` + 1) x `max_bytes` are on disk.
    """

    def __init__(self, path: Path, max_bytes: int = 4_000_000, keep: int = 3) -> None:
        """Open (and create) the file; `keep` is the number of older files that stay."""
        self.path = path
        self._max_bytes = max_bytes
        self._keep = keep
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def write(self, line: str) -> None:
        """Append one line. A full disk loses the line rather than the program."""
        with contextlib.suppress(OSError):
            self._file.write(f"{line}\n".encode())
            if self._file.tell() >= self._max_bytes:
                self._rotate()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._keep, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))
        self._file = self.path.open("ab", buffering=0)

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Terminal:
    """Prints prefixed lines from a thread of its own.

    A terminal can stop taking text (Ctrl-S, a suspended window, a pipe nobody reads) or vanish.
    Neither may stop a program, so lines wait in a bounded queue and are dropped when it is full;
    the log files have them all.
    """

    def __init__(self, stream: TextIO | None = None, *, width: int = 10) -> None:
        """Print to `stream` (standard output), names padded to `width`, coloured on a terminal."""
        self._stream = stream or sys.stdout
        self._width = width
        self._colour = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._lines: queue.Queue[str | None] = queue.Queue(_LINES_WAITING)
        self._names: list[str] = []
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._print, name="terminal", daemon=True)
        self._thread.start()

    def line(self, name: str, text: str) -> None:
        """Queue one line of the program `name`."""
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(f"{self._prefix(name)} {text}")

    def say(self, text: str) -> None:
        """Queue a line of the supervisor itself."""
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(as_called(text))

    def bold(self, text: str) -> str:
        """Return `text` in bold where the terminal can show it."""
        return f"\x1b[1m{text}\x1b[0m" if self._colour else text

    def close(self, patience_s: float = 1.0) -> None:
        """Print what waits, then let go; a terminal that takes nothing is given up."""
        self._closed.set()
        with contextlib.suppress(queue.Full):  # a full queue ends by itself, a little later
            self._lines.put_nowait(None)
        self._thread.join(patience_s)

    def _next(self) -> str | None:
        """Wait for a line; None once everything is printed and the terminal is closed."""
        while True:
            try:
                return self._lines.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                if self._closed.is_set():
                    return None

    def _prefix(self, name: str) -> str:
        label = f"{name:<{self._width}}│"
        if not self._colour:
            return label
        if name not in self._names:
            self._names.append(name)
        colour = _COLOURS[self._names.index(name) % len(_COLOURS)]
        return f"\x1b[{colour}m{label}\x1b[0m"

    def _print(self) -> None:
        while (line := self._next()) is not None:
            try:
                self._stream.write(f"{line}\n")
                if self._lines.empty():
                    self._stream.flush()
            except (OSError, ValueError):
                return
