"""The broker and the database behind the programs: the private ones, or somebody else's."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from stack.child import Spec
from stack.folders import REPOSITORY, Folders
from stack.probes import port_probe
from stack.programs import BROKER_ACCOUNTS
from stack.services.mosquitto import Mosquitto, prepare_mosquitto
from stack.services.place import Account, ServiceError, service_account, services_folder
from stack.services.postgres import DATABASE, Postgres, prepare_postgres
from stack.settings import StackSettings

DATABASE_STAGE = 0
BROKER_STAGE = 1
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Backing:
    """Where broker and database are, how to log in, and what the supervisor must keep running."""

    database_url: str = field(repr=False)
    broker_host: str
    broker_port: int
    broker_username: str
    broker_passwords: Mapping[str, str] = field(repr=False)
    accounts_dir: str
    account: Account
    """The operating-system account that the programs run as."""
    specs: tuple[Spec, ...] = ()
    complete: Callable[[], None] = lambda: None
    """Called (in a thread) once the processes of `specs` answer."""

    @property
    def database(self) -> tuple[str, int, str]:
        """Host, port and name of the database."""
        parts = urlsplit(self.database_url)
        return parts.hostname or "", parts.port or 5432, parts.path.lstrip("/")


def plain_environment() -> dict[str, str]:
    """Return what a process gets of the caller's environment when it is told nothing else."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {"HOME": "/"}


def native(folders: Folders, settings: StackSettings) -> Backing:
    """Prepare the private PostgreSQL and Mosquitto; blocks for seconds at the first start.

    Raises ServiceError with what to do about it.
    """
    root = services_folder(folders.root)
    cluster = _stopped_postgres(root / "postgres", settings.private_database_port)
    broker = _stopped_mosquitto(root / "mosquitto", settings)
    return Backing(
        database_url=cluster.url_of(DATABASE),
        broker_host=broker.host,
        broker_port=broker.port,
        broker_username="",
        broker_passwords=broker.credentials,
        accounts_dir=str(broker.accounts_folder),
        account=broker.account,
        specs=(_postgres_spec(cluster), _mosquitto_spec(broker)),
        complete=cluster.start,  # it runs already: makes the role and the database when missing
    )


def _stopped_postgres(folder: Path, port: int) -> Postgres:
    """Prepare the cluster; one that runs outside of the supervisor is stopped first."""
    cluster = prepare_postgres(folder, port=port)
    if cluster.is_running():
        cluster.stop()
        cluster = prepare_postgres(folder, port=port)
    return cluster


def _stopped_mosquitto(folder: Path, settings: StackSettings) -> Mosquitto:
    port, listen = settings.private_broker_port, settings.listen
    broker = prepare_mosquitto(folder, port=port, listen=listen)
    if broker.is_running():
        broker.stop()
        broker = prepare_mosquitto(folder, port=port, listen=listen)
    return broker


def _postgres_spec(cluster: Postgres) -> Spec:
    program = str(cluster.installation / "bin" / "postgres")
    return Spec(
        name="database",
        argv=(program, "-D", str(cluster.folder / "data")),
        env=plain_environment(),
        cwd=Path("/"),
        probe=port_probe(cluster.port),
        stage=DATABASE_STAGE,
        user=cluster.account.name if cluster.account.is_other else None,
        stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
        stop_timeout_s=30.0,
    )


def _mosquitto_spec(broker: Mosquitto) -> Spec:
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    return Spec(
        name="broker",
        argv=(program or "mosquitto", "-c", str(broker.folder / "mosquitto.conf")),
        env=plain_environment() | {"TZ": "UTC"},
        cwd=Path("/"),
        probe=port_probe(broker.port),
        stage=BROKER_STAGE,
        user=broker.account.name if broker.account.is_other else None,
        stop_timeout_s=15.0,
    )


def can_read_code(account: Account) -> bool:
    """Tell whether `account` may read this clone and the Python that runs it."""
    needed = [str(REPOSITORY / "stack" / "cli.py"), os.__file__, shutil.__file__, sys.prefix]
    return all(account.run(["test", "-r", path]).returncode == 0 for path in needed)


def external(settings: StackSettings) -> Backing:
    """Use a broker and a database that are already there. Nothing is connected yet.

    Raises ServiceError that names the variable that is missing.
    """
    if settings.database_url is None:
        message = "JEG_DATABASE_URL is not set: postgresql://user:password@host:port/name"
        raise ServiceError(message)
    if not settings.broker_host:
        message = "JEG_BROKER_HOST is not set: the host name or address of the MQTT broker"
        raise ServiceError(message)
    if not settings.broker_username:
        message = "JEG_BROKER_USERNAME is not set: the programs' account at the MQTT broker"
        raise ServiceError(message)
    password = settings.broker_password.get_secret_value()
    return Backing(
        database_url=settings.database_url.get_secret_value(),
        broker_host=settings.broker_host,
        broker_port=settings.broker_port,
        broker_username=settings.broker_username,
        broker_passwords=dict.fromkeys(BROKER_ACCOUNTS, password),
        accounts_dir=settings.broker_accounts_dir or str(REPOSITORY / ".jeg" / "accounts"),
        account=service_account("mosquitto"),
    )


async def check_external(backing: Backing) -> list[tuple[str, str]]:
    """Try broker and database once; returns (what, what is wrong or nothing) for each."""
    return list(
        zip(
            ("database", "broker"),
            await asyncio.gather(
                asyncio.to_thread(database_fault, backing.database_url),
                asyncio.to_thread(broker_fault, backing),
            ),
            strict=True,
        )
    )


def database_fault(url: str) -> str:
    """Connect and look for TimescaleDB; returns what is wrong, or nothing."""
    from stack.checks import database_fault as check  # noqa: PLC0415  # psycopg is slow to load

    return check(url)


def broker_fault(backing: Backing) -> str:
    """Log in as a program; returns what is wrong, or nothing."""
    from stack.checks import Login, login_fault  # noqa: PLC0415  # paho is slow to load

    account = BROKER_ACCOUNTS[0]
    return login_fault(
        backing.broker_host,
        backing.broker_port,
        Login(backing.broker_username or account, backing.broker_passwords[account]),
    )
