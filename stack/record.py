"""`stack.json`: where the stack is reached and which processes are its own; and the one lock."""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from stack.folders import Folders
from stack.processes import Identity, boot_id

_TRIES = 5
_TRY_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things listen; remembered so that a later start takes the same ports."""

    url: str = ""
    broker_host: str = "127.0.0.1"
    broker_port: int = 0
    database_host: str = "127.0.0.1"
    database_port: int = 0
    database_name: str = ""
    metrics_ports: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Process:
    """One recorded process, and the signal that stops it cleanly."""

    identity: Identity
    stop_signal: signal.Signals


@dataclass(frozen=True, slots=True)
class Record:
    """The contents of `stack.json`. It holds no secret."""

    addresses: Addresses
    pid: int | None = None
    processes: Mapping[str, Process] = field(default_factory=dict)
    boot: str = ""

    def save(self, path: Path) -> None:
        """Write the file in one step; whoever reads it sees the old or the new one whole."""
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(self._document(), indent=2) + "\n", encoding="utf-8")
        partial.replace(path)

    def leftovers(self) -> list[tuple[Identity, signal.Signals]]:
        """Return recorded processes that may still live; those of another boot cannot."""
        if self.boot != boot_id():
            return []
        return [(p.identity, p.stop_signal) for p in self.processes.values()]

    def _document(self) -> dict[str, Any]:
        where = self.addresses
        return {
            "url": where.url,
            "broker": {"host": where.broker_host, "port": where.broker_port},
            "database": {
                "host": where.database_host,
                "port": where.database_port,
                "name": where.database_name,
            },
            "metrics": dict(where.metrics_ports),
            "pid": self.pid,
            "boot": self.boot,
            "programs": {
                name: {
                    "pid": process.identity.pid,
                    "start_ticks": process.identity.start_ticks,
                    "stop_signal": process.stop_signal.name,
                }
                for name, process in self.processes.items()
            },
        }


def load(path: Path) -> Record | None:
    """Read `stack.json`; None when there is none or it is damaged (a power cut)."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return _parse(document)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _parse(document: dict[str, Any]) -> Record:
    addresses = Addresses(
        url=str(document["url"]),
        broker_host=str(document["broker"]["host"]),
        broker_port=int(document["broker"]["port"]),
        database_host=str(document["database"]["host"]),
        database_port=int(document["database"]["port"]),
        database_name=str(document["database"]["name"]),
        metrics_ports={str(k): int(v) for k, v in document["metrics"].items()},
    )
    processes = {
        str(name): Process(
            Identity(int(entry["pid"]), int(entry["start_ticks"])),
            signal.Signals[entry["stop_signal"]],
        )
        for name, entry in document["programs"].items()
    }
    pid = document["pid"]
    return Record(addresses, None if pid is None else int(pid), processes, str(document["boot"]))


class Lock:
    """The lock that makes one supervisor the only one; the kernel frees it however it dies."""

    def __init__(self, folders: Folders) -> None:
        """Take nothing yet."""
        self._path = folders.lock
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Try to take the lock; False when another supervisor holds it.

        Tried for a moment: whoever looks at `holder` has the lock for an instant.
        """
        file = self._path.open("a+", encoding="ascii")
        for _ in range(_TRIES):
            with contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
                self._file = file
                return True
            time.sleep(_TRY_EVERY_S)
        file.close()
        return False

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def holder(self) -> int | None:
        """Return the pid of the supervisor that holds the lock; None when nobody does."""
        if not self._path.exists():
            return None
        with self._path.open("r", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                text = file.read().strip()
                return int(text) if text.isdigit() else None
        return None
