"""How setup tells what it does, runs commands and installs packages."""

import sys
from pathlib import Path

import pytest

from stack.setup import packages
from stack.setup.console import SetupError, Shell, Step, run_steps
from stack.setup.packages import Apt, Need, header, program
from stack.setup.python import VirtualEnvironment
from stack.setup.stamps import Stamp, digest_of
from tests.support.shells import RecordingShell


def test_steps_are_told_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    run_steps([Step("First", lambda: "done"), Step("Second", lambda: "already there")])
    assert capsys.readouterr().out.splitlines() == [
        "[1/2] First",
        "      done",
        "[2/2] Second",
        "      already there",
    ]


def test_a_failed_command_shows_the_end_of_its_own_output(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "deep" / "setup.log")
    shell.run(["echo", "of an earlier command"])
    with pytest.raises(SetupError, match="failed with code 3") as failure:
        shell.run(["sh", "-c", "echo the reason; exit 3"])
    assert "the reason" in str(failure.value)
    assert "of an earlier command" not in str(failure.value)


def test_without_root_and_sudo_the_exact_command_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SetupError) as failure:
        Shell(tmp_path / "log").run_as_root(
            ["apt-get", "install", "mosquitto"], environment={"DEBIAN_FRONTEND": "noninteractive"}
        )
    line = "run: sudo DEBIAN_FRONTEND=noninteractive apt-get install mosquitto"
    assert str(failure.value).endswith(line)


def test_what_is_there_is_not_installed_again(shell: RecordingShell) -> None:
    there = [program("sh"), Need("library", ("liblibrary",), lambda: True)]
    assert Apt(shell).ensure(there) == "already there"
    assert shell.commands == []


def test_only_what_is_missing_is_installed_in_one_go(
    shell: RecordingShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived: list[str] = []
    needs = [
        program("sh"),
        Need("broker", ("mosquitto",), lambda: "x" in arrived),
        Need("headers", ("mosquitto-dev",), lambda: "x" in arrived),
    ]
    apt = Apt(shell)
    monkeypatch.setattr(apt, "install", lambda names: arrived.extend(["x", *names]))
    assert apt.ensure(needs) == "installed: broker, headers"
    assert arrived == ["x", "mosquitto", "mosquitto-dev"]


def test_the_list_of_packages_is_fetched_once(shell: RecordingShell) -> None:
    apt = Apt(shell)
    apt.install(["one"])
    apt.install(["two"])
    assert [command.split()[-1] for command in shell.commands] == ["update", "one", "two"]


def test_an_interrupted_installation_is_finished_first(tmp_path: Path) -> None:
    shell = RecordingShell(tmp_path / "log", fails=["no-such-package"])
    with pytest.raises(SetupError, match=r"run: apt-get install no-such-package$"):
        Apt(shell).install(["no-such-package"])
    assert "dpkg --configure -a" in shell.commands


def test_a_package_without_its_program_is_said(shell: RecordingShell) -> None:
    need = Need("chromium", ("chromium",), lambda: False)
    with pytest.raises(SetupError, match="not to be found: chromium"):
        Apt(shell).ensure([need])


def test_a_machine_without_apt_is_told_what_is_missing(
    shell: RecordingShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "find_program", lambda _: None)
    with pytest.raises(SetupError, match="no apt-get: mosquitto"):
        Apt(shell).ensure([program("mosquitto")])


def test_a_header_is_looked_for_where_compilers_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packages, "HEADERS", tmp_path)
    assert not header("broker.h", "broker-dev").present()
    (tmp_path / "broker.h").touch()
    assert header("broker.h", "broker-dev").present()


def test_a_stamp_knows_contents_names_and_words(tmp_path: Path) -> None:
    path = tmp_path / "source.c"
    digests = {digest_of([path])}
    for text in ("one", "two"):
        path.write_text(text)
        digests |= {digest_of([path]), digest_of([path], "gcc 12")}
    assert len(digests) == 5
    stamp = Stamp(tmp_path / "stamps" / "s")
    assert not stamp.matches("x")
    stamp.write("x")
    assert stamp.matches("x")
    stamp.clear()
    assert not stamp.matches("x")


def test_a_registry_out_of_reach_is_one_line(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "setup.log")
    environment = VirtualEnvironment(
        tmp_path, tmp_path / ".venv", Stamp(tmp_path / "stamp"), shell, Apt(shell)
    )
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--retries", "1", "--target"]
    where = ["--index-url", "http://127.0.0.1:9/simple", "no-such-package"]
    with pytest.raises(SetupError, match=r"cannot be reached .*run: make setup") as failure:
        environment._download([*pip, str(tmp_path / "target"), *where])
    assert "\n" not in str(failure.value)
    with pytest.raises(SetupError, match="failed with code 3"):
        environment._download(["sh", "-c", "exit 3"])
