"""A private Mosquitto with passwords, access rules and the device-account plugin.

Folder layout (given to the service's account): `mosquitto.conf`, `access.acl`, `passwords`,
`data/` (persistent sessions), `accounts/` (a file per device, see broker/README.md), `broker.log`;
and, readable by the caller alone, `credentials.json` (service account -> password), `port`.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from stack.services.place import (
    REPOSITORY,
    Account,
    ServiceError,
    free_port,
    process_is,
    service_account,
    write_private,
)

DEFAULT_PORT = 51883
SERVICE_ACCOUNTS = ("jeg-ingest", "jeg-api", "jeg-analytics", "jeg-jobs")
START_SECONDS = 10
STOP_SECONDS = 10
PLUGIN = REPOSITORY / ".jeg" / "build" / "jeg_accounts.so"
TEMPLATES = REPOSITORY / "broker"


@dataclass(frozen=True)
class Mosquitto:
    """One broker, started or not."""

    folder: Path
    account: Account
    port: int
    credentials: dict[str, str]

    @property
    def host(self) -> str:
        """Address that it listens on."""
        return "127.0.0.1"

    @property
    def accounts_folder(self) -> Path:
        """Folder of the device accounts, for `gateways.broker_accounts`."""
        return self.folder / "accounts"

    def is_running(self) -> bool:
        """Tell whether the broker's process is alive."""
        return self._pid() is not None

    def start(self) -> None:
        """Start the broker and wait until it takes connections; nothing happens when it runs.

        Raises:
            ServiceError: when it does not come up; the message has the end of its log.
        """
        if self.is_running():
            return
        log = self.folder / "broker.log"
        program = _program("mosquitto")
        pid = self.account.spawn([program, "-c", str(self.folder / "mosquitto.conf")], log)
        write_private(self.folder / "pid", str(pid))
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not process_is(pid, "mosquitto") and time.monotonic() > deadline - START_SECONDS + 1:
                message = f"Mosquitto ended at once: {_end_of(log)}"
                raise ServiceError(message)
            if time.monotonic() > deadline:
                message = f"Mosquitto does not answer on port {self.port}: {_end_of(log)}"
                raise ServiceError(message)
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the broker; sessions and queued messages are written to disk first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the broker with no chance to save anything, as a crash would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, how)
        deadline = time.monotonic() + STOP_SECONDS
        while process_is(pid, "mosquitto"):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def _pid(self) -> int | None:
        try:
            pid = int((self.folder / "pid").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return pid if process_is(pid, "mosquitto") else None

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1):
                return True
        except OSError:
            return False


def prepare_mosquitto(
    folder: Path,
    *,
    port: int = DEFAULT_PORT,
    listen: str = "127.0.0.1",
    plugin: Path = PLUGIN,
    guests: Mapping[str, Sequence[str]] | None = None,
) -> Mosquitto:
    """Write the broker's files in `folder`; what an earlier start made is kept.

    Args:
        folder: made when missing; every folder above it must be open to the service's account.
        port: wanted port; a running or earlier broker keeps its own, a taken one is passed over.
        listen: address that it listens on; the programs reach it at 127.0.0.1 in any case.
        plugin: the built device-account plugin; copied, because the account may not reach it.
        guests: further accounts, each with its lines of the access rules (for measurements).

    Returns:
        The broker, not yet started.

    Raises:
        ServiceError: when Mosquitto or the plugin is missing.
    """
    account = service_account("mosquitto")
    folder.mkdir(parents=True, exist_ok=True)
    account.own(folder)
    for name in ("data", "accounts"):
        account.make_folder(folder / name)
    guests = guests or {}
    credentials = _credentials(folder, (*SERVICE_ACCOUNTS, *guests))
    port_file = folder / "port"
    kept_port = int(port_file.read_text(encoding="utf-8")) if port_file.exists() else port
    broker = Mosquitto(folder, account, kept_port, credentials)
    if broker.is_running():
        return broker
    chosen = Mosquitto(folder, account, free_port(kept_port), credentials)
    write_private(port_file, str(chosen.port))
    _write_files(chosen, listen, plugin, guests)
    return chosen


def _credentials(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Read the passwords of the service accounts; missing ones are generated.

    Returns:
        Service account -> password.
    """
    path = folder / "credentials.json"
    try:
        known: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or a half-written one of an interrupted setup
        known = {}
    wanted = {name: known.get(name) or secrets.token_urlsafe(24) for name in names}
    if wanted != known:
        write_private(path, json.dumps(wanted, indent=2) + "\n")
    return wanted


def _write_files(
    broker: Mosquitto, listen: str, plugin: Path, guests: Mapping[str, Sequence[str]]
) -> None:
    if not plugin.exists():
        message = f"the broker plugin {plugin} is not built; run: make setup"
        raise ServiceError(message)
    own_plugin = broker.folder / "jeg_accounts.so"
    shutil.copyfile(plugin, own_plugin.with_suffix(".partial"))
    own_plugin.with_suffix(".partial").replace(own_plugin)
    broker.account.own(own_plugin)
    _write_passwords(broker)
    template = Template((TEMPLATES / "mosquitto.conf").read_text(encoding="utf-8"))
    values = {"listen": f"{broker.port} {listen}", "folder": str(broker.folder)}
    text = template.substitute(values)
    write_private(broker.folder / "mosquitto.conf", text, broker.account)
    rules = (TEMPLATES / "access.acl").read_text(encoding="utf-8")
    rules += "".join("\n".join(("", f"user {name}", *lines, "")) for name, lines in guests.items())
    write_private(broker.folder / "access.acl", rules, broker.account)


def _write_passwords(broker: Mosquitto) -> None:
    """Write the hashed password file.

    The plain passwords go through a file of mode 600 that is hashed in place: as an argument of
    `mosquitto_passwd -b` they would be in the process list.
    """
    path = broker.folder / "passwords"
    plain = broker.folder / "passwords.plain"
    lines = [f"{name}:{password}\n" for name, password in broker.credentials.items()]
    write_private(plain, "".join(lines), broker.account)
    done = broker.account.run([_program("mosquitto_passwd"), "-U", str(plain)])
    if done.returncode:
        plain.unlink()
        message = f"mosquitto_passwd failed: {done.stderr.strip()}"
        raise ServiceError(message)
    plain.replace(path)
    path.chmod(0o600)
    broker.account.own(path)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None:
        message = f"{name} is not installed; run: make setup"
        raise ServiceError(message)
    return found


def _end_of(log: Path, characters: int = 2000) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")[-characters:].strip()
    except OSError:
        return "(it wrote no log)"
