"""The virtual environment: exactly what a lock file says, each file checked by its hash."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from stack.setup.console import SetupError, Shell, output_of
from stack.setup.packages import Apt, Need
from stack.setup.stamps import Stamp, digest_of

OLDEST = (3, 11)
NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "ProxyError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
)
"""What pip says of a registry that is out of reach, before it finds no such package."""


def check_python() -> None:
    """Refuse a Python that is too old for the programs.

    Raises:
        SetupError: with the oldest version that will do.
    """
    if sys.version_info < OLDEST:
        problem = f"Python {sys.version.split()[0]} is too old, {OLDEST[0]}.{OLDEST[1]} is needed"
        raise SetupError(problem, "make PYTHON=/path/to/python3.11 setup")


@dataclass(frozen=True)
class VirtualEnvironment:
    """The environment in `folder` for the project in `repository`."""

    repository: Path
    folder: Path
    stamp: Stamp
    shell: Shell
    apt: Apt

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "bin" / "python"

    def ensure(self, *, tests: bool = False) -> str:
        """Make the environment, mend half of one, or bring it to a changed lock.

        Args:
            tests: also what only the tests and checks need, which then stays.

        Returns:
            What was done.
        """
        lock = self._lock(tests=tests)
        version = self._version()
        if version and self._works() and self._has_all(version, tests=tests):
            return "already there"
        self.stamp.clear()
        pip = [str(self.python), "-m", "pip"]
        if not (version and self._works() and output_of([*pip, "--version"])):
            self._make()
        install = [*pip, "--disable-pip-version-check", "install", "--quiet"]
        self._download([*install, "--require-hashes", "--requirement", str(lock)])
        self.shell.run(
            [*install, "--no-deps", "--no-build-isolation", "--editable", str(self.repository)]
        )
        self.stamp.write(self._digest(self._version(), tests=tests))
        return f"installed from {lock.name}"

    def _lock(self, *, tests: bool) -> Path:
        return self.repository / ("requirements-tests.lock" if tests else "requirements.lock")

    def _version(self) -> str:
        return output_of([str(self.python), "-c", "import sys; print(sys.version)"])

    def _has_all(self, version: str, *, tests: bool) -> bool:
        """Tell whether what was installed last, with or without the tests' part, is enough."""
        enough = (True,) if tests else (True, False)
        return any(self.stamp.matches(self._digest(version, tests=one)) for one in enough)

    def _digest(self, version: str, *, tests: bool) -> str:
        inputs = [self._lock(tests=tests), self.repository / "pyproject.toml"]
        return digest_of(inputs, version, "tests" if tests else "programs")

    def _download(self, command: list[str]) -> None:
        """Run pip; when no registry answers, say that alone: what pip says is a page long."""
        try:
            self.shell.run(command)
        except SetupError as error:
            if any(sign in str(error) for sign in NO_NETWORK):
                problem = (
                    "the package registry cannot be reached (see .jeg/setup.log); with a network"
                )
                raise SetupError(problem, "make setup") from error
            raise

    def _works(self) -> bool:
        """Tell whether its programs start: in a clone that was moved they name the old place."""
        try:
            first_line = (self.folder / "bin" / "jeg").read_text(encoding="utf-8").split("\n")[0]
        except FileNotFoundError:
            return False
        return first_line == f"#!{self.python}"

    def _make(self) -> None:
        """Make it anew; what stands there does not run."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if not _has_venv():
            self.apt.ensure([Need("venv", _venv_packages(), _has_venv)])
        self.shell.run([sys.executable, "-m", "venv", str(self.folder)])


def _has_venv() -> bool:
    """Tell whether this Python can make environments; Debian ships `ensurepip` apart."""
    return bool(output_of([sys.executable, "-c", "import ensurepip, venv; print('yes')"]))


def _venv_packages() -> tuple[str, ...]:
    return (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",)
