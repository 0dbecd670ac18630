"""What setup says, how it runs commands, and how it gives up."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAST_LINES = 15


class SetupError(Exception):
    """Something is missing that setup cannot get."""

    def __init__(self, problem: str, command: str = "") -> None:
        """Tell the problem in one line, and the exact command that solves it, if there is one."""
        super().__init__(f"{problem}; run: {command}" if command else problem)


@dataclass(frozen=True)
class Step:
    """One part of the setup: `run` does what is missing and returns what there is now."""

    title: str
    run: Callable[[], str]


def check_writable(repository: Path) -> None:
    """Refuse a clone in which the caller may not write, before anything is done.

    Raises:
        SetupError: with what to do instead.
    """
    for folder in (repository, repository / ".jeg", repository / ".venv"):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            problem = (
                f"{folder} belongs to somebody else ({folder.owner()}): start as that account, or"
                " in a clone of your own"
            )
            command = shlex.join(["git", "clone", str(repository), "jeghealth"])
            raise SetupError(problem, f"{command} && cd jeghealth && make up")


def run_steps(steps: Sequence[Step]) -> None:
    """Do the steps in order, one line for each on the terminal."""
    for number, step in enumerate(steps, start=1):
        say(f"[{number}/{len(steps)}] {step.title}")
        started = time.monotonic()
        result = step.run()
        seconds = time.monotonic() - started
        say(f"      {result}" + (f" ({seconds:.0f} s)" if seconds >= 1 else ""))


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Shell:
    """Runs commands with their output in a log, so that the terminal shows steps alone."""

    log: Path

    def run(
        self,
        command: Sequence[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command to its end.

        Raises:
            SetupError: when it fails; the end of its output is in the message.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            log.write(f"\n$ {shlex.join(command)}\n".encode())
            log.flush()
            begin = log.tell()
            code = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=os.environ | (environment or {}),
            ).returncode
        if code:
            message = f"{shlex.join(command)} failed with code {code}:\n{self._end(begin)}"
            raise SetupError(message)

    def run_as_root(
        self, command: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> None:
        """Run a command as root: directly, or through sudo.

        Raises:
            SetupError: when neither is possible, with the command for someone who can.
        """
        if os.geteuid() == 0:
            self.run(command, environment=environment)
            return
        settings = [f"{name}={value}" for name, value in (environment or {}).items()]
        if not may_become_root():
            line = shlex.join(["sudo", *settings, *command])
            problem = "this needs root, and sudo is not to be had here"
            raise SetupError(problem, line)
        self.run(["sudo", "env", *settings, *command])

    def _end(self, begin: int) -> str:
        with self.log.open("rb") as log:
            log.seek(begin)
            lines = log.read().decode(errors="replace").strip().splitlines()
        return "\n".join(f"      | {line}" for line in lines[-LAST_LINES:])


def may_become_root() -> bool:
    """Tell whether sudo works, asking for the password on the terminal when there is one."""
    if shutil.which("sudo") is None:
        return False
    command = ["sudo", "-v"] if sys.stdin.isatty() else ["sudo", "-n", "true"]
    return (
        subprocess.run(command, check=False, capture_output=not sys.stdin.isatty()).returncode == 0
    )


def output_of(command: Sequence[str]) -> str:
    """Run a command for what it prints.

    Returns:
        Its output, stripped; empty when it fails or does not exist.
    """
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
