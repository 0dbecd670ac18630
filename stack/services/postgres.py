"""A private PostgreSQL cluster with TimescaleDB on a port of its own.

Folder layout (given to the service's account): `data/` the cluster, `socket/`, `server.log`; and,
readable by the caller alone, `password` and `port`. `data` is made under another name and renamed
when it is complete, so that a half-made cluster is never mistaken for a whole one.
"""

import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from stack.services.place import (
    Account,
    ServiceError,
    free_port,
    process_is,
    service_account,
    write_private,
)

USER = "jeg"
DATABASE = "jeg"
ADMINISTRATOR = "jeg_admin"
DEFAULT_PORT = 55432
INSTALLATIONS = Path("/usr/lib/postgresql")
START_SECONDS = 60

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "'127.0.0.1'",
    "password_encryption": "'scram-sha-256'",
    "shared_preload_libraries": "'timescaledb'",
    "timescaledb.telemetry_level": "off",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # Ingest writes steadily: few large checkpoints cost less than many small ones.
    "max_wal_size": "4GB",
    "min_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # A hypertable counts one lock per chunk that a query touches.
    "max_locks_per_transaction": "256",
    "idle_in_transaction_session_timeout": "'5min'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %q%u@%d '",
    # Details of an error quote the row that it is about: no health value belongs in a log.
    "log_error_verbosity": "terse",
}
"""Settings of a cluster that keeps data."""

THROWAWAY: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "min_wal_size": "80MB",
    # In the cluster's folder, which goes with it; the server is ended without cleaning up.
    "dynamic_shared_memory_type": "mmap",
    # A background worker holds a connection to a template database, which then cannot be cloned.
    "timescaledb.max_background_workers": "0",
    # Dropping a database waits until TimescaleDB's launcher wakes up: once a minute by default.
    "timescaledb.bgw_launcher_poll_time": "200",
}
"""Settings on top for a cluster of a test run: speed, and nothing survives a crash."""


def newest_installation(installations: Path = INSTALLATIONS) -> Path:
    """Find the newest PostgreSQL server on the machine.

    Returns:
        Its folder, such as /usr/lib/postgresql/15.

    Raises:
        ServiceError: when there is none.
    """
    found = [path.parent.parent for path in installations.glob("*/bin/postgres")]
    if not found:
        message = "PostgreSQL is not installed; run: make setup"
        raise ServiceError(message)
    return max(found, key=lambda path: int(path.name))


@dataclass(frozen=True)
class Postgres:
    """One cluster, started or not."""

    folder: Path
    installation: Path
    account: Account
    password: str
    port: int

    @property
    def url(self) -> str:
        """Connection URL of the application's database and role, password included."""
        return self.url_of(DATABASE)

    def url_of(self, database: str, user: str = USER) -> str:
        """Give the connection URL of a database of this cluster, password included."""
        return f"postgresql://{user}:{self.password}@127.0.0.1:{self.port}/{database}"

    def is_running(self) -> bool:
        """Tell whether the server process of this cluster is alive."""
        try:
            first_line = (self.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
            return process_is(int(first_line), "postgres")
        except (OSError, ValueError, IndexError):
            return False

    def start(self) -> None:
        """Start the server and wait until it takes connections; nothing happens when it runs.

        Raises:
            ServiceError: when it does not come up; the message names the log.
        """
        if not self.is_running():
            self._control("start", "--log", str(self.folder / "server.log"))
        self._ensure_role_and_database()

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, what is committed is on disk."""
        if self.is_running():
            self._control("stop", "--mode", "fast")

    def _control(self, action: str, *options: str) -> None:
        program = str(self.installation / "bin" / "pg_ctl")
        data = str(self.folder / "data")
        done = self.account.run(
            [program, action, "--wait", f"--timeout={START_SECONDS}", "--pgdata", data, *options]
        )
        if done.returncode:
            log = self.folder / "server.log"
            message = f"PostgreSQL did not {action}: {' '.join(done.stderr.split())} (see {log})"
            raise ServiceError(message)

    def _ensure_role_and_database(self) -> None:
        """Make what an interrupted first start may have left unmade."""
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [USER])
            if not known.fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        sql.Identifier(USER), sql.Literal(self.password)
                    )
                )
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not known.fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(USER)
                    )
                )

    def _connect(self) -> psycopg.Connection:
        """Connect as the administrator, waiting while a server just started is recovering.

        Returns:
            A connection in autocommit mode.
        """
        url = self.url_of("postgres", ADMINISTRATOR)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(url, autocommit=True, connect_timeout=5)
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or not self.is_running():
                    message = f"PostgreSQL on port {self.port} takes no connection: {error}"
                    raise ServiceError(message) from error
                time.sleep(0.1)


def prepare_postgres(
    folder: Path, *, port: int = DEFAULT_PORT, settings: Mapping[str, str] | None = None
) -> Postgres:
    """Make the cluster in `folder` when it is missing and write its settings.

    Args:
        folder: made when missing; every folder above it must be open to the service's account.
        port: wanted port; a running or earlier cluster keeps its own, a taken one is passed over.
        settings: on top of `SETTINGS`.

    Returns:
        The cluster, not yet started.

    Raises:
        ServiceError: when `initdb` fails or the cluster is of another major version.
    """
    account = service_account("postgres")
    installation = newest_installation()
    folder.mkdir(parents=True, exist_ok=True)
    account.own(folder)
    password = _kept(folder / "password", secrets.token_urlsafe(24))
    kept_port = int(_kept(folder / "port", str(port)))
    cluster = Postgres(folder, installation, account, password, kept_port)
    if not (folder / "data").exists():
        _initialise(cluster)
    _check_version(cluster)
    if cluster.is_running():
        return cluster
    chosen = Postgres(folder, installation, account, password, free_port(kept_port))
    write_private(folder / "port", str(chosen.port))
    _write_settings(chosen, {**SETTINGS, **_edition(installation), **(settings or {})})
    return chosen


def _edition(installation: Path) -> Mapping[str, str]:
    """Settings for the TimescaleDB edition that is installed.

    Returns:
        For the Apache edition: no background workers, since every job that they could run is of
        the Community edition and would fail in the log. For Community nothing.
    """
    community = any((installation / "lib").glob("timescaledb-tsl-*.so"))
    return {} if community else {"timescaledb.max_background_workers": "0"}


def _kept(path: Path, value: str) -> str:
    """Keep a value over restarts.

    Returns:
        What the file holds; a missing or empty file is written first.
    """
    if not path.exists() or not path.read_text(encoding="utf-8").strip():
        write_private(path, value)
    return path.read_text(encoding="utf-8").strip()


def _initialise(cluster: Postgres) -> None:
    partial = cluster.folder / "data.partial"
    if partial.exists():
        shutil.rmtree(partial)
    cluster.account.make_folder(partial)
    secret = cluster.folder / "initdb.password"
    write_private(secret, cluster.password, cluster.account)
    try:
        done = cluster.account.run(
            [
                str(cluster.installation / "bin" / "initdb"),
                *("--pgdata", str(partial), "--username", ADMINISTRATOR),
                *("--auth", "scram-sha-256", "--pwfile", str(secret)),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
            ]
        )
    finally:
        secret.unlink()
    if done.returncode:
        message = f"initdb failed: {done.stderr.strip()}"
        raise ServiceError(message)
    partial.rename(cluster.folder / "data")


def _check_version(cluster: Postgres) -> None:
    made_by = (cluster.folder / "data" / "PG_VERSION").read_text(encoding="utf-8").strip()
    if made_by != cluster.installation.name:
        message = (
            f"the cluster in {cluster.folder} was made by PostgreSQL {made_by}, the machine has "
            f"{cluster.installation.name}: dump it with the old version, or run: jeg reset"
        )
        raise ServiceError(message)


def _write_settings(cluster: Postgres, settings: Mapping[str, str]) -> None:
    socket = cluster.account.make_folder(cluster.folder / "socket")
    lines = [f"{name} = {value}" for name, value in settings.items()]
    # A socket path may have 107 characters at most; without one the server works over TCP alone.
    usable = len(str(socket)) < 90  # noqa: PLR2004 - see the line above, less the file's own name
    lines += [f"port = {cluster.port}", f"unix_socket_directories = '{socket if usable else ''}'"]
    path = cluster.folder / "data" / "postgresql.conf"
    write_private(path, "\n".join(lines) + "\n", cluster.account)
