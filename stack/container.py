"""What containers run: `python -m stack.container`, the entry point of the programs' image.

`init` makes the secrets once, into a volume: nobody has to write a `.env` before the first start,
and no secret stands in docker-compose.yml. `healthy NAME` is a health check. `as NAME` runs
another module with the secrets of a program. Everything else is a
program's own arguments: its secrets are added to the environment, and it takes this process over.
"""

import asyncio
import base64
import hashlib
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from stack.demo_clinic import offered_logins
from stack.envfile import read_env
from stack.probes import metrics_probe, page_probe
from stack.programs import (
    BROKER_ACCOUNTS,
    DEFAULT_API_PORT,
    ONE_SHOTS,
    PROGRAMS,
    Need,
    Program,
    Secrets,
    Where,
    secret_environment,
)
from stack.services.mosquitto import DEFAULT_PORT as BROKER_PORT
from stack.services.postgres import DATABASE, USER

SECRETS = Path("/secrets")
ACCOUNTS = Path("/broker/accounts")
BROKER_DATA = Path("/broker/data")
DEMO = Path("/demo")
MAILBOX = Path("/mailbox")
FILES = Path("/files")
OWNER = 1883
"""User and group of the broker in its image; the programs run as the same."""

WHERE = Where(
    broker_host="broker",
    broker_port=1883,
    accounts_dir=str(ACCOUNTS),
    api_host="0.0.0.0",  # noqa: S104  # inside a container, whose port is published or not
    api_port=DEFAULT_API_PORT,
    api_url=f"http://api:{DEFAULT_API_PORT}",
    public_url=f"http://127.0.0.1:{DEFAULT_API_PORT}",
    devices_file=str(DEMO / "devices.json"),
    mailbox_dir=str(MAILBOX),
    files_dir=str(FILES),
    device_broker_host="127.0.0.1",
    device_broker_port=BROKER_PORT,
)
"""Where everything is among the containers; docker-compose.yml is held equal to it."""

_SALT_BYTES = 12
_HASH_BYTES = 64
_ROUNDS = 20_000


def mosquitto_hash(password: str) -> str:
    """Hash a password as Mosquitto 2 stores it: PBKDF2 with SHA-512, `$7$rounds$salt$hash`."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, _HASH_BYTES)
    return f"$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def init(folder: Path = SECRETS, owner: int | None = OWNER) -> None:
    """Make the secrets that are missing, in `folder`; those that are there stay.

    Files: `database_password`; `passwords` for the broker; `NAME.env` for each program.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = read_env(folder / "all.env")
    names = ["database", "secret_key", *BROKER_ACCOUNTS]
    every = {name: kept.get(name) or secrets.token_urlsafe(36) for name in names}
    _write(folder / "all.env", every)
    _write_text(folder / "database_password", every["database"])
    broker_passwords = {name: every[name] for name in BROKER_ACCOUNTS}
    if every != kept or not (folder / "passwords").exists():
        hashed = [f"{name}:{mosquitto_hash(word)}\n" for name, word in broker_passwords.items()]
        _write_text(folder / "passwords", "".join(hashed))
    made = Secrets(
        database_url=f"postgresql://{USER}:{every['database']}@database:5432/{DATABASE}",
        secret_key=every["secret_key"],
        broker_passwords=broker_passwords,
    )
    for program in (*ONE_SHOTS, *PROGRAMS):
        _write(folder / f"{program.name}.env", secret_environment(program, made))
    if owner is not None:
        for path in (folder, *folder.iterdir(), ACCOUNTS, BROKER_DATA, DEMO, MAILBOX, FILES):
            os.chown(path, owner, owner)


def _write(path: Path, values: Mapping[str, str]) -> None:
    _write_text(path, "".join(f"{name}={value}\n" for name, value in values.items()))


def _write_text(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def program_of(arguments: list[str]) -> Program | None:
    """Find the program that `-m MODULE` starts; None for anything else."""
    return next(
        (p for p in (*ONE_SHOTS, *PROGRAMS) if list(p.command) == arguments[: len(p.command)]),
        None,
    )


def by_name(name: str) -> Program:
    """Return the program of this name; StopIteration when there is none."""
    return next(program for program in (*ONE_SHOTS, *PROGRAMS) if program.name == name)


def healthy(name: str) -> bool:
    """Tell whether the program in this container says that it works."""
    program = by_name(name)
    if Need.HTTP in program.needs:
        probe = page_probe(int(os.environ["JEG_API_PORT"]), "/readyz")
    else:
        probe = metrics_probe(int(os.environ["JEG_METRICS_PORT"]))
    return asyncio.run(probe()).ready


def demo_environment(program: Program) -> dict[str, str]:
    """Return what a program is told of the demo clinic, which production never has."""
    if Need.HTTP not in program.needs or os.environ.get("JEG_ENVIRONMENT") == "production":
        return {}
    return {"JEG_DEMO_LOGINS": offered_logins()}


def main() -> None:
    """Do what the arguments say."""
    arguments = sys.argv[1:]
    if arguments == ["init"]:
        init()
    elif arguments[:1] == ["healthy"]:
        sys.exit(0 if healthy(arguments[1]) else 1)
    else:
        program = program_of(arguments)
        if arguments[:1] == ["as"]:  # `docker compose exec` passes the entry point by
            program, arguments = by_name(arguments[1]), arguments[2:]
        if program is not None:
            os.environ |= read_env(SECRETS / f"{program.name}.env")
            os.environ |= demo_environment(program)
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    main()
