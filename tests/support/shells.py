"""A shell for setup's tests that changes nothing."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stack.setup.console import SetupError, Shell


@dataclass(frozen=True)
class RecordingShell(Shell):
    """Notes commands instead of running them; those with a word of `fails` fail."""

    commands: list[str] = field(default_factory=list)
    fails: Sequence[str] = ()

    def run(
        self,
        command: Sequence[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Note the command; folder and environment do not matter here."""
        del folder, environment
        self.commands.append(shlex.join(command))
        if any(word in command for word in self.fails):
            message = f"{shlex.join(command)} failed with code 100:\n      | E: no"
            raise SetupError(message)

    def run_as_root(
        self, command: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> None:
        """Note the command as any other."""
        self.run(command, environment=environment)
