"""Where the services keep their files, and as whom they run.

PostgreSQL refuses to run as root, and a broker that faces devices should not. When the stack is
started as root (a container, a CI machine), both therefore run as the unprivileged accounts that
Debian's own packages make for them. Such an account cannot enter a clone under /root or under a
folder of mode 700; then the files live in /var/lib and `.jeg/services` is a link to them.
Everyone else runs the services as themselves, under `.jeg/`.
"""

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FALLBACK_ACCOUNT = "nobody"
SYSTEM_STATE = Path("/var/lib/jeghealth")
LAST_PORT = 65535
OPEN = 0o755
"""Mode of folders that the services' accounts pass through, whatever the caller's umask is."""


class ServiceError(RuntimeError):
    """A service could not be prepared, started or stopped."""


@dataclass(frozen=True)
class Account:
    """The operating-system account that a service runs as; `None` ids mean the current one."""

    name: str
    uid: int | None = None
    gid: int | None = None

    @property
    def is_other(self) -> bool:
        """True when the service runs as somebody other than the caller."""
        return self.uid is not None

    def own(self, path: Path) -> None:
        """Give one file or folder to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def make_folder(self, path: Path) -> Path:
        """Make `path` a folder of mode 700 that belongs to this account; parents stay as they are.

        Returns:
            The path itself.
        """
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        self.own(path)
        return path

    def run(
        self, command: list[str], *, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a short command as this account.

        Returns:
            The finished process with its captured output; the caller looks at the return code.
        """
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=(os.environ | environment) if environment else None,
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=[] if self.is_other else None,
        )

    def spawn(self, command: list[str], log: Path) -> int:
        """Start a long-running command as this account, in a session of its own.

        A session of its own keeps a Ctrl-C in the terminal from reaching the service before the
        programs that need it have finished.

        Returns:
            The process id.
        """
        with log.open("ab") as output:
            process = subprocess.Popen(  # its life is followed by pid file, not by this object
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=[] if self.is_other else None,
                start_new_session=True,
            )
        return _forget(process)


def _forget(process: subprocess.Popen[bytes]) -> int:
    """Let go of a process that outlives its parent.

    Returns:
        Its process id.
    """
    _CHILDREN[process.pid] = process
    return process.pid


_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


def process_is(pid: int, program: str) -> bool:
    """Tell whether `pid` is alive and is `program`, not a later process with a reused id."""
    child = _CHILDREN.get(pid)
    if child is not None and child.poll() is not None:  # reaps it, or it would stay as a zombie
        del _CHILDREN[pid]
        return False
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == program
    except OSError:
        return False


def service_account(preferred: str) -> Account:
    """Choose the account for a service.

    Args:
        preferred: the account that the service's Debian package makes.

    Returns:
        The caller's own account, or for root the preferred one, or `nobody` without that.
    """
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name)
    for name in (preferred, FALLBACK_ACCOUNT):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    message = f"neither the account {preferred} nor {FALLBACK_ACCOUNT} exists on this machine"
    raise ServiceError(message)


def services_folder(repository: Path = REPOSITORY) -> Path:
    """Give the folder that holds the services' files of this clone, made when it is missing.

    Returns:
        `.jeg/services`, resolved to its place in /var/lib when the accounts cannot reach the clone.
    """
    link = repository / ".jeg" / "services"
    if link.is_symlink() and not link.exists():
        link.unlink()  # the clone was moved or the data removed by hand
    if not link.exists():
        link.parent.mkdir(exist_ok=True)
        if _reachable(link.parent):
            link.mkdir()
            link.chmod(OPEN)
        else:
            link.symlink_to(_system_folder(repository))
    return link.resolve()


def remove_services_folder(repository: Path = REPOSITORY) -> None:
    """Delete all files of the services; they must be stopped."""
    link = repository / ".jeg" / "services"
    if link.exists():
        shutil.rmtree(link.resolve())
    if link.is_symlink():
        link.unlink()


def _reachable(folder: Path) -> bool:
    accounts = [service_account(name) for name in ("postgres", "mosquitto")]
    return all(account.run(["test", "-x", str(folder)]).returncode == 0 for account in accounts)


def _system_folder(repository: Path) -> Path:
    """Make this clone's folder in /var/lib.

    Returns:
        The folder: its name is a digest of the clone's path, so that two clones never meet.
    """
    name = hashlib.sha256(str(repository.resolve()).encode()).hexdigest()[:12]
    folder = SYSTEM_STATE / name
    folder.mkdir(parents=True, exist_ok=True)
    for path in (SYSTEM_STATE, folder):
        path.chmod(OPEN)
    return folder


def free_port(preferred: int) -> int:
    """Find a TCP port of the loopback interface that nothing listens on.

    Returns:
        `preferred` or the first free one above it.

    Raises:
        ServiceError: when every port from there on is taken.
    """
    for port in range(preferred, LAST_PORT + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = f"no free port from {preferred} on"
    raise ServiceError(message)


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a file that only its owner may read, in one step that a crash cannot halve."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    if account is not None:
        account.own(partial)
    partial.replace(path)
