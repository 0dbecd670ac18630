"""Where services keep their files, and as whom they run."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stack.services import place
from stack.services.place import (
    Account,
    ServiceError,
    free_port,
    process_is,
    remove_services_folder,
    service_account,
    services_folder,
    write_private,
)

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs services as another")


@pytest.fixture
def system_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A stand-in for the folder in /var/lib."""
    folder = tmp_path / "var-lib"
    monkeypatch.setattr(place, "SYSTEM_STATE", folder)
    return folder


@pytest.mark.usefixtures("system_state")
def test_a_clone_that_the_accounts_can_enter_holds_the_files(services_folder: Path) -> None:
    clone = services_folder / "open-clone"
    clone.mkdir()
    assert place.services_folder(clone) == clone / ".jeg" / "services"


@only_root
def test_a_closed_clone_links_to_a_folder_outside(system_state: Path, tmp_path: Path) -> None:
    clone = tmp_path / "closed"
    clone.mkdir(mode=0o700)
    found = services_folder(clone)
    assert found.parent == system_state
    assert (clone / ".jeg" / "services").resolve() == found
    assert services_folder(clone) == found


@only_root
def test_two_closed_clones_never_meet(system_state: Path, tmp_path: Path) -> None:
    clones = [tmp_path / name for name in ("one", "two")]
    for clone in clones:
        clone.mkdir(mode=0o700)
    assert len({services_folder(clone) for clone in clones}) == 2
    assert len(list(system_state.iterdir())) == 2


@only_root
@pytest.mark.usefixtures("system_state")
def test_a_link_to_nowhere_is_made_anew(tmp_path: Path) -> None:
    clone = tmp_path / "closed"
    clone.mkdir(mode=0o700)
    services_folder(clone).rmdir()
    assert services_folder(clone).is_dir()


@pytest.mark.usefixtures("system_state")
def test_removing_leaves_neither_files_nor_link(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir(mode=0o700)
    folder = services_folder(clone)
    (folder / "postgres").mkdir()
    remove_services_folder(clone)
    assert not folder.exists()
    assert list((clone / ".jeg").iterdir()) == []
    remove_services_folder(clone)


@only_root
def test_root_runs_services_as_somebody_else() -> None:
    account = service_account("postgres")
    assert account.run(["id", "-un"]).stdout.strip() == "postgres"
    assert account.run(["id", "-G"]).stdout.split() == [str(account.gid)]


@only_root
def test_without_the_package_s_account_nobody_serves() -> None:
    assert service_account("no-such-account").name == "nobody"


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) > port


def test_no_port_left_is_said() -> None:
    with pytest.raises(ServiceError, match="no free port"):
        free_port(place.LAST_PORT + 1)


def test_a_private_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    (tmp_path / "secret.partial").write_text("left by a crash")
    write_private(path, "one")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_reused_process_id_is_not_taken_for_the_service() -> None:
    assert not process_is(os.getpid(), "postgres")


def test_an_ended_child_is_not_running(tmp_path: Path) -> None:
    pid = Account("me").spawn(["sleep", "60"], tmp_path / "log")
    wait_until(lambda: process_is(pid, "sleep"))
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not process_is(pid, "sleep"))  # an unreaped child would stay for ever


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
