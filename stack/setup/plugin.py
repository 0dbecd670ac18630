"""The broker's plugin for device accounts, compiled when its source or the headers changed."""

from dataclasses import dataclass
from pathlib import Path

from stack.setup.console import Shell, output_of
from stack.setup.packages import HEADERS
from stack.setup.stamps import Stamp, digest_of

FLAGS = ("-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-D_FORTIFY_SOURCE=2")
LIBRARIES = ("-lcrypto",)


@dataclass(frozen=True)
class BrokerPlugin:
    """`source` is compiled into `target`."""

    source: Path
    target: Path
    shell: Shell

    def ensure(self) -> str:
        """Compile it when it is missing or out of date.

        Returns:
            What was done.
        """
        compiler = output_of(["cc", "--version"]).split("\n")[0]
        inputs = [self.source, HEADERS / "mosquitto_broker.h", HEADERS / "mosquitto_plugin.h"]
        digest = digest_of(inputs, compiler, *FLAGS, *LIBRARIES)
        stamp = Stamp(self.target.with_suffix(".stamp"))
        if self.target.exists() and stamp.matches(digest):
            return "already built"
        self.target.parent.mkdir(parents=True, exist_ok=True)
        # Under another name first: a running broker has the old file mapped into its memory.
        partial = self.target.with_suffix(".partial")
        self.shell.run(["cc", *FLAGS, "-o", str(partial), str(self.source), *LIBRARIES])
        partial.replace(self.target)
        stamp.write(digest)
        return "compiled"
