"""What lies where under `.jeg/`."""

import os
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders and files of one stack."""

    root: Path
    """The folder that holds `.jeg`: the clone, or what JEG_HOME names."""

    @classmethod
    def from_environment(cls) -> "Folders":
        """Take the folder that JEG_HOME names, else the clone itself."""
        return cls(Path(os.environ.get("JEG_HOME") or REPOSITORY).resolve())

    @property
    def jeg(self) -> Path:
        """The folder of everything that the stack writes."""
        return self.root / ".jeg"

    @property
    def env(self) -> Path:
        """Secrets and addresses as NAME=value lines, readable by its owner alone."""
        return self.jeg / "env"

    @property
    def run(self) -> Path:
        """What exists only while the stack runs: lock, control socket, stack.json."""
        return self.jeg / "run"

    @property
    def record(self) -> Path:
        """Addresses and processes of the running (or last) stack."""
        return self.run / "stack.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.run / "lock"

    @property
    def socket(self) -> Path:
        """Where the supervisor listens for `jeg status` and `jeg down`."""
        return self.run / "control.sock"

    @property
    def logs(self) -> Path:
        """One log per program, with its older parts."""
        return self.jeg / "logs"

    def log(self, program: str) -> Path:
        """Give the log file of a program."""
        return self.logs / f"{program}.log"

    @property
    def devices(self) -> Path:
        """The demo clinic's devices with their keys, for the simulator."""
        return self.jeg / "demo" / "devices.json"

    @property
    def mailbox(self) -> Path:
        """Messages that no service is set for."""
        return self.jeg / "mailbox"

    @property
    def files(self) -> Path:
        """Pictures and documents of people."""
        return self.jeg / "files"

    def make(self) -> None:
        """Make the folders that the supervisor itself writes to.

        Raises StackError where the caller may not write.
        """
        try:
            for folder in (self.jeg, self.run, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            self.run.chmod(0o700)
            self.logs.chmod(0o700)
        except OSError as error:
            message = (
                f"{self.jeg} cannot be written ({error.strerror}): work as its owner in a clone of"
                " your own, or name another folder with JEG_HOME"
            )
            raise StackError(message) from error
