"""TimescaleDB for the installed PostgreSQL: a package where there is one, else built once.

The source is Debian's own source package of the next release, fetched with apt, and so checked by
its signatures, from the mirror that this machine's sources name. `APACHE_ONLY` leaves out the parts
under the Timescale License. PostgreSQL before 18 looks for extensions in its own folders alone, so
that is where it is installed.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from stack.setup.console import SetupError, Shell, output_of
from stack.setup.packages import APT, HEADERS, Apt, Need, header, installed_version, program
from stack.setup.stamps import Stamp, digest_of

SOURCE_RELEASE = "trixie"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
INSTALLATIONS = Path("/usr/lib/postgresql")
OPTIONS = (
    "-DAPACHE_ONLY=1",
    "-DCMAKE_BUILD_TYPE=Release",
    "-DREGRESS_CHECKS=OFF",
    "-DTAP_CHECKS=OFF",
    "-DWARNINGS_AS_ERRORS=OFF",
    "-DUSE_TELEMETRY=OFF",
    "-DSEND_TELEMETRY_DEFAULT=OFF",
)


@dataclass(frozen=True)
class Server:
    """The folders of one installed PostgreSQL server."""

    version: str
    libraries: Path
    extensions: Path

    def timescale(self) -> str:
        """Give the version of a complete TimescaleDB, empty without one or with half of one."""
        try:
            control = (self.extensions / "timescaledb.control").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        found = re.search(r"default_version\s*=\s*'([^']+)'", control)
        version = found[1] if found else ""
        parts = (
            self.libraries / "timescaledb.so",
            self.libraries / f"timescaledb-{version}.so",
            self.extensions / f"timescaledb--{version}.sql",
        )
        return version if version and all(part.exists() for part in parts) else ""


def newest_server(installations: Path = INSTALLATIONS) -> Server:
    """Find the newest installed PostgreSQL server and where it looks for extensions.

    Raises:
        SetupError: when there is none.
    """
    found = [path.parent.parent.name for path in installations.glob("*/bin/postgres")]
    if not found:
        problem = f"no PostgreSQL server in {installations}"
        raise SetupError(problem, "apt-get install postgresql")
    version = max(found, key=int)
    libraries = installations / version / "lib"
    return Server(version, libraries, Path("/usr/share/postgresql") / version / "extension")


@dataclass(frozen=True)
class TimescaleBuild:
    """Gets TimescaleDB; `folder` keeps the source and what was built."""

    folder: Path
    shell: Shell
    apt: Apt

    def ensure(self) -> str:
        """Make TimescaleDB available to the newest PostgreSQL.

        Returns:
            Its version and where it came from.
        """
        server = newest_server()
        if version := server.timescale():
            return f"already there: {version} for PostgreSQL {server.version}"
        for package in (
            f"postgresql-{server.version}-timescaledb",
            f"timescaledb-2-postgresql-{server.version}",
        ):
            if self.apt.offered(package):
                self.apt.install([package])
                return f"{server.timescale()} from the package {package}"
        self._build(server)
        self.shell.run_as_root(["make", "-C", str(self.folder / "build"), "install"])
        if version := server.timescale():
            return f"{version} built from source for PostgreSQL {server.version}"
        message = f"TimescaleDB was installed, but {server.extensions} does not have it"
        raise SetupError(message)

    def _build(self, server: Server) -> None:
        """Build it, unless an earlier setup did; half a build is thrown away."""
        headers = f"postgresql/{server.version}/server/pg_config.h"
        self.apt.ensure(
            [
                program("cmake"),
                program("make"),
                program("gcc"),
                program("dpkg-source", "dpkg-dev"),
                header("openssl/ssl.h", "libssl-dev"),
                Need(
                    f"PostgreSQL {server.version} headers",
                    (_matching_headers(self.apt, server),),
                    (HEADERS / headers).exists,
                ),
            ]
        )
        stamp = Stamp(self.folder / "built")
        digest = digest_of([], server.version, SOURCE_RELEASE, *OPTIONS)
        if stamp.matches(digest):
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        source, build = fetch_source(self.folder, self.shell), self.folder / "build"
        config = f"-DPG_CONFIG={INSTALLATIONS / server.version / 'bin' / 'pg_config'}"
        self.shell.run(["cmake", "-S", str(source), "-B", str(build), config, *OPTIONS])
        self.shell.run(["make", "-C", str(build), f"-j{os.cpu_count() or 1}"])
        stamp.write(digest)


def _matching_headers(apt: Apt, server: Server) -> str:
    """Choose the headers of the very server that is installed.

    Returns:
        Package and version; newer headers would bring a newer server, and so restart the machine's
        own clusters. Without a match, the package alone.
    """
    package = f"postgresql-server-dev-{server.version}"
    installed = installed_version(f"postgresql-{server.version}")
    return f"{package}={installed}" if installed in apt.offered(package) else package


def fetch_source(folder: Path, shell: Shell) -> Path:
    """Fetch and unpack the source package, with package lists of its own.

    Returns:
        The folder of the unpacked source.
    """
    lists, cache, source = folder / "lists", folder / "cache", folder / "source"
    for path in (lists / "partial", cache):
        path.mkdir(parents=True)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    sources = folder / "sources.list"
    sources.write_text(f"deb-src {signed}{debian_mirror()} {SOURCE_RELEASE} main\n")
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": Path("/dev/null"),
        "Dir::State::lists": lists,
        "Dir::Cache": cache,
    }
    options = [f"-o{name}={value}" for name, value in settings.items()]
    # apt's unprivileged account may not be able to enter this folder.
    options.append("-oAPT::Sandbox::User=root")
    shell.run([*APT, *options, "update"])
    shell.run([*APT, *options, "source", "--download-only", "timescaledb"], folder=folder)
    description = next(folder.glob("timescaledb_*.dsc"))
    shell.run(["dpkg-source", "--extract", str(description), str(source)])
    return source


def debian_mirror() -> str:
    """Find the mirror of Debian's main archive in this machine's own sources.

    Raises:
        SetupError: when no source of the machine is Debian's.
    """
    form = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)"
    lines = output_of(["apt-get", "indextargets", "--format", form, "Created-By: Packages"])
    mirror = mirror_in(lines.splitlines())
    if mirror is None:
        problem = "this machine's package sources have no Debian mirror to take TimescaleDB from"
        raise SetupError(problem)
    return mirror


def mirror_in(lines: list[str]) -> str | None:
    """Pick the main archive from `apt-get indextargets` lines, origin|label|component|address.

    Returns:
        The address, or None; the security archive (another label) has no source of newer releases.
    """
    for line in lines:
        origin, label, component, address = line.split("|", 3)
        if (origin, label, component) == ("Debian", "Debian", "main"):
            return address
    return None
