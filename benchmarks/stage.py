"""A private broker and database for a measurement, set as the real ones are."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from stack.services.mosquitto import Mosquitto, prepare_mosquitto
from stack.services.postgres import Postgres, prepare_postgres
from storage.migrate import migrate
from telemetry.keys import digest, new_key
from telemetry.topics import Up, partition_of, up

TICKS = os.sysconf("SC_CLK_TCK")
GUEST = "jeg-bench"
POSTGRES_PORT = 56432
MOSQUITTO_PORT = 52883

_SETTINGS = {"track_commit_timestamp": "on", "shared_buffers": "2GB", "max_wal_size": "8GB"}

_RESET = """
    TRUNCATE vitals, latest, outbox, dead_letters, device_ledgers, series RESTART IDENTITY CASCADE
"""


@dataclass(frozen=True)
class Sender:
    """A device to publish as."""

    device_id: UUID
    key: str
    topic: str


@dataclass(frozen=True)
class Stage:
    """Broker and database with registered devices."""

    broker: Mosquitto
    postgres: Postgres
    senders: list[Sender]

    def connect(self) -> psycopg.Connection:
        """Open a connection in autocommit mode."""
        return psycopg.connect(self.postgres.url, autocommit=True)

    def reset(self) -> None:
        """Empty every table of readings, and give the broker a fresh start."""
        with self.connect() as db:
            db.execute(_RESET)
            db.execute("VACUUM ANALYZE")
        with psycopg.connect(self.postgres.url_of("postgres", "jeg_admin"), autocommit=True) as db:
            db.execute("CHECKPOINT")
        self.broker.stop()
        for file in (self.broker.folder / "data").iterdir():
            file.unlink()
        self.broker.start()

    def stored(self) -> int:
        """Rows in the hypertable, counted one by one."""
        with self.connect() as db:
            row = db.execute("SELECT count(*) FROM vitals").fetchone()
        return int(row[0]) if row else 0

    def broker_pid(self) -> int:
        """Process id of the broker."""
        return int((self.broker.folder / "pid").read_text(encoding="utf-8"))


@contextmanager
def stage(devices: int) -> Iterator[Stage]:
    """Start broker and database in a temporary folder, with `devices` registered devices."""
    folder = Path(tempfile.mkdtemp(prefix="jeg-bench-"))
    folder.chmod(0o755)
    postgres = prepare_postgres(folder / "postgres", port=POSTGRES_PORT, settings=_SETTINGS)
    broker = prepare_mosquitto(
        folder / "mosquitto",
        port=MOSQUITTO_PORT,
        guests={GUEST: ["topic write jeg/v1/+/+/up/#", "topic read jeg/v1/#"]},
    )
    try:
        postgres.start()
        broker.start()
        migrate(postgres.url)
        with psycopg.connect(postgres.url, autocommit=True) as db:
            senders = _register(db, devices)
        yield Stage(broker, postgres, senders)
    finally:
        broker.stop()
        postgres.stop()
        shutil.rmtree(folder)


@contextmanager
def database_stage() -> Iterator[Postgres]:
    """Start a database alone in a temporary folder; nothing is migrated."""
    folder = Path(tempfile.mkdtemp(prefix="jeg-bench-"))
    folder.chmod(0o755)
    postgres = prepare_postgres(folder / "postgres", port=POSTGRES_PORT, settings=_SETTINGS)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()
        shutil.rmtree(folder)


def _register(db: psycopg.Connection, devices: int) -> list[Sender]:
    """Register devices of one patient each, spread evenly over the partitions."""
    senders = []
    with db.transaction():
        for i in range(devices):
            owner = UUID(f"{i % 16:x}0000000-0000-4000-8000-{i:012x}")
            device, key = UUID(f"d0000000-0000-4000-8000-{i:012x}"), new_key()
            db.execute(
                "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, '', '')",
                (owner, f"bench-{i}"),
            )
            db.execute(
                "INSERT INTO iot_devices (device_id, device_type, owner_id, is_verified)"
                " VALUES (%s, 'MONITOR', %s, true)",
                (device, owner),
            )
            db.execute(
                "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)", (device, digest(key))
            )
            senders.append(Sender(device, key, up(partition_of(owner), device, Up.TELEMETRY)))
    return senders


def cpu_seconds(pid: int) -> float:
    """CPU time of a process until now, all its threads, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int, field: str = "VmRSS") -> float:
    """Resident memory of a process (`VmHWM`: its peak)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0
