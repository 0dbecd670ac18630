"""Checks of what is installed and of the machine itself; nothing needs to run for them."""

import importlib.metadata
import os
import re
import shutil
import sys
import time
import tomllib
from collections.abc import Callable

from stack.doctor.finding import Finding, Level
from stack.folders import REPOSITORY, Folders
from stack.ports import USUAL, kept
from stack.record import Lock
from stack.services.mosquitto import PLUGIN
from stack.services.place import ServiceError, free_port
from stack.services.postgres import newest_installation

_GIGABYTE = 1_000_000_000
_LEAST_DISK = 1 * _GIGABYTE
_SCARCE_DISK = 5 * _GIGABYTE
_PYTHON = (3, 11)
_RELEASED = 1_763_769_600  # 2025-11-22: a clock before it was never set
SETUP = "make setup"

Checks = list[tuple[str, Callable[[], Finding]]]


def machine_checks(folders: Folders) -> Checks:
    """List the checks of the machine."""
    return [
        ("Python", python),
        ("packages", packages),
        ("PostgreSQL", postgres),
        ("TimescaleDB", timescale),
        ("Mosquitto", mosquitto),
        ("broker plugin", plugin),
        ("web pages", web),
        ("ports", lambda: ports(folders)),
        ("disk", lambda: disk(folders)),
        ("clock", clock),
    ]


def python() -> Finding:
    """Look at the interpreter's version."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _PYTHON:
        return Finding("Python", Level.WRONG, version, "install Python 3.11 or newer")
    return Finding("Python", Level.OK, f"{version} in {sys.prefix}")


def packages() -> Finding:
    """Look whether every package that pyproject.toml names is installed here."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.split(r"[\[<>=!~; ]", line)[0] for line in project["project"]["dependencies"]]
    missing = [name for name in names if not _installed(name)]
    if missing:
        return Finding("packages", Level.WRONG, f"missing: {', '.join(missing)}", SETUP)
    return Finding("packages", Level.OK, f"{len(names)} direct dependencies are installed")


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def postgres() -> Finding:
    """Look for a PostgreSQL server."""
    try:
        return Finding("PostgreSQL", Level.OK, f"version {newest_installation().name}")
    except ServiceError as error:
        return Finding("PostgreSQL", Level.WRONG, str(error), SETUP)


def timescale() -> Finding:
    """Look for the extension's files for that server."""
    try:
        installation = newest_installation()
    except ServiceError as error:
        return Finding("TimescaleDB", Level.WRONG, str(error), SETUP)
    library = installation / "lib" / "timescaledb.so"
    if not library.exists():
        text = f"no extension for PostgreSQL {installation.name}"
        return Finding("TimescaleDB", Level.WRONG, text, SETUP)
    tsl = any((installation / "lib").glob("timescaledb-tsl-*.so"))
    return Finding("TimescaleDB", Level.OK, f"{'Community' if tsl else 'Apache'} edition")


def mosquitto() -> Finding:
    """Look for the broker's programs."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"
    missing = [
        name for name in ("mosquitto", "mosquitto_passwd") if not shutil.which(name, path=path)
    ]
    if missing:
        return Finding("Mosquitto", Level.WRONG, f"missing: {', '.join(missing)}", SETUP)
    return Finding("Mosquitto", Level.OK, str(shutil.which("mosquitto", path=path)))


def plugin() -> Finding:
    """Look for the built device-account plugin."""
    if not PLUGIN.exists():
        return Finding("broker plugin", Level.WRONG, "not built", SETUP)
    return Finding("broker plugin", Level.OK, "built")


def web() -> Finding:
    """Look for the built web pages."""
    if not (REPOSITORY / "api" / "static" / "index.html").exists():
        return Finding("web pages", Level.WRONG, "not built: / shows nothing", SETUP)
    return Finding("web pages", Level.OK, "built")


def ports(folders: Folders) -> Finding:
    """Tell which wanted ports are taken while the stack is down; the next free ones are used."""
    if Lock(folders).holder() is not None:
        return Finding("ports", Level.OK, "in use by this stack: jeg status")
    wanted = kept(folders)
    taken = {name: port for name, port in wanted.items() if free_port(port) != port}
    if taken:
        text = ", ".join(f"{name} {port} is taken" for name, port in taken.items())
        return Finding("ports", Level.NOTE, text, "nothing to do: jeg up takes the next free one")
    text = ", ".join(f"{name} {port}" for name, port in wanted.items())
    if wanted != USUAL:
        remedy = "kept from an earlier start; the usual ones: jeg up --default-ports"
        return Finding("ports", Level.NOTE, text, remedy)
    return Finding("ports", Level.OK, text)


def disk(folders: Folders) -> Finding:
    """Look at the space where the data lies."""
    folder = folders.jeg if folders.jeg.exists() else folders.root
    free = shutil.disk_usage(folder).free
    text = f"{free / _GIGABYTE:.1f} GB free at {folder}"
    if free < _LEAST_DISK:
        return Finding("disk", Level.WRONG, text, "make room: PostgreSQL stops on a full disk")
    if free < _SCARCE_DISK:
        return Finding("disk", Level.NOTE, text, "a month of one ward takes a few GB")
    return Finding("disk", Level.OK, text)


def clock() -> Finding:
    """Look whether the clock was ever set: readings from the future are refused."""
    now = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    if time.time() < _RELEASED:
        return Finding(
            "clock", Level.WRONG, now, "set the clock, for example with systemd-timesyncd"
        )
    return Finding("clock", Level.OK, now)
