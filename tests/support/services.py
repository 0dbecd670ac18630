"""The services of one test run: a PostgreSQL for all xdist workers, started when first wanted.

The controller makes a folder and hands its path to the workers. Whoever needs the database first
takes a lock there, starts the cluster and migrates a template; the controller stops it at the end.
Where JEG_TEST_DATABASE_URL names a server, that is used instead, with databases of this run's own.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from stack.services.place import REPOSITORY, process_is
from stack.services.postgres import THROWAWAY, prepare_postgres

SERVER_VARIABLE = "JEG_TEST_DATABASE_URL"
PREFIX = "jeg-tests-"
MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are made by mkdtemp
ROOM_BYTES = 6 << 30
FIRST_PORT = 20_000
PORTS = 10_000
DROPS = 20
"""Times that a database is tried to be dropped."""


def first_port() -> int:
    """Where this process looks for a free port.

    Returns:
        A port below those that outgoing connections take, and hardly ever the one at which another
        worker or another test run is looking at the same moment.
    """
    return FIRST_PORT + os.getpid() * 7 % PORTS


@dataclass(frozen=True)
class StackServices:
    """The running services of a test run: a server, and a prefix of its databases' names."""

    server: str
    prefix: str

    def url_of(self, database: str) -> str:
        """URL of a database of this server."""
        return urlsplit(self.server)._replace(path=f"/{database}").geturl()

    @property
    def template(self) -> str:
        """Name of the migrated database that others are cloned from."""
        return f"{self.prefix}_template"

    def new_database(self, name: str, template: str | None = None) -> str:
        """Clone the migrated template, or the database at the URL `template`.

        Returns:
            The URL of the clone.
        """
        database = f"{self.prefix}_{name}_{uuid4().hex[:8]}"
        source = self.template if template is None else urlsplit(template).path[1:]
        with psycopg.connect(self.server, autocommit=True) as connection:
            # Whole files, which without fsync is cheaper than their pages one by one.
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(database), sql.Identifier(source)
                )
            )
        return self.url_of(database)

    def freeze(self, url: str) -> None:
        """Let nobody connect to a database any more, so that it can be cloned.

        TimescaleDB's own workers would stay connected to it.
        """
        database = urlsplit(url).path[1:]
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(
                    sql.Identifier(database)
                )
            )
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )

    def drop_database(self, url: str) -> None:
        """Drop a clone, whoever is still connected to it."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            _drop(connection, urlsplit(url).path[1:])

    def drop_all(self) -> None:
        """Drop every database of this test run."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
                [f"{self.prefix}_"],
            )
            for (name,) in found.fetchall():
                _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _ in range(DROPS):
        # A vacuum that the server began by itself cannot be ended by us, and is soon over.
        with suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
            return
        time.sleep(0.5)
    connection.execute(statement)


def new_folder() -> Path:
    """Make a folder that the services' accounts can enter, unlike pytest's own of mode 700.

    Returns:
        The folder; `remove_folder` stops what runs there and deletes it.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_place()))
    folder.chmod(0o755)
    return folder


def _place() -> Path:
    """Where the folders of test runs are: in memory where it has room, unless TMPDIR says where.

    A database is over a thousand files; on a disk, making them takes most of the time of a clone.
    """
    given = "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK)
    if given or shutil.disk_usage(MEMORY).free < ROOM_BYTES:
        return Path(tempfile.gettempdir())
    return MEMORY


def remove_folder(folder: Path) -> None:
    """End every service that runs in a test run's folder, and delete it."""
    server = os.environ.get(SERVER_VARIABLE)
    if server and (folder / "lock").exists():
        StackServices(server, _prefix_of(folder)).drop_all()
    for path in folder.glob("*/pid"):
        _end(path, "mosquitto")
    for path in folder.glob("*/data/postmaster.pid"):
        _end(path, "postgres")
    shutil.rmtree(folder)


def _end(pid_file: Path, program: str) -> None:
    """End one service at once: what it holds is thrown away."""
    pid = int(pid_file.read_text(encoding="utf-8").split()[0])
    deadline = time.monotonic() + 10
    while process_is(pid, program) and time.monotonic() < deadline:
        os.kill(pid, signal.SIGQUIT if program == "postgres" else signal.SIGKILL)
        time.sleep(0.05)


def remove_leftovers() -> None:
    """Clean up after test runs that were killed: their controller is gone, their cluster is not."""
    for folder in _place().glob(f"{PREFIX}*"):
        controller = folder.name.removeprefix(PREFIX).split("-")[0]
        if not Path(f"/proc/{controller}").exists() and os.access(folder, os.W_OK):
            with suppress(OSError, ValueError, psycopg.Error):  # another test run may be at it, too
                remove_folder(folder)


def running_services(folder: Path) -> StackServices:
    """Start the cluster and migrate the template, unless another worker has.

    Returns:
        The services, ready.
    """
    with _locked(folder / "lock"):
        server = os.environ.get(SERVER_VARIABLE) or _private_server(folder)
        services = StackServices(server, _prefix_of(folder))
        if not (folder / "migrated").exists():
            _migrate_template(services)
            (folder / "migrated").touch()
        return services


def _private_server(folder: Path) -> str:
    postgres = prepare_postgres(folder / "postgres", port=first_port(), settings=THROWAWAY)
    postgres.start()
    return postgres.url


def _prefix_of(folder: Path) -> str:
    """Prefix that no other test run has on the same server."""
    return f"jeg_{folder.name.removeprefix(PREFIX).replace('-', '_').lower()}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate_template(services: StackServices) -> None:
    template = sql.Identifier(services.template)
    with psycopg.connect(services.server, autocommit=True) as connection:
        _drop(connection, services.template)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(template))
    done = subprocess.run(
        [sys.executable, "-m", "storage.migrate"],
        cwd=REPOSITORY,
        env=os.environ | {"JEG_DATABASE_URL": services.url_of(services.template)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"the migrations failed:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)
    services.freeze(services.url_of(services.template))
