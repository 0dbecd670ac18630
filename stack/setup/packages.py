"""Debian packages: only what is missing is installed, and nothing that is there is upgraded."""

import shlex
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stack.setup.console import SetupError, Shell, output_of

NOT_INTERACTIVE = {"DEBIAN_FRONTEND": "noninteractive"}
APT = ("apt-get", "--quiet", "--assume-yes", "-o", "DPkg::Lock::Timeout=300")
HEADERS = Path("/usr/include")


@dataclass(frozen=True)
class Need:
    """Something that must be on the machine, however it came there."""

    name: str
    packages: tuple[str, ...]
    present: Callable[[], bool]


def program(name: str, *packages: str) -> Need:
    """Need a program on PATH, or in the folders that Debian leaves off an ordinary user's PATH."""
    return Need(name, packages or (name,), lambda: find_program(name) is not None)


def header(name: str, *packages: str) -> Need:
    """Need a C header in the system's folder."""
    return Need(name, packages, (HEADERS / name).exists)


def find_program(name: str) -> str | None:
    """Find a program.

    Returns:
        Its path, or None.
    """
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")


@dataclass
class Apt:
    """The machine's package manager; the list of packages is fetched at most once, when needed."""

    shell: Shell
    _updated: bool = field(default=False, init=False)

    def ensure(self, needs: Iterable[Need]) -> str:
        """Install what is missing.

        Returns:
            What was installed, or that all was there.

        Raises:
            SetupError: when there is no apt, no root, or no such package.
        """
        missing = [need for need in needs if not need.present()]
        if not missing:
            return "already there"
        self.install(sorted({package for need in missing for package in need.packages}))
        still = [need.name for need in missing if not need.present()]
        if still:
            message = f"installed, but not to be found: {', '.join(still)}"
            raise SetupError(message)
        return f"installed: {', '.join(need.name for need in missing)}"

    def install(self, packages: Sequence[str]) -> None:
        """Install packages as they are named, with the dependencies they cannot do without."""
        command = [*APT, "install", "--no-install-recommends", *packages]
        if find_program("apt-get") is None:
            problem = f"missing on this machine, which has no apt-get: {', '.join(packages)}"
            raise SetupError(problem)
        self.update()
        try:
            self.shell.run_as_root(command, environment=NOT_INTERACTIVE)
        except SetupError as error:
            if "failed with code" not in str(error):
                raise
            self._repair()
            self._install_again(command, packages)

    def update(self) -> None:
        """Fetch the lists of packages, once."""
        if not self._updated:
            self.shell.run_as_root([*APT, "update"])
            self._updated = True

    def offered(self, package: str) -> list[str]:
        """Give the versions that the configured sources offer of a package, the newest first."""
        self.update()
        lines = output_of(["apt-cache", "madison", package]).splitlines()
        fields = [[part.strip() for part in line.split("|")] for line in lines]
        return [parts[1] for parts in fields if len(parts) > 1]

    def _repair(self) -> None:
        """Finish what an interrupted installation left behind."""
        self.shell.run_as_root(["dpkg", "--configure", "-a"], environment=NOT_INTERACTIVE)
        self.shell.run_as_root([*APT, "--fix-broken", "install"], environment=NOT_INTERACTIVE)

    def _install_again(self, command: Sequence[str], packages: Sequence[str]) -> None:
        try:
            self.shell.run_as_root(command, environment=NOT_INTERACTIVE)
        except SetupError as error:
            problem = f"apt-get cannot install {' '.join(packages)} (why: {self.shell.log})"
            raise SetupError(problem, shlex.join(["apt-get", "install", *packages])) from error


def installed_version(package: str) -> str:
    """Give the installed version of a package, empty when it is not installed."""
    return output_of(["dpkg-query", "--show", "--showformat", "${Version}", package])
