"""What every case stands on: a private PostgreSQL set as the real one is, migrated once."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from stack.services.postgres import Postgres, prepare_postgres
from storage.migrate import migrate

TEMPLATE = "jeg_template"
FIRST_PORT = 21_000
PORTS = 9_000
END_SECONDS = 10
SETTINGS = {
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    # A background worker holds a connection to the template, which then cannot be cloned.
    "timescaledb.max_background_workers": "0",
}
"""Smaller than the real one, and as durable: commits wait for the disk."""

SMALL_DISK = {"min_wal_size": "32MB", "max_wal_size": "64MB"}
"""On top, where there is little room."""


class ImpossibleError(Exception):
    """A case cannot be played on this machine; the message says why."""


def first_port() -> int:
    """Where to look for a free port, apart from other runs on this machine."""
    return FIRST_PORT + os.getpid() * 7 % PORTS


@dataclass(frozen=True)
class Arena:
    """A running cluster with a migrated template."""

    folder: Path
    postgres: Postgres

    def new_database(self) -> str:
        """Clone the template; return the clone's URL."""
        name = f"case_{uuid4().hex[:8]}"
        with self._administer() as db:
            clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            db.execute(clone.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        return self.postgres.url_of(name)

    def drop_database(self, url: str) -> None:
        """Drop a clone."""
        with self._administer() as db:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            db.execute(drop.format(sql.Identifier(url.rsplit("/", 1)[1])))

    def kill_database(self) -> int:
        """Kill every process of the cluster at once (SIGKILL); return how many there were."""
        return kill_cluster(self.postgres)

    def _administer(self) -> psycopg.Connection:
        return psycopg.connect(self.postgres.url, autocommit=True)


def kill_cluster(postgres: Postgres, *, for_good: bool = False) -> int:
    """Kill a server and every process of it, as a power cut would; return how many there were.

    Unless it is `for_good` this waits until the server can be started again.
    """
    file = postgres.folder / "data" / "postmaster.pid"
    postmaster = int(file.read_text(encoding="utf-8").split()[0])
    pids = [postmaster, *children_of(postmaster)]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + END_SECONDS
    if for_good:
        return len(pids)
    # Until they are reaped, too: till then PostgreSQL takes the process of its pid file for alive.
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    return len(pids)


def children_of(parent: int) -> list[int]:
    """Process ids of the children of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
            if int(fields[1]) == parent:
                found.append(int(stat.parent.name))
    return found


@contextmanager
def arena(disk_mb: int | None = None) -> Iterator[Arena]:
    """Start a cluster in a temporary folder, with a template.

    `disk_mb`: on a disk of its own, of so many MB. Raises `ImpossibleError` when none can be made.
    """
    folder = Path(tempfile.mkdtemp(prefix="jeg-chaos-"))
    folder.chmod(0o755)
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        settings = SETTINGS
        if disk_mb is not None:
            _mount(folder / "postgres", disk_mb)
            ending.callback(_unmount, folder / "postgres")
            settings = SETTINGS | SMALL_DISK
        postgres = prepare_postgres(folder / "postgres", port=first_port(), settings=settings)
        ending.callback(_kill_if_running, postgres)
        postgres.start()
        with psycopg.connect(postgres.url, autocommit=True) as db:
            db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        migrate(postgres.url_of(TEMPLATE))
        yield Arena(folder, postgres)


def _kill_if_running(postgres: Postgres) -> None:
    if postgres.is_running():
        kill_cluster(postgres, for_good=True)


def _mount(path: Path, size_mb: int) -> None:
    path.mkdir()
    options = f"size={size_mb}m,mode=755"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "jeg-chaos", str(path)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"no small disk can be mounted here: {done.stderr.strip()}"
        raise ImpossibleError(message)


def _unmount(path: Path) -> None:
    subprocess.run(["umount", "--lazy", str(path)], check=True)
