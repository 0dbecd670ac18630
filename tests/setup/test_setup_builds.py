"""The broker's plugin, the Python environment and the page, in every state."""

import shlex
import sys
from pathlib import Path

import pytest

from stack.setup import web
from stack.setup.console import SetupError, Shell
from stack.setup.packages import Apt
from stack.setup.plugin import BrokerPlugin
from stack.setup.python import VirtualEnvironment
from stack.setup.stamps import Stamp
from stack.setup.web import Node, WebBuild
from tests.support.shells import RecordingShell


def test_the_plugin_is_compiled_once_and_again_when_changed(tmp_path: Path) -> None:
    source = tmp_path / "plugin.c"
    source.write_text("int one(void);\nint one(void) { return 1; }\n")
    plugin = BrokerPlugin(source, tmp_path / "build" / "plugin.so", Shell(tmp_path / "log"))
    assert plugin.ensure() == "compiled"
    assert plugin.ensure() == "already built"
    source.write_text("int two(void);\nint two(void) { return 2; }\n")
    assert plugin.ensure() == "compiled"
    plugin.target.unlink()
    assert plugin.ensure() == "compiled"


def test_a_plugin_that_does_not_compile_leaves_the_old_one(tmp_path: Path) -> None:
    source = tmp_path / "plugin.c"
    source.write_text("int one(void);\nint one(void) { return 1; }\n")
    plugin = BrokerPlugin(source, tmp_path / "plugin.so", Shell(tmp_path / "log"))
    plugin.ensure()
    before = plugin.target.read_bytes()
    source.write_text("nonsense")
    with pytest.raises(SetupError, match="nonsense"):
        plugin.ensure()
    assert plugin.target.read_bytes() == before


@pytest.fixture
def environment(shell: RecordingShell, tmp_path: Path) -> VirtualEnvironment:
    """The environment of a project without dependencies."""
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "requirements-tests.lock").write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    stamp = Stamp(tmp_path / "stamp")
    return VirtualEnvironment(tmp_path, tmp_path / ".venv", stamp, shell, Apt(shell))


def test_every_file_of_the_environment_is_checked_by_hash(
    environment: VirtualEnvironment, shell: RecordingShell
) -> None:
    environment.ensure()
    assert any("--require-hashes" in command for command in shell.commands)


def test_half_an_environment_is_made_anew(
    environment: VirtualEnvironment, shell: RecordingShell
) -> None:
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to("/nowhere/python3")
    environment.ensure()
    assert not environment.folder.exists()  # thrown away; the recording shell made none
    assert shell.commands[0] == shlex.join([sys.executable, "-m", "venv", str(environment.folder)])


def test_an_environment_that_was_moved_is_made_anew(
    environment: VirtualEnvironment, shell: RecordingShell
) -> None:
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / "bin" / "jeg").write_text("#!/elsewhere/.venv/bin/python\n")
    environment.ensure()
    assert " -m venv " in shell.commands[0]


def test_a_complete_environment_is_left_alone(
    environment: VirtualEnvironment, shell: RecordingShell
) -> None:
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / "bin" / "jeg").write_text(f"#!{environment.python}\n")
    assert environment.ensure() == "installed from requirements.lock"
    done = len(shell.commands)
    assert environment.ensure() == "already there"
    assert len(shell.commands) == done
    environment.repository.joinpath("requirements.lock").write_text("changed\n")
    assert environment.ensure() == "installed from requirements.lock"


def test_what_the_tests_need_comes_on_top_and_stays(
    environment: VirtualEnvironment, shell: RecordingShell
) -> None:
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / "bin" / "jeg").write_text(f"#!{environment.python}\n")
    assert environment.ensure() == "installed from requirements.lock"
    assert environment.ensure(tests=True) == "installed from requirements-tests.lock"
    done = len(shell.commands)
    assert environment.ensure() == environment.ensure(tests=True) == "already there"
    assert len(shell.commands) == done


@pytest.fixture
def web_build(shell: RecordingShell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> WebBuild:
    """A front end whose packages are there after `npm ci` and which is built by `npm run build`."""
    monkeypatch.setattr(web, "node_version", lambda _: (20, 19))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    source = tmp_path / "web"
    (source / "node_modules").mkdir(parents=True)
    (source / "app.ts").write_text("export {}")
    target = tmp_path / "static"
    target.mkdir()
    (target / "index.html").touch()
    node = Node(tmp_path / "node", tmp_path / "node.lock", Path(sys.executable), shell)
    return WebBuild(source, target, tmp_path / "stamps", node, shell)


def test_the_page_is_built_once(web_build: WebBuild, shell: RecordingShell) -> None:
    assert web_build.ensure() == "built"
    assert shell.commands == ["npm ci --no-audit --no-fund", "npm run build"]
    assert web_build.ensure() == "already built"
    assert len(shell.commands) == 2


def test_a_changed_source_builds_the_page_but_installs_nothing(
    web_build: WebBuild, shell: RecordingShell
) -> None:
    web_build.ensure()
    (web_build.source / "app.ts").write_text("export const changed = 1")
    (web_build.source / "node_modules" / "cache").write_text("not a source")
    assert web_build.ensure() == "built"
    assert shell.commands[2:] == ["npm run build"]


@pytest.mark.parametrize("lost", ["static/index.html", "web/node_modules"])
def test_what_was_deleted_is_made_again(
    web_build: WebBuild, shell: RecordingShell, lost: str
) -> None:
    web_build.ensure()
    path = web_build.source.parent / lost
    path.unlink() if path.is_file() else path.rmdir()
    web_build.ensure()
    assert len(shell.commands) == 3


def test_a_failed_build_is_tried_again(web_build: WebBuild, tmp_path: Path) -> None:
    failing = RecordingShell(tmp_path / "log", fails=["build"])
    broken = WebBuild(web_build.source, web_build.target, web_build.stamps, web_build.node, failing)
    for _ in range(2):
        with pytest.raises(SetupError):
            broken.ensure()
    assert failing.commands.count("npm run build") == 2


def test_an_old_node_is_replaced_from_the_lock(
    web_build: WebBuild, shell: RecordingShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "node_version", lambda _: (18, 20))
    with pytest.raises(SetupError, match="run: apt-get install nodejs npm"):
        web_build.ensure()  # the recording shell brought none
    assert "--require-hashes" in shell.commands[0]
    assert str(web_build.node.lock) in shell.commands[0]
