"""`jeg logs`: the last lines of the log files, and those that come."""

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from stack.errors import StackError
from stack.folders import Folders
from stack.output import Terminal

_LOOK_EVERY_S = 0.2
_BLOCK = 65_536
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)")


def show(folders: Folders, program: str, *, lines: int, follow: bool) -> None:
    """Print the last `lines` of each log; with `follow` go on until interrupted.

    Raises StackError for a program that has no log.
    """
    known = {path.stem: path for path in sorted(folders.logs.glob("*.log"))}
    if program and program not in known:
        there = ", ".join(known) or "none: jeg up writes them"
        message = f"no log of {program!r}; there is {there}"
        raise StackError(message)
    chosen = {program: known[program]} if program else known
    terminal = Terminal()
    tails = {name: Tail(path) for name, path in chosen.items()}
    try:
        for name, line in merged({name: tail.last(lines) for name, tail in tails.items()}):
            terminal.line(name, line)
        while follow:
            for name, line in merged({name: tail.more() for name, tail in tails.items()}):
                terminal.line(name, line)
            time.sleep(_LOOK_EVERY_S)
    except KeyboardInterrupt:
        pass
    finally:
        terminal.close()
        for tail in tails.values():
            tail.close()


def merged(logs: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return (program, line) of all logs by time; a line without a time stays with the last one.

    >>> merged({"a": ["2026-01-02T03:04:07Z x", "more"], "b": ["2026-01-02 03:04:05 UTC y"]})[0]
    ('b', '2026-01-02 03:04:05 UTC y')
    """
    timed: list[tuple[str, str, str]] = []
    for name, lines in logs.items():
        time_of_last = ""
        for line in lines:
            found = _TIME.search(line)
            # Never backwards: the lines of one program stay in their order.
            time_of_last = max(time_of_last, f"{found[1]} {found[2]}") if found else time_of_last
            timed.append((time_of_last, name, line))
    return [(name, line) for _, name, line in sorted(timed, key=lambda one: one[0])]


class Tail:
    """Follows one log file through its rotations."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path
        self._file: BinaryIO = path.open("rb")
        self._rest = b""

    def last(self, lines: int) -> list[str]:
        """Return the last `lines` lines; `more` goes on from there."""
        end = self._file.seek(0, 2)
        start, found = end, b""
        while start > 0 and found.count(b"\n") <= lines:
            start = max(0, start - _BLOCK)
            self._file.seek(start)
            found = self._file.read(end - start)
        whole = found.split(b"\n")
        self._rest = whole.pop()
        return [_text(line) for line in whole[len(whole) - min(lines, len(whole)) :]]

    def more(self) -> list[str]:
        """Return the lines that came since; a file that was rotated away is read to its end."""
        lines = self._read()
        if self._path.exists() and not self._path.samefile(f"/proc/self/fd/{self._file.fileno()}"):
            self._file.close()
            self._file, self._rest = self._path.open("rb"), b""
            lines += self._read()
        return lines

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self) -> list[str]:
        *whole, self._rest = (self._rest + self._file.read()).split(b"\n")
        return [_text(line) for line in whole]


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace")
