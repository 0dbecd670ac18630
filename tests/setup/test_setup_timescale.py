"""TimescaleDB: found, installed as a package, or built; half of one is none."""

from pathlib import Path
from unittest.mock import create_autospec

import pytest

from stack.setup import timescale
from stack.setup.console import SetupError
from stack.setup.packages import Apt
from stack.setup.timescale import Server, TimescaleBuild, mirror_in, newest_server
from tests.support.shells import RecordingShell


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    """The folders of a PostgreSQL without TimescaleDB."""
    server = Server("15", tmp_path / "lib", tmp_path / "extension")
    server.libraries.mkdir()
    server.extensions.mkdir()
    monkeypatch.setattr(timescale, "newest_server", lambda: server)
    return server


def install_timescale(server: Server, *, leave_out: str = "") -> None:
    (server.extensions / "timescaledb.control").write_text("default_version = '2.19.3'\n")
    for folder, name in (
        (server.libraries, "timescaledb.so"),
        (server.libraries, "timescaledb-2.19.3.so"),
        (server.extensions, "timescaledb--2.19.3.sql"),
    ):
        if name != leave_out:
            (folder / name).touch()


def test_a_complete_extension_is_recognised(server: Server) -> None:
    assert server.timescale() == ""
    install_timescale(server)
    assert server.timescale() == "2.19.3"


@pytest.mark.parametrize(
    "missing", ["timescaledb.so", "timescaledb-2.19.3.so", "timescaledb--2.19.3.sql"]
)
def test_half_an_extension_is_none(server: Server, missing: str) -> None:
    install_timescale(server, leave_out=missing)
    assert server.timescale() == ""


def test_the_newest_server_counts(tmp_path: Path) -> None:
    for version in ("9", "15"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "postgres").touch()
    assert newest_server(tmp_path).version == "15"
    with pytest.raises(SetupError, match="run: apt-get install postgresql"):
        newest_server(tmp_path / "empty")


def test_a_package_of_the_sources_is_preferred(
    server: Server, shell: RecordingShell, tmp_path: Path
) -> None:
    apt = create_autospec(Apt, instance=True)
    apt.offered.side_effect = lambda name: ["2"] * (name == "postgresql-15-timescaledb")
    apt.install.side_effect = lambda _: install_timescale(server)
    result = TimescaleBuild(tmp_path / "build", shell, apt).ensure()
    assert result == "2.19.3 from the package postgresql-15-timescaledb"


@pytest.fixture
def build(
    server: Server,
    shell: RecordingShell,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> TimescaleBuild:
    """A build whose every tool is there and which fetches an empty source."""
    del server
    apt = create_autospec(Apt, instance=True)
    apt.offered.return_value = []
    monkeypatch.setattr(timescale, "fetch_source", lambda folder, _: folder / "source")
    return TimescaleBuild(tmp_path / "build", shell, apt)


def test_a_half_made_build_is_thrown_away(build: TimescaleBuild, shell: RecordingShell) -> None:
    (build.folder / "build").mkdir(parents=True)
    half = build.folder / "build" / "half.o"
    half.touch()
    with pytest.raises(SetupError, match="does not have it"):
        build.ensure()  # nothing was really installed, which is noticed
    assert not half.exists()
    assert [command.split()[0] for command in shell.commands] == ["cmake", "make", "make"]
    assert "-DAPACHE_ONLY=1" in shell.commands[0]


def test_a_whole_build_is_installed_again_without_building(
    build: TimescaleBuild, shell: RecordingShell
) -> None:
    for _ in range(2):
        with pytest.raises(SetupError, match="does not have it"):
            build.ensure()
    assert [command.split()[-1] for command in shell.commands[3:]] == ["install"]


def test_the_mirror_is_the_machine_s_own() -> None:
    lines = [
        "Vendor|Vendor|main|http://packages.example/vendor/",
        "Debian|Debian-Security|main|http://mirror.example/debian-security/",
        "Debian|Debian|contrib|http://mirror.example/other/",
        "Debian|Debian|main|http://mirror.example/debian/",
    ]
    assert mirror_in(lines) == "http://mirror.example/debian/"
    assert mirror_in(lines[:3]) is None
