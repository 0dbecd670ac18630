"""Decides where everything of a stack listens, and turns programs into processes to supervise."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from stack.backing import Backing, can_read_code, plain_environment
from stack.child import Spec
from stack.envfile import SECRET_KEY, read_env, secret_key, write_env
from stack.folders import REPOSITORY, Folders
from stack.probes import NOT_READY, Probe, Reading, metrics_probe, page_probe
from stack.programs import (
    API,
    CALLER_SECRETS,
    PROGRAMS,
    Need,
    Program,
    Secrets,
    Where,
    environment,
    secret_environment,
)
from stack.record import Addresses
from stack.services.place import free_port
from stack.settings import StackSettings


def caller_environment() -> dict[str, str]:
    """Return the `JEG_` variables of `.env` and of the caller, which every program gets."""
    given = read_env(REPOSITORY / ".env") | dict(os.environ)
    return {name: value for name, value in given.items() if name.startswith("JEG_")}


def choose_where(
    folders: Folders, settings: StackSettings, backing: Backing, known: Addresses
) -> Where:
    """Choose free ports, the remembered ones first, and say where everything is."""
    remembered = None if "api_port" in settings.model_fields_set else urlsplit(known.url).port
    ports = choose_ports(
        {API.name: remembered or settings.api_port}
        | {f"metrics of {program.name}": program.metrics_port for program in PROGRAMS}
    )
    api_port = ports[API.name]
    api_url = f"http://127.0.0.1:{api_port}"
    return Where(
        broker_host=backing.broker_host,
        broker_port=backing.broker_port,
        broker_username=backing.broker_username,
        accounts_dir=backing.accounts_dir,
        api_host=settings.api_host or settings.listen,
        api_port=api_port,
        api_url=api_url,
        public_url=settings.public_url or api_url,
        device_broker_host=_device_host(settings, backing),
        device_broker_port=backing.broker_port,
        devices_file=str(folders.devices),
        mailbox_dir=str(folders.mailbox),
        files_dir=str(folders.files),
        metrics_ports={p.name: ports[f"metrics of {p.name}"] for p in PROGRAMS},
        environment=settings.environment,
        log_format=settings.log_format,
    )


def _device_host(settings: StackSettings, backing: Backing) -> str:
    """Return the broker's name for devices on other machines, if it is opened to them."""
    opened = backing.specs and settings.listen != "127.0.0.1"
    return (urlsplit(settings.public_url).hostname or "") if opened else ""


def choose_ports(wanted: Mapping[str, int]) -> dict[str, int]:
    """Return for each name its wanted port, or the next one that is free; none is given twice."""
    chosen: dict[str, int] = {}
    for name, port in wanted.items():
        free = free_port(port)
        while free in chosen.values():
            free = free_port(free + 1)
        chosen[name] = free
    return chosen


def make_secrets(folders: Folders, settings: StackSettings, backing: Backing) -> Secrets:
    """Collect the secrets; the key that signs tokens is made once and kept."""
    given = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return Secrets(
        database_url=backing.database_url,
        secret_key=given or secret_key(folders.env),
        broker_passwords=backing.broker_passwords,
    )


def remember(folders: Folders, where: Where, secrets: Secrets) -> None:
    """Bring `.jeg/env` up to date, for commands and for programs that are run by hand."""
    kept = read_env(folders.env)
    addresses = {
        "JEG_DATABASE_URL": secrets.database_url,
        "JEG_BROKER_HOST": where.broker_host,
        "JEG_BROKER_PORT": str(where.broker_port),
        "JEG_BROKER_ACCOUNTS_DIR": where.accounts_dir,
        "JEG_API_URL": where.api_url,
        "JEG_PUBLIC_URL": where.public_url,
        "JEG_DEVICES_FILE": where.devices_file,
    }
    ordered = {SECRET_KEY: kept.get(SECRET_KEY, secrets.secret_key)} | kept | addresses
    if ordered != kept:
        write_env(folders.env, ordered)


def addresses_of(where: Where, backing: Backing) -> Addresses:
    """Return what `stack.json` says of the stack."""
    host, port, name = backing.database
    return Addresses(
        url=where.public_url,
        broker_host=where.broker_host,
        broker_port=where.broker_port,
        database_host=host,
        database_port=port,
        database_name=name,
        metrics_ports=dict(where.metrics_ports),
    )


@dataclass(frozen=True, slots=True)
class Launcher:
    """Turns a program of the table into a process to supervise."""

    where: Where
    secrets: Secrets = field(repr=False)
    backing: Backing
    caller: Mapping[str, str] = field(repr=False)
    read_all: bool

    @classmethod
    def make(cls, where: Where, secrets: Secrets, backing: Backing) -> "Launcher":
        """Find out whether the programs' account may read this clone at all."""
        read_all = backing.account.is_other and not can_read_code(backing.account)
        return cls(where, secrets, backing, caller_environment(), read_all)

    def spec(self, program: Program) -> Spec:
        """Say how to run `program`."""
        account = self.backing.account
        return Spec(
            name=program.name,
            argv=(sys.executable, *program.command),
            env=plain_environment()
            | {"PYTHONUNBUFFERED": "1"}
            | self._from_caller(program)
            | environment(program, self.where)
            | secret_environment(program, self.secrets),
            cwd=REPOSITORY,
            probe=self._probe(program),
            stage=program.stage,
            user=account.name if account.is_other else None,
            read_all=self.read_all,
        )

    def _from_caller(self, program: Program) -> dict[str, str]:
        """Return the caller's own settings, without secrets that are none of this program's."""
        secret = {"JEG_DATABASE_URL", "JEG_BROKER_PASSWORD", SECRET_KEY}
        own = set(secret_environment(program, self.secrets))
        for need, names in CALLER_SECRETS.items():
            secret |= names
            own |= names if need in program.needs else set()
        return {n: v for n, v in self.caller.items() if n not in secret or n in own}

    def _probe(self, program: Program) -> Probe:
        if Need.HTTP in program.needs:
            return page_probe(self.where.api_port, "/readyz")
        port = self.where.metrics_ports.get(program.name)
        return metrics_probe(port) if port else _unwatched


async def _unwatched() -> Reading:
    """Stand in for the probe of a command that runs once."""
    return NOT_READY
